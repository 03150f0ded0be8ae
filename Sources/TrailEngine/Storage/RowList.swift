/// Ascending row numbers of a segment, in 16 bits each.
///
/// A segment has at most two pages of 65,536 rows, so a row's number within its page and the place where the
/// second page begins say all. Half the bytes of 32-bit numbers: row numbers were a sixth of a segment.
package struct RowList: Sendable {
  /// Each row's number within its page.
  let lowBits: Slab<UInt16>
  /// Entries of the first page; all behind them are of the second.
  let split: Int

  /// Rows of a page.
  static let pageRows = 1 << 16

  init(lowBits: Slab<UInt16>, split: Int) {
    self.lowBits = lowBits
    self.split = split
  }

  /// Packs `count` ascending rows.
  @inline(__always)
  init(count: Int, rowAt: (Int) -> UInt32) {
    var split = 0
    lowBits = Slab(count: count) { base in
      for index in 0..<count {
        let row = rowAt(index)
        base[index] = UInt16(truncatingIfNeeded: row)
        if row < UInt32(Self.pageRows) { split = index &+ 1 }
      }
    }
    self.split = split
  }

  init(_ rows: [UInt32]) {
    lowBits = Slab(rows.map { UInt16(truncatingIfNeeded: $0) })
    split = rows.withUnsafeBufferPointer { $0.sortedIndex(of: UInt32(Self.pageRows)) }
  }

  package var count: Int { lowBits.count }
  package var byteCount: Int { lowBits.byteCount }

  @inline(__always)
  package subscript(index: Int) -> UInt32 {
    UInt32(lowBits[index]) | (index < split ? 0 : UInt32(Self.pageRows))
  }

  /// The first entry whose row is not below `row`.
  ///
  /// - Complexity: O(log n).
  @inline(__always)
  package func lowerBound(of row: Int) -> Int {
    if row >= 2 * Self.pageRows { return count }
    let page = row < Self.pageRows ? 0..<split : split..<count
    return lowBits.lowerBound(of: UInt16(truncatingIfNeeded: row), in: page)
  }

  /// The first entry from `start` on whose row is not below `row`.
  ///
  /// - Complexity: O(log of the entries passed over).
  @inline(__always)
  func lowerBound(of row: Int, from start: Int) -> Int {
    let row = UInt32(truncatingIfNeeded: row)
    var low = start
    var step = 1
    while low &+ step <= count, self[low &+ step &- 1] < row {
      low &+= step
      step &*= 2
    }
    var high = min(count, low &+ step)
    while low < high {
      let middle = (low &+ high) / 2
      if self[middle] < row { low = middle &+ 1 } else { high = middle }
    }
    return low
  }

  /// The rows, each once though several entries may be of it.
  func distinctRows() -> [UInt32] {
    var list: [UInt32] = []
    list.reserveCapacity(count)
    for index in 0..<count {
      let row = self[index]
      if list.last != row { list.append(row) }
    }
    return list
  }
}

/// For each local code, the entries' rows in ascending order (a row once a code), 16 bits a row as in `RowList`.
package struct PostingLists: Sendable {
  /// Where each code's rows of the first and of the second page begin in `lowBits`, and where the last end: two
  /// numbers a code, and one.
  let starts: Slab<UInt32>
  let lowBits: Slab<UInt16>

  init(starts: Slab<UInt32>, lowBits: Slab<UInt16>) {
    self.starts = starts
    self.lowBits = lowBits
  }

  /// Lists of `distinctCount` codes: `forEachEntry` calls back with the code and the row of each entry, rows
  /// ascending, and does so twice.
  ///
  /// - Parameter mayRepeatRows: A row may have a value twice; it stands in its list once.
  @inline(__always)
  init(
    distinctCount: Int, mayRepeatRows: Bool = true,
    forEachEntry: ((_ code: Int, _ row: UInt32) -> Void) -> Void
  ) {
    var starts = [UInt32](repeating: 0, count: 2 * distinctCount + 1)
    var lastRow = [UInt32](repeating: .max, count: mayRepeatRows ? distinctCount : 0)
    forEachEntry { code, row in
      if mayRepeatRows {
        if lastRow[code] == row { return }
        lastRow[code] = row
      }
      starts[Self.slot(code, row) + 1] += 1
    }
    for slot in 1..<starts.count { starts[slot] += starts[slot - 1] }
    var cursors = starts
    for code in lastRow.indices { lastRow[code] = .max }
    lowBits = Slab(count: Int(starts[2 * distinctCount])) { base in
      forEachEntry { code, row in
        if mayRepeatRows {
          if lastRow[code] == row { return }
          lastRow[code] = row
        }
        let slot = Self.slot(code, row)
        base[Int(cursors[slot])] = UInt16(truncatingIfNeeded: row)
        cursors[slot] += 1
      }
    }
    self.starts = Slab(starts)
  }

  @inline(__always)
  private static func slot(_ code: Int, _ row: UInt32) -> Int {
    2 * code + (row < UInt32(RowList.pageRows) ? 0 : 1)
  }

  package func count(ofCode code: UInt32) -> Int {
    Int(starts[2 * Int(code) + 2]) - Int(starts[2 * Int(code)])
  }

  /// Calls `body` with a run of rows of the code that lie within `range`, and with what to add to each: once for
  /// each page, ascending.
  ///
  /// - Complexity: O(log rows of the code).
  @inline(__always)
  func forEachRun(
    ofCode code: UInt32, within range: Range<Int>,
    _ body: (_ rows: UnsafeBufferPointer<UInt16>, _ pageStart: UInt32) -> Void
  ) {
    for page in 0..<2 {
      let pageStart = page * RowList.pageRows
      let slot = 2 * Int(code) + page
      var run = Int(starts[slot])..<Int(starts[slot + 1])
      if range.upperBound <= pageStart || range.lowerBound >= pageStart + RowList.pageRows {
        continue
      }
      if range.lowerBound > pageStart {
        let low = lowBits.lowerBound(of: UInt16(range.lowerBound - pageStart), in: run)
        run = low..<run.upperBound
      }
      if range.upperBound < pageStart + RowList.pageRows {
        let high = lowBits.lowerBound(of: UInt16(range.upperBound - pageStart), in: run)
        run = run.lowerBound..<high
      }
      if run.isEmpty { continue }
      body(
        UnsafeBufferPointer(start: lowBits.base + run.lowerBound, count: run.count),
        UInt32(pageStart))
    }
  }

  var byteCount: Int { starts.byteCount + lowBits.byteCount }
}
