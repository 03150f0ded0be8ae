/// What must hold of a comparison at every size and on every machine: ratios within one run, never times.
struct ComparisonCheck {
  var report: ComparisonReport
  var questions: [Question]

  /// DuckDB's and chDB's times must be this many times those of trailq at least. What is wanted is more: see
  /// `GoalTable`.
  private static let leastFactor = 1.0
  private static let yardsticks = ["duckdb", "chdb"]

  /// What does not hold, a sentence each.
  var failures: [String] {
    guard let own = report.engines.first else { return ["nothing was measured"] }
    let yardsticks = report.engines.filter { Self.yardsticks.contains($0.engine) }
    var failures = GoalJudge(report).broken
    for other in yardsticks where other.loadSeconds < own.loadSeconds * Self.leastFactor {
      failures.append(
        "\(other.engine) loads in \(other.loadSeconds) s, trailq in \(own.loadSeconds) s")
    }
    for question in questions {
      guard let time = own.questions[question.name]?.milliseconds.median else {
        failures.append("\(question.name) was not answered")
        continue
      }
      for other in yardsticks {
        guard let theirs = other.questions[question.name]?.milliseconds.median else { continue }
        if theirs < time * Self.leastFactor {
          failures.append("\(question.name) takes \(other.engine) \(theirs) ms, trailq \(time) ms")
        }
      }
      guard question.difference == nil else { continue }
      for other in report.engines.dropFirst() {
        let agreement = other.questions[question.name]?.agreement ?? "same"
        if agreement != "same" {
          failures.append("\(question.name) differs: \(other.engine) has \(agreement)")
        }
      }
    }
    return failures
  }
}
