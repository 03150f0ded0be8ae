import Testing
import TrailEngine
import TrailLanguage

/// What planning counts without looking at rows is what there is.
@Suite struct CountTests {
  private static let conditions = [
    "name = GetObject", "name = get*", "not name = GetObject", "name in (GetObject, PutObject)",
    "user = bob", "not user = bob", "id = id-3", "ip = 10.0.0.0/8", "ip = 10.0.0.1",
    "message ~ /denied/", "req.count > 3", "req.count = 3", "resources.ARN = \"*\"",
    "at 2026-11-20", "since 2026-11-20T10:30", "name exists", "about bob", "service = s3",
  ]

  private static func rows(_ sentence: String, _ snapshot: StoreSnapshot) throws -> Answer {
    let syntax = try #require(QueryParser.parse(sentence).syntax, "\(sentence)")
    let context = BindingContext(snapshot: snapshot, clock: DifferentialTests.clock)
    return try QueryEngine().compile(syntax, in: context).run()
  }

  private static func check(_ sentence: String, _ snapshot: StoreSnapshot) throws {
    let events = try rows(sentence, snapshot).rowCount
    let counted = try rows(sentence + " | count", snapshot)
    guard case .table(let table) = counted.content else { throw TestFailure("no table") }
    #expect(
      table.cells.map { $0.map(\.text) } == [[String(events)]],
      "\(sentence): \(events)")
    let doubled = try rows(sentence + " | count | where count > \(max(0, events - 1))", snapshot)
    #expect(doubled.rowCount == (events > 0 ? 1 : 0), "\(sentence): \(events)")
  }

  @Test(arguments: 0..<4)
  func ofOneCondition(seed: Int) throws {
    let snapshot = try RandomStore(seed: UInt64(seed) + 900, count: 150).snapshot
    for condition in Self.conditions {
      let isClause = condition.hasPrefix("at ") || condition.hasPrefix("since ")
      try Self.check(isClause ? "events \(condition)" : "events where \(condition)", snapshot)
    }
  }

  @Test(arguments: 0..<4)
  func ofAnySentence(seed: Int) throws {
    let snapshot = try RandomStore(seed: UInt64(seed) + 950, count: 60).snapshot
    var queries = RandomQueries(generator: SeededGenerator(seed: UInt64(seed) + 9_000))
    for _ in 0..<150 { try Self.check(queries.sentence(), snapshot) }
  }
}
