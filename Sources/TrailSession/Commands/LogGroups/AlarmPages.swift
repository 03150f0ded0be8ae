internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// An alarm, for reading.
enum AlarmPages {
  /// Changes that are shown.
  private static let shownChanges = 8

  static let show = Command(
    "show alarm", forms: ["show alarm NAME"],
    summary: "shows an alarm: its state and why, its condition, and what became of it so far",
    detail: ["With `--json` it is AWS's own answer, that of DescribeAlarms."],
    examples: ["define alarm slow on App/Latency p99 > 250; show alarm slow"],
    candidates: { $0.words.isEmpty ? LogCompletion.alarms($0.session) : [] }
  ) { invocation in
    let alarm = try invocation.alarm(try invocation.onlyName("the alarm's name"))
    switch invocation.session.settings.output {
    case .json, .ndjson:
      try invocation.write(String(decoding: JSONWriter.bytes(alarm.json), as: UTF8.self) + "\n")
    default: try NounPage.write("alarm \(alarm.name)", rows(alarm, invocation.cloud), invocation)
    }
  }

  private static func rows(_ alarm: MetricAlarm, _ cloud: Cloud) -> [(String, String)] {
    var rows = [
      ("state", "\(alarm.state.rawValue) since \(ReadableTime.readable(alarm.stateTime))"),
      ("reason", alarm.reason), ("condition", AlarmText.condition(alarm)),
      ("metric", MetricText.text(alarm.metric)), ("arn", alarm.arn),
    ]
    if let unit = alarm.unit { rows.append(("unit", unit)) }
    if let text = alarm.details, !text.isEmpty { rows.append(("description", text)) }
    rows.append(("missing values", missing(alarm)))
    for (name, arns) in [
      ("tells in ALARM", alarm.alarmActions), ("tells in OK", alarm.okActions),
      ("tells without data", alarm.insufficientDataActions),
    ] where !arns.isEmpty {
      rows.append((name, arns.map(AlarmText.action).joined(separator: ", ")))
    }
    if !alarm.actionsEnabled {
      rows.append(("actions", "off (`enable alarm \(alarm.name)`)"))
    }
    for filter in PlacedFilter.all(cloud) where filter.metric.isNamed(as: alarm.metric) {
      rows.append(("fed by", "filter \(filter.filter.name) on \(filter.group.name)"))
    }
    for (time, set) in cloud.metrics.newest(of: alarm.metric, 3).reversed() {
      rows.append(("minute", MetricText.minute(time, set, of: alarm.metric)))
    }
    for item in cloud.metrics.history(of: alarm).suffix(shownChanges) {
      rows.append((ReadableTime.readable(item.time), item.summary))
    }
    return rows
  }

  private static func missing(_ alarm: MetricAlarm) -> String {
    switch alarm.missingData ?? .missing {
    case .missing: "are left out; without any the alarm is in INSUFFICIENT_DATA"
    case .ignore: "leave the state as it is"
    case .breaching: "count as past the threshold"
    case .notBreaching: "count as good"
    }
  }
}
