internal import TrailRecord

/// What an alarm makes of the periods that it looks at: AWS's rules, with its tables of examples as tests.
struct AlarmJudgement: Hashable, Sendable {
  /// A period's value.
  struct Point: Hashable, Sendable {
    /// When the period began.
    var time: Int64
    var value: Double
    var sampleCount: Double
  }

  /// Nil where the alarm keeps the state that it has.
  var state: MetricAlarm.State?
  /// The values that were judged, newest first.
  var points: [Point] = []
  /// How many periods without a value were judged as if they had one.
  var filled = 0

  /// - Parameter periods: the periods that are looked at, newest first; nil for those without a value.
  init(_ periods: [Point?], of alarm: MetricAlarm) {
    let wanted = alarm.evaluationPeriods
    let present = periods.compactMap(\.self)
    let missing = alarm.missingData ?? .missing
    func isBreaching(_ point: Point) -> Bool {
      alarm.comparison.isBreaching(point.value, alarm.threshold)
    }
    // Real values come first, from farther back too; missing ones are filled in as seldom as possible.
    points = Array(present.prefix(wanted))
    filled = wanted - points.count
    let breaching = points.count(where: isBreaching)
    let enough = alarm.wantedDatapoints
    guard filled > 0 else {
      state = breaching >= enough ? .alarm : .ok
      return
    }
    switch missing {
    case .breaching: state = breaching + filled >= enough ? .alarm : .ok
    case .notBreaching: state = breaching >= enough ? .alarm : .ok
    case .ignore, .missing:
      if points.isEmpty {
        state = missing == .missing ? .insufficientData : nil
      } else if breaching >= enough {
        state = .alarm
      } else if breaching < points.count {
        state = .ok
      } else if missing == .missing {
        // All that there is breaches. If the oldest is as old as is wanted, that is an alarm; if not, it is too early.
        let age = (periods.lastIndex { $0 != nil } ?? 0) + 1
        state = age >= enough ? .alarm : nil
      }
    }
  }
}

extension AlarmJudgement {
  /// AWS's text for why an alarm came to a state.
  func reason(_ alarm: MetricAlarm, to state: MetricAlarm.State) -> String {
    if state == .insufficientData {
      return "Insufficient Data: \(Self.counted(alarm.evaluationPeriods, "datapoint")) "
        + (alarm.evaluationPeriods == 1 ? "was unknown." : "were unknown.")
    }
    let treated =
      (alarm.missingData ?? .missing) == .breaching ? "[Breaching]" : "[NonBreaching]"
    let fill =
      "\(Self.counted(filled, "missing datapoint")) \(filled == 1 ? "was" : "were") treated as \(treated)"
    guard !points.isEmpty else {
      return "Threshold Crossed: no datapoints were received for "
        + "\(Self.counted(alarm.evaluationPeriods, "period")) and \(fill)."
    }
    let isAlarm = state == .alarm
    let crossing = points.filter {
      alarm.comparison.isBreaching($0.value, alarm.threshold) == isAlarm
    }
    let shown = crossing.isEmpty ? points : crossing
    let count = shown.count
    let number =
      alarm.datapointsToAlarm == nil
      ? Self.counted(count, "datapoint")
      : "\(count) out of the last \(alarm.evaluationPeriods) datapoints"
    let verb = count == 1 ? "was" : "were"
    let relation =
      "\(verb) \(isAlarm ? "" : "not ")\(alarm.comparison.words) the threshold "
      + "(\(JavaText.number(alarm.threshold)))"
    let list =
      "[" + shown.prefix(Self.listed).map(Self.text).joined(separator: ", ") + "]"
    var text = "Threshold Crossed: \(number)"
    text +=
      count <= Self.inline
      ? " \(list) \(relation)"
      : " \(relation). The most recent datapoints which crossed the threshold: \(list)"
    let isFilled =
      filled > 0 && (alarm.missingData == .breaching || alarm.missingData == .notBreaching)
    if isFilled { text += " and \(fill)" }
    if alarm.datapointsToAlarm != nil {
      let least =
        isAlarm
        ? alarm.wantedDatapoints : alarm.evaluationPeriods - alarm.wantedDatapoints + 1
      text += " (minimum \(Self.counted(least, "datapoint")) for "
      text += isAlarm ? "OK -> ALARM transition)" : "ALARM -> OK transition)"
    }
    return text + "."
  }

  /// More values than this stand behind the sentence, and of those not all.
  private static let inline = 3
  private static let listed = 5

  private static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  private static func text(_ point: Point) -> String {
    "\(JavaText.number(point.value)) (\(JavaText.shortTime(point.time)))"
  }
}

/// Numbers and times as AWS's texts about alarms have them.
enum JavaText {
  /// A number with a decimal point, and an exponent where it is large or small: `1.0`, `1.0E7`.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    let size = value.magnitude
    if size == 0 || (1e-3..<1e7).contains(size) { return "\(value)" }
    // Swift's exponents begin elsewhere than Java's: the digits are the same.
    let parts = "\(size)".split(separator: "e")
    let sides = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let written = sides[0] + (sides.count > 1 ? sides[1] : "")
    let zeros = written.prefix { $0 == "0" }.count
    var digits = written.dropFirst(zeros)
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    let exponent =
      (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + sides[0].count - 1 - zeros
    let rest = digits.count > 1 ? digits.dropFirst() : "0"
    return "\(value < 0 ? "-" : "")\(digits.prefix(1)).\(rest)E\(exponent)"
  }

  /// `05/01/26 09:05:00`
  static func shortTime(_ time: Int64) -> String {
    let civil = CivilTime(time)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(civil.day))/\(two(civil.month))/\(two(civil.year % 100)) "
      + "\(two(civil.hour)):\(two(civil.minute)):\(two(civil.second))"
  }

  /// `2026-01-05T09:05:00.123+0000`
  static func longTime(_ time: Int64) -> String {
    let text = EventTime.format(time / 1000 * 1000).dropLast()
    let digits = "\(1000 + time % 1000)".dropFirst()
    return "\(text).\(digits)+0000"
  }
}
