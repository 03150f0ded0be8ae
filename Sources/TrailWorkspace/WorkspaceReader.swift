import Synchronization
package import TrailEngine

/// Reads parts of segments for whoever asks first, on a connection of its own.
final class WorkspaceReader: SegmentSource {
  let database: Database
  private let damage = Mutex<[DamagedSegment]>([])

  init(_ database: Database) { self.database = database }

  func close() { database.close() }

  /// What was found to be damaged since it was last asked for.
  func takeDamage() -> [DamagedSegment] {
    damage.withLock { damage in
      defer { damage = [] }
      return damage
    }
  }

  func contents(of segment: Int64) throws(SegmentDamage) -> [UInt8] {
    try read { database throws(DatabaseError) in
      var bytes: [UInt8]?
      try database.rows(
        "SELECT bytes FROM contents WHERE segment = ?", [.integer(segment)]
      ) { bytes = $0.blob(0) }
      guard let bytes else {
        throw DatabaseError.corrupt("its table of contents is missing")
      }
      return bytes
    }
  }

  func read(
    part: Int, of segment: Int64, into memory: UnsafeMutableRawBufferPointer
  ) throws(SegmentDamage) {
    try read { database throws(DatabaseError) in
      var offset = 0
      var chunk = 0
      while offset < memory.count {
        let end = min(memory.count, offset + Schema.chunkBytes)
        try database.read(
          table: "part", column: "bytes",
          row: PartNumber.of(segment: segment, part: part, chunk: chunk),
          into: UnsafeMutableRawBufferPointer(rebasing: memory[offset..<end]))
        offset = end
        chunk += 1
      }
    }
  }

  /// Nil for files of a format that had no filters, too.
  func filterPiece(_ piece: Int, of segment: Int64) -> [UInt8]? {
    var bytes: [UInt8]?
    try? database.rows(
      "SELECT piece FROM filter WHERE id = ?",
      [.integer(FilterNumber.of(segment: segment, piece: piece))]
    ) { bytes = $0.blob(0) }
    return bytes
  }

  private func read<Result>(
    _ body: (Database) throws(DatabaseError) -> Result
  ) throws(SegmentDamage) -> Result {
    do throws(DatabaseError) {
      return try body(database)
    } catch {
      throw SegmentDamage(error.message)
    }
  }

  func found(_ damage: SegmentDamage, in segment: Int64) {
    self.damage.withLock { list in
      if !list.contains(where: { $0.segment == segment && $0.damage == damage }) {
        list.append(DamagedSegment(segment: segment, damage: damage))
      }
    }
  }
}

/// A segment that is not as it was written.
package struct DamagedSegment: Hashable, Sendable {
  package var segment: Int64
  package var damage: SegmentDamage
}
