import Testing
import TrailRecord

@testable import TrailCloud

/// Repeated calls leave the records that their services would have led to, byte for byte.
@Suite struct RepeatedCallTests {
  /// The same traffic, worked out call by call and repeated where that can be.
  @Test(arguments: TrafficProfiles.names)
  func repeatedCallsLeaveTheSameRecords(name: String) throws {
    func run(_ isAllowed: Bool) throws -> (world: TrafficWorld, repeated: Int) {
      let world = TrafficWorld(start: CloudDefaults.start - 8 * 3_600_000)
      world.cloud.repeated.isAllowed = isAllowed
      try world.cloud.defineBucket("logs", policy: BucketPolicy.forCloudTrail("logs"))
      for (name, parameters) in [
        ("CreateTrail", [JSONMember("Name", "main"), JSONMember("S3BucketName", "logs")]),
        ("StartLogging", [JSONMember("Name", "main")]),
      ] {
        _ = try world.cloud.perform(APICall("cloudtrail", name, parameters: parameters))
      }
      try world.run(name, hours: 5, rate: 12)
      _ = try world.cloud.perform(
        APICall(
          "s3", "DeleteBucket",
          parameters: [JSONMember("bucketName", .string("shop-access-logs-123456789012"))]))
      try world.run(name, hours: 1, rate: 12)
      return (world, world.cloud.repeated.count)
    }
    let (slow, none) = try run(false)
    let (quick, repeated) = try run(true)
    #expect(none == 0)
    #expect(slow.records.count == quick.records.count)
    #expect(repeated * 3 > quick.records.count, "\(repeated) of \(quick.records.count)")
    for (one, other) in zip(slow.records, quick.records) where one.bytes != other.bytes {
      Issue.record(
        "\(String(decoding: one.bytes, as: UTF8.self))\n\(String(decoding: other.bytes, as: UTF8.self))"
      )
      return
    }
    for (one, other) in zip(slow.records, quick.records) {
      #expect(one.eventID == other.eventID && one.resources == other.resources)
      #expect(one.fingerprint == other.fingerprint && one.errorCode == other.errorCode)
      guard one.eventID == other.eventID else { break }
    }
    #expect(slow.recordedCount == quick.recordedCount)
    let keys = try slow.storage.keys(in: "logs", prefix: "")
    #expect(try keys == quick.storage.keys(in: "logs", prefix: ""))
    for key in keys.prefix(20) {
      #expect(try slow.storage.get(key, in: "logs") == quick.storage.get(key, in: "logs"))
    }
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
