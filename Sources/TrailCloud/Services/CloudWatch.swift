internal import TrailRecord

/// The errors of CloudWatch.
enum CloudWatchErrors {
  static func invalid(_ text: String) -> AWSError { AWSError("ValidationError", text) }

  static func parameter(_ text: String) -> AWSError {
    AWSError("InvalidParameterValue", text, recordedCode: "InvalidParameterValueException")
  }

  static func combination(_ text: String) -> AWSError {
    AWSError(
      "InvalidParameterCombination", text, recordedCode: "InvalidParameterCombinationException")
  }

  static func notFound(_ name: String) -> AWSError {
    AWSError("ResourceNotFound", "", advice: "`list alarms` lists the alarms; \(name) is none")
  }
}

/// The model of CloudWatch's metrics and alarms.
extension Cloud {
  func performCloudWatch(_ call: ServiceCall) -> ServiceOutcome {
    var outcome = ServiceOutcome()
    do {
      guard let answer = try cloudWatchAnswer(to: call) else { return performGenerally(call) }
      outcome.response = answer
      outcome.resources = dataResources(of: call)
    } catch {
      outcome.error = error
    }
    return outcome
  }

  /// AWS's answer; nil for an operation about something else.
  private func cloudWatchAnswer(to call: ServiceCall) throws(AWSError) -> JSONValue? {
    switch call.operation.name {
    case "PutMetricAlarm": try putMetricAlarm(call)
    case "DeleteAlarms": try deleteAlarms(call)
    case "SetAlarmState": try setAlarmState(call)
    case "EnableAlarmActions": enableActions(true, call)
    case "DisableAlarmActions": enableActions(false, call)
    case "DescribeAlarms": return try describeAlarms(call)
    case "DescribeAlarmsForMetric": return try describeAlarmsForMetric(call)
    case "DescribeAlarmHistory": return try describeAlarmHistory(call)
    case "PutMetricData": try putMetricData(call)
    case "ListMetrics": return try listMetrics(call)
    case "GetMetricStatistics": return try getMetricStatistics(call)
    case "GetMetricData": return try getMetricData(call)
    case "TagResource", "UntagResource": try changeAlarmTags(call)
    case "ListTagsForResource":
      let tags = try taggedAlarm(call).tags
      return [
        "Tags": .array(
          tags.keys.sorted().map { ["Key": .string($0), "Value": .string(tags[$0] ?? "")] })
      ]
    default: return nil
    }
    return [:]
  }

  // MARK: Tags

  private func taggedAlarm(_ call: ServiceCall) throws(AWSError) -> MetricAlarm {
    guard let alarm = metrics.alarms[call.text("ResourceARN") ?? ""] else {
      throw AWSError("ResourceNotFoundException", "The resource does not exist.")
    }
    return alarm
  }

  private func changeAlarmTags(_ call: ServiceCall) throws(AWSError) {
    let arn = try taggedAlarm(call).arn
    for key in call.parameters["TagKeys"]?.texts ?? [] { metrics.alarms[arn]?.tags[key] = nil }
    for (key, value) in AlarmRequest.tags(call.parameters["Tags"]) {
      metrics.alarms[arn]?.tags[key] = value
    }
  }
}

/// A part of a list, with the token of the next, as CloudWatch has it.
struct MetricPage<Item> {
  var items: [Item]
  var nextToken: JSONValue?

  init(
    _ all: [Item], of call: ServiceCall, limit: String?, most: Int
  ) throws(AWSError) {
    let wanted = limit.flatMap { call.parameters[$0]?.integer } ?? most
    guard (1...most).contains(wanted) else {
      throw CloudWatchErrors.invalid(
        ValidationText.constraint(
          "maxRecords", "\(wanted)",
          wanted < 1
            ? "Member must have value greater than or equal to 1"
            : "Member must have value less than or equal to \(most)"))
    }
    var start = 0
    if let token = call.text("NextToken") {
      guard let place = PageToken.place(token), place <= all.count else {
        throw AWSError("InvalidNextToken", "Request parameter NextToken is invalid")
      }
      start = place
    }
    let end = min(start + wanted, all.count)
    items = Array(all[start..<end])
    nextToken = end < all.count ? .string(PageToken.text(end)) : nil
  }
}
