import Glibc

/// Turns the entries of one path after the other into columns.
struct ColumnMaker: ~Copyable {
  private let rowCount: Int
  /// For each value of the segment: the column that last saw it, and its code there.
  private let seenBy: UnsafeMutablePointer<UInt32>
  private let codeOf: UnsafeMutablePointer<UInt32>
  private var column: UInt32 = 0

  init(rowCount: Int, valueCount: Int) {
    self.rowCount = rowCount
    seenBy = .allocate(capacity: valueCount + 1)
    seenBy.initialize(repeating: 0, count: valueCount + 1)
    codeOf = .allocate(capacity: valueCount + 1)
  }

  deinit {
    seenBy.deallocate()
    codeOf.deallocate()
  }

  /// `rows` ascending, `values` the value number of each entry.
  mutating func column(
    _ path: PathID, rows: UnsafePointer<UInt32>, values: UnsafePointer<UInt32>, count: Int
  ) -> Column {
    column += 1
    var distinct: [UInt32] = []
    for entry in 0..<count {
      let value = Int(values[entry])
      if seenBy[value] != column {
        seenBy[value] = column
        distinct.append(values[entry])
      }
    }
    distinct.sort()
    for (code, value) in distinct.enumerated() { codeOf[Int(value)] = UInt32(code) }
    var isMultiValued = false
    for entry in 1..<max(1, count) where rows[entry] == rows[entry - 1] {
      isMultiValued = true
      break
    }
    let codes = CodeArray(count: count, distinctCount: distinct.count) { codeOf[Int(values[$0])] }
    return Column(
      path: path, layout: layout(rows, count, isMultiValued), codes: codes,
      values: AscendingNumbers(packing: distinct),
      postings: postings(rows, values, count, distinct.count),
      isMultiValued: isMultiValued, rowCount: rowCount)
  }

  private func layout(
    _ rows: UnsafePointer<UInt32>, _ count: Int, _ isMultiValued: Bool
  ) -> Column.Layout {
    if !isMultiValued && count == rowCount { return .full }
    // A list of rows takes 16 bits an entry, a bitmap with its ranks 1.5 bits a row.
    if isMultiValued || count * 16 < rowCount {
      return .sparse(rows: RowList(rows, count: count))
    }
    let wordCount = (rowCount + 63) / 64
    let presence = Slab<UInt64>(count: wordCount) { words in
      words.initialize(repeating: 0, count: wordCount)
      for entry in 0..<count { words[Int(rows[entry] >> 6)] |= 1 << UInt64(rows[entry] & 63) }
    }
    let ranks = Slab<UInt32>(count: wordCount) { ranks in
      var total: UInt32 = 0
      for word in 0..<wordCount {
        ranks[word] = total
        total += UInt32(presence[word].nonzeroBitCount)
      }
    }
    return .bitmap(presence: presence, ranks: ranks)
  }

  private func postings(
    _ rows: UnsafePointer<UInt32>, _ values: UnsafePointer<UInt32>, _ count: Int, _ distinct: Int
  ) -> PostingLists? {
    guard distinct > StorageLimits.distinctValuesForPostings,
      count / distinct >= StorageLimits.entriesPerValueForPostings
    else { return nil }
    return PostingLists(distinctCount: distinct) { body in
      for entry in 0..<count { body(Int(codeOf[Int(values[entry])]), rows[entry]) }
    }
  }
}
