/// The values of one path in one segment: which rows have it, and which of its distinct values each has.
///
/// A path inside an array may have several entries a row, in the order of the record. Entries are in row order. A
/// class, because it never changes and a copy would count references to half a dozen slabs.
package final class Column: Sendable {
  package enum Layout: Sendable {
    /// Each row has exactly one entry: entry number and row number are the same.
    case full
    /// At most one entry a row: presence bits, with the number of entries before each word.
    case bitmap(presence: Slab<UInt64>, ranks: Slab<UInt32>)
    /// The row of each entry, ascending; repeats where a row has several.
    case sparse(rows: RowList)
  }
  package let path: PathID
  package let layout: Layout
  /// The local code of each entry.
  package let codes: CodeArray
  /// The value number behind each local code, ascending.
  package let values: AscendingNumbers
  package let postings: PostingLists?
  /// True if some row has more than one entry.
  package let isMultiValued: Bool
  package let rowCount: Int
  /// True where another column of the segment has the same rows, and the list of them.
  private let sharesRows: Bool

  init(
    path: PathID, layout: Layout, codes: CodeArray, values: AscendingNumbers,
    postings: PostingLists?,
    isMultiValued: Bool, rowCount: Int, sharesRows: Bool = false
  ) {
    self.path = path
    self.layout = layout
    self.codes = codes
    self.values = values
    self.postings = postings
    self.isMultiValued = isMultiValued
    self.rowCount = rowCount
    self.sharesRows = sharesRows
  }

  /// Entries: rows that have the path, counted as often as they have it.
  package var entryCount: Int { codes.count }
  package var distinctCount: Int { values.count }

  @inline(__always)
  package func value(ofCode code: UInt32) -> ValueID { ValueID(values[Int(code)]) }

  /// The local code of a value, if the column has it.
  ///
  /// - Complexity: O(log distinct values).
  package func code(of value: ValueID) -> UInt32? {
    let index = values.lowerBound(of: value.rawValue)
    return index < values.count && values[index] == value.rawValue ? UInt32(index) : nil
  }

  /// The set of codes of those `candidates` (ascending) that occur here.
  package func codeSet(of candidates: [ValueID]) -> CodeSet {
    CodeSet(candidates.compactMap { code(of: $0) }, of: distinctCount)
  }

  /// The entries of one row.
  ///
  /// - Complexity: O(1), or O(log entries) for a sparse column.
  @inline(__always)
  package func entries(at row: Int) -> Range<Int> {
    switch layout {
    case .full: return row..<(row + 1)
    case .bitmap(let presence, let ranks):
      let word = presence[row >> 6]
      let bit = UInt64(row & 63)
      guard word >> bit & 1 == 1 else { return 0..<0 }
      let before = (word & ((1 << bit) - 1)).nonzeroBitCount
      let entry = Int(ranks[row >> 6]) + before
      return entry..<(entry + 1)
    case .sparse(let rows):
      let start = rows.lowerBound(of: row)
      var end = start
      while end < rows.count && rows[end] == UInt32(row) { end += 1 }
      return start..<end
    }
  }

  /// The entries of a row, where rows are asked for in ascending order: the search goes on from where the last one
  /// ended, which `cursor` says.
  @inline(__always)
  func entries(at row: Int, after cursor: inout Int) -> Range<Int> {
    guard case .sparse(let rows) = layout else { return entries(at: row) }
    let start = rows.lowerBound(of: row, from: cursor)
    cursor = start
    var end = start
    while end < rows.count && rows[end] == UInt32(row) { end += 1 }
    return start..<end
  }

  /// The code of the row's first entry.
  @inline(__always)
  package func firstCode(at row: Int) -> UInt32? {
    if case .full = layout { return codes[row] }
    let entries = entries(at: row)
    return entries.isEmpty ? nil : codes[entries.lowerBound]
  }

  /// Calls `body` with each row that has an entry, and the code of its first one.
  func forEachFirstCode(_ body: (_ row: Int, _ code: UInt32) -> Void) {
    guard case .sparse(let rows) = layout else {
      for (row, code) in firstCodes().enumerated() where code > 0 { body(row, code - 1) }
      return
    }
    var last: UInt32?
    for entry in 0..<rows.count where rows[entry] != last {
      last = rows[entry]
      body(Int(rows[entry]), codes[entry])
    }
  }

  /// Calls `body` with the row and the code of each entry, in order.
  func forEachEntry(_ body: (_ row: Int, _ code: UInt32) -> Void) {
    switch layout {
    case .full: for row in 0..<rowCount { body(row, codes[row]) }
    case .bitmap(let presence, _):
      var entry = 0
      for word in 0..<presence.count {
        var bits = presence[word]
        while bits != 0 {
          body(word &* 64 &+ bits.trailingZeroBitCount, codes[entry])
          entry &+= 1
          bits &= bits &- 1
        }
      }
    case .sparse(let rows):
      for entry in 0..<rows.count { body(Int(rows[entry]), codes[entry]) }
    }
  }

  /// For each row, the code of its first entry plus one; 0 where it has none.
  ///
  /// - Complexity: O(rows), without a look-up for each.
  func firstCodes() -> [UInt32] {
    [UInt32](unsafeUninitializedCapacity: rowCount) { output, count in
      count = rowCount
      guard let output = output.baseAddress else { return }
      switch codes.width {
      case .bits8(let codes): decodeFirstCodes(codes.base, output)
      case .bits16(let codes): decodeFirstCodes(codes.base, output)
      case .bits32(let codes): decodeFirstCodes(codes.base, output)
      }
    }
  }

  @inline(__always)
  private func decodeFirstCodes<Code: FixedWidthInteger & UnsignedInteger>(
    _ codes: UnsafePointer<Code>, _ output: UnsafeMutablePointer<UInt32>
  ) {
    switch layout {
    case .full:
      for row in 0..<rowCount { output[row] = UInt32(truncatingIfNeeded: codes[row]) &+ 1 }
    case .bitmap(let presence, _):
      output.update(repeating: 0, count: rowCount)
      var entry = 0
      for word in 0..<presence.count {
        var bits = presence[word]
        while bits != 0 {
          output[word &* 64 &+ bits.trailingZeroBitCount] =
            UInt32(truncatingIfNeeded: codes[entry]) &+ 1
          entry &+= 1
          bits &= bits &- 1
        }
      }
    case .sparse(let rows):
      output.update(repeating: 0, count: rowCount)
      // Backwards, so that the first of a row's entries is what stays.
      for entry in stride(from: rows.count - 1, through: 0, by: -1) {
        output[Int(rows[entry])] = UInt32(truncatingIfNeeded: codes[entry]) &+ 1
      }
    }
  }

  /// The entries of all rows in `range`.
  package func entries(in range: Range<Int>) -> Range<Int> {
    switch layout {
    case .full: return range
    case .bitmap(let presence, let ranks):
      func before(_ row: Int) -> Int {
        if row >= rowCount { return entryCount }
        let word = presence[row >> 6]
        return Int(ranks[row >> 6]) + (word & ((1 << UInt64(row & 63)) - 1)).nonzeroBitCount
      }
      return before(range.lowerBound)..<before(range.upperBound)
    case .sparse(let rows):
      return rows.lowerBound(of: range.lowerBound)..<rows.lowerBound(of: range.upperBound)
    }
  }

  /// Rows that have the path at all.
  package func presentRows() -> RowSet {
    switch layout {
    case .full: return .all(of: rowCount)
    case .bitmap(let presence, _):
      return .bitmap(RowBitmap(words: Array(presence.buffer), universe: rowCount))
    case .sparse(let rows):
      return .bitmap(list: rows.distinctRows(), of: rowCount)
    }
  }

  /// Bytes that it holds, without the list of its rows where that is another column's as well.
  package var byteCount: Int {
    sharesRows ? ownByteCount : wholeByteCount
  }

  private var ownByteCount: Int {
    codes.byteCount + values.byteCount + (postings?.byteCount ?? 0)
  }

  /// Bytes of all that it takes to read it.
  var wholeByteCount: Int {
    var total = ownByteCount
    switch layout {
    case .full: break
    case .bitmap(let presence, let ranks): total += presence.byteCount + ranks.byteCount
    case .sparse(let rows): total += rows.byteCount
    }
    return total
  }
}

extension RowSet {
  /// A set from a sorted list, as a bitmap where that is the smaller form.
  static func bitmap(list: [UInt32], of universe: Int) -> RowSet {
    if list.count * 32 < universe { return .list(list, of: universe) }
    var bitmap = RowBitmap(universe: universe)
    for row in list { bitmap.insert(Int(row)) }
    return .bitmap(bitmap)
  }
}
