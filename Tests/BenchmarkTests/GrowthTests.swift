import Testing

@testable import trailq_bench

/// What ten times as many events cost.
@Suite struct GrowthTests {
  private var larger: ComparisonReport {
    var report = Reports.million()
    report.events = 10_000_010
    report.engines = [
      Reports.engine("trailq", load: 30, memory: 3_100_000_000, questions: ["Q1": 0.5, "Q4": 2.4])
    ]
    return report
  }

  @Test func timesAreHeldAgainstTheGoals() {
    let lines = GrowthReport(smaller: Reports.million(), larger: larger).markdown()
      .split(separator: "\n")
    #expect(lines.first == "10000010 events beside 1000010.")
    #expect(lines.contains("| Q1, ms | 0.200 | 0.500 | 2.50 | ≤ 2.00 times | **not met** |"))
    #expect(lines.contains("| Q4, ms | 0.200 | 2.40 | 12.0 | ≤ 12.0 times | met |"))
    #expect(
      lines.contains("| memory when loaded, MB | 240 | 3100 | 12.9 | ≤ 3000 | **not met** |"))
    #expect(lines.contains("| Q5, ms | – | – | – | ≤ 12.0 times | not judged: not measured |"))
  }
}
