import CSQLite

/// The tables of a workspace, and how each format becomes the next.
enum Schema {
  /// `TRLQ`: what the file is, to programs that look.
  static let applicationID: Int64 = 0x5452_4C51
  /// What this version reads and writes.
  static let format = 5
  /// The first format that knows of earlier imports.
  static let formatWithHistory = 2
  /// Small rows fit into a page by the hundred, and a large blob is read in few pieces.
  static let pageBytes = 16_384
  /// Bytes of a part in one row: SQLite takes no blob beyond a billion.
  static let chunkBytes = 64 << 20

  /// Leads from format n to n + 1; the first makes a new file's tables.
  static let migrations: [[String]] = [
    [
      """
      CREATE TABLE segment(
        id INTEGER PRIMARY KEY, home INTEGER NOT NULL, events INTEGER NOT NULL,
        timed_events INTEGER NOT NULL, first_time INTEGER, last_time INTEGER,
        first_arrival INTEGER NOT NULL, last_arrival INTEGER NOT NULL, bytes INTEGER NOT NULL,
        checksum INTEGER NOT NULL)
      """,
      "CREATE TABLE contents(segment INTEGER PRIMARY KEY, bytes BLOB NOT NULL)",
      // The number is the segment's, the part's and the chunk's: see `PartNumber`.
      "CREATE TABLE part(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)",
      """
      CREATE TABLE arrival(
        unit INTEGER PRIMARY KEY, home INTEGER NOT NULL, checksum INTEGER NOT NULL,
        record BLOB NOT NULL)
      """,
      """
      CREATE TABLE path(
        id INTEGER PRIMARY KEY, parent INTEGER NOT NULL, kind INTEGER NOT NULL,
        checksum INTEGER NOT NULL, key BLOB NOT NULL)
      """,
      """
      CREATE TABLE statement(
        id INTEGER PRIMARY KEY, time INTEGER NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL,
        folder TEXT NOT NULL, stopped_at INTEGER, calls_after INTEGER NOT NULL, time_after INTEGER NOT NULL,
        checksum INTEGER NOT NULL, text TEXT NOT NULL)
      """,
      """
      CREATE TABLE action(
        statement INTEGER NOT NULL, place INTEGER NOT NULL, kind INTEGER NOT NULL,
        checksum INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY(statement, place))
        WITHOUT ROWID
      """,
      """
      CREATE TABLE entry(
        kind INTEGER NOT NULL, name TEXT NOT NULL, checksum INTEGER NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY(kind, name)) WITHOUT ROWID
      """,
    ],
    [
      // No checksum: a row that is damaged names no file, so that one is read again.
      """
      CREATE TABLE file(
        time INTEGER NOT NULL, hash INTEGER NOT NULL, PRIMARY KEY(time, hash)) WITHOUT ROWID
      """,
      """
      CREATE TABLE odd_file(
        id INTEGER PRIMARY KEY, unlisted INTEGER NOT NULL, checksum INTEGER NOT NULL,
        folder TEXT NOT NULL, path TEXT NOT NULL)
      """,
      """
      CREATE TABLE problem(
        odd_file INTEGER NOT NULL, place INTEGER NOT NULL, kind INTEGER NOT NULL, offset INTEGER,
        checksum INTEGER NOT NULL, file TEXT NOT NULL, reason TEXT NOT NULL,
        PRIMARY KEY(odd_file, place)) WITHOUT ROWID
      """,
    ],
    // Segments of before have no filter, and are looked at themselves.
    ["CREATE TABLE filter(id INTEGER PRIMARY KEY, piece BLOB NOT NULL)"],
    // New segments have their texts packed, which earlier programs cannot read.
    [],
    // New segments' indexes of names have other hashes, by which earlier programs would find nothing.
    [],
  ]

  /// Makes the tables of a new file, in one step, before it goes over to a write-ahead log: so its first page always
  /// says what it is.
  static func create(in database: Database) throws(DatabaseError) {
    try database.run("PRAGMA page_size = \(pageBytes)")
    try database.run("PRAGMA synchronous = FULL")
    try database.transaction { () throws(DatabaseError) in
      try database.run("PRAGMA application_id = \(applicationID)")
      try migrate(database, from: 0)
    }
  }

  static func migrate(_ database: Database, from found: Int) throws(DatabaseError) {
    guard found >= 0 else {
      throw DatabaseError(code: SQLITE_CORRUPT, message: "its format is \(found)")
    }
    for format in found..<Self.format {
      for step in migrations[format] { try database.run(step) }
      try database.run("PRAGMA user_version = \(format + 1)")
    }
  }
}

/// The number of a row of `part`.
enum PartNumber {
  private static let chunkBits: Int64 = 8
  private static let partBits: Int64 = 20

  static func of(segment: Int64, part: Int, chunk: Int) -> Int64 {
    segment << (partBits + chunkBits) | Int64(part) << chunkBits | Int64(chunk)
  }

  /// The numbers of all parts of a segment.
  static func all(of segment: Int64) -> Range<Int64> {
    of(segment: segment, part: 0, chunk: 0)..<of(segment: segment + 1, part: 0, chunk: 0)
  }
}

/// The number of a row of `filter`.
enum FilterNumber {
  private static let pieceBits: Int64 = 16

  static func of(segment: Int64, piece: Int) -> Int64 { segment << pieceBits | Int64(piece) }

  /// The numbers of all pieces of a segment.
  static func all(of segment: Int64) -> Range<Int64> {
    of(segment: segment, piece: 0)..<of(segment: segment + 1, piece: 0)
  }
}
