import CSQLite
import Glibc
import Synchronization
package import TrailEngine

/// A session kept in one SQLite file. See this module's README for what lies where.
///
/// `@unchecked Sendable`: the writing connection and what goes with it are used under `writer`; the reading one guards
/// itself; all else never changes.
package final class Workspace: @unchecked Sendable {
  package enum Access: Hashable, Sendable {
    /// Opens the file, or makes it where there is none.
    case create
    /// Opens a file that is there.
    case existing
    /// Reads it as it is now, whoever writes it meanwhile.
    case readOnly
  }

  /// What is known of the file beside its rows.
  struct Writer {
    var pathCount = 1
    var nextSegment: Int64 = 1
    var nextStatement: Int64 = 1
    var entries: [EntryKey: String] = [:]
  }

  package let path: String
  /// True where nothing is written: it was opened so, or damage makes it so.
  package private(set) var isReadOnly: Bool
  /// True where the file was made by opening it.
  package let isNew: Bool
  let database: Database
  let reader: WorkspaceReader
  let writer = Mutex(Writer())
  private var lock: WorkspaceLock?
  /// That this process has the file open, where it does not write it.
  private var use: OpenFile?
  /// What is wrong with the file as far as opening it showed.
  package private(set) var warnings: [String] = []
  /// Settings, queries, clock and world as they were when it was opened.
  package private(set) var state = WorkspaceState()
  /// Events that no segment has yet, when it was opened.
  package private(set) var openEventCount = 0
  /// All events, recorded or not, when it was opened.
  package var eventCount: Int { segments.reduce(openEventCount) { $0 + $1.rowCount } }
  /// The directory as it was when it was opened.
  package private(set) var segments: [KeptSegmentEntry] = []
  var paths: PathTable?
  /// False for a file of the first format that is only read: it has no tables of earlier imports.
  private(set) var hasHistory = false

  /// - Parameter vfs: the layer below SQLite; tests put faults there.
  package init(
    _ path: String, _ access: Access, vfs: String? = nil
  ) throws(WorkspaceProblem) {
    self.path = path
    let found = try FileProbe.look(at: path)
    switch found {
    case .absent where access != .create: throw .absent
    case .newer(let format): throw .newerFormat(found: format, known: Schema.format)
    case .foreign(let isDatabase): throw .foreign(isDatabase: isDatabase)
    case .absent, .empty, .workspace: break
    }
    isReadOnly = access == .readOnly
    isNew = found != .workspace
    if found == .empty, access != .create { throw .foreign(isDatabase: false) }
    if found == .absent { try Self.makeFile(path) }
    if access == .readOnly {
      use = FileIdentity(at: path).map { OpenFile($0, writes: false) }
    } else {
      lock = try WorkspaceLock(path)
    }
    do throws(DatabaseError) {
      database = try Self.connect(path, access, vfs, isNew: isNew)
      let other =
        access == .readOnly
        ? database
        : try Database(path, flags: SQLITE_OPEN_READONLY | SQLITE_OPEN_FULLMUTEX, vfs: vfs)
      reader = WorkspaceReader(other)
    } catch {
      if found == .absent { unlink(path) }
      throw error.problem
    }
    lock?.showOwner()
    try load()
  }

  /// Writes the log back into the file, so that one file is left, and lets others write. Nothing more can be read.
  package func close() {
    closeConnections()
    lock = nil
    use = nil
  }

  /// Closes the file, and keeps others from writing it as long as the lock is held that is returned.
  func closeHoldingLock() -> WorkspaceLock? {
    closeConnections()
    defer { lock = nil }
    return lock
  }

  private func closeConnections() {
    reader.close()
    writer.withLock { _ in database.close() }
  }

  private static func makeFile(_ path: String) throws(WorkspaceProblem) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .unreachable(String(cString: strerror(errno))) }
    Glibc.close(descriptor)
  }

  private static func connect(
    _ path: String, _ access: Access, _ vfs: String?, isNew: Bool
  ) throws(DatabaseError) -> Database {
    if access == .readOnly { return try connectReadOnly(path, vfs) }
    let database = try Database(
      path, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, vfs: vfs)
    // A file that was being made when its maker was killed has nothing in it either.
    if try database.number("SELECT count(*) FROM sqlite_master") == 0 {
      try Schema.create(in: database)
    }
    guard try database.number("PRAGMA application_id") == Schema.applicationID else {
      throw DatabaseError.corrupt("it does not say that it is a workspace")
    }
    try database.run("PRAGMA journal_mode = WAL")
    try database.run("PRAGMA synchronous = FULL")
    let format = Int(try database.number("PRAGMA user_version") ?? 0)
    if format < Schema.format {
      try database.transaction { () throws(DatabaseError) in
        try Schema.migrate(database, from: format)
      }
    }
    return database
  }

  /// A connection that sees the file as it is now: the transaction that it holds is its snapshot.
  private static func connectReadOnly(
    _ path: String, _ vfs: String?
  ) throws(DatabaseError) -> Database {
    func begin(_ name: String, _ flags: Int32) throws(DatabaseError) -> Database {
      let database = try Database(name, flags: SQLITE_OPEN_FULLMUTEX | flags, vfs: vfs)
      try database.run("PRAGMA query_only = ON")
      try database.run("BEGIN")
      _ = try database.number("SELECT count(*) FROM sqlite_master")
      return database
    }
    // Whoever may write takes the log's index away when he is the last to go.
    if let database = try? begin(path, SQLITE_OPEN_READWRITE) { return database }
    do throws(DatabaseError) {
      return try begin(path, SQLITE_OPEN_READONLY)
    } catch {
      // Where the folder cannot be written there is no room for the index of a log. Without a log none is needed.
      guard error.code & 0xFF == SQLITE_CANTOPEN || error.code & 0xFF == SQLITE_READONLY,
        access("\(path)-wal", F_OK) != 0
      else { throw error }
      return try begin(
        "file:\(URIText.escaped(path))?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)
    }
  }

  /// Writes nothing from now on: damage was found that later writing would hide.
  package func stopWriting() { isReadOnly = true }

  // MARK: Reading what is small

  private func load() throws(WorkspaceProblem) {
    let format: Int
    do throws(DatabaseError) {
      format = Int(try database.number("PRAGMA user_version") ?? 0)
      if format <= Schema.format { try loadSmallThings() }
    } catch { throw error.problem }
    // What a log has that is not written back yet, the first page does not tell.
    if format > Schema.format { throw .newerFormat(found: format, known: Schema.format) }
    hasHistory = format >= Schema.formatWithHistory
  }

  private func loadSmallThings() throws(DatabaseError) {
    guard try database.number("PRAGMA application_id") == Schema.applicationID else {
      throw DatabaseError.corrupt("it does not say that it is a workspace")
    }
    let loaded = WorkspaceLoader(database: database).load()
    state = WorkspaceState(loaded.writer.entries)
    segments = loaded.segments
    paths = loaded.paths
    warnings = loaded.warnings
    do throws(DatabaseError) {
      openEventCount = Int(try database.number("SELECT count(*) FROM arrival") ?? 0)
    } catch {
      warnings.append("the simulated events cannot all be read (\(error.message))")
    }
    // New paths would get numbers that damaged rows have already.
    if !warnings.isEmpty { isReadOnly = true }
    writer.withLock { $0 = loaded.writer }
  }
}

enum URIText {
  /// A path as part of a `file:` address.
  static func escaped(_ path: String) -> String {
    let digits = Array("0123456789ABCDEF")
    var text = ""
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
        UInt8(ascii: "-"), UInt8(ascii: "_"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += "%" + String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
      }
    }
    return text
  }
}
