// From rows to counts: the kernels of grouping.

extension Column {
  /// For each local code, the rows of `rows` that have it, counted into `counts` (one slot a code).
  ///
  /// A row with the same value twice counts once. Returns the rows that lack the path.
  package func addCounts(over rows: RowSet, to counts: UnsafeMutablePointer<UInt32>) -> Int {
    if rows.isAll, let postings {
      for code in 0..<distinctCount {
        counts[code] &+= UInt32(postings.count(ofCode: UInt32(code)))
      }
      return rowCount - presentRowCount
    }
    if case .full = layout, !isMultiValued {
      switch codes.width {
      case .bits8(let slab): Self.histogram(slab.base, rows, counts)
      case .bits16(let slab): Self.histogram(slab.base, rows, counts)
      case .bits32(let slab): Self.histogram(slab.base, rows, counts)
      }
      return 0
    }
    if rows.isAll, !isMultiValued {
      for entry in 0..<entryCount { counts[Int(codes[entry])] &+= 1 }
      return rowCount - entryCount
    }
    if rows.isAll, case .sparse(let rows) = layout {
      var present = 0
      var first = 0
      for entry in 0..<entryCount {
        if entry == 0 || rows[entry] != rows[entry &- 1] {
          first = entry
          present &+= 1
        }
        let code = codes[entry]
        if (first..<entry).contains(where: { codes[$0] == code }) { continue }
        counts[Int(code)] &+= 1
      }
      return rowCount - present
    }
    var missing = 0
    rows.forEach { row in
      let entries = entries(at: row)
      if entries.isEmpty { missing &+= 1 }
      for entry in entries {
        let code = codes[entry]
        // Few entries a row: comparing with the earlier ones beats a set.
        if (entries.lowerBound..<entry).contains(where: { codes[$0] == code }) { continue }
        counts[Int(code)] &+= 1
      }
    }
    return missing
  }

  /// Rows that have the path at all.
  package var presentRowCount: Int { isMultiValued ? presentRows().count : entryCount }

  @inline(__always)
  private static func histogram<Code: FixedWidthInteger & UnsignedInteger>(
    _ codes: UnsafePointer<Code>, _ rows: RowSet, _ counts: UnsafeMutablePointer<UInt32>
  ) {
    rows.forEach { row in counts[Int(codes[row])] &+= 1 }
  }
}
