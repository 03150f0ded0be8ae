import Testing
import TrailRecord

@testable import TrailCloud

/// Trails that tell a topic of their deliveries (facts §3.2, §3.4, §6.3, §6.4).
@Suite struct NotificationTests {
  let bench: TrailBench
  private let topic = "arn:aws:sns:us-east-1:123456789012:deliveries"

  init() throws { bench = try TrailBench() }

  private func define(
    _ policy: JSONValue?, key: String? = nil, region: RegionName = "us-east-1"
  ) throws {
    try bench.cloud.defineTopic("deliveries", region: region, policy: policy, kmsKey: key)
  }

  private var open: JSONValue { TopicPolicy.forServices(topic, account: CloudDefaults.account) }

  private func make(_ name: String = "deliveries") throws -> AWSError? {
    let result = try bench.call(
      "CreateTrail", #"{"Name":"main","S3BucketName":"logs","SnsTopicName":"\#(name)"}"#)
    if result.error == nil { try bench.ask("StartLogging", #"{"Name":"main"}"#) }
    return result.error
  }

  private func deliver() throws -> TrailStatus {
    try bench.ask("CreateUser", #"{"UserName":"u\#(bench.cloud.callCount)"}"#, service: "iam")
    _ = bench.cloud.flush()
    return try bench.main.status
  }

  private var inbox: [TopicMessage] { bench.cloud.topics[topic]?.inbox ?? [] }

  /// Facts §6.4: one notification a delivery, with this very text.
  @Test func everyDeliveryIsTold() throws {
    try define(open)
    #expect(try make() == nil)
    #expect(try bench.main.topicARN == topic)
    let status = try deliver()
    let key = try #require(
      try bench.cloud.listObjects(in: "logs").map(\.key).first { $0.hasSuffix(".json.gz") })
    #expect(inbox.map(\.text) == [#"{"s3Bucket":"logs","s3ObjectKey":["\#(key)"]}"#])
    #expect(inbox.map(\.publisher) == ["cloudtrail.amazonaws.com"])
    #expect(inbox[0].subject == nil)
    #expect(status.latestNotificationTime == bench.cloud.now)
    #expect(status.latestNotificationError == nil)
    let answer = try bench.ask("GetTrailStatus", #"{"Name":"main"}"#)
    #expect(answer["LatestNotificationTime"] != nil)
    #expect(answer["LatestNotificationError"] == nil)
    bench.cloud.advance(to: bench.cloud.now + 3_600_000)
    _ = try deliver()
    let told = try inbox.flatMap { try JSONParser.parse($0.text)["s3ObjectKey"]?.texts ?? [] }
    #expect(told.count >= 2)
    #expect(told.sorted() == (try bench.cloud.listObjects(in: "logs").map(\.key).sorted()))
    #expect(inbox.map(\.time) == inbox.map(\.time).sorted())
  }

  /// Facts §3.4: no topic, a policy that does not let CloudTrail in, one for another trail.
  @Test func theTopicMustLetCloudTrailIn() throws {
    let text = "SNS Topic does not exist or the topic policy is incorrect!"
    func refusal() throws -> String? {
      let error = try make()
      #expect(error == nil || error?.code == "InsufficientSnsTopicPolicyException")
      return error?.message
    }
    #expect(try refusal() == text)
    try define(nil)
    #expect(try refusal() == text)
    let other = "arn:aws:cloudtrail:us-east-1:123456789012:trail/other"
    try define(
      TopicPolicy.forServices(topic, account: CloudDefaults.account, trailARN: other))
    #expect(try refusal() == text)
    try define(
      [
        "Statement": [
          [
            "Effect": "Allow", "Principal": "*", "Action": "sns:*", "Resource": "*",
          ],
          [
            "Effect": "Deny", "Principal": ["Service": "cloudtrail.amazonaws.com"],
            "Action": "SNS:Publish", "Resource": .string(topic),
          ],
        ]
      ])
    #expect(try refusal() == text)
    let own = "arn:aws:cloudtrail:us-east-1:123456789012:trail/main"
    try define(TopicPolicy.forServices(topic, account: CloudDefaults.account, trailARN: own))
    #expect(try refusal() == nil)
    _ = try deliver()
    #expect(inbox.count == 1)
  }

  /// Facts §3.2: a name is one of the home Region; an ARN may be of another Region or account.
  @Test func topicsOfOtherRegionsAreNamedByARN() throws {
    let abroad = "arn:aws:sns:eu-west-1:123456789012:deliveries"
    try define(
      TopicPolicy.forServices(abroad, account: CloudDefaults.account), region: "eu-west-1")
    #expect(try make()?.code == "InsufficientSnsTopicPolicyException")
    #expect(try make(abroad) == nil)
    _ = try deliver()
    #expect(bench.cloud.topics[abroad]?.inbox.count == 1)
    #expect(try make("a.b")?.code == "InvalidSnsTopicNameException")
  }

  /// Facts §6.3: what becomes of the topic later is told in the status, and lets log files through.
  @Test func laterFailuresStandInTheStatus() throws {
    try define(open)
    #expect(try make() == nil)
    _ = try deliver()
    let told = bench.cloud.now
    bench.cloud.advance(to: told + 1000)
    try define(nil)
    #expect(try deliver().latestNotificationError == "AuthorizationError")
    bench.cloud.topics.remove(topic)
    let status = try deliver()
    #expect(status.latestNotificationError == "NotFound")
    #expect(status.latestNotificationTime == told)
    #expect(status.latestDeliveryError == nil)
    let answer = try bench.ask("GetTrailStatus", #"{"Name":"main"}"#)
    #expect(answer["LatestNotificationError"] == "NotFound")
    try define(open)
    let mended = try deliver()
    #expect(mended.latestNotificationError == nil)
    #expect(mended.latestNotificationTime == bench.cloud.now)
  }

  /// Facts §6.4: an encrypted topic needs kms:GenerateDataKey* and kms:Decrypt for the service.
  @Test func encryptedTopicsNeedTheirKey() throws {
    let closed = bench.cloud.defineKey(
      alias: "closed", policy: KeyPolicy.forCloudTrail(account: CloudDefaults.account))
    try define(open, key: closed.arn)
    #expect(try make()?.code == "InsufficientSnsTopicPolicyException")
    let key = bench.cloud.defineKey(
      alias: "topics", policy: KeyPolicy.forTopics(account: CloudDefaults.account))
    try define(open, key: "alias/topics")
    #expect(try make() == nil)
    #expect(try deliver().latestNotificationError == nil)
    for (operation, code) in [
      ("DisableKey", "KMSDisabled"), ("ScheduleKeyDeletion", "KMSInvalidState"),
    ] {
      try bench.ask(operation, #"{"KeyId":"\#(key.id)"}"#, service: "kms")
      #expect(try deliver().latestNotificationError == code)
    }
    try define(open, key: "alias/nothing")
    #expect(try deliver().latestNotificationError == "KMSNotFound")
    try define(open, key: "alias/aws/sns")
    #expect(try deliver().latestNotificationError == "KMSAccessDenied")
    #expect(inbox.count == 1)
  }

  /// The policy of a new topic lets alarms of its account in, and no other service.
  @Test func alarmsGetInByTheStandardPolicy() throws {
    try define(nil)
    let cloud = bench.cloud
    func publish(_ service: String, _ source: String) -> String? {
      cloud.publish("x", subject: "s", to: topic, as: service, sourceARN: source)
    }
    let alarm = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a"
    #expect(publish("cloudwatch.amazonaws.com", alarm) == nil)
    #expect(
      publish("cloudwatch.amazonaws.com", "arn:aws:cloudwatch:us-east-1:222233334444:alarm:a")
        == "AuthorizationError")
    #expect(
      publish("events.amazonaws.com", "arn:aws:events:us-east-1:123456789012:rule/r")
        == "AuthorizationError")
    #expect(inbox.map(\.subject) == ["s"])
  }

  /// Deliveries, notifications, queues and functions: the same seed gives the same bytes.
  @Test func theSameSeedGivesTheSameMessages() throws {
    func run() throws -> [String] {
      let bench = try TrailBench()
      let cloud = bench.cloud
      try cloud.defineTopic("deliveries", policy: open)
      let queue = try cloud.defineQueue(
        "q", policy: QueuePolicy.forServices("arn:aws:sqs:us-east-1:123456789012:q"))
      try cloud.defineSubscription(to: topic, kind: .sqs, endpoint: queue)
      try bench.ask(
        "CreateTrail", #"{"Name":"main","S3BucketName":"logs","SnsTopicName":"deliveries"}"#)
      try bench.ask("StartLogging", #"{"Name":"main"}"#)
      for number in 0..<20 {
        try bench.ask("CreateUser", #"{"UserName":"u\#(number)"}"#, service: "iam")
        cloud.advance(to: cloud.now + 120_000)
      }
      let received = cloud.receive(10, from: queue)
      return (cloud.topics[topic]?.inbox ?? []).map { "\($0.time) \($0.id) \($0.text)" }
        + received.map { "\($0.id) \($0.body)" }
    }
    let first = try run()
    #expect(first.count >= 10)
    #expect(try run() == first)
  }

  /// Topics have ids of their own: with and without one, records and log files are the same.
  @Test func notificationsChangeNothingElse() throws {
    func records(_ notifies: Bool) throws -> [[UInt8]] {
      let bench = try TrailBench()
      try bench.cloud.defineTopic("deliveries", policy: open)
      if notifies {
        try bench.cloud.defineSubscription(to: topic, kind: .email, endpoint: "a@example.com")
      }
      try bench.ask(
        "CreateTrail", #"{"Name":"main","S3BucketName":"logs","SnsTopicName":"deliveries"}"#)
      try bench.ask("StartLogging", #"{"Name":"main"}"#)
      var records: [[UInt8]] = []
      for number in 0..<5 {
        records += try bench.call(
          "CreateUser", #"{"UserName":"u\#(number)"}"#, service: "iam"
        ).records.map(\.bytes)
        bench.cloud.advance(to: bench.cloud.now + 600_000)
      }
      return records
    }
    #expect(try records(true) == records(false))
  }

  /// Ours: what CloudTrail publishes is a data event of the topic, where a trail selects those.
  @Test func publishingIsADataEventOfTheTopic() throws {
    try define(open)
    #expect(try make() == nil)
    try bench.ask(
      "PutEventSelectors",
      #"{"TrailName":"main","AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::SNS::Topic"]}]},{"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}]}"#
    )
    _ = try deliver()
    #expect(bench.cloud.waiting(for: try bench.main.id).count == 1)
  }
}
