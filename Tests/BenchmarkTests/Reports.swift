@testable import trailq_bench

/// Reports made up for tests.
enum Reports {
  /// trailq beside DuckDB and chDB: it loads in 3 s, they in 15 and 12.
  static func million() -> ComparisonReport {
    var report = ComparisonReport(
      events: 1_000_010, files: 40_000, compressedBytes: 335_000_000,
      startMilliseconds: [7, 9, 8], processSeconds: 3.5, processPeakBytes: 400_000_000,
      engines: [
        engine("trailq", load: 3, memory: 240_000_000, questions: ["Q1": 0.2, "Q4": 0.2]),
        engine("duckdb", load: 15, memory: 2_500_000_000, questions: ["Q1": 2, "Q4": 2]),
        engine("chdb", load: 12, memory: 5_000_000_000, questions: ["Q1": 4, "Q4": 5]),
      ], omissions: [])
    report.runs = 21
    report.loads = [
      LoadSeries(
        kind: .files,
        trials: [(1, 3), (1, 4), (0.5, 2.5)].map { limit, load in
          LoadTrial(
            threads: 2, events: 1_000_010, bytes: 1_500_000_000, limitSeconds: limit,
            loadSeconds: load)
        })
    ]
    return report
  }

  static func engine(
    _ name: String, load: Double, memory: Int, questions: [String: Double] = [:]
  ) -> EngineReport {
    EngineReport(
      engine: name, version: "1", loadSeconds: load, peakBytes: memory * 2,
      residentBytes: memory,
      questions: questions.mapValues {
        EngineReport.Answer(milliseconds: Array(repeating: $0, count: 21), rows: 1)
      })
  }
}
