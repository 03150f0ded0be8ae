import CSQLite
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
      "SELECT json_extract(r,'$.sourceIPAddress') k, count(*) FROM e WHERE json_extract(r,'$.errorCode') = 'AccessDenied' COLLATE NOCASE GROUP BY 1 ORDER BY 2 DESC, k IS NULL, k"
    ),
    (
      "events | stats count, distinct ip, sum req.count by name",
      "SELECT json_extract(r,'$.eventName') k, count(*), count(DISTINCT json_extract(r,'$.sourceIPAddress')), sum(json_extract(r,'$.requestParameters.count')) FROM e GROUP BY 1 ORDER BY 2 DESC, k IS NULL, k"
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
    let database = try Database(store.records)
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

  /// Records in a table of one column, in memory.
  private final class Database {
    private var handle: OpaquePointer?

    init(_ records: [JSONValue]) throws {
      guard sqlite3_open(":memory:", &handle) == SQLITE_OK else { throw TestFailure("no SQLite") }
      _ = try rows("CREATE TABLE e (r TEXT)")
      for record in records {
        let text = String(decoding: JSONWriter.bytes(record), as: UTF8.self)
        _ = try rows("INSERT INTO e VALUES ('\(text.replacing("'", with: "''"))')")
      }
    }

    deinit { sqlite3_close(handle) }

    func rows(_ sql: String) throws -> [[String]] {
      var statement: OpaquePointer?
      guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else {
        throw TestFailure(String(cString: sqlite3_errmsg(handle)))
      }
      defer { sqlite3_finalize(statement) }
      var rows: [[String]] = []
      while sqlite3_step(statement) == SQLITE_ROW {
        rows.append((0..<sqlite3_column_count(statement)).map { Self.text(statement, $0) })
      }
      return rows
    }

    /// Numbers in the spelling that answers use.
    private static func text(_ statement: OpaquePointer?, _ column: Int32) -> String {
      guard let bytes = sqlite3_column_text(statement, column) else { return "" }
      let text = String(cString: bytes)
      let isNumber = sqlite3_column_type(statement, column) != SQLITE_TEXT
      return isNumber ? ExactNumber(text)?.description ?? text : text
    }
  }
}
