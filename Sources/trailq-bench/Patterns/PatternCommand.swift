import ArgumentParser
import Foundation
import TrailPattern

/// Measures how many events a second are matched against 1, 100 and 10,000 rules, beside moto's matcher.
///
/// Both take one core, and both are timed by the CPU time that they use, so that a busy machine does not count.
struct PatternCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patterns",
    abstract: "Measure event patterns on generated events, beside moto's matcher.")

  @Option(
    help:
      "How many log events to choose from: \(Size.allCases.map(\.rawValue).joined(separator: ", "))."
  )
  var size = Size.smoke

  @Option(help: "The folder for data and answers.")
  var work = ".build/bench"

  @Option(help: "The repository's root.")
  var root = "."

  @Option(help: "The rivals, parted by commas, or none.")
  var rivals = "moto"

  @Option(help: "Runs of each measurement after the warm-up.")
  var runs = 9

  @Option(help: "Also write the report as JSON to this file.")
  var json: String?

  func run() throws {
    let root = URL(fileURLWithPath: root)
    let work = URL(fileURLWithPath: work)
    try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
    let logs = try LogData.prepare(size, in: work, root: root)
    let data = try PatternData.prepare(logs, in: work, root: root)

    var report = PatternReport(events: data.events.count, meanEventBytes: data.meanEventBytes)
    for count in PatternData.ruleCounts {
      say("trailq: \(count) rules")
      report.rows.append(try PatternMeasurement(data, rules: count).row(runs: runs))
    }
    if rivals.split(separator: ",").contains("moto") {
      say("moto: \(PatternData.ruleCounts.map(String.init).joined(separator: ", ")) rules")
      do {
        try MotoMatcher(data: data, root: root, work: work).measure(runs: runs, into: &report)
      } catch {
        report.omissions.append("moto (\(error))")
        say("LEFT OUT: moto: \(error)")
      }
    }
    print(report.markdown(), terminator: "")
    if let json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(report).write(to: URL(fileURLWithPath: json))
    }
  }
}

/// Events as EventBridge wraps them, and rules about them.
struct PatternData {
  static let ruleCounts = [1, 100, 10_000]

  var folder: URL
  var events: [[UInt8]]

  var meanEventBytes: Int { events.reduce(0) { $0 + $1.count } / max(1, events.count) }

  /// Finds the data made of these logs, or makes them.
  static func prepare(_ logs: LogData, in work: URL, root: URL) throws -> PatternData {
    let folder = work.appending(path: "patterns-\(logs.folder.lastPathComponent)")
    let file = folder.appending(path: "events.ndjson")
    if !FileManager.default.fileExists(atPath: file.path) {
      say("making events and rules in \(folder.path)")
      let maker = root.appending(path: "Sources/trailq-bench/generate-patterns.py")
      _ = try ChildProcess.run(
        "python3", [maker.path, "--logs", logs.folder.path, "--out", folder.path])
    }
    return PatternData(folder: folder, events: try lines(of: file))
  }

  func rules(_ count: Int) throws -> [EventPattern] {
    let file = folder.appending(path: "rules-\(count).ndjson")
    return try Self.lines(of: file).map { line in
      let text = String(decoding: line, as: UTF8.self)
      do throws(EventPatternProblem) {
        return try EventPattern(text)
      } catch {
        throw BenchError("\(error.message)\n\(text)")
      }
    }
  }

  static func lines(of file: URL) throws -> [[UInt8]] {
    let bytes = [UInt8](try Data(contentsOf: file))
    return bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) }
  }
}

/// trailq's index of one number of rules.
struct PatternMeasurement {
  private let data: PatternData
  private let rules: [EventPattern]
  private var index = EventPatternIndex()

  init(_ data: PatternData, rules count: Int) throws {
    self.data = data
    rules = try data.rules(count)
  }

  func row(runs: Int) throws -> PatternReport.Row {
    var measurement = self
    return measurement.measure(runs: runs)
  }

  private mutating func measure(runs: Int) -> PatternReport.Row {
    let adding = cpuSeconds {
      for (id, rule) in rules.enumerated() { index.add(rule, id: id) }
      if let event = data.events.first { _ = index.matches(event) }
    }
    var answers: [[Int]] = []
    // The first run is the warm-up: rules find their places in it.
    for event in data.events { answers.append(index.matches(event)) }
    let seconds = (0..<runs).map { _ in
      cpuSeconds { for event in data.events { _ = index.matches(event) } }
    }
    let count = Double(data.events.count)
    return PatternReport.Row(
      rules: rules.count, addSeconds: adding, eventsPerSecond: seconds.map { count / $0 },
      matches: answers.reduce(0) { $0 + $1.count }, answers: answers)
  }

  /// The CPU time that this process spends on something.
  private func cpuSeconds(_ work: () -> Void) -> Double {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let begin = now()
    work()
    return now() - begin
  }
}
