import Testing
import TrailRecord

@testable import TrailCloud

/// CloudWatch Logs' own API: groups, streams, events.
@Suite struct LogGroupTests {
  private static let group = "{\"logGroupName\": \"app\"}"

  private func world() throws -> LogsWorld {
    let world = try LogsWorld(hasTrail: false)
    try world.call("logs", "CreateLogGroup", Self.group)
    try world.call("logs", "CreateLogStream", #"{"logGroupName": "app", "logStreamName": "one"}"#)
    return world
  }

  @Test func groupsAreDescribed() throws {
    let world = try world()
    try world.call("logs", "PutRetentionPolicy", #"{"logGroupName": "app", "retentionInDays": 7}"#)
    let groups = try #require(
      world.call("logs", "DescribeLogGroups", #"{"logGroupNamePrefix": "a"}"#)["logGroups"]?
        .elements)
    #expect(
      groups == [
        [
          "logGroupName": "app", "creationTime": .number(Int(CloudDefaults.start)),
          "retentionInDays": 7, "metricFilterCount": 0,
          "arn": "arn:aws:logs:us-east-1:123456789012:log-group:app:*", "storedBytes": 0,
          "logGroupClass": "STANDARD",
          "logGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:app",
          "deletionProtectionEnabled": false,
        ]
      ])
    try world.call("logs", "DeleteRetentionPolicy", Self.group)
    let all = try world.call("logs", "DescribeLogGroups", #"{"limit": 1}"#)
    #expect(all["logGroups"]?.elements?.count == 1)
    let token = try #require(all["nextToken"]?.text)
    let rest = try world.call("logs", "DescribeLogGroups", #"{"nextToken": "\#(token)"}"#)
    #expect(rest.at("logGroups.0.logGroupName")?.text == "trail" && rest["nextToken"] == nil)
  }

  private static let refusals: [(String, String, String, String)] = [
    (
      "CreateLogGroup", group, "ResourceAlreadyExistsException",
      "The specified log group already exists"
    ),
    (
      "CreateLogGroup", #"{"logGroupName": "a b"}"#, "InvalidParameterException",
      #"1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+"#
    ),
    (
      "CreateLogGroup", #"{"logGroupName": "\#(String(repeating: "x", count: 513))"}"#,
      "InvalidParameterException",
      "Invalid LogGroup or LogStream, both must have length less than or equal to 512."
    ),
    (
      "DeleteLogGroup", #"{"logGroupName": "none"}"#, "ResourceNotFoundException",
      "The specified log group does not exist."
    ),
    (
      "DescribeLogGroups", #"{"logGroupNamePrefix": "a", "logGroupNamePattern": "b"}"#,
      "InvalidParameterException",
      "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
    ),
    (
      "DescribeLogGroups", #"{"limit": 51}"#, "InvalidParameterException",
      "1 validation error detected: Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50"
    ),
    (
      "CreateLogStream", #"{"logGroupName": "app", "logStreamName": "one"}"#,
      "ResourceAlreadyExistsException", "The specified log stream already exists"
    ),
    (
      "DeleteLogStream", #"{"logGroupName": "app", "logStreamName": "two"}"#,
      "ResourceNotFoundException", "The specified log stream does not exist."
    ),
    (
      "DescribeLogStreams",
      #"{"logGroupName": "app", "orderBy": "LastEventTime", "logStreamNamePrefix": "o"}"#,
      "InvalidParameterException", "Cannot order by LastEventTime with a logStreamNamePrefix."
    ),
    (
      "DescribeLogStreams", #"{"logGroupName": "app", "logGroupIdentifier": "app"}"#,
      "ValidationException", "LogGroup name and LogGroup ARN are mutually exclusive parameters."
    ),
    (
      "PutRetentionPolicy", #"{"logGroupName": "app", "retentionInDays": 8}"#,
      "InvalidParameterException",
      "1 validation error detected: Value '8' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]"
    ),
    (
      "PutLogEvents",
      #"{"logGroupName": "app", "logStreamName": "two", "logEvents": [{"timestamp": 1, "message": "x"}]}"#,
      "ResourceNotFoundException", "The specified log stream does not exist."
    ),
    (
      "PutLogEvents",
      #"{"logGroupName": "app", "logStreamName": "one", "logEvents": [{"timestamp": 2, "message": "x"}, {"timestamp": 1, "message": "y"}]}"#,
      "InvalidParameterException",
      "Log events in a single PutLogEvents request must be in chronological order."
    ),
    (
      "PutLogEvents",
      #"{"logGroupName": "app", "logStreamName": "one", "logEvents": [{"timestamp": 1, "message": "x"}, {"timestamp": 86400002, "message": "y"}]}"#,
      "InvalidParameterException",
      "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."
    ),
    (
      "GetLogEvents", #"{"logGroupName": "app", "logStreamName": "one", "nextToken": "x"}"#,
      "InvalidParameterException", "The specified nextToken is invalid."
    ),
    (
      "GetLogEvents", #"{"logGroupName": "app", "logStreamName": "one", "limit": 10001}"#,
      "InvalidParameterException",
      "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000"
    ),
    (
      "FilterLogEvents", #"{"logGroupName": "app", "nextToken": "invalid-token"}"#,
      "InvalidParameterException", "The specified nextToken is invalid."
    ),
    (
      "FilterLogEvents", #"{"logGroupName": "app", "filterPattern": "{ $.a == 1 }"}"#,
      "InvalidParameterException", "Invalid filter pattern"
    ),
    (
      "FilterLogEvents", #"{"logGroupName": "app", "logStreamNames": ["two"]}"#,
      "ResourceNotFoundException", "The specified log stream does not exist."
    ),
  ]

  /// AWS's errors, with the texts of real answers where there are any.
  @Test(arguments: refusals)
  func requestsAreRefused(
    _ refusal: (operation: String, parameters: String, code: String, text: String)
  )
    throws
  {
    let world = try world()
    let result = try world.attempt("logs", refusal.operation, refusal.parameters)
    #expect(result.error?.code == refusal.code)
    #expect(result.error?.message == refusal.text)
    let record = try JSONParser.parse(result.records[0].bytes)
    #expect(record["errorCode"]?.text == refusal.code)
  }

  @Test func streamsTellWhatIsInThem() throws {
    let world = try world()
    let start = CloudDefaults.start
    try world.call(
      "logs", "PutLogEvents",
      """
      {"logGroupName": "app", "logStreamName": "one", "logEvents":
       [{"timestamp": \(start - 5000), "message": "a"}, {"timestamp": \(start), "message": "b"}]}
      """)
    try world.call("logs", "CreateLogStream", #"{"logGroupName": "app", "logStreamName": "two"}"#)
    let streams = try world.call(
      "logs", "DescribeLogStreams",
      #"{"logGroupName": "app", "orderBy": "LastEventTime", "descending": true}"#)
    let first = try #require(streams.at("logStreams.0"))
    #expect(first["logStreamName"]?.text == "one")
    #expect(first["firstEventTimestamp"]?.integer == Int(start - 5000))
    #expect(first["lastEventTimestamp"]?.integer == Int(start))
    #expect(first["lastIngestionTime"]?.integer == Int(start))
    #expect(first["uploadSequenceToken"]?.text?.count == 56)
    #expect(
      first["arn"]?.text == "arn:aws:logs:us-east-1:123456789012:log-group:app:log-stream:one")
    #expect(
      streams.at("logStreams.1")?.names == ["logStreamName", "creationTime", "arn", "storedBytes"])
  }

  /// BC-logs: what is too old or too new is left out, and the answer tells which.
  @Test func eventsOutOfTimeAreRejected() throws {
    let world = try world()
    let start = CloudDefaults.start
    func put(_ offsets: [Int64]) throws -> JSONValue? {
      let events = offsets.map { "{\"timestamp\": \(start + $0), \"message\": \"x\"}" }
      return try world.call(
        "logs", "PutLogEvents",
        #"{"logGroupName": "app", "logStreamName": "one", "logEvents": [\#(events.joined(separator: ","))]}"#
      )["rejectedLogEventsInfo"]
    }
    let day: Int64 = 86_400_000
    #expect(try put([-14 * day - 1, -14 * day - 1, -14 * day]) == ["tooOldLogEventEndIndex": 2])
    #expect(try put([0, 7_200_000, 7_200_001, 7_200_002]) == ["tooNewLogEventStartIndex": 2])
    #expect(try put([0]) == nil)
    try world.call("logs", "PutRetentionPolicy", #"{"logGroupName": "app", "retentionInDays": 1}"#)
    #expect(try put([-2 * day, -day - 1, -day]) == ["expiredLogEventEndIndex": 2])
  }

  @Test func uploadsHaveALimit() throws {
    let world = try world()
    let message = String(repeating: "x", count: 100_000)
    let events = (0..<11).map { _ in
      "{\"timestamp\": \(CloudDefaults.start), \"message\": \"\(message)\"}"
    }
    let result = try world.attempt(
      "logs", "PutLogEvents",
      #"{"logGroupName": "app", "logStreamName": "one", "logEvents": [\#(events.joined(separator: ","))]}"#
    )
    #expect(
      result.error?.message == "Upload too large: 1100286 bytes exceeds limit of 1048576")
    let large = try world.attempt(
      "logs", "PutLogEvents",
      """
      {"logGroupName": "app", "logStreamName": "one", "logEvents": [{"timestamp": 1, "message":
       "\(String(repeating: "x", count: 1_048_551))"}]}
      """)
    #expect(
      large.error?.message == "Log event too large: 1048577 bytes exceeds limit of 1048576")
  }

  @Test func pagesGoForwardAndBackward() throws {
    let world = try world()
    let events = (0..<25).map { number in
      "{\"timestamp\": \(CloudDefaults.start + Int64(number)), \"message\": \"m\(number)\"}"
    }
    try world.call(
      "logs", "PutLogEvents",
      #"{"logGroupName": "app", "logStreamName": "one", "logEvents": [\#(events.joined(separator: ","))]}"#
    )
    func get(_ more: String) throws -> (messages: [String], forward: String, backward: String) {
      let answer = try world.call(
        "logs", "GetLogEvents",
        #"{"logGroupName": "app", "logStreamName": "one", "limit": 10\#(more)}"#)
      return (
        (answer["events"]?.elements ?? []).compactMap { $0["message"]?.text },
        answer["nextForwardToken"]?.text ?? "", answer["nextBackwardToken"]?.text ?? ""
      )
    }
    let newest = try get("")
    #expect(newest.messages.first == "m15" && newest.messages.last == "m24")
    let before = try get(#", "nextToken": "\#(newest.backward)""#)
    #expect(before.messages.first == "m5" && before.messages.last == "m14")
    let head = try get(#", "startFromHead": true"#)
    #expect(head.messages.first == "m0")
    let end = try get(#", "nextToken": "\#(newest.forward)""#)
    #expect(end.messages.isEmpty && end.forward == newest.forward)
    // The end of a span counts in FilterLogEvents and not in GetLogEvents.
    let span =
      #", "startTime": \#(CloudDefaults.start + 3), "endTime": \#(CloudDefaults.start + 5)"#
    #expect(try get(span).messages == ["m3", "m4"])
    let filtered = try world.call("logs", "FilterLogEvents", #"{"logGroupName": "app"\#(span)}"#)
    #expect(filtered["events"]?.elements?.count == 3)
    let page = try world.call(
      "logs", "FilterLogEvents", #"{"logGroupName": "app", "limit": 20}"#)
    let token = try #require(page["nextToken"]?.text)
    let rest = try world.call(
      "logs", "FilterLogEvents", #"{"logGroupName": "app", "nextToken": "\#(token)"}"#)
    #expect(rest["events"]?.elements?.count == 5)
  }

  /// Retention is honoured as the clock moves.
  @Test func eventsGoWhenTheirTimeIsOver() throws {
    let world = try world()
    func put(_ message: String) throws {
      try world.call(
        "logs", "PutLogEvents",
        """
        {"logGroupName": "app", "logStreamName": "one", "logEvents":
         [{"timestamp": \(world.cloud.now), "message": "\(message)"}]}
        """)
    }
    try put("old")
    try world.call("logs", "PutRetentionPolicy", #"{"logGroupName": "app", "retentionInDays": 3}"#)
    world.advance(minutes: 2 * 24 * 60)
    try put("new")
    func messages() throws -> [String?] {
      try world.call("logs", "FilterLogEvents", Self.group)["events"]?.elements?
        .map { $0["message"]?.text } ?? []
    }
    #expect(try messages() == ["old", "new"])
    world.advance(minutes: 24 * 60 + 1)
    #expect(try messages() == ["new"])
  }

  @Test func tagsAndProtection() throws {
    let world = try world()
    let arn = "arn:aws:logs:us-east-1:123456789012:log-group:app"
    try world.call(
      "logs", "TagResource", #"{"resourceArn": "\#(arn)", "tags": {"a": "1", "b": "2"}}"#)
    try world.call("logs", "UntagLogGroup", #"{"logGroupName": "app", "tags": ["a"]}"#)
    #expect(
      try world.call("logs", "ListTagsForResource", #"{"resourceArn": "\#(arn)"}"#) == [
        "tags": ["b": "2"]
      ])
    try world.call(
      "logs", "PutLogGroupDeletionProtection",
      #"{"logGroupIdentifier": "app", "deletionProtectionEnabled": true}"#)
    #expect(
      try world.attempt("logs", "DeleteLogGroup", Self.group).error?.code == "ValidationException")
  }

  /// Real records: `apiVersion`, null answers, and no parameters where access is denied.
  @Test func recordsLookAsRealOnes() throws {
    let bench = ServiceBench()
    let made = try bench.record(
      "logs", "CreateLogGroup", #"{"logGroupName": "x", "tags": {"A": "b"}}"#)
    #expect(made["apiVersion"]?.text == "20140328" && made["responseElements"] == .null)
    #expect(made["requestParameters"] == ["logGroupName": "x", "tags": ["A": "b"]])
    let denied = try bench.call("logs", "DescribeLogGroups", error: ("AccessDeniedException", nil))
    let record = try JSONParser.parse(denied.records[0].bytes)
    #expect(record["errorCode"]?.text == "AccessDenied" && record["requestParameters"] == .null)
  }
}
