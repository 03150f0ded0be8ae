import Glibc

/// Turns the entries of one path after the other into columns.
struct ColumnMaker: ~Copyable {
  private let rowCount: Int
  /// For each value of the segment: the column that last saw it, and its code there.
  private let seenBy: UnsafeMutablePointer<UInt32>
  private let codeOf: UnsafeMutablePointer<UInt32>
  private var column: UInt32 = 0
  /// Where rows stand that columns have, by their hash: members of one object have the same.
  private var layouts: [UInt64: Column.Layout] = [:]

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
    let (layout, isShared) = layout(rows, count, isMultiValued)
    return Column(
      path: path, layout: layout, codes: codes,
      values: AscendingNumbers(packing: distinct),
      postings: postings(rows, values, count, distinct.count),
      isMultiValued: isMultiValued, rowCount: rowCount, sharesRows: isShared)
  }

  /// The layout of some rows, and whether an earlier column has it.
  private mutating func layout(
    _ rows: UnsafePointer<UInt32>, _ count: Int, _ isMultiValued: Bool
  ) -> (layout: Column.Layout, isShared: Bool) {
    if !isMultiValued && count == rowCount { return (.full, false) }
    let hash = Self.hash(rows, count)
    if let known = layouts[hash], known.is(rows, count, isMultiValued) { return (known, true) }
    let made = makeLayout(rows, count, isMultiValued)
    layouts[hash] = made
    return (made, false)
  }

  private static func hash(_ rows: UnsafePointer<UInt32>, _ count: Int) -> UInt64 {
    var state = ValueHash.State(count: count)
    let raw = UnsafeRawPointer(rows)
    var index = 0
    while index &+ 2 <= count {
      state.add(raw.loadUnaligned(fromByteOffset: index &* 4, as: UInt64.self))
      index &+= 2
    }
    if index < count { state.add(UInt64(rows[index])) }
    return state.finish()
  }

  private func makeLayout(
    _ rows: UnsafePointer<UInt32>, _ count: Int, _ isMultiValued: Bool
  ) -> Column.Layout {
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

extension Column.Layout {
  /// True if these are the layout's rows.
  fileprivate func `is`(
    _ rows: UnsafePointer<UInt32>, _ count: Int, _ isMultiValued: Bool
  ) -> Bool {
    switch self {
    case .full: return false
    case .sparse(let own):
      if own.count != count { return false }
      return (0..<count).allSatisfy { own[$0] == rows[$0] }
    case .bitmap(let presence, let ranks):
      // Rows of a bitmap differ, so as many rows that are all in it are all of it.
      guard !isMultiValued, let word = ranks.buffer.last, let last = presence.buffer.last,
        Int(word) + last.nonzeroBitCount == count
      else { return false }
      return (0..<count).allSatisfy {
        presence[Int(rows[$0] >> 6)] >> UInt64(rows[$0] & 63) & 1 == 1
      }
    }
  }
}
