import Testing
import TrailRecord

@testable import TrailCloud

/// Repeated calls leave the records that their services would have led to, byte for byte.
@Suite struct RepeatedCallTests {
  /// The same traffic, worked out call by call and repeated where that can be: with a trail that looks for Insights, a
  /// rule that puts events into a queue, and things that change on the way.
  @Test(arguments: TrafficProfiles.names)
  func repeatedCallsLeaveTheSameRecords(name: String) throws {
    func run(_ isAllowed: Bool) throws -> (world: TrafficWorld, repeated: Int) {
      let world = TrafficWorld(start: CloudDefaults.start - 8 * 3_600_000)
      world.cloud.repeated.isAllowed = isAllowed
      try arrange(world)
      try world.run(name, hours: 5, rate: 12)
      for (service, operation, parameters) in Self.changes {
        _ = try world.cloud.perform(APICall(service, operation, parameters: parameters))
        try world.run(name, hours: 0.4, rate: 20)
      }
      return (world, world.cloud.repeated.count)
    }
    let (slow, none) = try run(false)
    let (quick, repeated) = try run(true)
    #expect(none == 0)
    #expect(slow.records.count == quick.records.count)
    #expect(repeated * 2 > quick.records.count, "\(repeated) of \(quick.records.count)")
    expectSame(slow, quick)
    #expect(slow.recordedCount == quick.recordedCount)
    let keys = try slow.storage.keys(in: "logs", prefix: "")
    #expect(try keys == quick.storage.keys(in: "logs", prefix: ""))
    for key in keys.prefix(20) {
      #expect(try slow.storage.get(key, in: "logs") == quick.storage.get(key, in: "logs"))
    }
    #expect(Set(quick.cloud.queues.byARN.keys) == Set(slow.cloud.queues.byARN.keys))
    for (arn, queue) in slow.cloud.queues.byARN {
      #expect(quick.cloud.queues[arn]?.messages == queue.messages)
      #expect(quick.cloud.queues[arn]?.sentCount == queue.sentCount)
    }
    for (arn, topic) in slow.cloud.topics.byARN {
      #expect(quick.cloud.topics[arn]?.inbox == topic.inbox)
    }
    for (one, other) in zip(slow.cloud.logGroups.all(), quick.cloud.logGroups.all()) {
      #expect(one.name == other.name && Set(one.streams.keys) == Set(other.streams.keys))
    }
  }

  private func arrange(_ world: TrafficWorld) throws {
    try world.cloud.defineBucket("logs", policy: BucketPolicy.forCloudTrail("logs"))
    for (name, parameters) in [
      ("CreateTrail", [JSONMember("Name", "main"), JSONMember("S3BucketName", "logs")]),
      ("StartLogging", [JSONMember("Name", "main")]),
      (
        "PutInsightSelectors",
        [
          JSONMember("TrailName", "main"),
          JSONMember(
            "InsightSelectors",
            [["InsightType": "ApiCallRateInsight"], ["InsightType": "ApiErrorRateInsight"]]),
        ]
      ),
    ] {
      _ = try world.cloud.perform(APICall("cloudtrail", name, parameters: parameters))
    }
    let queue = try world.cloud.defineQueue(
      "told", policy: ["Statement": [["Effect": "Allow", "Principal": "*", "Action": "sqs:*"]]])
    try world.cloud.arrangeEvents(
      "PutRule",
      [
        JSONMember("Name", "roles"),
        JSONMember("EventPattern", #"{"detail": {"eventName": ["AssumeRole"]}}"#),
      ])
    try world.cloud.arrangeEvents(
      "PutTargets",
      [
        JSONMember("Rule", "roles"),
        JSONMember("Targets", [["Id": "1", "Arn": .string(queue)]]),
      ])
  }

  /// What changes while traffic goes on.
  private static let changes: [(String, String, [JSONMember])] = [
    ("s3", "DeleteBucket", [JSONMember("bucketName", "shop-access-logs-123456789012")]),
    (
      "sns", "Subscribe",
      [
        JSONMember("TopicArn", "arn:aws:sns:us-east-1:123456789012:shop-orders"),
        JSONMember("Protocol", "sqs"),
        JSONMember("Endpoint", "arn:aws:sqs:us-east-1:123456789012:told"),
      ]
    ),
    (
      "sqs", "DeleteQueue",
      [JSONMember("QueueUrl", "https://sqs.us-east-1.amazonaws.com/123456789012/shop-mail")]
    ),
    (
      "sqs", "SetQueueAttributes",
      [
        JSONMember("QueueUrl", "https://sqs.us-east-1.amazonaws.com/123456789012/batch-high"),
        JSONMember("Attributes", ["DelaySeconds": "30"]),
      ]
    ),
    ("logs", "DeleteLogGroup", [JSONMember("logGroupName", "/aws/lambda/shop-checkout")]),
    (
      "iam", "UpdateRole",
      [JSONMember("RoleName", "shop-cart"), JSONMember("MaxSessionDuration", "7200")]
    ),
    ("iam", "DeleteRole", [JSONMember("RoleName", "shop-task-execution")]),
    ("cloudtrail", "StopLogging", [JSONMember("Name", "main")]),
  ]

  private func expectSame(_ slow: TrafficWorld, _ quick: TrafficWorld) {
    for (one, other) in zip(slow.records, quick.records) {
      guard one.bytes == other.bytes else {
        Issue.record(
          "\(String(decoding: one.bytes, as: UTF8.self))\n\(String(decoding: other.bytes, as: UTF8.self))"
        )
        return
      }
      guard one.eventID == other.eventID, one.resources == other.resources,
        one.fingerprint == other.fingerprint, one.errorCode == other.errorCode,
        one.userIdentityARN == other.userIdentityARN
      else {
        Issue.record("\(one) is not as \(other)")
        return
      }
    }
  }

  /// Every kind of call in the profiles, as sessions of ever new names make it.
  @Test(arguments: TrafficProfiles.names)
  func everyStepIsRepeatedAsItIsWorkedOut(name: String) throws {
    func run(_ isAllowed: Bool) throws -> TrafficWorld {
      let world = TrafficWorld()
      world.cloud.repeated.isAllowed = isAllowed
      try world.cloud.startTraffic(world.request(name, rate: 0.001))
      _ = world.cloud.stopTraffic()
      let profile = try #require(TrafficProfiles.named(name))
      world.cloud.defineRole("many")
      for step in profile.activities.flatMap(\.steps) {
        let slots = SlottedParameters(step.parameters)
        var call = APICall(step.service, step.operation, parameters: slots.members)
        call.sourceIPAddress = "192.0.2.1"
        call.isAnswerWanted = step.gains.contains { !$0.isParameter }
        call.caller = Caller(.role("many", session: "first-session"))
        guard let prepared = try? world.cloud.prepare(call, hasSlots: true, hasManyCallers: true)
        else { continue }
        for number in 0..<7 {
          world.cloud.advance(to: world.cloud.now + 1000)
          let texts = slots.slots.enumerated().map { slot, hole -> [UInt8] in
            switch hole {
            case .account: return Array(CloudDefaults.account.utf8)
            case .region: return Array(CloudDefaults.region.utf8)
            case .pool(let pool):
              return Array((profile.pools[pool]?.first ?? "thing-of-\(pool)").utf8)
            default: return Array("text-\(slot)-of-call-\(number)".utf8)
            }
          }
          let session = Caller(.role("many", session: "session-number-\(number)"))
          _ = try world.cloud.perform(prepared, texts, as: PreparedCaller(session))
          _ = try world.cloud.perform(prepared, texts, as: PreparedCaller(session))
        }
      }
      return world
    }
    let slow = try run(false)
    let quick = try run(true)
    #expect(slow.records.count == quick.records.count && slow.records.count > 100)
    expectSame(slow, quick)
    #expect(quick.cloud.repeated.count * 4 > quick.records.count)
  }

  // MARK: What makes a call other than the last

  private func prepared(
    _ cloud: Cloud, _ service: String, _ operation: String, _ parameters: [JSONMember] = []
  ) throws -> PreparedCall {
    var call = APICall(service, operation, parameters: parameters)
    call.isAnswerWanted = false
    return try cloud.prepare(call)
  }

  /// Makes a call until it is known by heart.
  private func learn(_ prepared: PreparedCall, _ cloud: Cloud) throws {
    for _ in 0..<4 {
      cloud.advance(to: cloud.now + 1000)
      _ = try cloud.perform(prepared)
    }
    guard case .known = prepared.knowledge else {
      Issue.record("\(prepared.operation.name) is not known after four calls")
      return
    }
  }

  @Test func aBucketThatIsGoneIsNoticed() throws {
    let cloud = Cloud(storage: MemoryStorage())
    let make = APICall("s3", "CreateBucket", parameters: [JSONMember("bucketName", "data")])
    _ = try cloud.perform(make)
    let call = try prepared(cloud, "s3", "GetBucketAcl", [JSONMember("bucketName", "data")])
    try learn(call, cloud)
    #expect(try cloud.perform(call).error == nil)
    _ = try cloud.perform(
      APICall("s3", "DeleteBucket", parameters: [JSONMember("bucketName", "data")]))
    #expect(try cloud.perform(call).error?.code == "NoSuchBucket")
    _ = try cloud.perform(make)
    #expect(try cloud.perform(call).error == nil)
  }

  @Test func anObjectThatIsGoneIsNoticed() throws {
    let cloud = Cloud(storage: MemoryStorage())
    _ = try cloud.perform(
      APICall("s3", "CreateBucket", parameters: [JSONMember("bucketName", "data")]))
    let object = [JSONMember("bucketName", "data"), JSONMember("key", "january.csv")]
    _ = try cloud.perform(APICall("s3", "PutObject", parameters: object))
    let call = try prepared(cloud, "s3", "GetObject", object)
    try learn(call, cloud)
    _ = try cloud.perform(APICall("s3", "DeleteObject", parameters: object))
    #expect(try cloud.perform(call).error?.code == "NoSuchKey")
    var large = APICall(
      "s3", "PutObject", parameters: object + [JSONMember("contentLength", "9000")])
    large.isUnchecked = false
    _ = try cloud.perform(large)
    let record = try JSONParser.parse(cloud.perform(call).records[0].bytes)
    #expect(record["additionalEventData"]?["bytesTransferredOut"]?.integer == 9000)
  }

  @Test func aKeyThatIsDisabledIsNoticed() throws {
    let cloud = Cloud(storage: MemoryStorage())
    let made = try cloud.perform(APICall("kms", "CreateKey"))
    let id = try #require(made.response["KeyMetadata"]?["KeyId"]?.text)
    let key = [JSONMember("KeyId", .string(id))]
    let call = try prepared(
      cloud, "kms", "GenerateDataKey", key + [JSONMember("KeySpec", "AES_256")])
    try learn(call, cloud)
    _ = try cloud.perform(APICall("kms", "DisableKey", parameters: key))
    #expect(try cloud.perform(call).error?.code == "DisabledException")
  }

  @Test func aNewSessionIsNoticed() throws {
    let cloud = Cloud(storage: MemoryStorage())
    cloud.defineRole("Ops")
    var call = APICall("ec2", "DescribeInstances")
    call.caller = Caller(.role("Ops", session: "night"))
    call.isAnswerWanted = false
    let prepared = try cloud.prepare(call)
    try learn(prepared, cloud)
    func key() throws -> String? {
      try JSONParser.parse(cloud.perform(prepared).records[0].bytes)["userIdentity"]?[
        "accessKeyId"]?.text
    }
    let first = try key()
    #expect(try key() == first)
    cloud.advance(to: cloud.now + 2 * 3_600_000)
    let second = try key()
    #expect(second != first)
    let assumed = try cloud.perform(
      APICall(
        "sts", "AssumeRole",
        parameters: [
          JSONMember("RoleArn", "arn:aws:iam::123456789012:role/Ops"),
          JSONMember("RoleSessionName", "night"),
        ]))
    #expect(try key() == assumed.response["Credentials"]?["AccessKeyId"]?.text)
  }

  /// A trail that is made later, or stops, takes what it should.
  @Test func trailsThatChangeAreAsked() throws {
    let world = try DeliveryWorld()
    let call = try prepared(world.cloud, "ec2", "DescribeInstances")
    try learn(call, world.cloud)
    let id = try world.trail.id
    let before = world.cloud.waiting(for: id).count
    _ = try world.cloud.perform(call)
    #expect(world.cloud.waiting(for: id).count == before + 1)
    try world.call("cloudtrail", "StopLogging", [JSONMember("Name", "main")])
    let stopped = world.cloud.waiting(for: id).count
    _ = try world.cloud.perform(call)
    #expect(world.cloud.waiting(for: id).count == stopped)
    try world.call("cloudtrail", "StartLogging", [JSONMember("Name", "main")])
    _ = try world.cloud.perform(call)
    #expect(world.cloud.waiting(for: id).count == stopped + 1)
  }

  /// What is done again is done: messages lie in queues and topics, streams in log groups.
  @Test func workIsDoneAgain() throws {
    let cloud = Cloud(storage: MemoryStorage())
    let arn = try cloud.defineQueue("jobs")
    let topic = try cloud.defineTopic("told", policy: nil)
    let send = try prepared(
      cloud, "sqs", "SendMessage",
      [JSONMember("QueueUrl", "jobs"), JSONMember("MessageBody", "one of many")])
    let publish = try prepared(
      cloud, "sns", "Publish",
      [JSONMember("TopicArn", .string(topic)), JSONMember("Message", "one of many")])
    try learn(send, cloud)
    try learn(publish, cloud)
    let before = cloud.repeated.count
    let sent = try cloud.perform(send)
    let published = try cloud.perform(publish)
    #expect(cloud.repeated.count == before + 2)
    let queue = try #require(cloud.queues[arn])
    #expect(queue.messages.count == 5 && Set(queue.messages.map(\.id)).count == 5)
    #expect(cloud.topics[topic]?.publishedCount == 5)
    for (result, id) in [
      (sent, queue.messages.last?.id), (published, cloud.topics[topic]?.inbox.last?.id),
    ] {
      let record = try JSONParser.parse(result.records[0].bytes)
      #expect(record["responseElements"]?["messageId"]?.text == id)
    }
    // Somebody subscribes: he is told.
    try cloud.defineSubscription(to: topic, kind: .sqs, endpoint: arn)
    _ = try cloud.perform(publish)
    #expect(cloud.topics[topic]?.publishedCount == 6)
    _ = try cloud.perform(
      APICall("sqs", "DeleteQueue", parameters: [JSONMember("QueueUrl", "jobs")]))
    #expect(try cloud.perform(send).error != nil)
  }

  @Test func credentialsThatAreIssuedAgainCanBeUsed() throws {
    let cloud = Cloud(storage: MemoryStorage())
    cloud.defineRole("Ops", in: CloudDefaults.account)
    let slots = SlottedParameters([
      JSONMember("RoleArn", "arn:aws:iam::123456789012:role/Ops"),
      JSONMember("RoleSessionName", "{session}"),
    ])
    var call = APICall("sts", "AssumeRole", parameters: slots.members)
    call.isAnswerWanted = false
    let prepared = try cloud.prepare(call, hasSlots: true)
    var keys: [String] = []
    for number in 0..<6 {
      cloud.advance(to: cloud.now + 60_000)
      let result = try cloud.perform(prepared, [Array("session-number-\(number)".utf8)])
      let record = try JSONParser.parse(result.records[0].bytes)
      let key = try #require(
        record["responseElements"]?["credentials"]?["accessKeyId"]?.text)
      keys.append(key)
      for caller in [
        Caller(.accessKey(key)), Caller(.role("Ops", session: "session-number-\(number)")),
      ] {
        var use = APICall("sts", "GetCallerIdentity")
        use.caller = caller
        let used = try JSONParser.parse(cloud.perform(use).records[0].bytes)["userIdentity"]
        #expect(used?["accessKeyId"]?.text == key)
        #expect(used?["arn"]?.text?.hasSuffix("/session-number-\(number)") == true)
      }
    }
    #expect(Set(keys).count == 6 && cloud.repeated.count >= 3)
    _ = try cloud.perform(
      APICall("iam", "DeleteRole", parameters: [JSONMember("RoleName", "Ops")]))
    #expect(
      try cloud.perform(prepared, [Array("session-number-9".utf8)]).error?.code == "AccessDenied")
  }

  /// Minutes that end for Insights change nothing that a call depends on.
  @Test func insightsForgetNothing() throws {
    let world = TrafficWorld(start: CloudDefaults.start - 8 * 3_600_000)
    try arrange(world)
    try world.run("shop", hours: 2, rate: 60)
    let before = (world.records.count, world.cloud.repeated.count)
    try world.run("shop", hours: 1, rate: 60)
    let share =
      Double(world.cloud.repeated.count - before.1) / Double(world.records.count - before.0)
    #expect(share > 0.75, "\(share)")
  }

  /// Whatever is drawn, skipped or noted, the source goes on at the same place.
  @Test func skippingDrawsAsMuchAsDrawing() {
    let kinds: [IdentifierSource.Draw.Kind] = [
      .uuid, .text(1, .hexadecimal), .text(8, .base32), .text(9, .base36), .text(75, .base62),
      .number, .text(16, .base36),
    ]
    for kind in kinds {
      var one = IdentifierSource(seed: 7)
      var other = one
      var bytes: [UInt8] = []
      one.append(kind, to: &bytes)
      other.skip(kind)
      #expect(one.next() == other.next(), "\(kind)")
    }
  }

  @Test func textsThatCannotStandAsTheyAreAreWorkedOut() throws {
    let world = TrafficWorld()
    _ = try world.cloud.perform(
      APICall("s3", "CreateBucket", parameters: [JSONMember("bucketName", "data")]))
    let slots = SlottedParameters([
      JSONMember("bucketName", "data"), JSONMember("key", "objects/{uuid}"),
    ])
    var call = APICall("s3", "PutObject", parameters: slots.members)
    call.isAnswerWanted = false
    let prepared = try world.cloud.prepare(call, hasSlots: true)
    let names = [
      "one-of-them", "another-one", "a-third-one", "the \"fourth\"", "fünfter\n", "last-one",
    ]
    for name in names {
      world.cloud.advance(to: world.cloud.now + 1000)
      _ = try world.cloud.perform(prepared, [Array(name.utf8)])
    }
    let keys = try world.values().compactMap { $0["requestParameters"]?["key"]?.text }
    #expect(keys == names.map { "objects/" + $0 })
    #expect(world.cloud.objectKeys(in: "data") == keys.sorted())
    let arns = world.records.compactMap { record in
      record.resources.first { $0.type == "AWS::S3::Object" }?.arn
    }
    #expect(arns == names.map { "arn:aws:s3:::data/objects/" + $0 })
    #expect(world.cloud.repeated.count > 0)
  }
}
