/// An alarm of CloudWatch on one metric.
package struct MetricAlarm: Sendable {
  package enum State: String, Hashable, Sendable, CaseIterable {
    case ok = "OK"
    case alarm = "ALARM"
    case insufficientData = "INSUFFICIENT_DATA"
  }
  /// What a period counts as for which there is no value.
  package enum MissingData: String, Hashable, Sendable, CaseIterable {
    case breaching, notBreaching, ignore, missing
  }
  package enum Comparison: String, Hashable, Sendable, CaseIterable {
    case greaterOrEqual = "GreaterThanOrEqualToThreshold"
    case greater = "GreaterThanThreshold"
    case less = "LessThanThreshold"
    case lessOrEqual = "LessThanOrEqualToThreshold"

    /// As reasons have it: a value was, or was not, … the threshold.
    var words: String {
      switch self {
      case .greaterOrEqual: "greater than or equal to"
      case .greater: "greater than"
      case .less: "less than"
      case .lessOrEqual: "less than or equal to"
      }
    }

    func isBreaching(_ value: Double, _ threshold: Double) -> Bool {
      switch self {
      case .greaterOrEqual: value >= threshold
      case .greater: value > threshold
      case .less: value < threshold
      case .lessOrEqual: value <= threshold
      }
    }
  }

  /// Different for every alarm that ever was.
  var id = 0
  package var name: String
  package var region: RegionName
  package var account: AccountID
  package var details: String?
  package var metric: MetricID
  package var statistic: MetricStatistic
  /// As the API names it: `Sum`, `p99`.
  package var statisticName: String
  package var unit: String?
  /// In seconds.
  package var period: Int
  package var evaluationPeriods: Int
  /// Nil where as many periods must breach as are evaluated.
  package var datapointsToAlarm: Int?
  package var threshold: Double
  package var comparison: Comparison
  /// Nil where nothing was said, which means `missing`.
  package var missingData: MissingData?
  package var lowSamples: String?
  package var actionsEnabled = true
  package var okActions: [String] = []
  package var alarmActions: [String] = []
  package var insufficientDataActions: [String] = []
  package var tags: [String: String] = [:]

  package var state = State.insufficientData
  package var reason = "Unchecked: Initial alarm creation"
  /// JSON that says what the reason says.
  package var reasonData: String?
  package var configurationTime: Int64
  package var stateTime: Int64
  package var transitionTime: Int64
  /// When it will be looked at next; nil while nothing can change it.
  var nextEvaluation: Int64?

  package var arn: String { Self.arn(name, region: region, account: account) }

  static func arn(_ name: String, region: RegionName, account: AccountID) -> String {
    "arn:aws:cloudwatch:\(region):\(account):alarm:\(name)"
  }

  /// What the alarm tells when it comes to a state.
  func actions(for state: State) -> [String] {
    switch state {
    case .ok: okActions
    case .alarm: alarmActions
    case .insufficientData: insufficientDataActions
    }
  }

  // MARK: Times

  /// How often it is evaluated, in milliseconds: every minute, every ten seconds where a period is shorter than one,
  /// every hour where it looks back over more than a day.
  var step: Int64 {
    if period < 60 { return 10_000 }
    return period * evaluationPeriods > 86_400 ? 3_600_000 : 60_000
  }

  /// As many periods as are looked at: some more than are evaluated, in case that some have no value.
  ///
  /// Ours: two more, and four more for periods under five minutes. AWS gives examples (three become five), and real
  /// alarms on periods of 15 minutes keep their state for three of them when values cease to come.
  var range: Int { evaluationPeriods + (period < 300 ? 4 : 2) }

  var wantedDatapoints: Int { datapointsToAlarm ?? evaluationPeriods }
}
