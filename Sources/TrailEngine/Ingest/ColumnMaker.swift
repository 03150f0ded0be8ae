import Glibc

/// Turns the entries of one path after the other into columns.
struct ColumnMaker: ~Copyable {
  private let rowCount: Int
  private let valueCount: Int
  /// For each value of the segment: the column that last saw it, and its code there.
  private let seenBy: UnsafeMutablePointer<UInt32>
  private let codeOf: UnsafeMutablePointer<UInt32>
  private var column: UInt32 = 0
  /// A bit for each value, all clear between two columns.
  private let noted: UnsafeMutablePointer<UInt64>
  /// Where rows stand that columns have, by their hash: members of one object have the same.
  private var layouts: [UInt64: Column.Layout] = [:]

  /// A column with more than one in so many of the segment's values does not sort them.
  private static let valuesPerSorted = 2_048

  init(rowCount: Int, valueCount: Int) {
    self.rowCount = rowCount
    self.valueCount = valueCount
    noted = .allocate(capacity: valueCount / 64 + 1)
    noted.initialize(repeating: 0, count: valueCount / 64 + 1)
    seenBy = .allocate(capacity: valueCount + 1)
    seenBy.initialize(repeating: 0, count: valueCount + 1)
    codeOf = .allocate(capacity: valueCount + 1)
  }

  deinit {
    seenBy.deallocate()
    codeOf.deallocate()
    noted.deallocate()
  }

  /// The column of a path's entries, by ascending row.
  mutating func column(_ path: PathID, _ entries: UnsafeBufferPointer<ColumnEntry>) -> Column {
    column += 1
    let distinct = distinctValues(of: entries)
    for (code, value) in distinct.enumerated() {
      codeOf[Int(value)] = UInt32(truncatingIfNeeded: code)
    }
    var isMultiValued = false
    for entry in 1..<max(1, entries.count) where entries[entry].row == entries[entry &- 1].row {
      isMultiValued = true
      break
    }
    let codes = CodeArray(count: entries.count, distinctCount: distinct.count) {
      codeOf[Int(entries[$0].value)]
    }
    let (layout, isShared) = layout(entries, isMultiValued)
    return Column(
      path: path, layout: layout, codes: codes,
      values: AscendingNumbers(packing: distinct),
      postings: postings(entries, distinct.count),
      isMultiValued: isMultiValued, rowCount: rowCount, sharesRows: isShared)
  }

  /// The distinct values of a column, ascending.
  private func distinctValues(of entries: UnsafeBufferPointer<ColumnEntry>) -> [UInt32] {
    var distinct: [UInt32] = []
    for entry in entries where seenBy[Int(entry.value)] != column {
      seenBy[Int(entry.value)] = column
      distinct.append(entry.value)
    }
    if distinct.count < valueCount / Self.valuesPerSorted {
      distinct.sort()
      return distinct
    }
    // So many that noting each and looking for all that were noted costs less than sorting.
    for value in distinct { noted[Int(value >> 6)] |= 1 << UInt64(value & 63) }
    var place = 0
    for word in 0..<(valueCount + 63) / 64 where noted[word] != 0 {
      var bits = noted[word]
      noted[word] = 0
      while bits != 0 {
        distinct[place] = UInt32(truncatingIfNeeded: word &* 64 &+ bits.trailingZeroBitCount)
        place &+= 1
        bits &= bits &- 1
      }
    }
    return distinct
  }

  /// The layout of some rows, and whether an earlier column has it.
  private mutating func layout(
    _ entries: UnsafeBufferPointer<ColumnEntry>, _ isMultiValued: Bool
  ) -> (layout: Column.Layout, isShared: Bool) {
    if !isMultiValued && entries.count == rowCount { return (.full, false) }
    let hash = Self.hash(entries)
    if let known = layouts[hash], known.is(entries, isMultiValued) { return (known, true) }
    let made = makeLayout(entries, isMultiValued)
    layouts[hash] = made
    return (made, false)
  }

  /// A hash of the rows.
  private static func hash(_ entries: UnsafeBufferPointer<ColumnEntry>) -> UInt64 {
    var state = ValueHash.State(count: entries.count)
    var index = 0
    while index &+ 2 <= entries.count {
      state.add(UInt64(entries[index].row) &<< 32 | UInt64(entries[index &+ 1].row))
      index &+= 2
    }
    if index < entries.count { state.add(UInt64(entries[index].row)) }
    return state.finish()
  }

  private func makeLayout(
    _ entries: UnsafeBufferPointer<ColumnEntry>, _ isMultiValued: Bool
  ) -> Column.Layout {
    // A list of rows takes 16 bits an entry, a bitmap with its ranks 1.5 bits a row.
    if isMultiValued || entries.count * 16 < rowCount {
      return .sparse(rows: RowList(count: entries.count) { entries[$0].row })
    }
    let wordCount = (rowCount + 63) / 64
    let presence = Slab<UInt64>(count: wordCount) { words in
      words.initialize(repeating: 0, count: wordCount)
      for entry in entries { words[Int(entry.row >> 6)] |= 1 << UInt64(entry.row & 63) }
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
    _ entries: UnsafeBufferPointer<ColumnEntry>, _ distinct: Int
  ) -> PostingLists? {
    guard distinct > StorageLimits.distinctValuesForPostings,
      entries.count / distinct >= StorageLimits.entriesPerValueForPostings
    else { return nil }
    return PostingLists(distinctCount: distinct) { body in
      for entry in entries { body(Int(codeOf[Int(entry.value)]), entry.row) }
    }
  }
}

extension Column.Layout {
  /// True if these are the layout's rows.
  fileprivate func `is`(
    _ entries: UnsafeBufferPointer<ColumnEntry>, _ isMultiValued: Bool
  ) -> Bool {
    switch self {
    case .full: return false
    case .sparse(let own):
      if own.count != entries.count { return false }
      return entries.indices.allSatisfy { own[$0] == entries[$0].row }
    case .bitmap(let presence, let ranks):
      // Rows of a bitmap differ, so as many rows that are all in it are all of it.
      guard !isMultiValued, let word = ranks.buffer.last, let last = presence.buffer.last,
        Int(word) + last.nonzeroBitCount == entries.count
      else { return false }
      return entries.allSatisfy { presence[Int($0.row >> 6)] >> UInt64($0.row & 63) & 1 == 1 }
    }
  }
}
