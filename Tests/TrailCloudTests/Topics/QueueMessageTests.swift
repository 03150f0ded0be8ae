import Testing
import TrailRecord

@testable import TrailCloud

/// Messages in queues: as SQS answered when it was recorded.
@Suite struct QueueMessageTests {
  let bench = ServiceBench()

  @discardableResult
  private func make(_ name: String, _ attributes: JSONValue = [:]) throws -> JSONValue {
    try bench.sqs("CreateQueue", ["QueueName": .string(name), "Attributes": attributes])
  }

  @discardableResult
  private func send(_ body: String, _ more: JSONValue = [:], to queue: String = "q") throws
    -> JSONValue
  {
    var parameters: JSONValue = ["QueueUrl": .string(queue), "MessageBody": .string(body)]
    for member in more.members ?? [] {
      parameters = parameters.setting(member.nameText, member.value)
    }
    return try bench.sqs("SendMessage", parameters)
  }

  private func handle(_ queue: String = "q") throws -> JSONValue {
    try bench.sqs("ReceiveMessage", ["QueueUrl": .string(queue)]).at("Messages.0.ReceiptHandle")
      ?? "none"
  }

  private static let refused: [(JSONValue, String, String)] = [
    (
      ["DelaySeconds": 901], "InvalidParameterValue",
      "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900."
    ),
    (
      ["MessageBody": ""], "MissingParameter",
      "The request must contain the parameter MessageBody."
    ),
    (
      ["MessageBody": .string([0x61, 0x0B])], "InvalidMessageContents",
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
    ),
    (
      ["MessageBody": .string(String(repeating: "a", count: 1025))], "InvalidParameterValue",
      "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes."
    ),
    (
      ["MessageAttributes": ["a b": ["DataType": "String", "StringValue": "x"]]],
      "InvalidParameterValue",
      "The message attribute name 'a b' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters."
    ),
    (
      ["MessageAttributes": ["a": ["DataType": "Float", "StringValue": "x"]]],
      "InvalidParameterValue",
      "The type of message (user) attribute 'a' is invalid. You must use only the following supported type prefixes: Binary, Number, String."
    ),
    (
      ["MessageAttributes": ["ErrorDetails": ["DataType": "String", "StringValue": ""]]],
      "InvalidParameterValue",
      "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'."
    ),
  ]

  @Test(arguments: refused.indices)
  func whatIsNoMessageIsRefused(index: Int) throws {
    try make("q", ["MaximumMessageSize": "1024"])
    let (more, code, text) = Self.refused[index]
    let answer = try send("x", more)
    #expect(answer["Error"] == .string(code))
    #expect(answer["Message"] == .string(text))
  }

  /// The fingerprints are those that AWS gave for the same messages.
  @Test func fingerprintsAreAWSs() throws {
    try make("q")
    let sent = try send(
      "msg",
      [
        "MessageAttributes": [
          "Help.Me": ["DataType": "String", "StringValue": "Me"],
          "Hello": ["DataType": "String", "StringValue": "There"],
          "General": ["DataType": "String", "StringValue": "Kenobi"],
        ]
      ])
    #expect(sent["MD5OfMessageBody"] == "6e2baaf3b97dbeef01c0043275f9a0e7")
    #expect(sent["MD5OfMessageAttributes"] == "4c360f3fdafd970e05fae2f149d997f5")
    func received(_ names: JSONValue) throws -> JSONValue? {
      bench.pass(30)
      return try bench.sqs(
        "ReceiveMessage", ["QueueUrl": "q", "MessageAttributeNames": names])
    }
    #expect(try received([])?.at("Messages.0.MD5OfMessageAttributes") == nil)
    #expect(try received(["Hel*"])?.at("Messages.0.MessageAttributes") == nil)
    #expect(
      try received(["Hel.*"])?.at("Messages.0.MD5OfMessageAttributes")
        == "83fee93c1bcd8b9a5a923ffacdc636c7")
    #expect(
      try received(["Hello"])?.at("Messages.0.MD5OfMessageAttributes")
        == "a311262e065454b75da111d535b8dacd")
    #expect(
      try received(["General", "Hello"])?.at("Messages.0.MD5OfMessageAttributes")
        == "fca026605781cb4126a1e9044df24232")
    let binary = try send(
      "test",
      [
        "MessageAttributes": [
          "attr1": [
            "DataType": "Binary",
            "BinaryValue":
              "dHJhY2VwYXJlbnQeMDAtNzc0MDYyZDZjMzcwODFhNWEwYjliNWI4OGUzMDYyN2MtMmQyNDgyMjExZjY0ODlkYS0wMQ==",
          ]
        ]
      ])
    #expect(binary["MD5OfMessageAttributes"] == "8cbe4db156db8a94db8b801b7addb984")
  }

  @Test func whatIsReceivedIsInvisibleForAWhile() throws {
    try make("q", ["VisibilityTimeout": "60"])
    try send("a")
    #expect(try bench.bodies("q") == ["a"])
    #expect(try bench.bodies("q").isEmpty)
    bench.pass(59)
    #expect(try bench.bodies("q").isEmpty)
    bench.pass(1)
    let again = try bench.sqs(
      "ReceiveMessage",
      ["QueueUrl": "q", "VisibilityTimeout": 5, "AttributeNames": ["ApproximateReceiveCount"]])
    #expect(again.at("Messages.0.Attributes") == ["ApproximateReceiveCount": "2"])
    bench.pass(5)
    let handle = try handle()
    _ = try bench.sqs(
      "ChangeMessageVisibility",
      ["QueueUrl": "q", "ReceiptHandle": handle, "VisibilityTimeout": 0])
    #expect(try bench.bodies("q") == ["a"])
    let counts = try bench.sqs(
      "GetQueueAttributes",
      ["QueueUrl": "q", "AttributeNames": ["ApproximateNumberOfMessagesNotVisible"]])
    #expect(counts.at("Attributes.ApproximateNumberOfMessagesNotVisible") == "1")
  }

  @Test func handlesAreChecked() throws {
    try make("q")
    try send("a")
    let handle = try handle()
    func delete(_ handle: JSONValue) throws -> JSONValue {
      try bench.sqs("DeleteMessage", ["QueueUrl": "q", "ReceiptHandle": handle])
    }
    #expect(
      try delete("nonsense")["Message"]
        == #"The input receipt handle "nonsense" is not a valid receipt handle."#)
    try make("r")
    #expect(
      try bench.sqs("DeleteMessage", ["QueueUrl": "r", "ReceiptHandle": handle])["Error"]
        == "ReceiptHandleIsInvalid")
    func change(_ seconds: Int) throws -> JSONValue? {
      try bench.sqs(
        "ChangeMessageVisibility",
        ["QueueUrl": "q", "ReceiptHandle": handle, "VisibilityTimeout": .number(seconds)])[
          "Message"]
    }
    #expect(
      try change(43_201)
        == "Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200, if provided."
    )
    bench.pass(20)
    #expect(
      try change(43_190)
        == "Value 43190 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]"
    )
    #expect(try change(10) == nil)
    #expect(try delete(handle) == [:])
    #expect(try delete(handle) == [:])
    #expect(
      try change(10)?.text?.hasSuffix(
        "Reason: Message does not exist or is not available for visibility timeout change.") == true
    )
    #expect(
      try bench.sqs("ReceiveMessage", ["QueueUrl": "q", "MaxNumberOfMessages": 11])["Message"]
        == "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided."
    )
  }

  @Test func delaysAndRetention() throws {
    try make("q", ["DelaySeconds": "10", "MessageRetentionPeriod": "60"])
    try send("a")
    try send("b", ["DelaySeconds": 0])
    #expect(try bench.bodies("q") == ["b"])
    bench.pass(10)
    #expect(try bench.bodies("q") == ["a"])
    bench.pass(49)
    #expect(try bench.bodies("q") == ["a", "b"])
    bench.pass(1)
    #expect(try bench.bodies("q").isEmpty)
    #expect(bench.cloud.queues[bench.queueARN("q")]?.messages.isEmpty == true)
  }

  /// What was received too often goes to the dead-letter queue, at the next try to receive it.
  @Test func deadLettersMove() throws {
    try make("dead")
    let policy =
      #"{"deadLetterTargetArn":"\#(bench.queueARN("dead"))","maxReceiveCount":2}"#
    try make("q", ["RedrivePolicy": .string(policy), "VisibilityTimeout": "1"])
    try send("poison")
    try send("late", ["DelaySeconds": 3])
    for _ in 0..<2 {
      #expect(try bench.bodies("q") == ["poison"])
      bench.pass(1)
    }
    #expect(try bench.bodies("dead").isEmpty)
    #expect(try bench.bodies("q").isEmpty)
    let dead = try bench.sqs(
      "ReceiveMessage", ["QueueUrl": "dead", "MessageSystemAttributeNames": ["All"]])
    #expect(dead.at("Messages.0.Body") == "poison")
    #expect(
      dead.at("Messages.0.Attributes.DeadLetterQueueSourceArn") == .string(bench.queueARN("q")))
    #expect(
      dead.at("Messages.0.Attributes.SentTimestamp") == .string("\(CloudDefaults.start)"))
    #expect(
      try bench.sqs("ListDeadLetterSourceQueues", ["QueueUrl": "dead"]) == [
        "queueUrls": ["https://sqs.us-east-1.amazonaws.com/123456789012/q"]
      ])
    #expect(
      try make("r", ["RedrivePolicy": .string(policy.replacing("2}", with: "0}"))])["Message"]?
        .text?.hasSuffix(
          "Reason: Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive."
        ) == true)
  }

  @Test func purgingLeavesNothing() throws {
    try make("q")
    for body in ["a", "b"] { try send(body) }
    _ = try handle()
    #expect(try bench.sqs("PurgeQueue", ["QueueUrl": "q"]) == [:])
    #expect(bench.cloud.queues[bench.queueARN("q")]?.messages.isEmpty == true)
    #expect(
      try bench.sqs("PurgeQueue", ["QueueUrl": "q"])["Message"]
        == "Only one PurgeQueue operation on q is allowed every 60 seconds.")
    bench.pass(60)
    #expect(try bench.sqs("PurgeQueue", ["QueueUrl": "q"]) == [:])
  }

  @Test func batches() throws {
    try make("q")
    func batch(_ entries: [JSONValue]) throws -> JSONValue {
      try bench.sqs("SendMessageBatch", ["QueueUrl": "q", "Entries": .array(entries)])
    }
    let answer = try batch([
      ["Id": "1", "MessageBody": "a"],
      ["Id": "2", "MessageBody": "b", "DelaySeconds": 1800],
    ])
    #expect(answer.at("Successful.0.Id") == "1")
    #expect(
      answer.at("Failed.0") == [
        "Id": "2", "SenderFault": true, "Code": "InvalidParameterValue",
        "Message":
          "Value 1800 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
      ])
    #expect(
      try batch([])["Message"]
        == "There should be at least one SendMessageBatchRequestEntry in the request.")
    #expect(
      try batch((0..<20).map { ["Id": .string("\($0)"), "MessageBody": "a"] })["Message"]
        == "Maximum number of entries per request are 10. You have sent 20.")
    #expect(
      try batch([["Id": "invalid:id", "MessageBody": "a"]])["Error"] == "InvalidBatchEntryId")
    #expect(
      try batch([["Id": "1", "MessageBody": "a"], ["Id": "1", "MessageBody": "a"]])["Message"]
        == "Id 1 repeated.")
    let deleted = try bench.sqs(
      "DeleteMessageBatch",
      [
        "QueueUrl": "q",
        "Entries": [
          ["Id": "x", "ReceiptHandle": try handle()], ["Id": "y", "ReceiptHandle": "no"],
        ],
      ])
    #expect(deleted.at("Successful") == [["Id": "x"]])
    #expect(deleted.at("Failed.0.Code") == "ReceiptHandleIsInvalid")
  }

  // MARK: FIFO

  @Test func fifoQueuesKeepGroupsInOrder() throws {
    try make("q.fifo", ["FifoQueue": "true"])
    func post(_ body: String, _ group: String, _ id: String) throws -> JSONValue {
      try send(
        body, ["MessageGroupId": .string(group), "MessageDeduplicationId": .string(id)],
        to: "q.fifo")
    }
    #expect(
      try send("x", to: "q.fifo")["Message"]
        == "The request must contain the parameter MessageGroupId.")
    #expect(
      try send("x", ["MessageGroupId": "g"], to: "q.fifo")["Message"]
        == "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
    )
    #expect(
      try send(
        "x", ["MessageGroupId": "g", "MessageDeduplicationId": "d", "DelaySeconds": 2],
        to: "q.fifo")["Message"]
        == "Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type."
    )
    let first = try post("a1", "a", "1")
    #expect(try post("again", "a", "1")["SequenceNumber"] == first["SequenceNumber"])
    _ = try post("a2", "a", "2")
    _ = try post("b1", "b", "3")
    #expect(try bench.bodies("q.fifo", 1) == ["a1"])
    // Somebody has a1, so a2 waits; b is free.
    #expect(try bench.bodies("q.fifo") == ["b1"])
    bench.pass(30)
    #expect(try bench.bodies("q.fifo") == ["a1", "a2", "b1"])
  }

  @Test func expiredHandlesOfFifoQueuesDeleteNothing() throws {
    try make("q.fifo", ["FifoQueue": "true", "ContentBasedDeduplication": "true"])
    try send("a", ["MessageGroupId": "g"], to: "q.fifo")
    let handle = try handle("q.fifo")
    bench.pass(31)
    let answer = try bench.sqs(
      "DeleteMessage", ["QueueUrl": "q.fifo", "ReceiptHandle": handle])
    #expect(
      answer["Message"]?.text?.hasSuffix(
        "for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.") == true)
    try send("a", ["MessageGroupId": "g"], to: "q.fifo")
    #expect(bench.cloud.queues[bench.queueARN("q.fifo")]?.messages.count == 1)
    bench.pass(300)
    try send("a", ["MessageGroupId": "g"], to: "q.fifo")
    #expect(bench.cloud.queues[bench.queueARN("q.fifo")]?.messages.count == 2)
  }

  // MARK: Services

  private static let policies: [(JSONValue?, String?, String?)] = [
    (nil, nil, "AccessDenied"),
    (
      [
        "Statement": [
          [
            "Effect": "Allow", "Principal": ["Service": "events.amazonaws.com"],
            "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:us-east-1:123456789012:q",
          ]
        ]
      ], nil, nil
    ),
    (
      [
        "Statement": [
          [
            "Effect": "Allow", "Principal": ["Service": "events.amazonaws.com"],
            "Action": "SQS:*", "Resource": "*",
            "Condition": [
              "ArnEquals": ["aws:SourceArn": "arn:aws:events:us-east-1:123456789012:rule/r"]
            ],
          ]
        ]
      ], "arn:aws:events:us-east-1:123456789012:rule/other", "AccessDenied"
    ),
    (
      [
        "Statement": [
          [
            "Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*",
            "Condition": ["StringEquals": ["aws:SourceAccount": "123456789012"]],
          ]
        ]
      ], "arn:aws:events:us-east-1:123456789012:rule/r", nil
    ),
  ]

  /// The door for EventBridge's targets and for topics.
  @Test(arguments: policies.indices)
  func policiesLetServicesIn(index: Int) throws {
    let (policy, source, code) = Self.policies[index]
    try bench.cloud.defineQueue("q", policy: policy)
    #expect(
      bench.cloud.send(
        "x", toQueue: bench.queueARN("q"), as: "events.amazonaws.com", sourceARN: source) == code)
    #expect(
      bench.cloud.queues[bench.queueARN("q")]?.messages.count == (code == nil ? 1 : 0))
    #expect(
      bench.cloud.send("x", toQueue: bench.queueARN("nobody"), as: "events.amazonaws.com")
        == "QueueDoesNotExist")
  }

  /// A queue that nobody reads does not grow for ever.
  @Test func unreadMessagesExpire() throws {
    try bench.cloud.defineQueue(
      "q", policy: QueuePolicy.forServices(bench.queueARN("q")),
      attributes: [("MessageRetentionPeriod", "60")])
    for number in 0..<20_000 {
      if number % 100 == 0 { bench.pass(1) }
      #expect(
        bench.cloud.send("x", toQueue: bench.queueARN("q"), as: "sns.amazonaws.com") == nil)
    }
    #expect((bench.cloud.queues[bench.queueARN("q")]?.messages.count ?? 0) < 13_000)
  }
}
