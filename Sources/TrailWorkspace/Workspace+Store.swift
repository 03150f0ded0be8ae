import CSQLite
import Synchronization
package import TrailEngine

// Events: from the file to a store, and what a store has got since into the file.

extension Workspace {
  /// The events. Nothing of them is read yet.
  package func makeStore() throws(WorkspaceProblem) -> EventStore {
    guard let paths else { throw .damaged("its list of paths cannot be read") }
    var next: UInt64 = 0
    for entry in segments { next = max(next, entry.lastArrival >> Self.unitShift + 1) }
    var records: (@Sendable () -> [KeptRecord])?
    do throws(DatabaseError) {
      if let lastRecord = try database.number("SELECT max(unit) FROM arrival") {
        next = max(next, UInt64(clamping: lastRecord) + 1)
        records = { self.readRecords() }
      }
    } catch {
      // What comes next might get a number that is there already.
      stopWriting()
      records = { self.readRecords() }
    }
    return EventStore(
      segments, in: reader, paths: paths, nextUnit: next, records: records,
      history: hasHistory ? WorkspaceHistory(reader, trustsFiles: warnings.isEmpty) : nil,
      files: ["", "-wal", "-shm", "-journal"].map { path + $0 })
  }

  private static let unitShift: UInt64 = 32

  /// The number under which damage is told that is in no segment.
  package static let noSegment: Int64 = 0

  /// The records that no segment has yet. What is damaged is left out and told.
  private func readRecords() -> [KeptRecord] {
    writer.withLock { _ in
      var records: [KeptRecord] = []
      var damaged = 0
      do throws(DatabaseError) {
        try database.rows("SELECT unit, home, checksum, record FROM arrival ORDER BY unit") { row in
          let bytes = row.blob(3)
          guard row.integer(2) == RowChecksum.of([row.integer(0), row.integer(1)], [], bytes),
            let home = UInt8(exactly: row.integer(1)).flatMap(SegmentHome.init(rawValue:)),
            let unit = UInt64(exactly: row.integer(0))
          else { return damaged += 1 }
          records.append(KeptRecord(home: home, record: LiveRecord(unit: unit, bytes: bytes)))
        }
      } catch {
        reader.found(
          SegmentDamage(
            "of the simulated events only \(records.count) can be read: \(error.message)"),
          in: Self.noSegment)
      }
      if damaged > 0 {
        reader.found(
          SegmentDamage("\(damaged) simulated events differ from their checksums"),
          in: Self.noSegment)
      }
      return records
    }
  }

  /// Segments that turned out to be damaged since it was last asked for.
  package func takeDamage() -> [DamagedSegment] { reader.takeDamage() }

  /// Keeps one segment of an import that is under way. Any thread may call it.
  ///
  /// - Returns: the number that it got.
  package func keep(_ segment: Segment, _ paths: PathTable) throws(WorkspaceProblem) -> Int64 {
    let encoded = SegmentEncoder.encode(segment)
    return try write { database, writer throws(DatabaseError) in
      try Self.write(paths, to: database, &writer)
      return try Self.write(encoded, segment, .imported, to: database, &writer)
    }
  }

  /// Does one transaction; nothing of it is in the file where it throws.
  func write<Value: Sendable>(
    _ body: (Database, inout Writer) throws(DatabaseError) -> Value
  ) throws(WorkspaceProblem) -> Value {
    guard !isReadOnly else { throw .isReadOnly }
    let result: Result<Value, DatabaseError> = writer.withLock { writer in
      var changed = writer
      do throws(DatabaseError) {
        let value = try database.transaction { () throws(DatabaseError) in
          try body(database, &changed)
        }
        writer = changed
        return .success(value)
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let value): return value
    case .failure(let error): throw error.problem
    }
  }

  /// - Returns: the numbers that the segments got, in their order; `noSegment` for one that is not passed on.
  static func write(
    _ changes: StoreChanges, to database: Database, _ writer: inout Writer
  ) throws(DatabaseError) -> [Int64] {
    try write(changes.paths, to: database, &writer)
    // First, so that the pages of what was merged take what it was merged to.
    for number in changes.replaced { try remove(segment: number, from: database) }
    var numbers: [Int64] = []
    for (home, segment) in changes.segments {
      let encoded = SegmentEncoder.encode(segment)
      // What came from a damaged part of another workspace is not passed on as if it were whole.
      numbers.append(
        segment.isDamaged
          ? noSegment : try write(encoded, segment, home, to: database, &writer))
    }
    for (home, unit) in changes.sealed {
      try database.run(
        "DELETE FROM arrival WHERE home = ? AND unit <= ?",
        [.integer(Int64(home.rawValue)), .integer(Int64(bitPattern: unit))])
    }
    for kept in changes.records {
      let numbers = [Int64(bitPattern: kept.record.unit), Int64(kept.home.rawValue)]
      try database.run(
        "INSERT INTO arrival(unit, home, checksum, record) VALUES(?, ?, ?, ?)",
        [
          .integer(numbers[0]), .integer(numbers[1]),
          .integer(RowChecksum.of(numbers, [], kept.record.bytes)), .blob(kept.record.bytes),
        ])
    }
    // Whose events are lost elsewhere is to be read again.
    if !changes.segments.contains(where: \.segment.isDamaged) {
      try write(changes.files, to: database)
    }
    try write(changes.oddFiles, to: database)
    return numbers
  }

  /// Removes a segment whose events lie in another, which the same transaction writes.
  private static func remove(
    segment number: Int64, from database: Database
  ) throws(DatabaseError) {
    let parts = PartNumber.all(of: number)
    try database.run(
      "DELETE FROM part WHERE id >= ? AND id < ?",
      [.integer(parts.lowerBound), .integer(parts.upperBound)])
    let pieces = FilterNumber.all(of: number)
    try database.run(
      "DELETE FROM filter WHERE id >= ? AND id < ?",
      [.integer(pieces.lowerBound), .integer(pieces.upperBound)])
    try database.run("DELETE FROM contents WHERE segment = ?", [.integer(number)])
    try database.run("DELETE FROM segment WHERE id = ?", [.integer(number)])
  }

  private static func write(
    _ paths: PathTable, to database: Database, _ writer: inout Writer
  ) throws(DatabaseError) {
    for entry in paths.entries(from: writer.pathCount) {
      let (kind, key) = entry.step.kept
      let numbers = [Int64(writer.pathCount), Int64(entry.parent), kind]
      try database.run(
        "INSERT INTO path(id, parent, kind, checksum, key) VALUES(?, ?, ?, ?, ?)",
        numbers.map { .integer($0) } + [.integer(RowChecksum.of(numbers, [], key)), .blob(key)])
      writer.pathCount += 1
    }
  }

  private static func write(
    _ encoded: EncodedSegment, _ segment: Segment, _ home: SegmentHome, to database: Database,
    _ writer: inout Writer
  ) throws(DatabaseError) -> Int64 {
    let entry = KeptSegmentEntry(id: writer.nextSegment, home: home, of: segment)
    writer.nextSegment += 1
    for (number, part) in encoded.parts.enumerated() {
      var offset = 0
      var chunk = 0
      while offset < part.count {
        let end = min(part.count, offset + Schema.chunkBytes)
        let id = PartNumber.of(segment: entry.id, part: number, chunk: chunk)
        try database.insert(
          "INSERT INTO part(id, bytes) VALUES(?, ?)", [.integer(id)], bytes: part,
          in: offset..<end)
        offset = end
        chunk += 1
      }
    }
    for (number, piece) in encoded.filter.enumerated() {
      let id = FilterNumber.of(segment: entry.id, piece: number)
      try database.insert(
        "INSERT INTO filter(id, piece) VALUES(?, ?)", [.integer(id)], bytes: piece,
        in: piece.indices)
    }
    try database.run(
      "INSERT INTO contents(segment, bytes) VALUES(?, ?)",
      [.integer(entry.id), .blob(encoded.contents)])
    try database.run(
      """
      INSERT INTO segment(id, home, events, timed_events, first_time, last_time, first_arrival,
        last_arrival, bytes, checksum) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .integer(entry.id), .integer(Int64(home.rawValue)), .integer(Int64(entry.rowCount)),
        .integer(Int64(entry.timedRowCount)),
        entry.timeRange.map { .integer($0.lowerBound) } ?? .null,
        entry.timeRange.map { .integer($0.upperBound) } ?? .null,
        .integer(Int64(bitPattern: entry.firstArrival)),
        .integer(Int64(bitPattern: entry.lastArrival)), .integer(Int64(encoded.byteCount)),
        .integer(entry.checksum),
      ])
    return entry.id
  }
}
