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
      "Fail where an answer differs without a reason, where a yardstick is faster, or far above a limit."
  )
  var check = false

  @Option(help: "Also write the report as JSON to this file.")
  var json: String?

  /// Memory that trailq itself takes at its peak, with room to spare.
  private static let ownBytesPerEvent = 700

  func validate() throws {
    guard runs > 0 else { throw ValidationError("--runs must be at least 1") }
  }

  func run() async throws {
    if data == nil,
      let reason = Machine.current(work: URL(fileURLWithPath: root)).reasonAgainst(
        memory: size.events * Self.ownBytesPerEvent)
    {
      throw BenchError("\(size.events) events cannot be measured here: \(reason)")
    }
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

    let own = OwnMeasurements(logs: logs, work: work, runs: runs)
    var omissions: [String] = []
    say("trailq: start-up and whole process")
    let starts = try own.starts()
    let whole = try own.wholeProcess()
    say("trailq: loads beside their limits")
    let loads = try own.loads(
      events: whole.events, on: .current(work: work), omissions: &omissions)

    say("trailq: questions")
    let measured = try ChildProcess.run(
      OwnMeasurements.binary("trailq-bench"), ["measure"] + shared)
    var reports = [try JSONDecoder().decode(EngineReport.self, from: measured.output)]
    reports[0].version = try OwnMeasurements.version()
    for rival in Rival.parse(rivals) {
      let machine = Machine.current(work: work)
      if let reason = rival.reasonToLeaveOut(events: whole.events, on: machine) {
        leaveOut(rival, reason, &omissions)
        continue
      }
      say("\(rival.rawValue): load and questions")
      do {
        reports.append(try rival.measure(shared, root: root, work: work))
      } catch {
        leaveOut(rival, "\(error)", &omissions)
      }
    }

    AnswerComparison(folder: answers).compare(&reports, with: reports[0].engine, on: chosen)
    let extent = logs.extent()
    var report = ComparisonReport(
      events: whole.events, files: extent.files, compressedBytes: extent.bytes,
      startMilliseconds: starts, processSeconds: whole.child.seconds,
      processPeakBytes: whole.child.peakBytes, engines: reports, omissions: omissions)
    report.runs = runs
    report.loads = loads
    report.goals = GoalJudge(report).lines(
      titles: Dictionary(uniqueKeysWithValues: chosen.map { ($0.name, $0.title) }))
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

  private func leaveOut(_ rival: Rival, _ reason: String, _ omissions: inout [String]) {
    omissions.append("\(rival.rawValue) (\(reason))")
    say("LEFT OUT: \(rival.rawValue): \(reason)")
  }
}
