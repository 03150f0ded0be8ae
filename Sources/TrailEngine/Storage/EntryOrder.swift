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

  /// Packed numbers that lie somewhere already: there is a word of `highBits` for 64 entries.
  init(lowBits: Slab<UInt16>, highBits: Slab<UInt64>) {
    self.init(
      whole: Slab([]), lowBits: lowBits, highBits: highBits, isNarrow: true,
      count: lowBits.count)
  }

  init(packing entries: [UInt32]) {
    guard entries.count <= 2 * RowList.pageRows else {
      self.init(Slab(entries))
      return
    }
    let words = Self.highWords(entries.count)
    let lowBits = Slab(entries.map { UInt16(truncatingIfNeeded: $0) })
    let highBits = Slab<UInt64>(count: words) { base in
      base.initialize(repeating: 0, count: words)
      for (index, entry) in entries.enumerated() {
        base[index >> 6] |= UInt64(entry >> 16 & 1) << UInt64(index & 63)
      }
    }
    self.init(lowBits: lowBits, highBits: highBits)
  }

  /// Words that the high bits of so many entries take.
  static func highWords(_ count: Int) -> Int { (count + 63) / 64 }

  @inline(__always)
  package subscript(index: Int) -> Int {
    assert(index >= 0 && index < count)
    guard isNarrow else { return Int(whole.base[index]) }
    return Int(lowBits.base[index])
      | Int(highBits.base[index &>> 6] &>> UInt64(index & 63) & 1) &<< 16
  }

  /// The numbers as a workspace keeps them.
  enum Kept {
    case wide(Slab<UInt32>)
    case narrow(lowBits: Slab<UInt16>, highBits: Slab<UInt64>)
  }

  /// Packed where that can be, also of numbers that were read as they are.
  func kept() -> Kept {
    let packed = isNarrow ? self : EntryOrder(packing: Array(whole.buffer))
    return packed.isNarrow
      ? .narrow(lowBits: packed.lowBits, highBits: packed.highBits) : .wide(packed.whole)
  }

  package var byteCount: Int { whole.byteCount + lowBits.byteCount + highBits.byteCount }
}
