import CMalloc
import Glibc

/// The distinct values of a segment that is being built, numbered as they come.
struct ValueInterner: ~Copyable {
  private(set) var heap: GrowingBuffer<UInt8>
  private(set) var offsets: GrowingBuffer<UInt32>
  /// The hash of each value's bytes and kind.
  private(set) var hashes: GrowingBuffer<UInt64>
  private(set) var kinds: GrowingBuffer<UInt8>
  /// Open addressing, linear probing.
  private var table: UnsafeMutablePointer<HashSlot>
  private var mask: Int

  var count: Int { hashes.count }

  /// - Parameter expected: Values that there will be, about.
  init(expecting expected: Int = 1 << 15) {
    heap = GrowingBuffer(capacity: expected * 32)
    offsets = GrowingBuffer(capacity: expected)
    hashes = GrowingBuffer(capacity: expected)
    kinds = GrowingBuffer(capacity: expected)
    // A power of two, more than there will be values; it grows when half of it is taken.
    mask = Int.max >> (max(expected, 1).leadingZeroBitCount - 1)
    table = LargeMemory.allocateZeros(HashSlot.self, capacity: mask + 1)
    offsets.append(0)
  }

  deinit { LargeMemory.release(table, capacity: mask + 1) }

  /// A value's length and kind. It is at most as long as a record, which leaves more than the two bits of a kind; what
  /// a forged file has beyond `mostBytes` is not looked for.
  @inline(__always)
  private static func extent(_ count: Int, _ kind: UInt8) -> UInt32 {
    UInt32(truncatingIfNeeded: count) &<< 2 | UInt32(kind)
  }
  private static let mostBytes = 1 << 30

  @inline(__always)
  static func hash(_ base: UnsafePointer<UInt8>, _ count: Int, _ kind: ValueKind) -> UInt64 {
    ValueHash.hash(base, count) &+ addend(kind.rawValue)
  }

  /// What a value's kind adds to the hash of its bytes.
  @inline(__always)
  private static func addend(_ kind: UInt8) -> UInt64 { UInt64(kind) &* 0xA24B_AED4_963E_E407 }

  /// The hash (`ValueHash`) of a value's bytes.
  @inline(__always)
  func hashOfBytes(_ index: Int) -> UInt64 { hashes[index] &- Self.addend(kinds[index]) }

  /// The number of a value, made if it is new. Seven bytes behind `base + count` must be readable.
  @inline(__always)
  mutating func number(_ base: UnsafePointer<UInt8>, _ count: Int, _ kind: ValueKind) -> UInt32 {
    place(base, count, kind, hash: Self.hash(base, count, kind)).number
  }

  /// The number of a value whose hash is known, and where its bytes lie.
  ///
  /// - Parameter isPadded: 32 bytes behind it are readable.
  @inline(__always)
  mutating func place(
    _ base: UnsafePointer<UInt8>, _ count: Int, _ kind: ValueKind, hash: UInt64,
    isPadded: Bool = false
  ) -> (number: UInt32, start: UInt32) {
    let extent = Self.extent(count, kind.rawValue)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let found = table[slot]
      if found.isFree { break }
      if found.mayHold(hash, extent), count < Self.mostBytes {
        let own = heap.base + Int(found.start)
        if isPadded ? startsAlike(own, base, count) : equalBytes(own, base, count) {
          return (found.number, found.start)
        }
      }
      slot = (slot &+ 1) & mask
    }
    return insert(base, count, kind, hash, slot, isPadded)
  }

  // What follows makes several searches side by side: each step brings into the cache what the next one reads.

  @inline(__always)
  func fetchSlot(ofHash hash: UInt64) {
    CMallocPrefetch(table + (Int(truncatingIfNeeded: hash) & mask))
  }

  /// Of the value in the first slot of a hash, which is mostly the one that is meant.
  @inline(__always)
  func fetchText(ofHash hash: UInt64) {
    CMallocPrefetch(heap.base + Int(table[Int(truncatingIfNeeded: hash) & mask].start))
  }

  private mutating func insert(
    _ base: UnsafePointer<UInt8>, _ count: Int, _ kind: ValueKind, _ hash: UInt64, _ slot: Int,
    _ isPadded: Bool
  ) -> (number: UInt32, start: UInt32) {
    let number = UInt32(self.count)
    let start = UInt32(heap.count)
    heap.append(base, count, slack: 64, isPadded: isPadded)
    offsets.append(UInt32(heap.count))
    hashes.append(hash)
    kinds.append(kind.rawValue)
    table[slot] = HashSlot(
      hash: hash, number: Int(number), start: start, extent: Self.extent(count, kind.rawValue))
    if self.count * 2 > mask { rehash() }
    return (number, start)
  }

  /// Forgets all values and keeps the memory.
  mutating func reset() {
    heap.truncate(to: 0)
    offsets.truncate(to: 1)
    hashes.truncate(to: 0)
    kinds.truncate(to: 0)
    memset(table, 0, (mask + 1) * MemoryLayout<HashSlot>.stride)
  }

  private mutating func rehash() {
    LargeMemory.release(table, capacity: mask + 1)
    mask = mask * 2 + 1
    table = LargeMemory.allocateZeros(HashSlot.self, capacity: mask + 1)
    for index in 0..<count {
      var slot = Int(truncatingIfNeeded: hashes[index]) & mask
      while !table[slot].isFree { slot = (slot &+ 1) & mask }
      let start = offsets[index]
      table[slot] = HashSlot(
        hash: hashes[index], number: index, start: start,
        extent: Self.extent(Int(offsets[index + 1] - start), kinds[index]))
    }
  }
}
