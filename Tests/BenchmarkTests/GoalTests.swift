import Foundation
import Testing

@testable import trailq_bench

/// Goals are judged by what a report says, and by nothing that it does not say.
@Suite struct GoalTests {
  private let report = Reports.million()

  @Test func ratios() {
    let judge = GoalJudge(report)
    #expect(
      judge.verdict([.times(1 / 3, .engine("chdb"))], on: .load) == .met(["0.250 × chdb"]))
    #expect(
      judge.verdict([.times(1 / 5, .engine("chdb")), .mostAtMillion(4.5)], on: .load)
        == .notMet(["0.250 × chdb"]))
    // Trial by trial: 3, 4 and 5 times the limit.
    #expect(judge.verdict([.times(4.5, .limit)], on: .load) == .met(["4.00 × gunzip alone"]))
    #expect(judge.verdict([.times(3, .limit)], on: .load) == .notMet(["4.00 × gunzip alone"]))
    let fastest = Yardstick.fastest(["duckdb", "chdb", "sqlite"])
    #expect(
      judge.verdict([.times(1 / 10, fastest)], on: .question("Q1"))
        == .met(["0.100 × the fastest of duckdb, chdb, sqlite"]))
  }

  @Test func absoluteBoundsAreThoseOfAMillionEvents() {
    var report = report
    #expect(GoalJudge(report).verdict([.mostAtMillion(2)], on: .load) == .notMet(["3.00"]))
    #expect(GoalJudge(report).verdict([.mostAtMillion(3)], on: .load) == .met([]))
    report.events = 100_000
    #expect(GoalJudge(report).verdict([.mostAtMillion(2)], on: .load) == .open(["only at 1m"]))
    // A bound of every size is judged at every size.
    #expect(GoalJudge(report).verdict([.most(7.9)], on: .start) == .notMet(["8.00"]))
    #expect(GoalJudge(report).verdict([.most(8)], on: .start) == .met([]))
  }

  @Test func whatWasNotMeasuredIsNotJudged() {
    var report = report
    report.engines.removeLast()
    let judge = GoalJudge(report)
    let chdb = Bound.times(1 / 3, .engine("chdb"))
    #expect(judge.verdict([chdb], on: .load) == .open(["no chdb"]))
    // What is left decides.
    #expect(judge.verdict([chdb, .mostAtMillion(4.5)], on: .load) == .met([]))
    #expect(judge.verdict([chdb, .mostAtMillion(2)], on: .load) == .notMet(["3.00"]))
    #expect(judge.verdict([.most(1)], on: .rendering) == .open(["not measured"]))
    #expect(judge.verdict([], on: .load) == .nothing)
    // trailq is no yardstick of itself.
    #expect(judge.verdict([.times(1, .engine("trailq"))], on: .load) == .open(["no trailq"]))
    #expect(
      judge.verdict([.times(1, .fastest(["chdb", "sqlite"]))], on: .load)
        == .open(["none of chdb, sqlite"]))
    #expect(
      judge.verdict([.times(2, .limit)], on: .start) == .open(["the limit was not measured"]))
  }

  @Test func memoryIsThatOfAnOpenedFileWhereARivalHasOne() {
    var report = report
    let bound = Bound.times(0.3, .engine("duckdb"))
    #expect(GoalJudge(report).verdict([bound], on: .memory) == .met(["0.096 × duckdb"]))
    report.engines[1].openedBytes = 600_000_000
    report.engines[0].openedBytes = 100_000_000
    #expect(GoalJudge(report).verdict([bound], on: .memory) == .notMet(["0.400 × duckdb"]))
  }

  @Test func aFileIsHeldAgainstTheLogs() {
    var report = report
    #expect(
      GoalJudge(report).verdict([.times(1, .input)], on: .disk) == .open(["not measured"]))
    report.engines[0].diskBytes = 268_000_000
    #expect(
      GoalJudge(report).verdict([.times(1, .input)], on: .disk) == .met(["0.800 × the logs"]))
  }

  @Test func everythingIsJudgedOnce() {
    let quantities = GoalTable.all.map(\.quantity)
    #expect(Set(quantities).count == quantities.count)
    for name in questionNames { #expect(quantities.contains(.question(name)), "\(name)") }
    for kind in ScanTrial.Kind.allCases { #expect(quantities.contains(.scan(kind))) }
    #expect(GoalTable.all.allSatisfy { !$0.must.isEmpty })
    // What is hoped for is more than what must be, and what is held is less.
    for goal in GoalTable.all {
      for case .times(let most, .limit) in goal.must {
        #expect((goal.heldTimesLimit ?? .infinity) > most)
      }
      for case .times(let hoped, .limit) in goal.stretch {
        for case .times(let most, .limit) in goal.must { #expect(hoped < most) }
      }
    }
  }

  private var questionNames: [String] {
    let truth = """
      {"events": {"bob_delete_bucket": [{"eventID": "i"}]},
       "query_params": {"now": "2026-11-15T00:00:00Z", "key": "k", "bucket": "b"}}
      """
    let file = URL(fileURLWithPath: NSTemporaryDirectory() + "truth-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    guard (try? Data(truth.utf8).write(to: file)) != nil,
      let parameters = try? Parameters(truthFile: file)
    else {
      Issue.record("no parameters")
      return []
    }
    return Question.all(parameters).map(\.name)
  }

  @Test func texts() {
    #expect(
      GoalText.bounds(
        [
          .times(1 / 3, .engine("chdb")), .times(4.5, .limit), .times(0.3, .engine("duckdb")),
          .times(1, .input), .mostAtMillion(4.5), .most(20),
        ], on: .load)
        == "≤ chdb / 3, ≤ 4.5 × gunzip alone, ≤ 0.3 × duckdb, ≤ the logs, ≤ 4.50 at 1m, ≤ 20.0")
    #expect(
      GoalText.bounds([.times(1 / 10, .fastest(["chdb", "sqlite"]))], on: .load)
        == "≤ 0.1 × the fastest of chdb, sqlite")
    let numbers = [0, 0.000_334, 0.0051, 0.0123, 0.25, 1, 12.34, 123.4].map(GoalText.number)
    #expect(numbers == ["0.000", "0.00033", "0.0051", "0.012", "0.250", "1.00", "12.3", "123"])
    #expect(GoalText.bounds([.mostAtMillion(300e6)], on: .memory) == "≤ 300 at 1m")
    #expect(GoalText.bounds([.times(1 / 4.5, .engine("chdb"))], on: .load) == "≤ chdb / 4.5")
  }

  @Test func lines() throws {
    let lines = GoalJudge(report).lines(titles: ["Q4": "the most frequent"])
    let load = try #require(lines.first)
    #expect(load.what == "load the log files, s" && load.shown == "3.00")
    #expect(
      load.verdict == "met: 0.250 × chdb, 0.200 × duckdb, 4.00 × gunzip alone")
    #expect(load.stretchVerdict == "**not met**: 0.250 × chdb, 4.00 × gunzip alone")
    #expect(!lines.contains { $0.what.hasPrefix("Q1") })
    let text = GoalLine.markdown(lines)
    #expect(text.contains { $0.hasPrefix("| Q4 the most frequent, ms | 0.200 | ≤ 1.00 at 1m, ") })
    #expect(Set(text.map { $0.count { $0 == "|" } }) == [7])
  }

  @Test func checksHoldRatiosToLimitsAlone() {
    var report = report
    #expect(GoalJudge(report).broken == [])
    report.loads?[0].trials = [
      LoadTrial(threads: 2, events: 1, bytes: 1, limitSeconds: 0.1, loadSeconds: 20)
    ]
    #expect(
      GoalJudge(report).broken == ["load the log files, s: 200 × gunzip alone, at most 15.0"])
    report.loads = nil
    #expect(GoalJudge(report).broken == [])
  }

  /// Reports that an older program wrote can still be compared.
  @Test func oldReportsCanBeRead() throws {
    let text = """
      {"events": 5, "files": 1, "compressedBytes": 9, "startMilliseconds": [1], "processSeconds": 1,
       "processPeakBytes": 1, "omissions": [], "engines": [{"engine": "trailq", "version": "",
       "loadSeconds": 1, "peakBytes": 1, "residentBytes": 1, "questions": {}}]}
      """
    let report = try JSONDecoder().decode(ComparisonReport.self, from: Data(text.utf8))
    #expect(report.events == 5 && report.goals == nil)
  }
}
