import Testing
import TrailCrypto
import TrailRecord

@testable import TrailCloud

/// A world with a trail that delivers to the bucket `logs`.
struct DeliveryWorld {
  let cloud: Cloud
  let storage: MemoryStorage

  init(_ parameters: [JSONMember] = [], seed: UInt64 = 1, isLogging: Bool = true) throws {
    var configuration = Cloud.Configuration()
    configuration.seed = seed
    storage = MemoryStorage()
    cloud = Cloud(configuration, storage: storage)
    try cloud.defineBucket("logs", policy: BucketPolicy.forCloudTrail("logs"))
    try call(
      "cloudtrail", "CreateTrail",
      [JSONMember("Name", "main"), JSONMember("S3BucketName", "logs")] + parameters)
    if isLogging { try call("cloudtrail", "StartLogging", [JSONMember("Name", "main")]) }
  }

  @discardableResult
  func call(
    _ service: String, _ operation: String, _ parameters: [JSONMember] = [],
    region: RegionName? = nil
  ) throws -> CallResult {
    var call = APICall(service, operation, parameters: parameters)
    call.region = region
    let result = try cloud.perform(call)
    #expect(result.error == nil, "\(operation): \(result.error?.message ?? "")")
    return result
  }

  func keys(_ folder: String = "") throws -> [String] {
    try storage.keys(in: "logs", prefix: "").filter { $0.contains("/\(folder)") }
  }

  /// The records of a delivered file, as values.
  func records(_ key: String) throws -> [JSONValue] {
    let object = try cloud.readObject(key, in: "logs")
    let plain = try #require(Gzip.decompress(object.bytes))
    return try #require(JSONParser.parse(plain)["Records"]?.elements)
  }

  var trail: Trail { get throws { try #require(cloud.trails.all.first) } }
}

@Suite struct DeliveryTests {
  /// Facts §0.21, §6.1: the stamp is the newest event's time rounded up to five minutes.
  @Test func logFilesHaveTheKeysOfAWS() throws {
    let world = try DeliveryWorld()
    for minute in 0..<30 {
      world.cloud.advance(to: CloudDefaults.start + Int64(minute) * 60_000 + 7_000)
      try world.call("ec2", "DescribeInstances")
      try world.call("ec2", "DescribeVpcs", region: "us-east-1")
    }
    world.cloud.advance(to: world.cloud.now + 1_800_000)
    let keys = try world.keys()
    #expect(keys.count >= 6)
    let place = "AWSLogs/123456789012/CloudTrail/us-east-1/2026/01/05/"
    let form = /123456789012_CloudTrail_us-east-1_20260105T(\d\d)(\d\d)Z_[0-9A-Za-z]{16}\.json\.gz/
    for key in keys {
      let match = try #require(key.dropFirst(place.count).wholeMatch(of: form), "\(key)")
      #expect(key.hasPrefix(place))
      let stamp = EventTime.parse("2026-01-05T\(match.1):\(match.2):00Z") ?? 0
      let times = try world.records(key).compactMap { $0["eventTime"]?.text }
        .compactMap { EventTime.parse($0) }
      let newest = try #require(times.max())
      #expect((0..<300_000).contains(stamp - newest), "\(key)")
      #expect((times.max() ?? 0) - (times.min() ?? 0) <= 300_000)
    }
  }

  /// Facts §6.3: nothing arrives at once, everything within a quarter of an hour, and nothing without events.
  @Test func eventsArriveWithinAQuarterOfAnHour() throws {
    let world = try DeliveryWorld()
    try world.call("iam", "CreateUser", [JSONMember("UserName", "carol")])
    #expect(try world.keys().isEmpty)
    let waiting = world.cloud.waiting(for: try world.trail.id)
    #expect(waiting.count == 1)
    world.cloud.advance(to: CloudDefaults.start + 15 * 60_000)
    let keys = try world.keys()
    #expect(!keys.isEmpty)
    #expect(world.cloud.waiting(for: try world.trail.id).count == 0)
    let names = try keys.flatMap { try world.records($0) }.compactMap { $0["eventName"]?.text }
    #expect(names == ["CreateUser"])
    world.cloud.advance(to: CloudDefaults.start + 86_400_000)
    #expect(try world.keys() == keys)
  }

  /// Facts §0.22: management and data events are never in one file.
  @Test func aFileHoldsOneCategory() throws {
    let world = try DeliveryWorld()
    try world.call(
      "cloudtrail", "PutEventSelectors",
      [
        JSONMember("TrailName", "main"),
        JSONMember(
          "EventSelectors",
          [
            [
              "ReadWriteType": "All", "IncludeManagementEvents": true,
              "DataResources": [["Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::data/"]]],
            ]
          ]),
      ])
    try world.cloud.defineBucket("data", policy: nil)
    for _ in 0..<5 {
      try world.call("s3", "PutObject", [JSONMember("Bucket", "data"), JSONMember("Key", "a")])
      try world.call("ec2", "DescribeInstances")
    }
    _ = world.cloud.flush()
    let categories = try world.keys().map { key in
      Set(try world.records(key).compactMap { $0["eventCategory"]?.text })
    }
    #expect(categories.allSatisfy { $0.count == 1 })
    #expect(Set(categories.joined()) == ["Management", "Data"])
  }

  /// Facts §6.3: the error is told, the records wait, and arrive when the cause is gone.
  @Test(arguments: ["NoSuchBucket", "AccessDenied"])
  func aFailedDeliveryLosesNothing(code: String) throws {
    let world = try DeliveryWorld()
    _ = world.cloud.flush()
    let before = try world.keys().count
    let bucket = try #require(world.cloud.buckets["logs"])
    if code == "NoSuchBucket" {
      world.cloud.buckets["logs"] = nil
    } else {
      world.cloud.buckets["logs"]?.policy = nil
    }
    try world.call("ec2", "DescribeInstances")
    let report = world.cloud.flush()
    #expect(report.failures.map(\.code) == [code])
    world.cloud.advance(to: world.cloud.now + 3 * 86_400_000)
    #expect(try world.trail.status.latestDeliveryError == code)
    #expect(world.cloud.waiting(for: try world.trail.id).count > 0)
    world.cloud.buckets["logs"] = bucket
    world.cloud.advance(to: world.cloud.now + 600_000)
    #expect(try world.trail.status.latestDeliveryError == nil)
    #expect(try world.keys().count > before)
    #expect(world.cloud.waiting(for: try world.trail.id).count == 0)
  }

  /// Facts §6.3: after thirty days the records are lost, and that is said.
  @Test func recordsAreLostAfterThirtyDays() throws {
    let world = try DeliveryWorld()
    world.cloud.buckets["logs"] = nil
    try world.call("ec2", "DescribeInstances")
    world.cloud.advance(to: world.cloud.now + 31 * 86_400_000)
    #expect(world.cloud.waiting(for: try world.trail.id).count == 0)
    #expect(world.cloud.takeHappenings().lost["main"] ?? 0 > 0)
  }

  @Test func theSameSeedGivesTheSameBytes() throws {
    func tree(seed: UInt64) throws -> [String: StoredObject] {
      let world = try DeliveryWorld(
        [JSONMember("EnableLogFileValidation", true)], seed: seed)
      for name in ["a", "b", "c"] {
        try world.call("iam", "CreateUser", [JSONMember("UserName", .string(name))])
        world.cloud.advance(to: world.cloud.now + 1_000_000)
      }
      world.cloud.advance(to: world.cloud.now + 7_200_000)
      var tree: [String: StoredObject] = [:]
      for key in try world.keys() { tree[key] = try world.storage.get(key, in: "logs") }
      return tree
    }
    let first = try tree(seed: 5)
    #expect(first.count > 4)
    #expect(try tree(seed: 5) == first)
    #expect(try tree(seed: 6).keys.sorted() != first.keys.sorted())
  }
}

@Suite struct SealingTests {
  private func world() throws -> DeliveryWorld {
    let world = try DeliveryWorld(isLogging: false)
    let key = world.cloud.defineKey(alias: "ct")
    try world.call(
      "cloudtrail", "UpdateTrail",
      [JSONMember("Name", "main"), JSONMember("KmsKeyId", .string(key.arn))])
    try world.call("cloudtrail", "StartLogging", [JSONMember("Name", "main")])
    try world.call("ec2", "DescribeInstances")
    return world
  }

  /// Facts §6.6: the bytes at rest are no gzip, the headers say how they are sealed, and readers get the log file.
  @Test func objectsAreSealedAtRest() throws {
    let world = try world()
    _ = world.cloud.flush()
    let key = try #require(try world.keys().first)
    let stored = try #require(try world.storage.get(key, in: "logs"))
    #expect(Gzip.decompress(stored.bytes) == nil)
    #expect(stored.headers.encryption == "aws:kms")
    #expect(stored.headers.kmsKeyARN == world.cloud.keys.byARN.keys.first)
    #expect(try !world.records(key).isEmpty)
  }

  /// Facts §6.6: a disabled key stops delivery and reading; enabling it resumes both.
  @Test func aDisabledKeyStopsDeliveryAndReading() throws {
    let world = try world()
    _ = world.cloud.flush()
    let key = try #require(try world.keys().first)
    let id = try #require(world.cloud.keys.byARN.values.first?.id)
    try world.call("kms", "DisableKey", [JSONMember("KeyId", .string(id))])
    #expect(world.cloud.flush().failures.map(\.code) == ["KMS.DisabledException"])
    do {
      _ = try world.cloud.readObject(key, in: "logs")
      Issue.record("an object under a disabled key was read")
    } catch { #expect(error.code == "KMS.DisabledException") }
    try world.call("kms", "EnableKey", [JSONMember("KeyId", .string(id))])
    #expect(world.cloud.flush().failures.isEmpty)
    #expect(try !world.records(key).isEmpty)
  }

  @Test func everyChangedByteIsNoticed() throws {
    let world = try world()
    _ = world.cloud.flush()
    let key = try #require(try world.keys().first)
    let stored = try #require(try world.storage.get(key, in: "logs"))
    for place in [0, stored.bytes.count / 2, stored.bytes.count - 1] {
      var bytes = stored.bytes
      bytes[place] ^= 1
      try world.storage.put(bytes, key: key, in: "logs", headers: stored.headers)
      #expect(throws: AWSError.self) { try world.cloud.readObject(key, in: "logs") }
    }
  }
}

@Suite struct DigestTests {
  /// Facts §8: the chain, its hours, its signatures and the hashes of the files.
  @Test func digestsMakeAChainThatVerifies() throws {
    let world = try DeliveryWorld([JSONMember("EnableLogFileValidation", true)])
    for _ in 0..<8 {
      try world.call("ec2", "DescribeInstances")
      world.cloud.advance(to: world.cloud.now + 1_500_000)
    }
    world.cloud.advance(to: world.cloud.now + 3_600_000)
    let keys = try world.keys("CloudTrail-Digest")
    #expect(keys.count >= 3)
    var previous: (key: String, signature: String, hash: String, end: String)?
    var listed: [String] = []
    for key in keys {
      #expect(key.contains(/_CloudTrail-Digest_us-east-1_main_us-east-1_\d{8}T\d{6}Z\.json\.gz$/))
      let object = try world.cloud.readObject(key, in: "logs")
      let plain = try #require(Gzip.decompress(object.bytes))
      let body = try JSONParser.parse(plain)
      let signature = try #require(object.headers.metadata.first { $0.name == "signature" }?.value)
      #expect(signature.count == 512)
      let end = try #require(body["digestEndTime"]?.text)
      let text = DigestSignature.text(
        end: end, bucket: "logs", key: key, hash: Encoding.hex(Hash.sha256(plain)),
        previous: body["previousDigestSignature"]?.text)
      let fingerprint = try #require(body["digestPublicKeyFingerprint"]?.text)
      let publicKey = try #require(
        world.cloud.publicKeys(from: 0, to: .max, region: "us-east-1")
          .first { $0.fingerprint == fingerprint })
      #expect(
        SigningKey.verifies(
          try #require(Encoding.bytes(hex: signature)), of: Array(text.utf8),
          publicKey: publicKey.der))
      #expect(fingerprint == Encoding.hex(Hash.md5(publicKey.der)))
      #expect(publicKey.der.count == 270)
      #expect(publicKey.base64.hasPrefix("MIIBCgKCAQEA"))
      if let previous {
        #expect(body["previousDigestS3Object"]?.text == previous.key)
        #expect(body["previousDigestSignature"]?.text == previous.signature)
        #expect(body["previousDigestHashValue"]?.text == previous.hash)
        #expect(body["digestStartTime"]?.text == previous.end)
      } else {
        #expect(body["previousDigestSignature"] == .null)
      }
      previous = (key, signature, Encoding.hex(Hash.sha256(plain)), end)
      for file in body["logFiles"]?.elements ?? [] {
        let fileKey = try #require(file["s3Object"]?.text)
        let content = try #require(
          Gzip.decompress(try world.cloud.readObject(fileKey, in: "logs").bytes))
        #expect(file["hashValue"]?.text == Encoding.hex(Hash.sha256(content)))
        listed.append(fileKey)
      }
    }
    #expect(Set(listed).isSubset(of: Set(try world.keys("CloudTrail/"))))
    #expect(!listed.isEmpty)
  }

  /// Facts §8.2: one an hour for each Region, with or without files.
  @Test func everyRegionHasDigests() throws {
    let world = try DeliveryWorld(
      [JSONMember("EnableLogFileValidation", true), JSONMember("IsMultiRegionTrail", true)])
    world.cloud.advance(to: world.cloud.now + 3 * 3_600_000 + 1_800_000)
    let keys = try world.keys("CloudTrail-Digest")
    #expect(keys.count == 3 * Regions.enabledByDefault.count)
    let ends = Set(keys.compactMap { $0.split(separator: "_").last.map { String($0.prefix(16)) } })
    #expect(ends.count == 3)
  }

  /// Facts §8.2: when logging stops the chain ends after at most an hour, and begins anew later.
  @Test func aChainEndsWithLogging() throws {
    let world = try DeliveryWorld([JSONMember("EnableLogFileValidation", true)])
    world.cloud.advance(to: world.cloud.now + 4_000_000)
    try world.call("cloudtrail", "StopLogging", [JSONMember("Name", "main")])
    world.cloud.advance(to: world.cloud.now + 20_000_000)
    #expect(try world.keys("CloudTrail-Digest").count == 2)
    try world.call("cloudtrail", "StartLogging", [JSONMember("Name", "main")])
    world.cloud.advance(to: world.cloud.now + 3_600_000 + 1_800_000)
    let last = try #require(try world.keys("CloudTrail-Digest").last)
    let plain = try #require(
      Gzip.decompress(try world.cloud.readObject(last, in: "logs").bytes))
    #expect(try JSONParser.parse(plain)["previousDigestSignature"] == .null)
  }
}
