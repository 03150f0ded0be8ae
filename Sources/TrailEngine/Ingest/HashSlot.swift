/// A slot of an interner's table. All that tells whether it has something is here, but for what was interned itself.
struct HashSlot: BitwiseCopyable {
  private let hash: UInt32
  /// The number of what lies here plus one; 0 where the slot is free.
  private let mark: UInt32
  /// Where it begins.
  let start: UInt32
  /// How long it is, and whatever else must be equal.
  private let extent: UInt32

  @inline(__always)
  init(hash: UInt64, number: Int, start: UInt32, extent: UInt32) {
    self.hash = UInt32(truncatingIfNeeded: hash &>> 32)
    mark = UInt32(truncatingIfNeeded: number &+ 1)
    self.start = start
    self.extent = extent
  }

  @inline(__always)
  var isFree: Bool { mark == 0 }

  /// Of a slot that is not free.
  @inline(__always)
  var number: UInt32 { mark &- 1 }

  /// True where what lies here has the same high half of its hash, and the same extent.
  @inline(__always)
  func mayHold(_ hash: UInt64, _ extent: UInt32) -> Bool {
    self.hash == UInt32(truncatingIfNeeded: hash &>> 32) && self.extent == extent && !isFree
  }
}
