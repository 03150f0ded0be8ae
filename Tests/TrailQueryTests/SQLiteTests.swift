import Testing
import TrailEngine
import TrailLanguage
import TrailRecord

/// What SQL can say too, asked of SQLite over the same records.
@Suite struct SQLiteTests {
  private static let questions = [
    (
      "events | count by name",
      "SELECT json_extract(r,'$.eventName') k, count(*) FROM e GROUP BY 1 ORDER BY 2 DESC, k IS NULL, k"
    ),
    (
      "events where req.count > 3 | count",
      "SELECT count(*) FROM e WHERE json_extract(r,'$.requestParameters.count') > 3"
    ),
    (
      "events where error = AccessDenied | count by ip",
      "SELECT ip k, count(*) FROM e WHERE json_extract(r,'$.errorCode') = 'AccessDenied' COLLATE NOCASE GROUP BY 1 ORDER BY 2 DESC, k IS NULL, k"
    ),
    (
      "events | stats count, distinct ip, sum req.count by name",
      "SELECT json_extract(r,'$.eventName') k, count(*), count(DISTINCT ip), sum(json_extract(r,'$.requestParameters.count')) FROM e GROUP BY 1 ORDER BY 2 DESC, k IS NULL, k"
    ),
    (
      "events where name = \"*bucket*\" | count by name, region",
      "SELECT json_extract(r,'$.eventName') n, json_extract(r,'$.awsRegion') g, count(*) FROM e WHERE n LIKE '%bucket%' GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
    ),
    (
      "events where not error exists and name != GetObject | count",
      "SELECT count(*) FROM e WHERE json_extract(r,'$.errorCode') IS NULL AND NOT coalesce(json_extract(r,'$.eventName') = 'GetObject' COLLATE NOCASE, 0)"
    ),
  ]

  @Test(arguments: 0..<3)
  func agree(seed: Int) throws {
    let store = try RandomStore(seed: UInt64(seed) + 900, count: 100)
    let database = try RecordDatabase(store.records)
    for (sentence, statement) in Self.questions {
      let syntax = try #require(QueryParser.parse(sentence).syntax)
      let context = BindingContext(snapshot: store.snapshot, clock: 0)
      let answer = try QueryEngine().compile(syntax, in: context).run()
      guard case .table(let table) = answer.content else {
        Issue.record("no table: \(sentence)")
        continue
      }
      let rows = (0..<table.rowCount).map { row in table.cells.map { $0[row].text } }
      #expect(rows == (try database.rows(statement)), "\(sentence)")
    }
  }
}
