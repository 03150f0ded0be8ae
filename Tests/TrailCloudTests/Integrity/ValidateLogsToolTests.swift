import Foundation
import Testing
import TrailCrypto
import TrailRecord
import TrailTestSupport

@testable import TrailCloud

/// What AWS's own tool says of delivered trees, and what `validate` says of the same (facts §8.5).
@Suite struct ValidateLogsToolTests {
  /// A trail that was busy for four hours.
  private func busyWorld() throws -> DeliveryWorld {
    let world = try DeliveryWorld([JSONMember("EnableLogFileValidation", true)])
    for number in 0..<12 {
      try world.call("iam", "CreateUser", [JSONMember("UserName", .string("user\(number)"))])
      world.cloud.advance(to: world.cloud.now + 1_200_000)
    }
    world.cloud.advance(to: world.cloud.now + 1_800_000)
    return world
  }

  private func validate(_ world: DeliveryWorld) throws -> ValidationReport {
    try world.cloud.validate(
      try world.trail, from: CloudDefaults.start, to: world.cloud.now, isVerbose: true)
  }

  private func change(
    _ key: String, in world: DeliveryWorld, _ change: (inout [UInt8]) -> Void
  ) throws {
    var object = try #require(try world.storage.get(key, in: "logs"))
    var plain = try #require(Gzip.decompress(object.bytes))
    change(&plain)
    object.bytes = Gzip.compress(plain)
    try world.storage.put(object.bytes, key: key, in: "logs", headers: object.headers)
  }

  /// Facts §8.5: the table of what AWS's tool says, and aws-clients.md §3: what it misses.
  @Test func tamperingIsFound() throws {
    let world = try busyWorld()
    let intact = try validate(world)
    #expect(intact.isIntact, "\(intact.invalid) \(intact.findings)")
    #expect(intact.digests.valid >= 3 && intact.logs.valid >= 8)
    let logs = try world.keys("CloudTrail/").filter { $0.contains("_CloudTrail_us-east-1_") }
    let digests = try world.keys("CloudTrail-Digest").filter { $0.contains("Digest_us-east-1_") }
    func whole(_ key: String) throws -> StoredObject {
      try #require(try world.storage.get(key, in: "logs"))
    }
    func expectFound(
      _ text: String, _ key: String, _ tamper: () throws -> Void
    ) throws {
      let before = try whole(key)
      try tamper()
      let report = try validate(world)
      let all = report.invalid + report.findings
      #expect(all.contains { $0.contains(text) }, "\(text): \(all)")
      try world.storage.put(before.bytes, key: key, in: "logs", headers: before.headers)
      #expect(try validate(world).isIntact)
    }
    let log = logs[1]
    try expectFound("\(log)\tINVALID: hash value doesn't match", log) {
      try change(log, in: world) { $0[40] ^= 1 }
    }
    try expectFound("\(log)\tINVALID: not found", log) {
      _ = try world.storage.delete(log, in: "logs")
    }
    try expectFound("\(log)\tINVALID: invalid format", log) {
      let object = try whole(log)
      try world.storage.put([1, 2, 3], key: log, in: "logs", headers: object.headers)
    }
    let digest = digests[1]
    try expectFound("\(digest)\tINVALID: signature verification failed", digest) {
      try change(digest, in: world) { bytes in
        bytes = Array(
          String(decoding: bytes, as: UTF8.self).replacing("SHA-256", with: "SHA-255").utf8)
      }
    }
    try expectFound("\(digest)\tINVALID: signature verification failed", digest) {
      var object = try whole(digest)
      object.headers.metadata = []
      try world.storage.put(object.bytes, key: digest, in: "logs", headers: object.headers)
    }
    try expectFound("\(digest)\tINVALID: not found", digest) {
      _ = try world.storage.delete(digest, in: "logs")
    }
    let last = try #require(digests.last)
    try expectFound("Missing tail", last) { _ = try world.storage.delete(last, in: "logs") }
    let extra = log.replacing(".json.gz", with: "X.json.gz")
    let object = try whole(log)
    try world.storage.put(object.bytes, key: extra, in: "logs", headers: object.headers)
    #expect(try validate(world).findings == ["Log file s3://logs/\(extra) is in no valid digest"])
    #expect(try validate(world).isValid)
  }

  private func tool(_ world: DeliveryWorld) throws -> RealTool {
    RealTool(cloud: world.cloud, storage: world.storage, trail: try world.trail)
  }

  /// The real `aws cloudtrail validate-logs` over a loopback S3, before and after each way of tampering (facts §8.5).
  @Test func theRealToolAgrees() throws {
    let world = try busyWorld()
    let end = world.cloud.now
    func object(_ key: String) throws -> StoredObject {
      try #require(try world.storage.get(key, in: "logs"))
    }
    func changed(_ key: String, _ change: (inout [UInt8]) -> Void) throws -> StoredObject {
      var object = try object(key)
      var plain = try #require(Gzip.decompress(object.bytes))
      change(&plain)
      object.bytes = Gzip.compress(plain)
      return object
    }
    func replaced(_ key: String, _ old: String, _ new: String) throws -> StoredObject {
      try changed(key) {
        $0 = Array(String(decoding: $0, as: UTF8.self).replacing(old, with: new).utf8)
      }
    }
    let log = try #require(
      try world.keys("CloudTrail/").first { $0.contains("_CloudTrail_us-east-1_") })
    let digests = try world.keys("CloudTrail-Digest").filter { $0.contains("Digest_us-east-1_") }
    let digest = digests[1]
    var bare = try object(digest)
    bare.headers.metadata = []
    let garbage = StoredObject(bytes: [1, 2, 3], headers: try object(digest).headers)
    let moved = digest.replacing("_20260105T", with: "_20260105T0")
    let fingerprint = try #require(
      world.cloud.publicKeys(from: 0, to: end, region: "us-east-1").first?.fingerprint)
    func each(_ name: String, _ key: String, _ object: StoredObject?) -> RealTool.Case {
      RealTool.Case(name: name, end: end, changes: [("logs", key, object)])
    }
    let hour: Int64 = 3_600_000
    try tool(world).compare([
      RealTool.Case(name: "untouched", end: end),
      RealTool.Case(
        name: "some hours", start: CloudDefaults.start + hour, end: CloudDefaults.start + 2 * hour),
      RealTool.Case(
        name: "before anything", start: CloudDefaults.start - 3 * hour,
        end: CloudDefaults.start - 2 * hour),
      RealTool.Case(name: "another Region", region: "eu-west-1", end: end),
      each("log changed", log, try changed(log) { $0.insert(UInt8(ascii: " "), at: 1) }),
      each("log deleted", log, nil),
      each("log no gzip", log, StoredObject(bytes: [1, 2, 3], headers: try object(log).headers)),
      each("digest changed", digest, try replaced(digest, "SHA-256", "SHA-255")),
      each("digest deleted", digest, nil), each("digest no gzip", digest, garbage),
      each("digest without signature", digest, bare),
      each(
        "digest without a member", digest, try replaced(digest, "digestEndTime", "digestEndTimf")),
      each(
        "digest says another place", digest,
        try replaced(digest, "_us-east-1_main", "_us-east-2_main")),
      each(
        "digest of an unknown key", digest,
        try replaced(digest, fingerprint, String(repeating: "0", count: 32))),
      each("digest added", moved, try object(digest)),
      each("newest digest deleted", try #require(digests.last), nil),
      each("oldest digest deleted", digests[0], nil),
    ])
  }

  /// A trail of an organization, sealed, under a prefix, that was stopped and begun anew, and moved to another bucket.
  @Test func theRealToolAgreesOnAnOrganizationsTrail() throws {
    let storage = MemoryStorage()
    let cloud = Cloud(storage: storage)
    for bucket in ["logs", "archive"] {
      try cloud.defineBucket(bucket, policy: BucketPolicy.forCloudTrail(bucket))
    }
    cloud.defineOrganization()
    cloud.defineAccount("222233334444", isMember: true)
    // Each Region makes a key and a digest an hour: two are enough.
    for account in ["123456789012", "222233334444"] {
      cloud.world.accounts[account]?.regions = ["us-east-1", "eu-west-1"]
    }
    cloud.defineKey(alias: "ct")
    func call(
      _ service: String, _ operation: String, _ parameters: String, as account: AccountID? = nil
    )
      throws
    {
      var call = APICall(
        service, operation, parameters: try JSONParser.parse(parameters).members ?? [])
      if let account { call.caller = Caller(.root, account: account) }
      let result = try cloud.perform(call)
      #expect(result.error == nil, "\(operation): \(String(describing: result.error))")
    }
    try call(
      "cloudtrail", "CreateTrail",
      #"{"Name":"org","S3BucketName":"logs","S3KeyPrefix":"audit/all","KmsKeyId":"alias/ct","IsMultiRegionTrail":true,"IsOrganizationTrail":true,"EnableLogFileValidation":true}"#
    )
    var number = 0
    func live(hours: Int64) throws {
      for _ in 0..<2 * hours {
        number += 1
        try call("iam", "CreateUser", #"{"UserName":"a\#(number)"}"#)
        try call("iam", "CreateUser", #"{"UserName":"b\#(number)"}"#, as: "222233334444")
        cloud.advance(to: cloud.now + 1_800_000)
      }
    }
    try call("cloudtrail", "StartLogging", #"{"Name":"org"}"#)
    try live(hours: 2)
    try call("cloudtrail", "StopLogging", #"{"Name":"org"}"#)
    try live(hours: 2)
    try call("cloudtrail", "StartLogging", #"{"Name":"org"}"#)
    try live(hours: 2)
    try call("cloudtrail", "UpdateTrail", #"{"Name":"org","EnableLogFileValidation":false}"#)
    try live(hours: 2)
    try call("cloudtrail", "UpdateTrail", #"{"Name":"org","EnableLogFileValidation":true}"#)
    try live(hours: 2)
    try call("cloudtrail", "UpdateTrail", #"{"Name":"org","S3BucketName":"archive"}"#)
    try live(hours: 2)
    let trail = try #require(cloud.trails.all.first)
    let sealed = try #require(try storage.keys(in: "logs", prefix: "").first)
    let atRest = try #require(try storage.get(sealed, in: "logs"))
    #expect(Gzip.decompress(atRest.bytes) == nil)
    let tool = RealTool(cloud: cloud, storage: storage, trail: trail)
    let cases = ["123456789012", "222233334444"].flatMap {
      (account: AccountID) -> [RealTool.Case] in
      ["us-east-1", "eu-west-1"].map { region in
        RealTool.Case(
          name: "\(account) \(region)", region: region, account: account, end: cloud.now)
      }
    }
    // The chain was broken twice: the tool says so, and so does ours.
    let own = try tool.ownResult(of: cases[0])
    #expect(own.err.count(where: { $0.hasPrefix("No log files were delivered") }) == 2)
    #expect(own.report.isIntact, "\(own.report.findings)")
    try tool.compare(cases)
  }
}
