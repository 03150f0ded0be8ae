import Testing
import TrailCrypto
import TrailRecord

@testable import TrailCloud

/// Publishing, and who gets what: as AWS answered when it was recorded.
@Suite struct PublishTests {
  let bench = ServiceBench()
  private let arn: JSONValue

  init() throws {
    _ = try bench.sns("CreateTopic", ["Name": "alerts"])
    arn = .string(bench.topicARN("alerts"))
  }

  /// Facts §12: a data event without the message, about the topic.
  @Test func publishingIsADataEvent() throws {
    let result = try bench.call(
      "sns", "Publish",
      #"{"topicArn": "\#(bench.topicARN("alerts"))", "message": "secret", "subject": "s", "messageAttributes": {"k": {"DataType": "String", "StringValue": "v"}}}"#
    )
    #expect(result.records.map(\.category) == [.data])
    let record = try JSONParser.parse(result.records[0].bytes)
    let hidden: JSONValue = "HIDDEN_DUE_TO_SECURITY_REASONS"
    #expect(
      record["requestParameters"] == [
        "topicArn": arn, "message": hidden, "subject": hidden, "messageAttributes": hidden,
      ])
    #expect(record["responseElements"]?.names == ["messageId"])
    #expect(record["readOnly"] == false)
    #expect(
      record["resources"] == [
        ["accountId": .string(bench.account), "type": "AWS::SNS::Topic", "ARN": arn]
      ])
    let message = try #require(bench.cloud.topics[bench.topicARN("alerts")]?.inbox.first)
    #expect(message.text == "secret")
    #expect(result.response["MessageId"] == .string(message.id))
  }

  private static let refusals: [(JSONValue, String, String)] = [
    (["Message": ""], "InvalidParameter", "Invalid parameter: Empty message"),
    (["Message": "x", "Subject": ""], "InvalidParameter", "Invalid parameter: Subject"),
    (["Message": "x", "Subject": "a\nb"], "InvalidParameter", "Invalid parameter: Subject"),
    (
      ["Message": .string(String(repeating: "a", count: 262_145))], "InvalidParameter",
      "Invalid parameter: Message too long"
    ),
    (
      ["Message": "no", "MessageStructure": "json"], "InvalidParameter",
      "Invalid parameter: Message Structure - JSON message body failed to parse"
    ),
    (
      ["Message": #"{"sqs":"x"}"#, "MessageStructure": "json"], "InvalidParameter",
      "Invalid parameter: Message Structure - No default entry in JSON message body"
    ),
    (
      ["Message": "x", "MessageAttributes": ["a": ["DataType": "String", "StringValue": ""]]],
      "ParameterValueInvalid",
      "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'."
    ),
    (
      ["Message": "x", "MessageAttributes": ["a": ["DataType": "Number", "BinaryValue": "AA"]]],
      "ParameterValueInvalid",
      "The message attribute 'a' with type 'Number' must use field 'String'."
    ),
    (
      ["Message": "x", "MessageDeduplicationId": "d"], "InvalidParameter",
      "Invalid parameter: MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type"
    ),
  ]

  @Test(arguments: refusals.indices)
  func whatIsNoMessageIsRefused(index: Int) throws {
    let (parameters, code, text) = Self.refusals[index]
    let answer = try bench.sns("Publish", parameters.setting("TopicArn", arn))
    #expect(answer["Error"] == .string(code))
    #expect(answer["Message"] == .string(text))
    #expect(bench.cloud.topics[bench.topicARN("alerts")]?.inbox.isEmpty == true)
  }

  @Test func missingTopicsAndTargets() throws {
    let nowhere = JSONValue.string(bench.topicARN("nobody"))
    #expect(
      try bench.sns("Publish", ["TopicArn": nowhere, "Message": "x"])["Message"]
        == "Topic does not exist")
    #expect(
      try bench.sns("Publish", ["TargetArn": nowhere, "Message": "x"])["Message"]
        == "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified")
    #expect(try bench.sns("Publish", ["TargetArn": arn, "Message": "x"])["MessageId"] != nil)
  }

  @Test func batches() throws {
    func batch(_ entries: [JSONValue]) throws -> JSONValue {
      try bench.sns(
        "PublishBatch", ["TopicArn": arn, "PublishBatchRequestEntries": .array(entries)])
    }
    let answer = try batch([["Id": "1", "Message": "a"], ["Id": "2", "Message": "b"]])
    #expect(answer["Failed"] == [])
    #expect(answer["Successful"]?.elements?.map { $0["Id"] } == ["1", "2"])
    #expect(try batch([])["Error"] == "EmptyBatchRequest")
    #expect(
      try batch([["Id": "1", "Message": "a"], ["Id": "1", "Message": "b"]])["Message"]
        == "Two or more batch entries in the request have the same Id.")
    #expect(
      try batch((0..<11).map { ["Id": .string("\($0)"), "Message": "a"] })["Message"]
        == "The batch request contains more entries than permissible.")
    #expect(try batch([["Id": "a b", "Message": "a"]])["Error"] == "InvalidBatchEntryId")
    let big = JSONValue.string(String(repeating: "a", count: 200_000))
    #expect(
      try batch([["Id": "1", "Message": big], ["Id": "2", "Message": big]])["Error"]
        == "BatchRequestTooLong")
    #expect(
      bench.cloud.topics[bench.topicARN("alerts")]?.inbox.map(\.text) == ["a", "b"])
  }

  // MARK: Subscriptions

  private func subscribe(_ kind: String, _ endpoint: String, _ attributes: JSONValue = [:]) throws
    -> JSONValue
  {
    try bench.sns(
      "Subscribe",
      [
        "TopicArn": arn, "Protocol": .string(kind), "Endpoint": .string(endpoint),
        "Attributes": attributes,
      ])
  }

  @Test func queuesGetTheEnvelope() throws {
    try bench.cloud.defineQueue("q", policy: QueuePolicy.forServices(bench.queueARN("q")))
    let subscribed = try subscribe("sqs", bench.queueARN("q"))["SubscriptionArn"]?.text ?? ""
    #expect(subscribed.hasPrefix(bench.topicARN("alerts") + ":"))
    let sent = try bench.sns(
      "Publish",
      [
        "TopicArn": arn, "Message": "a \"b\"", "Subject": "S",
        "MessageAttributes": ["n": ["DataType": "Number", "StringValue": "99.12"]],
      ])
    let body = try #require(try bench.bodies("q").first)
    let document = try JSONParser.parse(body)
    #expect(
      document.names == [
        "Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "SignatureVersion",
        "Signature", "SigningCertURL", "UnsubscribeURL", "MessageAttributes",
      ])
    #expect(document["MessageId"] == sent["MessageId"])
    #expect(document["Message"] == #"a "b""#)
    #expect(document["Timestamp"] == "2026-01-05T09:00:00.000Z")
    #expect(document["MessageAttributes"] == ["n": ["Type": "Number", "Value": "99.12"]])
    #expect(
      document["UnsubscribeURL"]
        == .string(
          "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=\(subscribed)"))
    #expect(body.hasPrefix("{\n  \"Type\" : \"Notification\",\n  \"MessageId\" : "))
  }

  @Test func rawQueuesGetTheMessage() throws {
    try bench.cloud.defineQueue("q", policy: QueuePolicy.forServices(bench.queueARN("q")))
    _ = try subscribe("sqs", bench.queueARN("q"), ["RawMessageDelivery": "true"])
    _ = try bench.sns(
      "Publish",
      [
        "TopicArn": arn, "Message": #"{"default":"d","sqs":"for queues"}"#,
        "MessageStructure": "json",
        "MessageAttributes": ["k": ["DataType": "String", "StringValue": "v"]],
      ])
    let answer = try bench.sqs(
      "ReceiveMessage", ["QueueUrl": "q", "MessageAttributeNames": ["All"]])
    #expect(answer.at("Messages.0.Body") == "for queues")
    #expect(answer.at("Messages.0.MessageAttributes.k.StringValue") == "v")
  }

  /// A queue whose policy does not let SNS in gets nothing; the subscription's dead-letter queue does.
  @Test func whatCannotBeDeliveredGoesToTheDeadLetterQueue() throws {
    try bench.cloud.defineQueue("closed")
    try bench.cloud.defineQueue("dead", policy: QueuePolicy.forServices(bench.queueARN("dead")))
    let subscription =
      try subscribe(
        "sqs", bench.queueARN("closed"),
        ["RedrivePolicy": .string(#"{"deadLetterTargetArn":"\#(bench.queueARN("dead"))"}"#)])[
        "SubscriptionArn"]?.text ?? ""
    _ = try bench.sns("Publish", ["TopicArn": arn, "Message": "x"])
    #expect(try bench.bodies("closed").isEmpty)
    #expect(bench.cloud.topics.subscriptions[subscription]?.lastError == "AccessDenied")
    #expect(try bench.bodies("dead").count == 1)
    bench.cloud.queues.remove(bench.queueARN("closed"))
    _ = try bench.sns("Publish", ["TopicArn": arn, "Message": "y"])
    #expect(bench.cloud.topics.subscriptions[subscription]?.lastError == "QueueDoesNotExist")
    #expect(try bench.bodies("dead").count == 1)
  }

  @Test func functionsAreCalled() throws {
    bench.cloud.defineFunction("f", invokers: ["sns.amazonaws.com"])
    bench.cloud.defineFunction("g")
    for name in ["f", "g"] {
      _ = try subscribe("lambda", LambdaNames.arn(name, "us-east-1", bench.account))
    }
    _ = try bench.sns("Publish", ["TopicArn": arn, "Message": "x"])
    let calls = bench.cloud.functions.byARN
    #expect(calls.keys.sorted() == [LambdaNames.arn("f", "us-east-1", bench.account)])
    let payload = calls.values.first?.first?.payload
    #expect(payload?.at("Records.0.EventSource") == "aws:sns")
    #expect(payload?.at("Records.0.Sns.Message") == "x")
    #expect(payload?.at("Records.0.Sns.Subject") == .null)
    #expect(
      bench.cloud.topics.subscriptions(to: bench.topicARN("alerts")).map(\.lastError)
        == [nil, "AccessDeniedException"])
  }

  @Test func emailMustBeConfirmed() throws {
    #expect(
      try subscribe("email", "ops@example.com")
        == ["SubscriptionArn": "pending confirmation"])
    #expect(
      try bench.sns("ListSubscriptionsByTopic", ["TopicArn": arn])
        .at("Subscriptions.0.SubscriptionArn") == "PendingConfirmation")
    let pending = try #require(
      bench.cloud.topics.subscriptions(to: bench.topicARN("alerts")).first)
    let token = try #require(pending.token)
    #expect(
      try bench.sns("ConfirmSubscription", ["TopicArn": arn, "Token": "abc"])["Message"]
        == "Invalid token")
    #expect(
      try bench.sns("ConfirmSubscription", ["TopicArn": arn, "Token": .string(token)])
        == ["SubscriptionArn": .string(pending.arn)])
    let attributes = try bench.sns(
      "GetSubscriptionAttributes", ["SubscriptionArn": .string(pending.arn)])["Attributes"]
    #expect(attributes?["PendingConfirmation"] == "false")
    #expect(attributes?["RawMessageDelivery"] == "false")
    #expect(attributes?["SubscriptionPrincipal"] == "arn:aws:iam::123456789012:user/admin")
    _ = try bench.sns("Unsubscribe", ["SubscriptionArn": .string(pending.arn)])
    #expect(
      try bench.sns("GetTopicAttributes", ["TopicArn": arn])
        .at("Attributes.SubscriptionsDeleted") == "1")
    #expect(
      try bench.sns(
        "GetSubscriptionAttributes", ["SubscriptionArn": .string(pending.arn)])["Message"]
        == "Subscription does not exist")
  }

  private static let wrongEndpoints: [(String, String, String)] = [
    ("carrier", "pigeon", "Amazon SNS does not support this protocol string: carrier"),
    ("sqs", "https://sqs.us-east-1.amazonaws.com/1/q", "SQS endpoint ARN"),
    ("email", "nobody", "Email address"),
    ("http", "https://example.com", "Endpoint must match the specified protocol"),
    ("sms", "NAA+15551234567", "Invalid SMS endpoint: NAA+15551234567"),
    (
      "sqs", "arn:aws:sqs:us-east-1:123456789012:q.fifo",
      "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics"
    ),
  ]

  @Test(arguments: wrongEndpoints)
  func endpointsAreChecked(kind: String, endpoint: String, text: String) throws {
    #expect(
      try subscribe(kind, endpoint)["Message"] == .string("Invalid parameter: \(text)"))
  }

  @Test func subscribingTwiceIsOneSubscription() throws {
    let raw: JSONValue = ["RawMessageDelivery": "true"]
    let first = try subscribe("sqs", bench.queueARN("q"), raw)
    #expect(try subscribe("sqs", bench.queueARN("q"), raw) == first)
    #expect(try subscribe("sqs", bench.queueARN("q")) == first)
    #expect(
      try subscribe("sqs", bench.queueARN("q"), ["RawMessageDelivery": "false"])["Message"]
        == "Invalid parameter: Attributes Reason: Subscription already exists with different attributes"
    )
    #expect(
      try subscribe("sqs", bench.queueARN("r"), ["RawMessageDelivery": "perhaps"])["Message"]
        == "Invalid parameter: Attributes Reason: RawMessageDelivery: Invalid value [perhaps]. Must be true or false."
    )
    #expect(
      try subscribe("sqs", bench.queueARN("r"), ["RedrivePolicy": #"{"deadLetterTargetArn":"x"}"#])[
        "Message"]
        == "Invalid parameter: Attributes Reason: RedrivePolicy: deadLetterTargetArn is an invalid arn"
    )
  }

  /// A queue of another account has to agree: SNS sends it the token.
  @Test func foreignQueuesAreAsked() throws {
    bench.cloud.defineAccount("222233334444")
    let queue = "arn:aws:sqs:us-east-1:222233334444:theirs"
    try bench.cloud.defineQueue(
      "theirs", account: "222233334444", policy: QueuePolicy.forServices(queue))
    #expect(try subscribe("sqs", queue) == ["SubscriptionArn": "pending confirmation"])
    let body = try #require(bench.cloud.queues[queue]?.messages.first?.body)
    let document = try JSONParser.parse(body)
    #expect(document["Type"] == "SubscriptionConfirmation")
    let token = document["Token"] ?? .null
    _ = try bench.sns("ConfirmSubscription", ["TopicArn": arn, "Token": token])
    _ = try bench.sns("Publish", ["TopicArn": arn, "Message": "x"])
    #expect(bench.cloud.queues[queue]?.messages.count == 2)
  }

  @Test func fifoTopicsWantGroupsAndTakeAMessageOnce() throws {
    let topic = JSONValue.string(bench.topicARN("t.fifo"))
    _ = try bench.sns("CreateTopic", ["Name": "t.fifo", "Attributes": ["FifoTopic": "true"]])
    try bench.cloud.defineQueue(
      "q.fifo", policy: QueuePolicy.forServices(bench.queueARN("q.fifo")))
    _ = try bench.sns(
      "Subscribe",
      ["TopicArn": topic, "Protocol": "sqs", "Endpoint": .string(bench.queueARN("q.fifo"))])
    func publish(_ more: JSONValue) throws -> JSONValue {
      var parameters: JSONValue = ["TopicArn": topic, "Message": "m"]
      for member in more.members ?? [] {
        parameters = parameters.setting(member.nameText, member.value)
      }
      return try bench.sns("Publish", parameters)
    }
    #expect(
      try publish([:])["Message"]
        == "Invalid parameter: The MessageGroupId parameter is required for FIFO topics")
    #expect(
      try publish(["MessageGroupId": "g"])["Message"]
        == "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
    )
    let first = try publish(["MessageGroupId": "g", "MessageDeduplicationId": "d"])
    #expect(first["SequenceNumber"]?.text?.count == 20)
    #expect(try publish(["MessageGroupId": "g", "MessageDeduplicationId": "d"]) == first)
    #expect(bench.cloud.queues[bench.queueARN("q.fifo")]?.messages.count == 1)
    bench.pass(301)
    let later = try publish(["MessageGroupId": "g", "MessageDeduplicationId": "d"])
    #expect((later["SequenceNumber"]?.text ?? "") > (first["SequenceNumber"]?.text ?? ""))
    let body = try #require(bench.cloud.queues[bench.queueARN("q.fifo")]?.messages.first?.body)
    // Messages of FIFO topics are numbered and not signed.
    #expect(
      try JSONParser.parse(body).names == [
        "Type", "MessageId", "SequenceNumber", "TopicArn", "Message", "Timestamp",
        "UnsubscribeURL",
      ])
  }
}
