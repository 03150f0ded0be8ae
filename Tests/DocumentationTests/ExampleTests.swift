import Foundation
import Testing

/// The investigations in `examples/` find what they say they find, in the logs that lie beside them.
@Suite struct ExampleTests {
  static func scripts() throws -> [String] {
    let folder = TrailqProcess.root.appending(path: "examples")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".trailq") }.sorted().map { "examples/\($0)" }
  }

  @Test func thereIsOneForEachIncident() throws {
    #expect(try Self.scripts().count >= 6)
  }

  @Test(arguments: try scripts())
  func everyExpectationIsMet(script: String) throws {
    let outcome = try TrailqProcess.run("trailq --no-init \(script)")
    #expect(outcome.status == 0, "\(outcome.output)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("ok ") }, "\(outcome.output)")
    #expect(lines.filter { $0.hasPrefix("not ok") } == [])
  }

  /// What a rule runs is found beside the script that defines the rule.
  @Test(arguments: ["lesson-burst-of-iam-actions", "lesson-from-insight-to-answer"])
  func lessonsWithScriptsOfTheirOwnRunFromAnywhere(name: String) throws {
    let outcome = try TrailqProcess.run(
      "cd / && trailq --no-init '\(TrailqProcess.root.path)/examples/\(name).trailq'")
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(!outcome.output.contains("not ok"), "\(outcome.output)")
  }

  @Test func theLogsAreWhatTheirScriptMakes() throws {
    let outcome = try TrailqProcess.run("python3 examples/make-logs.py --check examples/logs")
    #expect(outcome.status == 0, "\(outcome.output)")
  }
}
