import Foundation

/// moto's matcher, by a program in `rivals/`.
struct MotoMatcher {
  var data: PatternData
  var root: URL
  var work: URL

  /// So many questions of one rule about one event take it some seconds; more rules get fewer events.
  private static let questions = 20_000
  private static let mostRuns = 5

  private struct Answer: Decodable {
    var version: String
    var seconds: [String: [Double]]
  }

  /// Adds what moto takes, and whether it finds the same rules.
  func measure(runs: Int, into report: inout PatternReport) throws {
    let python = try PythonEnvironment.prepare(.moto, in: work)
    let program = root.appending(path: "Sources/trailq-bench/rivals/rival_moto.py").path
    let counts = PatternData.ruleCounts
    let events = counts.map { min(data.events.count, max(1, Self.questions / $0)) }
    let child = try ChildProcess.run(
      python,
      [
        program, "--patterns", data.folder.path, "--work", work.path, "--runs",
        String(min(runs, Self.mostRuns)),
        "--rules", counts.map(String.init).joined(separator: ","),
        "--events", events.map(String.init).joined(separator: ","),
      ])
    let answer = try JSONDecoder().decode(Answer.self, from: child.output)
    report.rival = "moto \(answer.version)"
    for (index, count) in counts.enumerated() {
      let seconds = answer.seconds[String(count)] ?? []
      report.rows[index].rivalEventsPerSecond = seconds.map { Double(events[index]) / $0 }
      let lines = try PatternData.lines(of: work.appending(path: "moto-\(count).ndjson"))
      let found = try lines.map { try JSONDecoder().decode([Int].self, from: Data($0)) }
      let own = report.rows[index].answers.prefix(found.count)
      let differing = zip(found, own).count { $0 != $1 }
      report.rows[index].agreement =
        differing == 0 ? "same" : "\(differing) of \(found.count) events differ"
    }
  }
}
