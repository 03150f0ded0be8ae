import Testing
import TrailEngine
import TrailLanguage

/// What a limit keeps is what stands first without it, though only that is made.
@Suite struct LimitedAnswerTests {
  private static func cells(_ sentence: String, _ snapshot: StoreSnapshot) throws -> [[String]] {
    let syntax = try #require(QueryParser.parse(sentence).syntax, "\(sentence)")
    let context = BindingContext(snapshot: snapshot, clock: DifferentialTests.clock)
    let answer = try QueryEngine().compile(syntax, in: context).run()
    guard case .table(let table) = answer.content else { throw TestFailure("no table") }
    return (0..<table.rowCount).map { row in table.cells.map { $0[row].text } }
  }

  private static func check(
    _ sentence: String, then last: String = "", _ snapshot: StoreSnapshot
  ) throws {
    let all = try cells(sentence + last, snapshot)
    for limit in [0, 1, 2, 7, 30, all.count, 256, 257] {
      let some = try cells("\(sentence) | limit \(limit)\(last)", snapshot)
      #expect(some == Array(all.prefix(limit)), "\(sentence) | limit \(limit)")
    }
  }

  @Test(
    arguments: [
      "time, id", "time desc, id", "time desc, id desc", "name, time", "name desc, user, id",
      "user, name desc, ip", "ip, time desc, user", "error, name, user desc", "req.count, id",
      "service, region, name, user, id desc", "message, name, id",
    ], 0..<3)
  func sortedEvents(keys: String, seed: Int) throws {
    let snapshot = try RandomStore(seed: UInt64(seed) + 700, count: 300).snapshot
    try Self.check(
      "events | sort \(keys)", then: " | select id, time, name, user, ip, error", snapshot)
  }

  @Test(
    arguments: [
      "count by name", "count by user, name", "count by user, name, ip", "count by error",
      "stats count, distinct ip by who", "stats min time, last name by user",
      "stats count, sum req.count by user", "count by message",
    ], 0..<3)
  func groups(stage: String, seed: Int) throws {
    let snapshot = try RandomStore(seed: UInt64(seed) + 800, count: 300).snapshot
    try Self.check("events | \(stage)", snapshot)
    try Self.check("events where name = GetObject | \(stage)", snapshot)
  }
}
