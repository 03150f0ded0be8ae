import ArgumentParser
import Foundation

/// Measures every engine in a process of its own, compares the answers, prints the table.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Measure all engines on the same logs and print the ratios.")

  @Option(help: "How many events: \(Size.allCases.map(\.rawValue).joined(separator: ", ")).")
  var size = Size.smoke

  @Option(help: "A folder with AWSLogs and truth.json, instead of generated ones.")
  var data: String?

  @Option(help: "The folder for data, stores and answers.")
  var work = ".build/bench"

  @Option(help: "The repository's root.")
  var root = "."

  @Option(help: "The rivals, parted by commas, or none.")
  var rivals = Rival.allCases.map(\.rawValue).joined(separator: ",")

  @Option(help: "Runs of each question after the warm-up.")
  var runs = 21

  @Option(help: "Only these questions, parted by commas.")
  var questions: String?

  @Flag(
    help:
      "Fail where an answer differs without a reason, or where trailq is slower than its yardsticks."
  )
  var check = false

  @Option(help: "Also write the report as JSON to this file.")
  var json: String?

  func run() async throws {
    let root = URL(fileURLWithPath: root)
    let work = URL(fileURLWithPath: work)
    try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
    let logs =
      try data.map { LogData(folder: URL(fileURLWithPath: $0)) }
      ?? LogData.prepare(size, in: work, root: root)

    let parameters = try Parameters(truthFile: logs.truthFile)
    let parameterFile = work.appending(path: "parameters.json")
    try JSONEncoder().encode(parameters).write(to: parameterFile)
    let asked = questions.map { Set($0.split(separator: ",").map(String.init)) }
    let chosen = Question.all(parameters).filter { asked?.contains($0.name) ?? true }
    guard !chosen.isEmpty else { throw ValidationError("there is no question \(questions ?? "")") }

    let answers = work.appending(path: "answers")
    try? FileManager.default.removeItem(at: answers)
    let shared = [
      "--data", logs.folder.path, "--work", work.path, "--parameters", parameterFile.path,
      "--runs", String(runs), "--questions", chosen.map(\.name).joined(separator: ","),
    ]

    let trailq = binary("trailq")
    say("trailq: start-up and whole process")
    let starts = try (0..<runs).map { _ in
      try ChildProcess.run(trailq, ["-c", "help"]).seconds * 1000
    }
    let whole = try ChildProcess.run(
      trailq, ["--json", "-q", "-i", logs.folder.path, "-c", "events | count"], quietly: true)

    say("trailq: questions")
    let own = try ChildProcess.run(binary("trailq-bench"), ["measure"] + shared)
    var reports = [try JSONDecoder().decode(EngineReport.self, from: own.output)]
    reports[0].version = try version(of: trailq)
    var omissions: [String] = []
    for rival in Rival.parse(rivals) {
      if data == nil, let reason = rival.reasonToLeaveOut(at: size) {
        omissions.append("\(rival.rawValue) (\(reason))")
        say("LEFT OUT: \(rival.rawValue): \(reason)")
        continue
      }
      say("\(rival.rawValue): load and questions")
      do {
        reports.append(try rival.measure(shared, root: root, work: work))
      } catch {
        omissions.append("\(rival.rawValue) (\(error))")
        say("LEFT OUT: \(rival.rawValue): \(error)")
      }
    }

    AnswerComparison(folder: answers).compare(&reports, with: reports[0].engine, on: chosen)
    let extent = logs.extent()
    let report = ComparisonReport(
      events: try JSONDecoder().decode(CountRow.self, from: whole.output).count,
      files: extent.files, compressedBytes: extent.bytes, startMilliseconds: starts,
      processSeconds: whole.seconds, processPeakBytes: whole.peakBytes, engines: reports,
      omissions: omissions)
    print(ComparisonTable(report: report, questions: chosen).markdown(), terminator: "")
    if let json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(report).write(to: URL(fileURLWithPath: json))
    }
    if check {
      let failures = ComparisonCheck(report: report, questions: chosen).failures
      for failure in failures { say("FAILED: \(failure)") }
      if !failures.isEmpty { throw ExitCode.failure }
    }
  }

  /// The last word of what a program says of its version.
  private func version(of program: String) throws -> String {
    let line = String(decoding: try ChildProcess.run(program, ["--version"]).output, as: UTF8.self)
    return line.split { $0.isWhitespace }.last.map(String.init) ?? ""
  }

  /// The program that was built beside this one.
  private func binary(_ name: String) -> String {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: name).path
  }
}

/// The one row of `events | count`.
private struct CountRow: Decodable {
  var count: Int
}
