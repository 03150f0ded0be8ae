extension StoreSnapshot {
  /// How many different values a path has in all segments together, each counted once wherever it occurs.
  ///
  /// Segments number values for themselves, so what is compared are hashes of 64 bits: the count is exact unless two
  /// values share one, of which the odds are one in millions for ten million values.
  ///
  /// - Complexity: O(distinct values of all segments · log); O(1) where a single segment has the path.
  package func distinctValues(of path: PathID) -> Int {
    let columns = segments.compactMap { $0.field(path) }
    let identifiers = segments.compactMap { $0.identifiers(path) }
    return distinctValues(in: columns) + distinctIdentifiers(in: identifiers)
  }

  private func distinctValues(in columns: [FieldColumn]) -> Int {
    if columns.count < 2 { return columns.first?.column.distinctCount ?? 0 }
    var hashes: [UInt64] = []
    hashes.reserveCapacity(columns.reduce(0) { $0 + $1.column.distinctCount })
    let buffer = TextBuffer.make()
    for field in columns {
      for code in 0..<UInt32(field.column.distinctCount) {
        let bytes = field.bytes(ofCode: code, in: buffer)
        guard let base = bytes.baseAddress else { continue }
        hashes.append(ValueInterner.hash(base, bytes.count, field.kind(ofCode: code)))
      }
    }
    return Self.distinct(&hashes)
  }

  private func distinctIdentifiers(in columns: [IdentifierColumn]) -> Int {
    var hashes: [UInt64] = []
    hashes.reserveCapacity(columns.reduce(0) { $0 + $1.entryCount })
    for column in columns {
      for identifier in column.identifiers.buffer {
        hashes.append(ValueHash.mix(identifier.high, identifier.low))
      }
    }
    return Self.distinct(&hashes)
  }

  private static func distinct(_ hashes: inout [UInt64]) -> Int {
    hashes.sort()
    hashes.removeAdjacentRepeats()
    return hashes.count
  }
}
