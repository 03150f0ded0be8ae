import ArgumentParser
import Foundation
import TrailEngine
import TrailSession

/// Measures trailq itself, inside this process: loads the logs once, then asks each question many times.
///
/// It takes the rivals' arguments and prints their kind of report, so that the comparison knows no difference. A
/// run of a question is the whole way from the sentence's text to the answer's JSON bytes.
struct MeasureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure", abstract: "Measure trailq alone and print a report as JSON.")

  @Option(help: "A folder with AWSLogs.")
  var data: String

  @Option(help: "The folder for the answers.")
  var work: String

  @Option(help: "A JSON file with what the questions ask for.")
  var parameters: String

  @Option(help: "Runs of each question after the warm-up.")
  var runs = 21

  @Option(help: "The questions' names, parted by commas.")
  var questions: String

  /// Runs that are not counted.
  private static let warmUps = 2

  func run() throws {
    let parameters = try JSONDecoder().decode(
      Parameters.self, from: Data(contentsOf: URL(fileURLWithPath: parameters)))
    let answers = URL(fileURLWithPath: work).appending(path: "answers/trailq")
    try FileManager.default.createDirectory(at: answers, withIntermediateDirectories: true)
    let output = CollectedOutput()
    let session = try makeSession(now: parameters.now)

    let begin = ContinuousClock.now
    try session.importLogs([data + "/AWSLogs"], to: output)
    var report = EngineReport(
      engine: "trailq", version: "", loadSeconds: (ContinuousClock.now - begin).seconds,
      peakBytes: try memoryBytes("VmHWM:"), residentBytes: try memoryBytes("VmRSS:"), questions: [:]
    )

    let asked = Set(questions.split(separator: ",").map(String.init))
    for question in Question.all(parameters) where asked.contains(question.name) {
      try ask(question, session, output)
      let answer = Data(output.bytes)
      try answer.write(to: answers.appending(path: "\(question.name).ndjson"))
      let rows = answer.count { $0 == UInt8(ascii: "\n") }
      for _ in 0..<Self.warmUps { try ask(question, session, output) }
      let times = try (0..<runs).map { _ in
        let begin = ContinuousClock.now
        try ask(question, session, output)
        return (ContinuousClock.now - begin).milliseconds
      }
      report.questions[question.name] = EngineReport.Answer(milliseconds: times, rows: rows)
    }
    report.renderingMilliseconds = try TableRendering.milliseconds(in: session, runs: runs)
    report.scans = try ColumnScan(session.store.snapshot())?.trials(runs: runs)
    try measureFile(of: session, parameters, &report)
    FileHandle.standardOutput.write(try JSONEncoder().encode(report))
  }

  /// Keeps the store in a file and opens that, each time in a new session.
  private func measureFile(
    of session: Session, _ parameters: Parameters, _ report: inout EngineReport
  ) throws {
    let file = work + "/trailq.trailqdb"
    try? FileManager.default.removeItem(atPath: file)
    let output = CollectedOutput()
    try perform("save '\(file)'", in: session, output)
    report.diskBytes = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int
    report.openMilliseconds = try (0..<runs).map { _ in
      let begin = ContinuousClock.now
      let opened = try makeSession(now: parameters.now)
      try perform("open '\(file)'", in: opened, output)
      try perform("events where id=\(parameters.id)", in: opened, output)
      return (ContinuousClock.now - begin).milliseconds
    }
  }

  private func makeSession(now: String) throws -> Session {
    var configuration = Session.Configuration()
    configuration.isQuiet = true
    configuration.settings.output = .ndjson
    guard let time = try? Date(now, strategy: .iso8601) else {
      throw BenchError("\(now) is no time")
    }
    configuration.clock = SessionClock(.stopped(at: Int64(time.timeIntervalSince1970 * 1000)))
    return Session(configuration)
  }

  private func ask(_ question: Question, _ session: Session, _ output: CollectedOutput) throws {
    try perform(question.sentence, in: session, output)
  }

  private func perform(
    _ statement: String, in session: Session, _ output: CollectedOutput
  ) throws {
    output.clear()
    guard session.run(PlacedStatement(statement), to: output) == .finished else {
      throw BenchError("\(statement)\n\(output.messages)")
    }
  }

  /// What the system says of this process's memory: `VmHWM:` is the most that it has held, `VmRSS:` what it holds
  /// now.
  private func memoryBytes(_ name: String) throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) }),
      let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { throw BenchError("/proc/self/status has no \(name)") }
    return kilobytes * 1024
  }
}
