/// A slot of an interner's table: 0 where it is free, else the high half of a hash above a number plus one.
///
/// A search that fails reads nothing but slots.
struct HashSlot: BitwiseCopyable {
  private let bits: UInt64

  @inline(__always)
  init(hash: UInt64, number: Int) {
    bits = hash & 0xFFFF_FFFF_0000_0000 | UInt64(truncatingIfNeeded: number &+ 1)
  }

  @inline(__always)
  var isFree: Bool { bits == 0 }

  /// Of a slot that is not free.
  @inline(__always)
  var number: Int { Int(bits & 0xFFFF_FFFF) &- 1 }

  /// True where what lies there has the same high half of its hash.
  @inline(__always)
  func mayHold(_ hash: UInt64) -> Bool { !isFree && bits &>> 32 == hash &>> 32 }
}
