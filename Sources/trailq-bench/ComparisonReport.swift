import Foundation

/// All that a benchmark found out, as it is printed and as it is written for machines.
struct ComparisonReport: Codable {
  var events: Int
  var files: Int
  var compressedBytes: Int
  /// `trailq -c ''`, from the start of the process to its end.
  var startMilliseconds: [Double]
  /// `trailq -i LOGS -c 'events | count'` as a whole process.
  var processSeconds: Double
  var processPeakBytes: Int
  var engines: [EngineReport]
  /// What was left out and why.
  var omissions: [String]
  /// Runs of each question that were asked for; a report of an older program does not say.
  var runs: Int?
  /// Loads beside their limits.
  var loads: [LoadSeries]?
  /// What became of the goals.
  var goals: [GoalLine]?
}

/// Draws the report as Markdown tables of measured values and ratios.
struct ComparisonTable {
  var report: ComparisonReport
  var questions: [Question]

  func markdown() -> String {
    let names = report.engines.map { "\($0.engine) \($0.version)" }
    let megabytes = Double(report.compressedBytes) / 1e6
    var lines = [
      "\(report.events) events in \(report.files) files, \(GoalText.number(megabytes)) MB compressed. "
        + "Medians after warm-up, the 95th percentile in brackets. `factor`: how many times faster (or smaller) trailq is than the better of "
        + "DuckDB and chDB, from Q13 on than the best of these and SQLite; for load and memory, than DuckDB.",
      "",
      row(["what"] + names + ["factor", "answers"]),
      row(["---"] + names.map { _ in "---:" } + ["---:", "---"]),
      loadRow(), memoryRow(), residentRow(), openedRow(), diskRow(), openRow(),
    ]
    lines += questions.map(questionRow)
    lines += [
      "",
      "`trailq -c ''`: \(GoalText.number(report.startMilliseconds.median)) ms as a whole process. "
        + "`trailq -i LOGS -c 'events | count'`: \(GoalText.number(report.processSeconds)) s, "
        + "\(GoalText.number(Double(report.processPeakBytes) / 1e6)) MB at its peak.",
    ]
    let differing = questions.filter { question in
      guard question.difference != nil else { return false }
      return report.engines.contains {
        ($0.questions[question.name]?.agreement ?? "same") != "same"
      }
    }
    lines += differing.map { "\($0.name): answers may differ, because \($0.difference ?? "")." }
    if let fewer = RunCounts(report: report).sentence { lines.append(fewer) }
    lines += report.omissions.map { "Left out: \($0)." }
    if let loads = report.loads, !loads.isEmpty { lines += [""] + loads.map(\.sentence) }
    if let goals = report.goals { lines += [""] + GoalLine.markdown(goals) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func row(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }

  private func loadRow() -> String {
    let trailq = report.engines.first?.loadSeconds ?? 0
    let duckdb = engine("duckdb")?.loadSeconds
    return row(
      ["load, s"] + report.engines.map { GoalText.number($0.loadSeconds) }
        + [factor(duckdb, trailq), ""])
  }

  private func memoryRow() -> String {
    let trailq = Double(report.engines.first?.peakBytes ?? 0)
    let duckdb = (engine("duckdb")?.peakBytes).map(Double.init)
    return row(
      ["peak memory while loading, MB"]
        + report.engines.map { GoalText.number(Double($0.peakBytes) / 1e6) }
        + [factor(duckdb, trailq), ""])
  }

  private func residentRow() -> String {
    let trailq = Double(report.engines.first?.residentBytes ?? 0)
    let duckdb = (engine("duckdb")?.residentBytes).map(Double.init)
    return row(
      ["memory when loaded, MB"]
        + report.engines.map { GoalText.number(Double($0.residentBytes) / 1e6) }
        + [factor(duckdb, trailq), ""])
  }

  private func openedRow() -> String {
    row(
      ["memory of a new process with the file open, all questions answered, MB"]
        + report.engines.map { engine in
          engine.openedBytes.map { GoalText.number(Double($0) / 1e6) } ?? "–"
        } + ["–", ""])
  }

  private func diskRow() -> String {
    let sizes = report.engines.map { $0.diskBytes.map { Double($0) / Double(report.events) } }
    return row(
      ["file, bytes an event"] + sizes.map { $0.map(GoalText.number) ?? "–" }
        + [
          factor(
            engine("duckdb")?.diskBytes.map(Double.init),
            sizes[0].map { $0 * Double(report.events) } ?? 0), "",
        ])
  }

  private func openRow() -> String {
    let times = report.engines.map(\.openMilliseconds)
    return row(
      ["file opened, and an event found by its id, ms"] + times.map(timing)
        + [factor(engine("duckdb")?.openMilliseconds?.median, times[0]?.median ?? 0), ""])
  }

  private func timing(_ milliseconds: [Double]?) -> String {
    milliseconds.map { "\(GoalText.number($0.median)) (\(GoalText.number($0.percentile95)))" }
      ?? "–"
  }

  private func questionRow(_ question: Question) -> String {
    let times = report.engines.map { $0.questions[question.name]?.milliseconds }
    let best = question.yardsticks.compactMap {
      engine($0)?.questions[question.name]?.milliseconds.median
    }.min()
    let disagreements = report.engines.compactMap { engine -> String? in
      guard let agreement = engine.questions[question.name]?.agreement, agreement != "same" else {
        return nil
      }
      return "\(engine.engine): \(agreement)"
    }
    return row(
      ["\(question.name) \(question.title), ms"]
        + times.map(timing)
        + [
          factor(best, times.first.flatMap { $0?.median } ?? 0),
          disagreements.isEmpty ? "same" : disagreements.joined(separator: "; "),
        ])
  }

  private func engine(_ name: String) -> EngineReport? {
    report.engines.first { $0.engine == name }
  }

  private func factor(_ theirs: Double?, _ ours: Double) -> String {
    guard let theirs, ours > 0 else { return "–" }
    return GoalText.number(theirs / ours)
  }
}
