import Testing
import TrailRecord

@testable import TrailCloud

/// Schedules of rules: what AWS takes and refuses (measured on AWS), and when they come.
@Suite struct ScheduleExpressionTests {
  @Test(
    arguments: [
      "rate(10 seconds)", "rate(10 years)", "rate(1 minutes)", "rate(1 hours)", "rate(1 days)",
      "rate(10 minute)", "rate(10 hour)", "rate(10 day)", "rate()", "rate(10)",
      "rate(10 minutess)", "rate(foo minutes)", "rate(0 minutes)", "rate(-10 minutes)",
      "rate(10 MINUTES)", "rate( 10 minutes )", " rate(10 minutes)", "rate(1  minute)",
      "cron(0 1 * * * *)", "cron(7 20 * * NOT *)", "cron(INVALID)", "cron(0 dummy ? * MON-FRI *)",
      "cron(71 8 1 * ? *)", "cron(0 0 ? * ? *)", "cron(0 24 * * ? *)", "cron(0 0 32 * ? *)",
      "cron(0 0 ? 13 MON *)", "cron(0 0 ? * 8 *)", "cron(0 0 1#2 * ? *)", "cron(0 0 ? * 6#6 *)",
      "cron(0 0 * * ?)", "cron(0/0 0 * * ? *)", "", "at(2026-01-01T00:00:00)",
    ])
  func isRefused(text: String) {
    #expect(ScheduleExpression(text) == nil)
  }

  @Test(
    arguments: [
      "rate(1 minute)", "rate(5 minutes)", "rate(1 hour)", "rate(30 days)",
      "cron(0 2 ? * SAT *)", "cron(0 12 * * ? *)", "cron(5,35 14 * * ? *)",
      "cron(15 10 ? * 6L 2002-2005)", "cron(0 2 ? * SAT#3 *)", "cron(* * ? * SAT#3 *)",
      "cron(0/5 5 ? JAN 1-5 2022)", "cron(0 18 ? * MON-FRI *)", "cron(0 8 1 * ? *)",
      "cron(0/15 * * * ? *)", "cron(0/5 8-17 ? * MON-FRI *)", "cron(0/30 20-23 ? * MON-FRI *)",
      "cron(0 0 L * ? *)", "cron(0 0 15W * ? *)", "cron(0 20 * * ? 2500)", "cron(0 0 ? * fri *)",
    ])
  func isTaken(text: String) {
    #expect(ScheduleExpression(text) != nil)
  }

  @Test(
    arguments: [
      (
        "rate(5 minutes)", "2026-01-05T09:00:30Z", ["2026-01-05T09:05:30Z", "2026-01-05T09:10:30Z"]
      ),
      (
        "cron(0 12 * * ? *)", "2026-01-05T09:00:00Z",
        ["2026-01-05T12:00:00Z", "2026-01-06T12:00:00Z"]
      ),
      ("cron(0 12 * * ? *)", "2026-01-05T12:00:00Z", ["2026-01-06T12:00:00Z"]),
      (
        "cron(5,35 14 * * ? *)", "2026-01-05T14:06:00Z",
        ["2026-01-05T14:35:00Z", "2026-01-06T14:05:00Z"]
      ),
      // The last Friday of months; months without a 29th.
      (
        "cron(15 10 ? * 6L 2026)", "2026-01-05T00:00:00Z",
        ["2026-01-30T10:15:00Z", "2026-02-27T10:15:00Z"]
      ),
      ("cron(0 0 29 * ? *)", "2026-01-30T00:00:00Z", ["2026-03-29T00:00:00Z"]),
      (
        "cron(0 2 ? * SAT#3 *)", "2026-01-05T00:00:00Z",
        ["2026-01-17T02:00:00Z", "2026-02-21T02:00:00Z"]
      ),
      ("cron(0 0 ? * 2#5 *)", "2026-01-05T00:00:00Z", ["2026-03-30T00:00:00Z"]),
      (
        "cron(0 0 L * ? *)", "2026-02-01T00:00:00Z",
        ["2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z"]
      ),
      // The first is a Sunday: the working day nearest to it is the second, not one of the month before.
      ("cron(0 0 1W * ? *)", "2026-01-31T00:00:00Z", ["2026-02-02T00:00:00Z"]),
      ("cron(0 0 31W * ? *)", "2026-01-05T00:00:00Z", ["2026-01-30T00:00:00Z"]),
      (
        "cron(0/20 8-9 ? * MON-FRI *)", "2026-01-09T09:30:00Z",
        ["2026-01-09T09:40:00Z", "2026-01-12T08:00:00Z"]
      ),
      ("cron(0 0 29 2 ? *)", "2026-01-01T00:00:00Z", ["2028-02-29T00:00:00Z"]),
      (
        "cron(0 0 1 JAN,JUL ? *)", "2026-01-05T00:00:00Z",
        ["2026-07-01T00:00:00Z", "2027-01-01T00:00:00Z"]
      ),
      (
        "cron(0 0 ? * SAT-MON *)", "2026-01-06T00:00:00Z",
        ["2026-01-10T00:00:00Z", "2026-01-11T00:00:00Z"]
      ),
      ("cron(15 10 ? * 6L 2002-2005)", "2026-01-05T00:00:00Z", []),
      ("cron(0 0 30 2 ? *)", "2026-01-05T00:00:00Z", []),
    ] as [(String, String, [String])])
  func comesWhenItShould(text: String, start: String, times: [String]) throws {
    let expression = try #require(ScheduleExpression(text))
    var time = try #require(EventTime.parse(start))
    for wanted in times {
      time = try #require(expression.next(after: time))
      #expect(EventTime.format(time) == wanted)
    }
    if times.isEmpty { #expect(expression.next(after: time) == nil) }
  }

  /// Every minute of a year, asked one by one, against `next`.
  @Test(
    arguments: [
      "cron(7/13 3-5,22 ? 2-11/3 MON-FRI *)", "cron(0 0,12 1,15W,L * ? *)",
      "cron(30 6 ? * 1L,3#2 *)",
    ])
  func nextSkipsNothing(text: String) throws {
    let cron = try #require(ScheduleExpression(text))
    let start = try #require(EventTime.parse("2027-12-30T23:59:00Z"))
    var time = start
    var previous = start
    for _ in 0..<60 {
      guard let next = cron.next(after: time) else { break }
      // Nothing that comes lies between, from wherever it is looked.
      let middle = time + (next - time) / 2
      #expect(cron.next(after: middle) == next)
      #expect(cron.next(after: next - 1) == next)
      #expect(next > previous)
      previous = next
      time = next
    }
  }
}
