internal import TrailRecord

/// Something that happened to an alarm.
package struct AlarmHistoryItem: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case configurationUpdate = "ConfigurationUpdate"
    case stateUpdate = "StateUpdate"
    case action = "Action"
  }
  package var alarmARN: String
  package var alarmName: String
  package var time: Int64
  package var kind: Kind
  package var summary: String
  /// JSON.
  package var data: String
}

// What an alarm does when its state changes.

extension Cloud {
  /// The service that publishes for alarms.
  static let alarmService = "cloudwatch.amazonaws.com"
  /// How long AWS keeps an alarm's history, in milliseconds.
  static let alarmHistoryTime: Int64 = 30 * 86_400_000

  /// Brings an alarm into a state, tells whoever it names, and notes it in its history.
  ///
  /// - Parameter data: JSON that says what the reason says; nil where SetAlarmState gave none.
  func setState(
    of alarm: MetricAlarm, to state: MetricAlarm.State, reason: String, data: JSONValue?
  ) {
    var alarm = alarm
    let old = alarm
    let isNew = state != old.state
    alarm.state = state
    alarm.reason = reason
    alarm.reasonData = data.map(Self.text)
    alarm.stateTime = now
    if isNew { alarm.transitionTime = now }
    // The next evaluation may have been planned meanwhile.
    alarm.nextEvaluation = metrics.alarms[alarm.arn]?.nextEvaluation
    metrics.alarms[alarm.arn] = alarm
    note(
      .stateUpdate, of: alarm,
      "Alarm updated from \(old.state.rawValue) to \(state.rawValue)",
      [
        "version": "1.0", "oldState": Self.stateJSON(old), "newState": Self.stateJSON(alarm),
      ])
    guard isNew else { return }
    happenings.alarm(alarm.name, went: state.rawValue)
    sendToEventBus(alarm, from: old)
    guard alarm.actionsEnabled else { return }
    for action in alarm.actions(for: state) { take(action, for: alarm, from: old.state) }
  }

  private static func stateJSON(_ alarm: MetricAlarm) -> JSONValue {
    compacted([
      "stateValue": .string(alarm.state.rawValue), "stateReason": .string(alarm.reason),
      "stateReasonData": alarm.reasonData.flatMap { try? JSONParser.parse($0) },
    ])
  }

  static func text(_ value: JSONValue) -> String {
    String(decoding: JSONWriter.bytes(value), as: UTF8.self)
  }

  func note(
    _ kind: AlarmHistoryItem.Kind, of alarm: MetricAlarm, _ summary: String, _ data: JSONValue
  ) {
    metrics.history.removeAll { $0.time < now - Self.alarmHistoryTime }
    metrics.history.append(
      AlarmHistoryItem(
        alarmARN: alarm.arn, alarmName: alarm.name, time: now, kind: kind, summary: summary,
        data: Self.text(data)))
  }

  // MARK: Actions

  /// Publishes to a topic. Ours: other kinds of actions are noted as failed, since nothing here could take them.
  private func take(_ action: String, for alarm: MetricAlarm, from old: MetricAlarm.State) {
    let isTopic = ARN(action).map { $0.service == "sns" } ?? false
    let failure =
      isTopic
      ? publish(
        Self.text(notification(of: alarm, from: old)), subject: Self.subject(alarm), to: action,
        as: Self.alarmService, sourceARN: alarm.arn)
      : "this kind of action is not simulated"
    let summary =
      failure.map { "Failed to execute action \(action). Received error: \"\($0)\"" }
      ?? "Successfully executed action \(action)"
    note(
      .action, of: alarm, summary,
      compacted([
        "actionState": .string(failure == nil ? "Succeeded" : "Failed"),
        "stateUpdateTimestamp": .number(Int(alarm.stateTime)),
        "notificationResource": .string(action),
        "publishedMessage": failure == nil && isTopic
          ? .string(Self.text(notification(of: alarm, from: old))) : nil,
        "error": failure.map { .string($0) },
      ]))
    if failure == nil {
      happenings.alarm(alarm.name, told: ARN(action).map { String($0.lastName) } ?? action)
    }
  }

  /// Such as `ALARM: "root use" in US East (N. Virginia)`.
  private static func subject(_ alarm: MetricAlarm) -> String {
    let text =
      "\(alarm.state.rawValue): \"\(alarm.name)\" in \(RegionTitles.title(of: alarm.region))"
    // SNS takes a hundred characters.
    return String(text.prefix(100))
  }

  /// The message that a topic gets, with the members of AWS's in their order.
  private func notification(of alarm: MetricAlarm, from old: MetricAlarm.State) -> JSONValue {
    func time(_ time: Int64) -> JSONValue { .string(JavaText.longTime(time)) }
    return [
      "AlarmName": .string(alarm.name),
      "AlarmDescription": alarm.details.map { .string($0) } ?? .null,
      "AWSAccountId": .string(alarm.account),
      "AlarmConfigurationUpdatedTimestamp": time(alarm.configurationTime),
      "NewStateValue": .string(alarm.state.rawValue),
      "NewStateReason": .string(alarm.reason), "StateChangeTime": time(alarm.stateTime),
      "Region": .string(RegionTitles.title(of: alarm.region)), "AlarmArn": .string(alarm.arn),
      "OldStateValue": .string(old.rawValue), "OKActions": .strings(alarm.okActions),
      "AlarmActions": .strings(alarm.alarmActions),
      "InsufficientDataActions": .strings(alarm.insufficientDataActions),
      "Trigger": trigger(of: alarm),
    ]
  }

  private func trigger(of alarm: MetricAlarm) -> JSONValue {
    var isExtended = false
    if case .percentile = alarm.statistic { isExtended = true }
    return compacted([
      "MetricName": .string(alarm.metric.name), "Namespace": .string(alarm.metric.namespace),
      "StatisticType": .string(isExtended ? "ExtendedStatistic" : "Statistic"),
      "Statistic": isExtended ? nil : .string(Self.trigger(statistic: alarm.statisticName)),
      "ExtendedStatistic": isExtended ? .string(alarm.statisticName) : nil,
      "Unit": alarm.unit.map { .string($0) } ?? .null,
      "Dimensions": .array(
        alarm.metric.dimensions.map { ["value": .string($0.value), "name": .string($0.name)] }),
      "Period": .number(alarm.period), "EvaluationPeriods": .number(alarm.evaluationPeriods),
      "DatapointsToAlarm": alarm.datapointsToAlarm.map { .number($0) },
      "ComparisonOperator": .string(alarm.comparison.rawValue),
      "Threshold": .number(JavaText.number(alarm.threshold)),
      "TreatMissingData": .string(alarm.missingData?.rawValue ?? "missing"),
      "EvaluateLowSampleCountPercentile": .string(alarm.lowSamples ?? ""),
    ])
  }

  /// `SUM` for `Sum`, `SAMPLE_COUNT` for `SampleCount`.
  private static func trigger(statistic: String) -> String {
    statistic == "SampleCount" ? "SAMPLE_COUNT" : statistic.uppercased()
  }
}

/// Regions as AWS's consoles and notifications call them.
enum RegionTitles {
  static func title(of region: RegionName) -> String { titles[region] ?? region }

  private static let titles: [RegionName: String] = [
    "us-east-1": "US East (N. Virginia)", "us-east-2": "US East (Ohio)",
    "us-west-1": "US West (N. California)", "us-west-2": "US West (Oregon)",
    "af-south-1": "Africa (Cape Town)", "ap-east-1": "Asia Pacific (Hong Kong)",
    "ap-east-2": "Asia Pacific (Taipei)", "ap-south-1": "Asia Pacific (Mumbai)",
    "ap-south-2": "Asia Pacific (Hyderabad)", "ap-northeast-1": "Asia Pacific (Tokyo)",
    "ap-northeast-2": "Asia Pacific (Seoul)", "ap-northeast-3": "Asia Pacific (Osaka)",
    "ap-southeast-1": "Asia Pacific (Singapore)", "ap-southeast-2": "Asia Pacific (Sydney)",
    "ap-southeast-3": "Asia Pacific (Jakarta)", "ap-southeast-4": "Asia Pacific (Melbourne)",
    "ap-southeast-5": "Asia Pacific (Malaysia)", "ap-southeast-6": "Asia Pacific (New Zealand)",
    "ap-southeast-7": "Asia Pacific (Thailand)", "ca-central-1": "Canada (Central)",
    "ca-west-1": "Canada West (Calgary)", "eu-central-1": "EU (Frankfurt)",
    "eu-central-2": "Europe (Zurich)", "eu-north-1": "EU (Stockholm)",
    "eu-south-1": "EU (Milan)", "eu-south-2": "Europe (Spain)", "eu-west-1": "EU (Ireland)",
    "eu-west-2": "EU (London)", "eu-west-3": "EU (Paris)", "il-central-1": "Israel (Tel Aviv)",
    "me-central-1": "Middle East (UAE)", "me-south-1": "Middle East (Bahrain)",
    "mx-central-1": "Mexico (Central)", "sa-east-1": "South America (Sao Paulo)",
  ]
}
