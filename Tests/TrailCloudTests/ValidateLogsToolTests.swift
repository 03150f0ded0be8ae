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

  /// The real `aws cloudtrail validate-logs` over a loopback S3.
  @Test func theRealToolAgrees() throws {
    let world = try busyWorld()
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("trailq-validate-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var objects: [JSONValue] = []
    var tampered: [JSONMember] = []
    for (number, key) in try world.keys().enumerated() {
      let object = try world.cloud.readObject(key, in: "logs")
      let file = folder.appendingPathComponent("object-\(number)")
      try Data(object.bytes).write(to: file)
      objects.append([
        "bucket": "logs", "key": .string(key), "file": .string(file.path),
        "metadata": .object(
          object.headers.metadata.map { JSONMember($0.name, .string($0.value)) }),
      ])
      let kind = key.contains("CloudTrail-Digest") ? "digest changed" : "log changed"
      if !tampered.contains(where: { $0.nameText == kind }) {
        var plain = try #require(Gzip.decompress(object.bytes))
        plain.insert(UInt8(ascii: " "), at: 1)
        let changed = folder.appendingPathComponent("changed-\(number)")
        try Data(Gzip.compress(plain)).write(to: changed)
        tampered.append(
          JSONMember(kind, ["key": .string(key), "file": .string(changed.path)]))
      }
    }
    let trail = try world.trail
    let keys = world.cloud.publicKeys(
      from: CloudDefaults.start, to: world.cloud.now, region: "us-east-1")
    let tree: JSONValue = [
      "trail": [
        "Name": .string(trail.name), "TrailARN": .string(trail.arn),
        "S3BucketName": "logs", "HomeRegion": "us-east-1", "IsOrganizationTrail": false,
      ],
      "keys": .array(
        keys.map { key in
          [
            "Value": .string(key.base64), "Fingerprint": .string(key.fingerprint),
            "ValidityStartTime": .number(Int(key.validFrom / 1000)),
            "ValidityEndTime": .number(Int(key.validTo / 1000)),
          ]
        }),
      "start": .string(EventTime.format(CloudDefaults.start)),
      "end": .string(EventTime.format(world.cloud.now)), "objects": .array(objects),
      "tampered": .object(tampered),
    ]
    try Data(JSONWriter.bytes(tree)).write(to: folder.appendingPathComponent("tree.json"))

    let script = PackageFiles.root.appending("/Tests/validate-logs.py")
    let python = ProcessInfo.processInfo.environment["TRAILQ_PYTHON"] ?? "python3"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["timeout", "--kill-after=5", "300", python, script, folder.path]
    let output = folder.appendingPathComponent("output")
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let text = try String(contentsOf: output, encoding: .utf8)
    if process.terminationStatus == 77 || process.terminationStatus == 127 {
      print("SKIPPED: the real validate-logs: \(python) has no awscli and moto")
      return
    }
    #expect(process.terminationStatus == 0)
    let results = try JSONParser.parse(text.trimmingCharacters(in: .whitespacesAndNewlines))
    func result(_ name: String, _ member: String) -> String {
      results[name]?[member]?.text ?? ""
    }
    #expect(results["untouched"]?["status"]?.integer == 0)
    #expect(result("untouched", "err") == "")
    // Ours prints the same lines.
    let own = try validate(world)
    #expect(result("untouched", "out") == own.lines.joined(separator: "\n") + "\n")
    for (name, words) in [
      ("log changed", "hash value doesn't match"),
      ("digest changed", "signature verification failed"), ("log deleted", "not found"),
      ("digest deleted", "not found"),
    ] {
      #expect(results[name]?["status"]?.integer == 1, "\(name)")
      #expect(result(name, "err").contains("INVALID: \(words)"), "\(name)")
    }
    if ProcessInfo.processInfo.environment["TRAILQ_SHOW_TOOL_OUTPUT"] != nil { print(text) }
  }
}
