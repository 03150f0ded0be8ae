import Testing
import TrailRecord

@testable import TrailCloud

/// SQS's calls, as AWS answered them when they were recorded, and their records.
@Suite struct QueueTests {
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

  // MARK: Records

  @Test func managementRecordsNameTheQueue() throws {
    let made = try bench.record(
      "sqs", "CreateQueue", #"{"queueName": "q", "attributes": {"VisibilityTimeout": "100"}}"#)
    #expect(
      made["requestParameters"] == [
        "queueName": "q", "attributes": ["VisibilityTimeout": "100"],
      ])
    #expect(
      made["responseElements"] == [
        "queueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/q"
      ])
    #expect(made["eventCategory"] == "Management")
    let resources: JSONValue = [
      [
        "accountId": "123456789012", "type": "AWS::SQS::Queue",
        "ARN": .string(bench.queueARN("q")),
      ]
    ]
    #expect(made["resources"] == resources)
    let url = #""queueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/q""#
    let changed = try bench.record(
      "sqs", "SetQueueAttributes", "{\(url), \"attributes\": {\"DelaySeconds\": \"0\"}}")
    #expect(changed["responseElements"] == .null)
    #expect(changed["resources"] == resources)
    #expect(try bench.record("sqs", "DeleteQueue", "{\(url)}")["responseElements"] == .null)
  }

  /// The data event of SendMessage as AWS's guide for SQS shows it.
  @Test func messagesAreDataEvents() throws {
    try make("q.fifo", ["FifoQueue": "true"])
    let sent = try bench.record(
      "sqs", "SendMessage",
      #"{"queueUrl": "q.fifo", "messageBody": "hello", "messageDeduplicationId": "d", "messageGroupId": "g"}"#
    )
    #expect(sent["eventCategory"] == "Data")
    #expect(
      sent["requestParameters"] == [
        "queueUrl": "q.fifo", "messageBody": "HIDDEN_DUE_TO_SECURITY_REASONS",
        "messageDeduplicationId": "d", "messageGroupId": "g",
      ])
    #expect(
      sent["responseElements"]?.names == ["mD5OfMessageBody", "messageId", "sequenceNumber"])
    #expect(sent.at("responseElements.mD5OfMessageBody") == "5d41402abc4b2a76b9719d911017c592")
    let received = try bench.record("sqs", "ReceiveMessage", #"{"queueUrl": "q.fifo"}"#)
    #expect(received["readOnly"] == true)
    #expect(received["responseElements"] == .null)
    let lost = try bench.record("sqs", "ReceiveMessage", #"{"queueUrl": "nobody"}"#)
    #expect(lost["errorCode"] == "QueueDoesNotExist")
    #expect(lost["errorMessage"] == "The specified queue does not exist.")
  }

  // MARK: Queues

  private static let makings: [(String, JSONValue, String?, String?)] = [
    ("q", [:], nil, nil), ("q", ["DelaySeconds": "900"], nil, nil),
    (
      "a b", [:], "InvalidParameterValue",
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
    ),
    (
      "q", ["FifoQueue": "true"], "InvalidParameterValue",
      "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length."
    ),
    ("q", ["FifoQueue": "false"], "InvalidAttributeName", "Unknown Attribute FifoQueue."),
    ("q", ["Colour": "red"], "InvalidAttributeName", "Unknown Attribute Colour."),
    (
      "q", ["VisibilityTimeout": "43201"], "InvalidAttributeValue",
      "Invalid value for the parameter VisibilityTimeout."
    ),
    (
      "q", ["DelaySeconds": "soon"], "InvalidAttributeValue",
      "Invalid value for the parameter DelaySeconds."
    ),
    (
      "q", ["Policy": "no JSON"], "InvalidAttributeValue",
      "Invalid value for the parameter Policy."
    ),
    (
      "q", ["ContentBasedDeduplication": "true"], "InvalidAttributeName",
      "You can specify the ContentBasedDeduplication only when FifoQueue is set to true."
    ),
    (
      "q", ["RedrivePolicy": #"{"deadLetterTargetArn":"dummy","maxReceiveCount":42}"#],
      "InvalidParameterValue",
      #"Value {"deadLetterTargetArn":"dummy","maxReceiveCount":42} for parameter RedrivePolicy is invalid. Reason: Invalid value for deadLetterTargetArn."#
    ),
    (
      "q", ["KmsMasterKeyId": "k", "SqsManagedSseEnabled": "true"], "InvalidAttributeName",
      "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE."
    ),
  ]

  @Test(arguments: makings.indices)
  func queuesAreMadeOrRefused(index: Int) throws {
    let (name, attributes, code, text) = Self.makings[index]
    let answer = try make(name, attributes)
    #expect(answer["Error"]?.text == code)
    #expect(answer["Message"]?.text == text)
    #expect((bench.cloud.queues[bench.queueARN(name)] == nil) == (code != nil))
  }

  @Test func aQueueIsMadeOnceUnlessItIsAnother() throws {
    let first = try make("q", ["DelaySeconds": "1"])
    #expect(try make("q", ["DelaySeconds": "1"]) == first)
    #expect(try make("q") == first)
    let other = try make("q", ["DelaySeconds": "2"])
    #expect(other["Error"] == "QueueNameExists")
    #expect(
      other["Message"]
        == "A queue already exists with the same name and a different value for attribute DelaySeconds"
    )
    _ = try bench.sqs("DeleteQueue", ["QueueUrl": "q"])
    #expect(try make("q")["Error"] == "QueueDeletedRecently")
    bench.pass(60)
    #expect(try make("q")["Error"] == nil)
  }

  @Test func attributesOfAQueue() throws {
    try make("q.fifo", ["FifoQueue": "true", "ContentBasedDeduplication": "true"])
    let all = try bench.sqs(
      "GetQueueAttributes", ["QueueUrl": "q.fifo", "AttributeNames": ["All"]])["Attributes"]
    #expect(
      all?.names == [
        "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed",
        "ApproximateNumberOfMessagesNotVisible", "ContentBasedDeduplication", "CreatedTimestamp",
        "DeduplicationScope", "DelaySeconds", "FifoQueue", "FifoThroughputLimit",
        "LastModifiedTimestamp", "MaximumMessageSize", "MessageRetentionPeriod", "QueueArn",
        "ReceiveMessageWaitTimeSeconds", "SqsManagedSseEnabled", "VisibilityTimeout",
      ])
    #expect(all?["ContentBasedDeduplication"] == "true")
    #expect(all?["MaximumMessageSize"] == "1048576")
    #expect(all?["MessageRetentionPeriod"] == "345600")
    #expect(try bench.sqs("GetQueueAttributes", ["QueueUrl": "q.fifo"]) == [:])
    #expect(
      try bench.sqs(
        "GetQueueAttributes", ["QueueUrl": "q.fifo", "AttributeNames": ["Colour"]])["Message"]
        == "Unknown Attribute Colour.")
    #expect(
      try bench.sqs(
        "SetQueueAttributes", ["QueueUrl": "q.fifo", "Attributes": ["FifoQueue": "false"]])[
          "Message"]
        == "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported."
    )
  }

  @Test func addressesAreOfTheRegion() throws {
    try make("q")
    #expect(
      try bench.sqs("GetQueueUrl", ["QueueName": "q"])
        == ["QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/q"])
    #expect(try bench.sqs("GetQueueUrl", ["QueueName": "r"])["Error"] == "QueueDoesNotExist")
    #expect(
      try send("x", to: "https://sqs.eu-west-1.amazonaws.com/123456789012/q")["Message"]
        == "The address https://sqs.eu-west-1.amazonaws.com/ is not valid for this endpoint.")
    #expect(
      try send("x", to: "https://us-east-1.queue.amazonaws.com/123456789012/q")["MessageId"] != nil)
  }

  @Test func permissionsAreStatements() throws {
    try make("q")
    func add(_ label: String, _ action: String) throws -> JSONValue? {
      try bench.sqs(
        "AddPermission",
        [
          "QueueUrl": "q", "Label": .string(label),
          "AWSAccountIds": ["222233334444", "123456789012"], "Actions": [.string(action)],
        ])["Message"]
    }
    #expect(try add("cross", "ReceiveMessage") == nil)
    let arn = bench.queueARN("q")
    #expect(
      bench.cloud.queues[arn]?.policy == [
        "Version": "2008-10-17", "Id": .string("\(arn)/SQSDefaultPolicy"),
        "Statement": [
          [
            "Sid": "cross", "Effect": "Allow",
            "Principal": [
              "AWS": ["arn:aws:iam::222233334444:root", "arn:aws:iam::123456789012:root"]
            ], "Action": "SQS:ReceiveMessage", "Resource": .string(arn),
          ]
        ],
      ])
    #expect(
      try add("cross", "ReceiveMessage")
        == "Value cross for parameter Label is invalid. Reason: Already exists.")
    #expect(
      try add("more", "CreateQueue")
        == "Value SQS:CreateQueue for parameter ActionName is invalid. Reason: Only the queue owner is allowed to invoke this action."
    )
    _ = try bench.sqs("RemovePermission", ["QueueUrl": "q", "Label": "cross"])
    #expect(bench.cloud.queues[arn]?.policy == nil)
    #expect(
      try bench.sqs("RemovePermission", ["QueueUrl": "q", "Label": "cross"])["Message"]
        == "Value cross for parameter Label is invalid. Reason: can't find label.")
  }

  @Test func tagsAndLists() throws {
    for name in ["b", "a", "c"] { try make(name) }
    #expect(
      try bench.sqs("ListQueues", ["QueueNamePrefix": "a"]).at("QueueUrls.0")
        == "https://sqs.us-east-1.amazonaws.com/123456789012/a")
    let page = try bench.sqs("ListQueues", ["MaxResults": 2])
    #expect(page["QueueUrls"]?.elements?.count == 2)
    let rest = try bench.sqs(
      "ListQueues", ["MaxResults": 2, "NextToken": page["NextToken"] ?? ""])
    #expect(rest["QueueUrls"]?.elements?.count == 1)
    #expect(rest["NextToken"] == nil)
    _ = try bench.sqs("TagQueue", ["QueueUrl": "a", "Tags": ["k1": "v1", "k2": "v2"]])
    _ = try bench.sqs("UntagQueue", ["QueueUrl": "a", "TagKeys": ["k1"]])
    #expect(try bench.sqs("ListQueueTags", ["QueueUrl": "a"]) == ["Tags": ["k2": "v2"]])
  }
}
