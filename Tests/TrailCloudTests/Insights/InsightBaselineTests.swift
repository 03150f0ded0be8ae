import Testing
import TrailTestSupport

@testable import TrailCloud

@Suite struct InsightBaselineTests {
  /// §9.2: what is kept as the minutes pass is what counting all records again would give: late ones included.
  @Test(arguments: 0..<20)
  func baselinesAreWhatCountingAgainGives(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let agents = ["a", "b", "c", "d", "e", "f"]
    let begin = Int(CloudDefaults.start / 60_000)
    var all: [(minute: Int, agent: String)] = []
    let sample = TrailBench.record(now: CloudDefaults.start) { _ in }
    let series = InsightSeries(
      InsightSeriesKey(
        account: "1", region: "r", trail: nil, eventSource: "s", eventName: "n"),
      lens: TrailID(number: 1), sample: sample)
    var minute = begin
    for step in 0..<3000 {
      minute += Int.random(in: 1...(step % 7 == 0 ? 200 : 3), using: &generator)
      for _ in 0..<Int.random(in: 0...4, using: &generator) {
        let agent = agents.randomElement(using: &generator) ?? "a"
        let record = TrailBench.record(now: CloudDefaults.start) { $0.userAgent = agent }
        let isLate = Int.random(in: 0..<10, using: &generator) == 0
        let own = isLate ? minute - Int.random(in: 1...3000, using: &generator) : minute
        all.append((own, agent))
        if isLate {
          series.countLate(AttributedValues(record), in: own)
        } else {
          _ = series.count(AttributedValues(record), in: minute)
        }
      }
      _ = series.closeMinute()
      guard step % 50 == 49 else { continue }
      let start = minute - Int.random(in: 0..<8, using: &generator)
      let baseline = series.baseline(before: start)
      let first = (start / 1440 - 7) * 1440
      let counted = all.filter { (first..<start).contains($0.minute) }
      #expect(baseline.minutes == start - first)
      #expect(baseline.minutes >= 10_080 && baseline.minutes < 11_520)
      #expect(baseline.count == counted.count)
      for agent in agents {
        let found = baseline.attributions[.userAgent].ranked.first { $0.value == agent }?.count ?? 0
        #expect(found == counted.count { $0.agent == agent })
      }
      let window = series.total(of: start..<(minute + 1))
      #expect(window.count == all.count { (start...minute).contains($0.minute) })
    }
    for period in MetricHistory.Period.allCases {
      let range = (minute - period.days * 1440)..<(minute + 1)
      var sums: [Int: Int] = [:]
      for record in all {
        sums[record.minute / period.minutes * period.minutes, default: 0] += 1
      }
      let told = series.metrics.values(period, in: range)
      #expect(told.map(\.minute) == sums.keys.filter { range.contains($0) }.sorted())
      #expect(told.allSatisfy { sums[$0.minute] == $0.count })
    }
  }

  /// A tally forgets only rare values, and only when there are very many.
  @Test func talliesStaySmall() {
    var tally = ValueTally()
    for number in 0..<20_000 {
      tally.add("rare-\(number)")
      if number % 10 == 0 { tally.add("usual") }
    }
    #expect(tally.values.count <= ValueTally.mostValues)
    #expect(tally.ranked.first?.value == "usual" && tally.ranked.first?.count == 2000)
  }

  /// A year of calls every minute keeps what 90 days keep.
  @Test func metricsStayBounded() {
    var history = MetricHistory()
    for minute in stride(from: 0, to: 200 * 1440, by: 5) { history.add(minute, count: 5) }
    let all = 0..<(200 * 1440)
    #expect(history.values(.minute, in: all).count <= 15 * 1440 + 1)
    #expect(history.values(.fiveMinutes, in: all).count <= 63 * 288 + 1)
    #expect(history.values(.hour, in: all).count <= 90 * 24 + 1)
    #expect(history.values(.hour, in: all).allSatisfy { $0.count == 60 })
  }
}
