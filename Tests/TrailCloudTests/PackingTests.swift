import Testing
import TrailCrypto
import TrailRecord

@testable import TrailCloud

/// Files are packed beside the calls that fill them, and lie in their bucket before anybody looks.
@Suite struct PackingTests {
  @Test func aPackedTextIsWhatItWouldBeAtOnce() {
    let texts = (0..<40).map { number in Array(String(repeating: "ab\(number)", count: 5_000).utf8)
    }
    let packings = texts.map { Packing.begin($0) }
    for (text, packing) in zip(texts, packings) {
      #expect(packing.result.bytes == Gzip.compress(text))
      #expect(packing.result.hash == Encoding.hex(Hash.sha256(text)))
      #expect(packing.isDone)
    }
  }

  /// Facts §6.2: a record that comes late still goes into the file of its time, although that was thought complete.
  @Test func aLateRecordIsInItsFile() throws {
    let world = try DeliveryWorld()
    world.cloud.advance(to: CloudDefaults.start + 10_000)
    try world.call("iam", "CreateUser", [JSONMember("UserName", "early")])
    // A call of the next interval: the first file is being packed now.
    world.cloud.advance(to: CloudDefaults.start + 301_000)
    var late = APICall("iam", "CreateUser", parameters: [JSONMember("UserName", "late")])
    try world.call("iam", "CreateUser", [JSONMember("UserName", "next")])
    late.time = CloudDefaults.start + 20_000
    _ = try world.cloud.perform(late)
    world.cloud.advance(to: CloudDefaults.start + 3_600_000)
    let files = try world.keys().map { try world.records($0) }
    let names = files.map { records in
      records.compactMap { $0["requestParameters"]?["userName"]?.text }
    }
    #expect(names.contains(["early", "late"]), "\(names)")
    #expect(names.contains(["next"]), "\(names)")
  }

  @Test func filesOfMuchAtOnceAreThereWhenItHasEnded() throws {
    let world = try DeliveryWorld()
    try world.cloud.together {
      for _ in 0..<40 {
        try world.call("ec2", "DescribeInstances")
        world.cloud.advance(to: world.cloud.now + 600_000)
      }
    }
    let records = try world.keys().reduce(0) { try $0 + world.records($1).count }
    #expect(records + world.cloud.waiting(for: try world.trail.id).count == 40)
  }

  /// Facts §6.3: nothing is lost where a file cannot be written.
  @Test func aFileThatCannotBeWrittenIsTriedAgain() throws {
    let storage = FailingStorage()
    let cloud = Cloud(storage: storage)
    try cloud.defineBucket("logs", policy: BucketPolicy.forCloudTrail("logs"))
    for (name, parameters) in [
      ("CreateTrail", [JSONMember("Name", "main"), JSONMember("S3BucketName", "logs")]),
      ("StartLogging", [JSONMember("Name", "main")]),
    ] {
      _ = try cloud.perform(APICall("cloudtrail", name, parameters: parameters))
    }
    let trail = try #require(cloud.trails.all.first?.id)
    for name in ["a", "b", "c"] {
      _ = try cloud.perform(
        APICall("iam", "CreateUser", parameters: [JSONMember("UserName", .string(name))]))
    }
    let count = cloud.waiting(for: trail).count
    storage.fails = true
    cloud.advance(to: CloudDefaults.start + 1_200_000)
    #expect(cloud.waiting(for: trail).count == count)
    #expect(cloud.trails[trail]?.status.latestDeliveryError == "InternalError")
    let report = cloud.flush()
    #expect(report.objects.isEmpty && report.recordCount == 0 && !report.failures.isEmpty)
    storage.fails = false
    cloud.advance(to: CloudDefaults.start + 3_600_000)
    #expect(cloud.waiting(for: trail).count == 0)
    #expect(cloud.trails[trail]?.status.latestDeliveryError == nil)
    #expect(try !storage.keys(in: "logs", prefix: "AWSLogs/").isEmpty)
  }
}

/// A memory that sometimes takes nothing.
private final class FailingStorage: ObjectStorage {
  private let memory = MemoryStorage()
  var fails = false

  func put(
    _ bytes: [UInt8], key: String, in bucket: String, headers: ObjectHeaders
  ) throws(StorageError) {
    if fails { throw StorageError(path: key, reason: "no space left on device") }
    try memory.put(bytes, key: key, in: bucket, headers: headers)
  }
  func get(_ key: String, in bucket: String) throws(StorageError) -> StoredObject? {
    try memory.get(key, in: bucket)
  }
  func headers(_ key: String, in bucket: String) throws(StorageError) -> ObjectHeaders? {
    try memory.headers(key, in: bucket)
  }
  func stamp(_ key: String, in bucket: String) throws(StorageError) -> String? {
    try memory.stamp(key, in: bucket)
  }
  func delete(_ key: String, in bucket: String) throws(StorageError) -> Bool {
    try memory.delete(key, in: bucket)
  }
  func keys(in bucket: String, prefix: String) throws(StorageError) -> [String] {
    try memory.keys(in: bucket, prefix: prefix)
  }
  func place(_ bucket: String, at folder: String) throws(StorageError) {
    try memory.place(bucket, at: folder)
  }
  func folder(of bucket: String) -> String? { nil }
}
