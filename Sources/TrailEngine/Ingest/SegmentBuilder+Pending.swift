/// A value of the record that is being walked, before it has its number.
struct PendingLeaf: BitwiseCopyable {
  let base: UnsafePointer<UInt8>
  let hash: UInt64
  /// What stands in the interner's table where the search begins.
  var slot: UInt64 = 0
  let count: UInt32
  /// Its place in `leaves`.
  let leaf: UInt32
  let path: UInt32
  let kind: ValueKind

  init(
    _ base: UnsafePointer<UInt8>, _ count: Int, _ kind: ValueKind, hash: UInt64, path: UInt32,
    leaf: Int
  ) {
    self.base = base
    self.hash = hash
    self.count = UInt32(truncatingIfNeeded: count)
    self.leaf = UInt32(truncatingIfNeeded: leaf)
    self.path = path
    self.kind = kind
  }
}

extension SegmentBuilder {
  /// Gives the values of a whole record their numbers.
  ///
  /// The table and the texts of a segment's values are larger than the processor's near memory, and a search in them
  /// waits four times for the far one. So all of a record's searches are made side by side: what one of these loops
  /// reads does not depend on what it read before, and the processor waits for many reads at once.
  mutating func numberPending() {
    let count = pending.count
    for index in 0..<count {
      pending.base[index].slot = values.slot(ofHash: pending[index].hash)
    }
    for index in 0..<count {
      let leaf = pending[index]
      let value: UInt32
      if let candidate = ValueInterner.candidate(leaf.slot, hash: leaf.hash),
        values.holds(candidate, leaf.base, Int(leaf.count), leaf.kind)
      {
        value = UInt32(truncatingIfNeeded: candidate)
      } else {
        value = values.number(leaf.base, Int(leaf.count), leaf.kind, hash: leaf.hash)
      }
      leaves[Int(leaf.leaf)] = value
      paths.setLastValue(value, of: leaf.path)
    }
    pending.truncate(to: 0)
  }
}
