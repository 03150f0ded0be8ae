/// A permutation of a column's entries: 17 bits each, as a segment has no more than two pages of rows.
package struct EntryOrder: Sendable {
  private enum Form: Sendable {
    case wide(Slab<UInt32>)
    /// The lower 16 bits, and one bit more of each.
    case narrow(lowBits: Slab<UInt16>, highBits: Slab<UInt64>)
  }
  private let form: Form
  package let count: Int

  /// Numbers that lie somewhere already.
  init(_ entries: Slab<UInt32>) {
    form = .wide(entries)
    count = entries.count
  }

  init(packing entries: [UInt32]) {
    count = entries.count
    guard entries.count <= 2 * RowList.pageRows else {
      form = .wide(Slab(entries))
      return
    }
    let words = (entries.count + 63) / 64
    form = .narrow(
      lowBits: Slab(entries.map { UInt16(truncatingIfNeeded: $0) }),
      highBits: Slab(count: words) { base in
        base.initialize(repeating: 0, count: words)
        for (index, entry) in entries.enumerated() {
          base[index >> 6] |= UInt64(entry >> 16 & 1) << UInt64(index & 63)
        }
      })
  }

  @inline(__always)
  package subscript(index: Int) -> Int {
    switch form {
    case .wide(let entries): Int(entries[index])
    case .narrow(let lowBits, let highBits):
      Int(lowBits[index]) | Int(highBits[index &>> 6] &>> UInt64(index & 63) & 1) &<< 16
    }
  }

  /// All numbers in 32 bits each, as a workspace keeps them.
  func wide() -> Slab<UInt32> {
    if case .wide(let entries) = form { return entries }
    return Slab(count: count) { base in
      for index in 0..<count { base[index] = UInt32(self[index]) }
    }
  }

  package var byteCount: Int {
    switch form {
    case .wide(let entries): entries.byteCount
    case .narrow(let lowBits, let highBits): lowBits.byteCount + highBits.byteCount
    }
  }
}
