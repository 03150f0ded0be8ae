internal import TrailRecord

/// What CloudWatch Logs calls itself in records.
enum LogsAPI {
  static let version = "20140328"

  static func noGroup(_ name: String? = nil) -> AWSError {
    AWSError(
      "ResourceNotFoundException", "The specified log group does not exist.",
      advice: name.map { "define loggroup \($0)" })
  }

  static let noStream = AWSError(
    "ResourceNotFoundException", "The specified log stream does not exist.")

  static func invalid(_ message: String, advice: String? = nil) -> AWSError {
    AWSError("InvalidParameterException", message, advice: advice)
  }

  static let badToken = invalid("The specified nextToken is invalid.")
}

/// The model of CloudWatch Logs: groups, streams, events, metric filters.
extension Cloud {
  func performLogs(_ call: ServiceCall) -> ServiceOutcome {
    var outcome = ServiceOutcome()
    do {
      guard let answer = try logsAnswer(to: call) else {
        outcome = performGenerally(call)
        outcome.finish = { $0.apiVersion = LogsAPI.version }
        return outcome
      }
      outcome.response = answer
    } catch {
      outcome.error = error
    }
    if call.operation.name == "PutLogEvents" {
      // Ours: what is logged is not repeated in the record.
      outcome.requestParameters = call.parameters.removing(["logEvents"])
    }
    guard outcome.error == nil else { return outcome }
    outcome.finish = { $0.apiVersion = LogsAPI.version }
    if call.operation.name == "CreateLogStream" { outcome.work = repeatedStreamWork(call) }
    return outcome
  }

  /// AWS's answer; nil for an operation about something else.
  private func logsAnswer(to call: ServiceCall) throws(AWSError) -> JSONValue? {
    switch call.operation.name {
    case "CreateLogGroup": try createLogGroup(call)
    case "DeleteLogGroup": try deleteLogGroup(call)
    case "DescribeLogGroups": return try describeLogGroups(call)
    case "CreateLogStream": try createLogStream(call)
    case "DeleteLogStream": try deleteLogStream(call)
    case "DescribeLogStreams": return try describeLogStreams(call)
    case "PutLogEvents": return try putLogEvents(call)
    case "GetLogEvents": return try getLogEvents(call)
    case "FilterLogEvents": return try filterLogEvents(call)
    case "PutRetentionPolicy", "DeleteRetentionPolicy": try changeRetention(call)
    case "PutMetricFilter": try putMetricFilter(call)
    case "DeleteMetricFilter": try deleteMetricFilter(call)
    case "DescribeMetricFilters": return try describeMetricFilters(call)
    case "TestMetricFilter": return try testMetricFilter(call)
    case "PutLogGroupDeletionProtection": try protect(call)
    case "TagLogGroup", "UntagLogGroup", "TagResource", "UntagResource": try changeTags(call)
    case "ListTagsLogGroup", "ListTagsForResource":
      let tags = try taggedGroup(call).tags
      return [
        "tags": .object(tags.keys.sorted().map { JSONMember($0, .string(tags[$0] ?? "")) })
      ]
    default: return nil
    }
    return [:]
  }

  // MARK: Groups

  /// The group that a call is about, by its name, or by its name or ARN in `logGroupIdentifier`.
  func logGroup(of call: ServiceCall) throws(AWSError) -> LogGroup {
    let name = call.text("logGroupName")
    let identifier = call.text("logGroupIdentifier")
    guard name == nil || identifier == nil else {
      throw AWSError(
        "ValidationException", "LogGroup name and LogGroup ARN are mutually exclusive parameters.")
    }
    guard let text = name ?? identifier else {
      throw LogsAPI.invalid("One of logGroupName and logGroupIdentifier is required.")
    }
    if let group = text.hasPrefix("arn:")
      ? logGroups[text] : logGroups.group(text, in: call.region, account: call.account)
    {
      return group
    }
    if !text.hasPrefix("arn:") { try LogNames.checkGroup(text) }
    throw LogsAPI.noGroup(text.hasPrefix("arn:") ? nil : text)
  }

  private func createLogGroup(_ call: ServiceCall) throws(AWSError) {
    let name = call.text("logGroupName") ?? ""
    try LogNames.checkGroup(name)
    guard logGroups.group(name, in: call.region, account: call.account) == nil else {
      throw AWSError("ResourceAlreadyExistsException", "The specified log group already exists")
    }
    var group = LogGroup(
      name: name, region: call.region, account: call.account, creationTime: call.time)
    group.tags = Self.tags(call.parameters["tags"])
    group.kmsKeyID = call.text("kmsKeyId")
    if let kind = call.text("logGroupClass") {
      let classes = ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"]
      guard classes.contains(kind) else {
        throw LogsAPI.invalid(ValidationText.notOneOf("logGroupClass", kind, classes))
      }
      group.groupClass = kind
    }
    group.isProtected = call.bool("deletionProtectionEnabled") ?? false
    logGroups[group.arn] = group
  }

  private static func tags(_ value: JSONValue?) -> [String: String] {
    Dictionary(
      (value?.members ?? []).map { ($0.nameText, $0.value.text ?? "") },
      uniquingKeysWith: { _, last in last })
  }

  private func deleteLogGroup(_ call: ServiceCall) throws(AWSError) {
    let group = try logGroup(of: call)
    guard !group.isProtected else {
      throw AWSError(
        "ValidationException",
        "The log group \(group.name) cannot be deleted because deletion protection is enabled.",
        advice:
          "simulate logs:PutLogGroupDeletionProtection logGroupIdentifier=\(group.name) deletionProtectionEnabled=false"
      )
    }
    logGroups[group.arn] = nil
  }

  private func protect(_ call: ServiceCall) throws(AWSError) {
    let group = try logGroup(of: call)
    logGroups[group.arn]?.isProtected = call.bool("deletionProtectionEnabled") ?? false
  }

  private func describeLogGroups(_ call: ServiceCall) throws(AWSError) -> JSONValue {
    let prefix = call.text("logGroupNamePrefix")
    let pattern = call.text("logGroupNamePattern")
    guard prefix == nil || pattern == nil else {
      throw LogsAPI.invalid(
        "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
    }
    let wanted = call.text("logGroupClass")
    let groups = logGroups.all(of: call.account, in: call.region).filter { group in
      group.name.hasPrefix(prefix ?? "") && (pattern.map { group.name.contains($0) } ?? true)
        && (wanted == nil || wanted == group.groupClass)
    }
    let page = try LogPage(groups, of: call, most: 50)
    return compacted([
      "logGroups": .array(page.items.map { Self.json($0, isBrief: pattern != nil) }),
      "nextToken": page.nextToken,
    ])
  }

  /// A group as DescribeLogGroups has it; a search by pattern tells less.
  private static func json(_ group: LogGroup, isBrief: Bool) -> JSONValue {
    compacted([
      "logGroupName": .string(group.name), "creationTime": .number(Int(group.creationTime)),
      "retentionInDays": group.retentionDays.map { .number($0) },
      "metricFilterCount": .number(group.metricFilters.count), "arn": .string(group.arn),
      "storedBytes": isBrief
        ? nil : .number(group.storedBytes),
      "kmsKeyId": group.kmsKeyID.map { .string($0) },
      "logGroupClass": .string(group.groupClass), "logGroupArn": .string(group.logGroupARN),
      "deletionProtectionEnabled": isBrief ? nil : .bool(group.isProtected),
    ])
  }

  private func changeRetention(_ call: ServiceCall) throws(AWSError) {
    let group = try logGroup(of: call)
    guard call.operation.name == "PutRetentionPolicy" else {
      logGroups[group.arn]?.retentionDays = nil
      return
    }
    let days = call.parameters["retentionInDays"]?.integer ?? 0
    try LogNames.checkRetention(days)
    logGroups[group.arn]?.retentionDays = days
  }

  // MARK: Tags

  /// The group of a call about tags: by name, or by `resourceArn`.
  private func taggedGroup(_ call: ServiceCall) throws(AWSError) -> LogGroup {
    guard let arn = call.text("resourceArn") else { return try logGroup(of: call) }
    guard let group = logGroups[arn] else {
      throw AWSError("ResourceNotFoundException", "The specified resource does not exist.")
    }
    return group
  }

  private func changeTags(_ call: ServiceCall) throws(AWSError) {
    let group = try taggedGroup(call)
    if call.operation.name.hasPrefix("Tag") {
      logGroups[group.arn]?.tags.merge(Self.tags(call.parameters["tags"])) { _, new in new }
    } else {
      for key in (call.parameters["tagKeys"] ?? call.parameters["tags"])?.texts ?? [] {
        logGroups[group.arn]?.tags[key] = nil
      }
    }
  }

  // MARK: Streams

  private func createLogStream(_ call: ServiceCall) throws(AWSError) {
    // The group itself is not held: it would be copied with all its streams.
    let arn = try logGroup(of: call).arn
    let name = call.text("logStreamName") ?? ""
    try LogNames.checkStream(name)
    guard logGroups[arn]?.streams[name] == nil else {
      throw AWSError("ResourceAlreadyExistsException", "The specified log stream already exists")
    }
    logGroups[arn]?.streams[name] = LogStream(name: name, creationTime: call.time)
  }

  /// How streams of other names are made in the same group.
  private func repeatedStreamWork(_ call: ServiceCall) -> RepeatedWork? {
    guard let arn = try? logGroup(of: call).arn else { return nil }
    func name(_ texts: [[UInt8]]) -> String {
      String(decoding: texts.first ?? [], as: UTF8.self)
    }
    return RepeatedWork(
      takes: [call.text("logStreamName") ?? ""],
      isPossible: { cloud, texts in
        guard texts.count == 1, let streams = cloud.logGroups[arn]?.streams else { return false }
        let name = name(texts)
        do throws(AWSError) { try LogNames.checkStream(name) } catch { return false }
        return streams[name] == nil
      },
      run: { cloud, facts in
        let name = name(facts.texts)
        cloud.logGroups[arn]?.streams[name] = LogStream(name: name, creationTime: facts.time)
        return RepeatedWork.Result()
      })
  }

  private func deleteLogStream(_ call: ServiceCall) throws(AWSError) {
    let group = try logGroup(of: call)
    let name = call.text("logStreamName") ?? ""
    guard group.streams[name] != nil else { throw LogsAPI.noStream }
    logGroups[group.arn]?.streams[name] = nil
  }

  private func describeLogStreams(_ call: ServiceCall) throws(AWSError) -> JSONValue {
    let group = try logGroup(of: call)
    let order = call.text("orderBy") ?? "LogStreamName"
    let orders = ["LogStreamName", "LastEventTime"]
    guard orders.contains(order) else {
      throw LogsAPI.invalid(ValidationText.notOneOf("orderBy", order, orders))
    }
    let prefix = call.text("logStreamNamePrefix")
    guard order == "LogStreamName" || prefix == nil else {
      throw LogsAPI.invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
    }
    var streams = group.streams.values.filter { $0.name.hasPrefix(prefix ?? "") }
      .sorted { $0.name < $1.name }
    if order == "LastEventTime" {
      streams.sort { ($0.events.newest ?? 0, $0.name) < ($1.events.newest ?? 0, $1.name) }
    }
    if call.bool("descending") == true { streams.reverse() }
    let page = try LogPage(streams, of: call, most: 50)
    return compacted([
      "logStreams": .array(page.items.map { Self.json($0, of: group) }),
      "nextToken": page.nextToken,
    ])
  }

  private static func json(_ stream: LogStream, of group: LogGroup) -> JSONValue {
    func time(_ time: Int64?) -> JSONValue? { time.map { .number(Int($0)) } }
    return compacted([
      "logStreamName": .string(stream.name), "creationTime": .number(Int(stream.creationTime)),
      "firstEventTimestamp": time(stream.events.oldest),
      "lastEventTimestamp": time(stream.events.newest),
      "lastIngestionTime": time(stream.lastIngestionTime),
      "uploadSequenceToken": stream.uploads == 0 ? nil : .string(stream.sequenceToken),
      "arn": .string("\(group.logGroupARN):log-stream:\(stream.name)"),
      // AWS counts no bytes by stream any more.
      "storedBytes": 0,
    ])
  }
}

extension LogStream {
  /// Digits, as AWS's tokens are; nobody needs to send them back.
  var sequenceToken: String {
    var source = IdentifierSource.branch(seed: UInt64(uploads), name: "token/\(name)")
    return "4961" + (0..<52).map { _ in "\(source.next() % 10)" }.joined()
  }
}

/// A part of a list, with the token of the next.
struct LogPage<Item> {
  var items: [Item]
  var nextToken: JSONValue?

  /// - Parameter most: the largest `limit`, and the one where none is given.
  init(_ all: [Item], of call: ServiceCall, most: Int) throws(AWSError) {
    let limit = call.parameters["limit"]?.integer ?? most
    guard limit <= most else {
      throw LogsAPI.invalid(
        ValidationText.constraint(
          "limit", "\(limit)", "Member must have value less than or equal to \(most)"))
    }
    guard limit >= 1 else {
      throw LogsAPI.invalid(
        ValidationText.constraint(
          "limit", "\(limit)", "Member must have value greater than or equal to 1"))
    }
    var start = 0
    if let token = call.text("nextToken") {
      guard let place = PageToken.place(token), place <= all.count else { throw LogsAPI.badToken }
      start = place
    }
    let end = min(start + limit, all.count)
    items = Array(all[start..<end])
    nextToken = end < all.count ? .string(PageToken.text(end)) : nil
  }
}
