import CSQLite
import Glibc

/// A value in a row.
enum SQLValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case text(String)
  case blob([UInt8])
}

/// What SQLite refused, and why.
struct DatabaseError: Error, Hashable, Sendable {
  var code: Int32
  var message: String

  var problem: WorkspaceProblem {
    switch code & 0xFF {
    case SQLITE_FULL: .full
    case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged(message)
    case SQLITE_READONLY: .unreachable("it cannot be written")
    case SQLITE_BUSY, SQLITE_LOCKED: .unreachable("another program has locked it")
    case SQLITE_CANTOPEN: .unreachable("it cannot be opened")
    default: .unreachable(message)
    }
  }
}

/// A connection to an SQLite file, with its statements prepared once.
///
/// `@unchecked Sendable`: `mutex` guards each statement; it needs a fixed address, hence the allocation. Whoever does
/// several in one transaction has a lock of his own.
final class Database: @unchecked Sendable {
  private var handle: OpaquePointer?
  private var prepared: [String: OpaquePointer] = [:]
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  /// How long to wait for others, such as somebody who reads while the log is written back.
  private static let patienceMilliseconds: Int32 = 5_000

  /// - Parameter vfs: the name of the layer below SQLite; tests put faults there.
  init(_ path: String, flags: Int32, vfs: String?) throws(DatabaseError) {
    pthread_mutex_init(mutex, nil)
    let code =
      if let vfs { sqlite3_open_v2(path, &handle, flags, vfs) } else {
        sqlite3_open_v2(path, &handle, flags, nil)
      }
    guard code == SQLITE_OK else {
      let error = failure(code)
      sqlite3_close_v2(handle)
      handle = nil
      throw error
    }
    sqlite3_extended_result_codes(handle, 1)
    sqlite3_busy_timeout(handle, Self.patienceMilliseconds)
  }

  deinit {
    close()
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  func close() {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    for statement in prepared.values { sqlite3_finalize(statement) }
    prepared = [:]
    if handle != nil { sqlite3_close_v2(handle) }
    handle = nil
  }

  private static let closed = DatabaseError(code: SQLITE_MISUSE, message: "it is closed")

  private func failure(_ code: Int32) -> DatabaseError {
    let text = handle.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
    return DatabaseError(code: code, message: text ?? "error \(code)")
  }

  private func statement(_ sql: String) throws(DatabaseError) -> OpaquePointer {
    guard handle != nil else { throw Self.closed }
    if let known = prepared[sql] { return known }
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
    guard code == SQLITE_OK, let statement else { throw failure(code) }
    prepared[sql] = statement
    return statement
  }

  /// Runs a statement to its end.
  func run(_ sql: String, _ values: [SQLValue] = []) throws(DatabaseError) {
    try rows(sql, values) { _ in }
  }

  /// Runs a statement, and `body` on each of its rows.
  func rows(
    _ sql: String, _ values: [SQLValue] = [], _ body: (Row) -> Void
  ) throws(DatabaseError) {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    let statement = try statement(sql)
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
    }
    for (index, value) in values.enumerated() { try bind(value, Int32(index + 1), statement) }
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: body(Row(statement: statement))
      case SQLITE_DONE: return
      case let code: throw failure(code)
      }
    }
  }

  /// Runs an INSERT whose last parameter is a run of bytes, which is not copied.
  func insert(
    _ sql: String, _ values: [SQLValue], bytes: [UInt8], in range: Range<Int>
  ) throws(DatabaseError) {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    let statement = try statement(sql)
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
    }
    for (index, value) in values.enumerated() { try bind(value, Int32(index + 1), statement) }
    let code = bytes.withUnsafeBytes { raw in
      let bound = sqlite3_bind_blob64(
        statement, Int32(values.count + 1), raw.baseAddress.map { $0 + range.lowerBound },
        UInt64(range.count), nil)
      return bound == SQLITE_OK ? sqlite3_step(statement) : bound
    }
    guard code == SQLITE_DONE else { throw failure(code) }
  }

  private func bind(
    _ value: SQLValue, _ index: Int32, _ statement: OpaquePointer
  ) throws(DatabaseError) {
    // SQLite copies what it is given with this destructor.
    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    let code =
      switch value {
      case .null: sqlite3_bind_null(statement, index)
      case .integer(let number): sqlite3_bind_int64(statement, index, number)
      case .text(let text):
        sqlite3_bind_text(statement, index, text, Int32(text.utf8.count), transient)
      case .blob(let bytes):
        bytes.withUnsafeBytes { raw in
          raw.count == 0
            ? sqlite3_bind_zeroblob(statement, index, 0)
            : sqlite3_bind_blob64(
              statement, index, raw.baseAddress, UInt64(raw.count), transient)
        }
      }
    guard code == SQLITE_OK else { throw failure(code) }
  }

  /// The single number that a statement gives; nil where it gives none.
  func number(_ sql: String, _ values: [SQLValue] = []) throws(DatabaseError) -> Int64? {
    var result: Int64?
    try rows(sql, values) { if !$0.isNull(0) { result = $0.integer(0) } }
    return result
  }

  /// Does all of `body` or nothing.
  func transaction<Value>(
    _ body: () throws(DatabaseError) -> Value
  ) throws(DatabaseError) -> Value {
    try run("BEGIN IMMEDIATE")
    do throws(DatabaseError) {
      let value = try body()
      try run("COMMIT")
      return value
    } catch {
      try? run("ROLLBACK")
      throw error
    }
  }

  /// Fills `memory` with a blob of its size.
  func read(
    table: String, column: String, row: Int64, into memory: UnsafeMutableRawBufferPointer
  ) throws(DatabaseError) {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    guard handle != nil else { throw Self.closed }
    var blob: OpaquePointer?
    let code = sqlite3_blob_open(handle, "main", table, column, row, 0, &blob)
    defer { sqlite3_blob_close(blob) }
    guard code == SQLITE_OK else { throw failure(code) }
    guard Int(sqlite3_blob_bytes(blob)) == memory.count else {
      throw DatabaseError(code: SQLITE_CORRUPT, message: "a part has another length")
    }
    let read = sqlite3_blob_read(blob, memory.baseAddress, Int32(memory.count), 0)
    guard read == SQLITE_OK else { throw failure(read) }
  }
}

/// The row that a statement stands at.
struct Row {
  fileprivate let statement: OpaquePointer

  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }
  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

  func text(_ column: Int32) -> String { String(decoding: blob(column), as: UTF8.self) }

  func blob(_ column: Int32) -> [UInt8] {
    guard let base = sqlite3_column_blob(statement, column) else { return [] }
    let count = Int(sqlite3_column_bytes(statement, column))
    return Array(UnsafeRawBufferPointer(start: base, count: count))
  }
}

extension DatabaseError {
  /// Something that is there, and not as it was written.
  static func corrupt(_ message: String) -> DatabaseError {
    DatabaseError(code: SQLITE_CORRUPT, message: message)
  }
}
