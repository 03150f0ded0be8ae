import CSQLite
import TrailRecord

/// Records in a table of SQLite, in memory: `e (r, ip)`, in the order of their rowids, with the address in its one
/// spelling beside each.
final class RecordDatabase {
  private var handle: OpaquePointer?

  init(_ records: [JSONValue]) throws {
    guard sqlite3_open(":memory:", &handle) == SQLITE_OK else { throw TestFailure("no SQLite") }
    _ = try rows("CREATE TABLE e (r TEXT, ip TEXT)")
    for record in records {
      let address = record["sourceIPAddress"]?.text.map(NaiveField.address)
      let values = [String(decoding: JSONWriter.bytes(record), as: UTF8.self), address]
      _ = try rows(
        "INSERT INTO e VALUES (\(values.map { $0.map(Self.quoted) ?? "NULL" }.joined(separator: ", ")))"
      )
    }
  }

  deinit { sqlite3_close(handle) }

  static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

  func rows(_ sql: String) throws -> [[String]] {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else {
      throw TestFailure("\(String(cString: sqlite3_errmsg(handle))): \(sql)")
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
