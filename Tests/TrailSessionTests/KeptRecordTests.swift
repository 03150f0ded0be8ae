import Foundation
import Testing
import TrailEngine
import TrailRecord
import TrailTestSupport

@testable import TrailSession

/// Every record in, every record out: through memory, `save`, `open` and `export`.
@Suite struct KeptRecordTests {
  private static let real: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    // …/<package>/Tests/TrailSessionTests/KeptRecordTests.swift
    parts.removeLast(4)
    return parts.joined(separator: "/") + "/shared/data/real"
  }()

  private func exported(_ test: TestSession, to path: String) throws -> String {
    test.run("events; export \(path) ndjson")
    #expect(!test.messages.contains("error"), "\(test.messages)")
    return try String(contentsOf: URL(filePath: path), encoding: .utf8)
  }

  private func goThroughAFile(_ source: String, _ folder: TemporaryFolder) throws -> String {
    let first = try TestSession(records: [])
    first.run("import \(source); save \(folder.path)/kept")
    let memory = try exported(first, to: folder.path + "/memory.ndjson")
    let second = try TestSession(records: [])
    second.run("open \(folder.path)/kept")
    #expect(try exported(second, to: folder.path + "/opened.ndjson") == memory)
    #expect(second.run("check").contains("is whole"))
    second.session.close()
    // The same with an import straight into a workspace.
    let third = try TestSession(records: [])
    _ = third.session.keepFirst(in: folder.path + "/kept2", readOnly: false, to: third.output)
    third.run("import \(source)")
    third.session.close()
    let fourth = try TestSession(records: [])
    fourth.run("open \(folder.path)/kept2 read-only")
    #expect(try exported(fourth, to: folder.path + "/again.ndjson") == memory)
    return memory
  }

  private func values(_ lines: String) throws -> [[UInt8]: Int] {
    var values: [[UInt8]: Int] = [:]
    for line in lines.utf8.split(separator: 0x0A) where !line.isEmpty {
      values[JSONWriter.bytes(try JSONParser.parse(Array(line))), default: 0] += 1
    }
    return values
  }

  @Test(
    .enabled(
      if: access(Self.real + "/records.ndjson.gz", R_OK) == 0,
      "no ../shared/data/real: nothing real to keep"))
  func realRecords() throws {
    let folder = try TemporaryFolder()
    let unpack = Process()
    unpack.executableURL = URL(filePath: "/bin/sh")
    unpack.arguments = [
      "-c", "gzip -dc '\(Self.real)/records.ndjson.gz' > '\(folder.path)/in.ndjson'",
    ]
    try unpack.run()
    unpack.waitUntilExit()
    let given = try values(try folder.read("in.ndjson"))
    let kept = try values(try goThroughAFile(Self.real + "/records.ndjson.gz", folder))
    #expect(kept == given)
    #expect(kept.values.reduce(0, +) == 27_833)
  }

  @Test(
    .enabled(
      if: access(Self.real + "/s3-layout.tar", R_OK) == 0,
      "no ../shared/data/real: nothing real to keep"))
  func realLogFiles() throws {
    let folder = try TemporaryFolder()
    let unpack = Process()
    unpack.executableURL = URL(filePath: "/bin/sh")
    unpack.arguments = [
      "-c",
      "mkdir '\(folder.path)/s3' && tar -xf '\(Self.real)/s3-layout.tar' -C '\(folder.path)/s3'",
    ]
    try unpack.run()
    unpack.waitUntilExit()
    #expect(!(try values(try goThroughAFile(folder.path + "/s3", folder))).isEmpty)
  }
}
