import Foundation
import Testing
import TrailCrypto
import TrailRecord
import TrailTestSupport

@testable import TrailCloud

/// AWS's own `aws cloudtrail validate-logs`, over a loopback S3 that holds what a cloud delivered.
struct RealTool {
  /// A run of the tool over a tree in which something was changed before.
  struct Case {
    var name: String
    var region: RegionName = "us-east-1"
    var account: AccountID?
    var start: Int64 = CloudDefaults.start
    var end: Int64
    /// Objects that are other than they were delivered; nil for those that are gone.
    var changes: [(bucket: String, key: String, object: StoredObject?)] = []
  }
  struct Result {
    var status: Int
    var out: [String]
    var err: [String]
  }

  let cloud: Cloud
  let storage: MemoryStorage
  let trail: Trail

  /// Runs all cases; nil where the tool is not installed, which is said.
  func run(_ cases: [Case]) throws -> [String: Result]? {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("trailq-validate-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let tree = try tree(of: cases, in: folder)
    try Data(JSONWriter.bytes(tree)).write(to: folder.appendingPathComponent("tree.json"))
    let python = ProcessInfo.processInfo.environment["TRAILQ_PYTHON"] ?? "python3"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "timeout", "--kill-after=5", "600", python,
      PackageFiles.root.appending("/Tests/validate-logs.py"), folder.path,
    ]
    let output = folder.appendingPathComponent("output")
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let text = try String(contentsOf: output, encoding: .utf8)
    if process.terminationStatus == 77 || process.terminationStatus == 127 {
      print("SKIPPED: the real validate-logs: \(python) has no awscli and moto")
      return nil
    }
    #expect(process.terminationStatus == 0)
    if ProcessInfo.processInfo.environment["TRAILQ_SHOW_TOOL_OUTPUT"] != nil { print(text) }
    let results = try JSONParser.parse(text.trimmingCharacters(in: .whitespacesAndNewlines))
    var byName: [String: Result] = [:]
    for each in cases {
      let result = try #require(results[each.name])
      byName[each.name] = Result(
        status: result["status"]?.integer ?? -1, out: lines(result["out"]),
        err: lines(result["err"]))
    }
    return byName
  }

  private func lines(_ value: JSONValue?) -> [String] {
    (value?.text ?? "").split(separator: "\n").map(String.init)
  }

  private func tree(of cases: [Case], in folder: URL) throws -> JSONValue {
    var count = 0
    func entry(_ bucket: String, _ key: String, _ object: StoredObject?) throws -> JSONValue {
      var path = JSONValue.null
      if let object {
        count += 1
        let file = folder.appendingPathComponent("object-\(count)")
        try Data(object.bytes).write(to: file)
        path = .string(file.path)
      }
      return [
        "bucket": .string(bucket), "key": .string(key), "file": path,
        "metadata": .object(
          (object?.headers.metadata ?? []).map { JSONMember($0.name, .string($0.value)) }),
      ]
    }
    var objects: [JSONValue] = []
    for bucket in cloud.buckets.byName.keys.sorted() {
      for key in try storage.keys(in: bucket, prefix: "") {
        objects.append(try entry(bucket, key, try cloud.readObject(key, in: bucket)))
      }
    }
    let regions = Set(cases.map(\.region)).sorted()
    return [
      "trail": .members([
        ("Name", .string(trail.name)), ("TrailARN", .string(trail.arn)),
        ("S3BucketName", .string(trail.bucket)), ("S3KeyPrefix", .text(trail.keyPrefix)),
        ("HomeRegion", .string(trail.homeRegion)),
        ("IsOrganizationTrail", .bool(trail.isOrganizationTrail)),
      ]),
      "organization": .string(cloud.world.organization?.id ?? ""),
      // The tool wants some key, even where no digest is: AWS signs for others too.
      "keys": .object(
        regions.map { region in
          let own = keys(of: region)
          return JSONMember(region, own == [] ? keys(of: trail.homeRegion) : own)
        }),
      "objects": .array(objects),
      "cases": .array(
        try cases.map { each in
          var arguments = [
            "--start-time", EventTime.format(each.start), "--end-time", EventTime.format(each.end),
          ]
          if let account = each.account { arguments += ["--account-id", account] }
          return [
            "name": .string(each.name), "region": .string(each.region),
            "arguments": .strings(arguments),
            "changes": .array(try each.changes.map { try entry($0.bucket, $0.key, $0.object) }),
          ]
        }),
    ]
  }

  private func keys(of region: RegionName) -> JSONValue {
    .array(
      cloud.publicKeys(from: CloudDefaults.start, to: cloud.now, region: region).map { key in
        [
          "Value": .string(key.base64), "Fingerprint": .string(key.fingerprint),
          "ValidityStartTime": .number(Int(key.validFrom / 1000)),
          "ValidityEndTime": .number(Int(key.validTo / 1000)),
        ]
      })
  }

  /// What ours reports of the same case: its lines apart as the tool parts them, and whether all is valid.
  func ownResult(of each: Case) throws -> (report: ValidationReport, out: [String], err: [String]) {
    var before: [(bucket: String, key: String, object: StoredObject?)] = []
    for change in each.changes {
      before.append((change.bucket, change.key, try storage.get(change.key, in: change.bucket)))
      if let object = change.object {
        try storage.put(object.bytes, key: change.key, in: change.bucket, headers: object.headers)
      } else {
        _ = try storage.delete(change.key, in: change.bucket)
      }
    }
    defer {
      for change in before {
        if let object = change.object {
          try? storage.put(
            object.bytes, key: change.key, in: change.bucket, headers: object.headers)
        } else {
          _ = try? storage.delete(change.key, in: change.bucket)
        }
      }
    }
    let report = try cloud.validate(
      trail, from: each.start, to: each.end, account: each.account, region: each.region,
      isVerbose: true)
    let said = report.lines.filter { !$0.isEmpty }
    let isError = { (line: String) in
      report.invalid.contains(line) || line.hasPrefix("No log files were delivered")
    }
    return (report, said.filter { !isError($0) }, said.filter(isError))
  }

  /// Holds ours to the tool's very lines, case by case.
  func compare(_ cases: [Case]) throws {
    guard let results = try run(cases) else { return }
    for each in cases {
      let theirs = try #require(results[each.name])
      let own = try ownResult(of: each)
      #expect(own.out == theirs.out, "\(each.name)")
      #expect(own.err == theirs.err, "\(each.name)")
      #expect(theirs.status == (own.report.isValid ? 0 : 1), "\(each.name)")
    }
  }
}
