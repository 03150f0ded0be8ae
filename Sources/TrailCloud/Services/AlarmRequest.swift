internal import TrailRecord

/// CloudWatch's limits of alarms.
enum AlarmLimits {
  /// Names in one call, and alarms in one answer.
  static let names = 100
  static let nameLength = 255
  static let descriptionLength = 1024
  static let reasonLength = 1023
  static let actions = 5
  static let dimensions = 30
  /// Seconds over which an alarm can look back: with periods under an hour, and with longer ones.
  static let shortWindow = 86_400
  static let longWindow = 604_800
}

/// What PutMetricAlarm is sent, made into an alarm. Ours: the texts of errors that no source has.
enum AlarmRequest {
  static func alarm(_ call: ServiceCall) throws(AWSError) -> MetricAlarm {
    let name = call.text("AlarmName") ?? ""
    guard !name.isEmpty else {
      throw CloudWatchErrors.invalid(
        ValidationText.constraint(
          "alarmName", "", "Member must have length greater than or equal to 1"))
    }
    guard name.unicodeScalars.count <= AlarmLimits.nameLength else {
      throw CloudWatchErrors.invalid(
        ValidationText.tooLong("alarmName", name, AlarmLimits.nameLength))
    }
    guard call.parameters["Metrics"] == nil else {
      throw CloudWatchErrors.invalid(
        "Alarms on metric math are not simulated: give MetricName and Namespace.")
    }
    let metric = try MetricRequest.metric(call.parameters, call)
    let (statistic, statisticName) = try self.statistic(call)
    let (period, periods, datapoints) = try window(call)
    guard let threshold = call.parameters["Threshold"]?.scalarText.flatMap({ Double($0) }),
      threshold.isFinite
    else { throw CloudWatchErrors.invalid("Threshold must be specified") }
    var alarm = MetricAlarm(
      name: name, region: call.region, account: call.account, metric: metric, statistic: statistic,
      statisticName: statisticName, period: period, evaluationPeriods: periods,
      datapointsToAlarm: datapoints, threshold: threshold, comparison: try comparison(call),
      configurationTime: call.time, stateTime: call.time, transitionTime: call.time)
    if let details = call.text("AlarmDescription") {
      guard details.unicodeScalars.count <= AlarmLimits.descriptionLength else {
        throw CloudWatchErrors.invalid(
          ValidationText.tooLong("alarmDescription", details, AlarmLimits.descriptionLength))
      }
      alarm.details = details
    }
    alarm.unit = try MetricRequest.unit(call.text("Unit"))
    alarm.missingData = try missingData(call)
    alarm.lowSamples = try lowSamples(call)
    alarm.actionsEnabled = call.bool("ActionsEnabled") ?? true
    alarm.okActions = try actions(call, "OKActions")
    alarm.alarmActions = try actions(call, "AlarmActions")
    alarm.insufficientDataActions = try actions(call, "InsufficientDataActions")
    alarm.tags = tags(call.parameters["Tags"])
    return alarm
  }

  static func tags(_ value: JSONValue?) -> [String: String] {
    Dictionary(
      (value?.elements ?? []).compactMap { tag in
        tag.member("Key")?.text.map { ($0, tag.member("Value")?.text ?? "") }
      }, uniquingKeysWith: { _, last in last })
  }

  private static func statistic(
    _ call: ServiceCall
  ) throws(AWSError) -> (MetricStatistic, String) {
    let basic = call.text("Statistic")
    let extended = call.text("ExtendedStatistic")
    guard (basic == nil) != (extended == nil) else {
      throw CloudWatchErrors.invalid(
        basic == nil
          ? "Must specify either Statistic or ExtendedStatistic"
          : "Statistic and ExtendedStatistic are mutually exclusive")
    }
    if let basic {
      guard MetricStatistic.basic.contains(basic), let statistic = MetricStatistic(basic) else {
        throw CloudWatchErrors.invalid(
          ValidationText.notOneOf("statistic", basic, MetricStatistic.basic))
      }
      return (statistic, basic)
    }
    let name = extended ?? ""
    guard let statistic = MetricStatistic(name), case .percentile = statistic else {
      throw CloudWatchErrors.parameter(
        "The value \(name) for parameter ExtendedStatistic is not supported.")
    }
    return (statistic, name)
  }

  /// Period, evaluation periods, datapoints to alarm.
  private static func window(_ call: ServiceCall) throws(AWSError) -> (Int, Int, Int?) {
    guard let period = call.parameters["Period"]?.integer else {
      throw CloudWatchErrors.invalid("Period must be specified")
    }
    guard period > 0, period % 60 == 0 || [10, 20, 30].contains(period) else {
      throw CloudWatchErrors.invalid("Period must be 10, 20, 30 or a multiple of 60")
    }
    let periods = call.parameters["EvaluationPeriods"]?.integer ?? 1
    guard periods >= 1 else {
      throw CloudWatchErrors.invalid(
        ValidationText.constraint(
          "evaluationPeriods", "\(periods)", "Member must have value greater than or equal to 1"))
    }
    let longest = period < 3600 ? AlarmLimits.shortWindow : AlarmLimits.longWindow
    let (window, isTooLarge) = period.multipliedReportingOverflow(by: periods)
    guard !isTooLarge, window <= longest else {
      throw CloudWatchErrors.invalid(
        longest == AlarmLimits.shortWindow
          ? "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400)."
          : "Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be <= 604800)."
      )
    }
    let datapoints = call.parameters["DatapointsToAlarm"]?.integer
    if let datapoints {
      guard datapoints >= 1 else {
        throw CloudWatchErrors.invalid(
          ValidationText.constraint(
            "datapointsToAlarm", "\(datapoints)",
            "Member must have value greater than or equal to 1"))
      }
      guard datapoints <= periods else {
        throw CloudWatchErrors.invalid(
          "DatapointsToAlarm must be less than or equal to EvaluationPeriods")
      }
    }
    return (period, periods, datapoints)
  }

  private static func comparison(
    _ call: ServiceCall
  ) throws(AWSError) -> MetricAlarm.Comparison {
    let name = call.text("ComparisonOperator") ?? ""
    if let comparison = MetricAlarm.Comparison(rawValue: name) { return comparison }
    let bands = [
      "LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold",
      "GreaterThanUpperThreshold",
    ]
    if bands.contains(name) {
      throw CloudWatchErrors.invalid(
        "ComparisonOperator \(name) needs ThresholdMetricId and an anomaly detection band, which are not simulated."
      )
    }
    throw CloudWatchErrors.invalid(
      ValidationText.notOneOf(
        "comparisonOperator", name, MetricAlarm.Comparison.allCases.map(\.rawValue) + bands))
  }

  private static func missingData(
    _ call: ServiceCall
  ) throws(AWSError) -> MetricAlarm.MissingData? {
    guard let name = call.text("TreatMissingData") else { return nil }
    guard let treatment = MetricAlarm.MissingData(rawValue: name) else {
      throw CloudWatchErrors.invalid(
        "Option \(name) is not supported. Supported options for parameter TreatMissingData are breaching, notBreaching, ignore and missing."
      )
    }
    return treatment
  }

  private static func lowSamples(_ call: ServiceCall) throws(AWSError) -> String? {
    guard let name = call.text("EvaluateLowSampleCountPercentile") else { return nil }
    guard name == "evaluate" || name == "ignore" else {
      throw CloudWatchErrors.invalid(
        "Option \(name) is not supported. Supported options for parameter EvaluateLowSampleCountPercentile are evaluate and ignore."
      )
    }
    return name
  }

  private static func actions(
    _ call: ServiceCall, _ parameter: String
  ) throws(AWSError) -> [String] {
    let actions = call.parameters[parameter]?.texts ?? []
    let name =
      parameter == "OKActions"
      ? "oKActions" : parameter.prefix(1).lowercased() + parameter.dropFirst()
    guard actions.count <= AlarmLimits.actions else {
      throw CloudWatchErrors.invalid(
        ValidationText.constraint(
          name, "[\(actions.joined(separator: ", "))]",
          "Member must have length less than or equal to \(AlarmLimits.actions)"))
    }
    for action in actions where !action.hasPrefix("arn:") || ARN(action) == nil {
      throw CloudWatchErrors.invalid("Invalid arn syntax: \(action)")
    }
    return actions
  }
}

/// Parts of CloudWatch's requests.
enum MetricRequest {
  /// The metric of `Namespace`, `MetricName` and `Dimensions`.
  static func metric(_ value: JSONValue, _ call: ServiceCall) throws(AWSError) -> MetricID {
    guard let name = value["MetricName"]?.text, !name.isEmpty else {
      throw CloudWatchErrors.invalid("The parameter MetricName is required.")
    }
    guard let namespace = value["Namespace"]?.text, !namespace.isEmpty else {
      throw CloudWatchErrors.invalid("The parameter Namespace is required.")
    }
    guard namespace.first != ":", namespace.unicodeScalars.count <= AlarmLimits.nameLength,
      name.unicodeScalars.count <= AlarmLimits.nameLength
    else {
      throw CloudWatchErrors.parameter(
        "The value \(namespace) for parameter Namespace is invalid.")
    }
    return MetricID(
      account: call.account, region: call.region, namespace: namespace, name: name,
      dimensions: try dimensions(value["Dimensions"]))
  }

  static func dimensions(_ value: JSONValue?) throws(AWSError) -> [MetricID.Dimension] {
    let given = value?.elements ?? []
    guard given.count <= AlarmLimits.dimensions else {
      throw CloudWatchErrors.invalid(
        ValidationText.constraint(
          "dimensions", "[…]",
          "Member must have length less than or equal to \(AlarmLimits.dimensions)"))
    }
    var dimensions: [MetricID.Dimension] = []
    for dimension in given {
      guard let name = dimension.member("Name")?.text, let value = dimension.member("Value")?.text,
        !name.isEmpty, !value.isEmpty
      else {
        throw CloudWatchErrors.parameter("Each dimension needs a Name and a Value.")
      }
      dimensions.append(MetricID.Dimension(name, value))
    }
    return dimensions
  }

  static func unit(_ name: String?) throws(AWSError) -> String? {
    guard let name else { return nil }
    guard MetricUnit.all.contains(name) else {
      throw CloudWatchErrors.invalid(ValidationText.notOneOf("unit", name, MetricUnit.all))
    }
    return name
  }

  /// A time as the API takes it, in milliseconds; nil where none is given.
  static func time(_ value: JSONValue?, _ parameter: String) throws(AWSError) -> Int64? {
    guard let value, value != .null else { return nil }
    guard let time = LookupTime.milliseconds(value) else {
      throw CloudWatchErrors.invalid("The value for parameter \(parameter) is not a timestamp.")
    }
    return time
  }
}
