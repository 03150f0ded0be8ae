import Glibc

/// Turns the entries of one path after the other into columns.
struct ColumnMaker: ~Copyable {
  /// What the columns so far know of a value of the builder.
  private struct Sight: BitwiseCopyable {
    /// The column that last saw it; 0 is none.
    var column: UInt32 = 0
    /// Its code there.
    var code: UInt32 = 0
  }
  private let rowCount: Int
  private let renumbering: ValueRenumbering
  private let sights: UnsafeMutablePointer<Sight>
  private var column: UInt32 = 0
  /// The distinct values of a column, as the segment numbers them.
  private let distinct: UnsafeMutablePointer<UInt32>
  /// A bit for each value of the segment, all clear between two columns.
  private let noted: UnsafeMutablePointer<UInt64>
  /// Where the rows of each group stand (`EntryRows`), once a column has them.
  private var layouts: [Int: Column.Layout] = [:]

  /// A column with more than one in so many of the segment's values does not sort them.
  private static let valuesPerSorted = 2_048

  /// - Parameter renumbering: Of the values of all entries.
  init(rowCount: Int, renumbering: consuming ValueRenumbering) {
    self.rowCount = rowCount
    let count = renumbering.count
    self.renumbering = renumbering
    noted = .allocate(capacity: count / 64 + 1)
    noted.initialize(repeating: 0, count: count / 64 + 1)
    sights = .allocate(capacity: count + 1)
    sights.initialize(repeating: Sight(), count: count + 1)
    distinct = .allocate(capacity: count + 1)
  }

  deinit {
    sights.deallocate()
    distinct.deallocate()
    noted.deallocate()
  }

  /// The column of a path's values, as the builder numbers them, and their rows.
  mutating func column(
    _ path: PathID, _ values: UnsafeBufferPointer<UInt32>, _ rows: EntryRows
  ) -> Column {
    column += 1
    let distinctCount = findDistinct(of: values)
    for code in 0..<distinctCount {
      let value = Int(renumbering.oldNumbers[Int(distinct[code])])
      sights[value].code = UInt32(truncatingIfNeeded: code)
    }
    let codes = CodeArray(count: values.count, distinctCount: distinctCount) {
      sights[Int(values[$0])].code
    }
    let (layout, isShared) = layout(values.count, rows)
    return Column(
      path: path, layout: layout, codes: codes,
      values: AscendingNumbers(
        packing: UnsafeBufferPointer(start: UnsafePointer(distinct), count: distinctCount)),
      postings: postings(values, distinctCount, rows),
      isMultiValued: rows.isMultiValued, rowCount: rowCount, sharesRows: isShared)
  }

  /// Fills `distinct` with the distinct values of a column, ascending, and returns how many there are.
  private func findDistinct(of values: UnsafeBufferPointer<UInt32>) -> Int {
    var count = 0
    for value in values where sights[Int(value)].column != column {
      sights[Int(value)].column = column
      distinct[count] = renumbering.newNumbers[Int(value)]
      count &+= 1
    }
    if count < renumbering.count / Self.valuesPerSorted {
      var few = UnsafeMutableBufferPointer(start: distinct, count: count)
      few.sort()
      return count
    }
    // So many that noting each and looking for all that were noted costs less than sorting.
    for index in 0..<count { noted[Int(distinct[index] >> 6)] |= 1 << UInt64(distinct[index] & 63) }
    var place = 0
    for word in 0..<(renumbering.count + 63) / 64 where noted[word] != 0 {
      var bits = noted[word]
      noted[word] = 0
      while bits != 0 {
        distinct[place] = UInt32(truncatingIfNeeded: word &* 64 &+ bits.trailingZeroBitCount)
        place &+= 1
        bits &= bits &- 1
      }
    }
    return count
  }

  /// The layout of some rows, and whether an earlier column has it.
  private mutating func layout(
    _ count: Int, _ rows: EntryRows
  ) -> (layout: Column.Layout, isShared: Bool) {
    if rows.rows == nil { return (.full, false) }
    if let known = layouts[rows.group] { return (known, true) }
    let made = makeLayout(count, rows)
    layouts[rows.group] = made
    return (made, false)
  }

  private func makeLayout(_ count: Int, _ rows: EntryRows) -> Column.Layout {
    // A list of rows takes 16 bits an entry, a bitmap with its ranks 1.5 bits a row.
    if rows.isMultiValued || count * 16 < rowCount {
      return .sparse(rows: RowList(count: count) { rows[$0] })
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
    _ values: UnsafeBufferPointer<UInt32>, _ distinct: Int, _ rows: EntryRows
  ) -> PostingLists? {
    guard distinct > StorageLimits.distinctValuesForPostings,
      values.count / distinct >= StorageLimits.entriesPerValueForPostings
    else { return nil }
    return PostingLists(distinctCount: distinct, mayRepeatRows: rows.isMultiValued) { body in
      for entry in 0..<values.count { body(Int(sights[Int(values[entry])].code), rows[entry]) }
    }
  }
}
