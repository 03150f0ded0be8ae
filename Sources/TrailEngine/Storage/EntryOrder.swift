/// A permutation of a column's entries: 17 bits each, as a segment has no more than two pages of rows.
package struct EntryOrder: Sendable {
  /// All numbers; empty where they are narrow.
  private let whole: Slab<UInt32>
  /// The lower 16 bits of each, and one bit more of each.
  private let lowBits: Slab<UInt16>
  private let highBits: Slab<UInt64>
  private let isNarrow: Bool
  package let count: Int

  private init(
    whole: Slab<UInt32>, lowBits: Slab<UInt16>, highBits: Slab<UInt64>, isNarrow: Bool, count: Int
  ) {
    self.whole = whole
    self.lowBits = lowBits
    self.highBits = highBits
    self.isNarrow = isNarrow
    self.count = count
  }

  /// Numbers that lie somewhere already.
  init(_ entries: Slab<UInt32>) {
    self.init(
      whole: entries, lowBits: Slab([]), highBits: Slab([]), isNarrow: false,
      count: entries.count)
  }

  init(packing entries: [UInt32]) {
    guard entries.count <= 2 * RowList.pageRows else {
      self.init(Slab(entries))
      return
    }
    let words = (entries.count + 63) / 64
    let lowBits = Slab(entries.map { UInt16(truncatingIfNeeded: $0) })
    let highBits = Slab<UInt64>(count: words) { base in
      base.initialize(repeating: 0, count: words)
      for (index, entry) in entries.enumerated() {
        base[index >> 6] |= UInt64(entry >> 16 & 1) << UInt64(index & 63)
      }
    }
    self.init(
      whole: Slab([]), lowBits: lowBits, highBits: highBits, isNarrow: true,
      count: entries.count)
  }

  @inline(__always)
  package subscript(index: Int) -> Int {
    assert(index >= 0 && index < count)
    guard isNarrow else { return Int(whole.base[index]) }
    return Int(lowBits.base[index])
      | Int(highBits.base[index &>> 6] &>> UInt64(index & 63) & 1) &<< 16
  }

  /// All numbers in 32 bits each, as a workspace keeps them.
  func wide() -> Slab<UInt32> {
    if !isNarrow { return whole }
    return Slab(count: count) { base in
      for index in 0..<count { base[index] = UInt32(self[index]) }
    }
  }

  package var byteCount: Int { whole.byteCount + lowBits.byteCount + highBits.byteCount }
}
