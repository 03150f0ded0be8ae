internal import TrailCloud
internal import TrailRecord
internal import TrailText

/// Metrics as commands take and show them.
enum MetricText {
  /// Namespace and name of `NAMESPACE/NAME`; a namespace can have slashes of its own: `AWS/S3/Requests`.
  static func parts(_ text: String) -> (namespace: String, name: String)? {
    guard let slash = text.lastIndex(of: "/"), slash != text.startIndex else { return nil }
    let name = text[text.index(after: slash)...]
    return name.isEmpty ? nil : (String(text[..<slash]), String(name))
  }

  static func text(_ metric: MetricID) -> String {
    "\(metric.namespace)/\(metric.name)" + dimensions(metric).map { " \($0)" }.joined()
  }

  static func dimensions(_ metric: MetricID) -> [String] {
    metric.dimensions.map { "\($0.name)=\($0.value)" }
  }

  /// A minute's values in words.
  static func minute(_ time: Int64, _ set: StatisticSet, of metric: MetricID) -> String {
    let dimensions = dimensions(metric).map { ", \($0)" }.joined()
    return "\(ReadableTime.readable(time)): sum \(AlarmText.number(set.sum)) of"
      + " \(NumberText.counted(Int(set.sampleCount), "value"))\(dimensions)"
  }

  /// Takes a unit in any letter case.
  static func unit(_ reader: inout ArgumentReader) throws -> Argument {
    let word = try reader.word("the unit, such as Count")
    if let unit = MetricUnit.all.first(where: { $0.lowercased() == word.text.lowercased() }) {
      return Argument(unit, range: word.range)
    }
    let near = NearestNames.find(word.text, in: MetricUnit.all).first
    throw Diagnostics(
      Diagnostic(
        "usage", "CloudWatch has no unit `\(word.text)`", at: word.range,
        label: near.map { "did you mean `\($0)`?" },
        notes: ["units: " + MetricUnit.all.joined(separator: ", ")],
        fixIt: near.map { FixIt(replace: word.range, with: $0) }))
  }
}

/// Alarms in words.
enum AlarmText {
  static let operators: [(text: String, comparison: MetricAlarm.Comparison)] = [
    (">=", .greaterOrEqual), ("<=", .lessOrEqual), (">", .greater), ("<", .less),
  ]

  /// `3`, `0.5`.
  static func number(_ value: Double) -> String {
    Int(exactly: value).map { NumberText.grouped($0) } ?? "\(value)"
  }

  /// The same without marks between thousands, for tables.
  static func plain(_ value: Double) -> String {
    Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }

  /// Such as `Sum >= 1 in 5 min, 2 of 3 times`.
  static func condition(_ alarm: MetricAlarm) -> String {
    let sign = operators.first { $0.comparison == alarm.comparison }?.text ?? ""
    var text =
      "\(alarm.statisticName) \(sign) \(number(alarm.threshold)) in"
      + " \(ReadableDuration.readable(Int64(alarm.period) * 1000))"
    let periods = alarm.evaluationPeriods
    let wanted = alarm.datapointsToAlarm ?? periods
    if periods > 1 {
      text += wanted == periods ? ", \(periods) times in a row" : ", \(wanted) of \(periods) times"
    }
    return text
  }

  /// What an action's ARN is called: a topic by its name.
  static func action(_ arn: String) -> String {
    ARN(arn).map { $0.service == "sns" ? String($0.resource) : arn } ?? arn
  }
}
