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

  @inline(__always)
  static func hash(_ base: UnsafePointer<UInt8>, _ count: Int, _ kind: ValueKind) -> UInt64 {
    ValueHash.hash(base, count) &+ UInt64(kind.rawValue) &* 0xA24B_AED4_963E_E407
  }

  /// The number of a value, made if it is new. Seven bytes behind `base + count` must be readable.
  @inline(__always)
  mutating func number(_ base: UnsafePointer<UInt8>, _ count: Int, _ kind: ValueKind) -> UInt32 {
    number(base, count, kind, hash: Self.hash(base, count, kind))
  }

  /// The same where its hash is known.
  @inline(__always)
  mutating func number(
    _ base: UnsafePointer<UInt8>, _ count: Int, _ kind: ValueKind, hash: UInt64
  ) -> UInt32 {
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let found = table[slot]
      if found.isFree { break }
      if found.mayHold(hash) {
        let index = found.number
        if holds(index, base, count, kind) { return UInt32(truncatingIfNeeded: index) }
      }
      slot = (slot &+ 1) & mask
    }
    return insert(base, count, kind, hash, slot)
  }

  // What follows makes several searches side by side: each step brings into the cache what the next one reads.

  @inline(__always)
  func fetchSlot(ofHash hash: UInt64) {
    CMallocPrefetch(table + (Int(truncatingIfNeeded: hash) & mask))
  }

  /// The value that the first slot of a hash may mean; nil where that is another one, or none.
  @inline(__always)
  func candidate(ofHash hash: UInt64) -> Int? {
    let slot = table[Int(truncatingIfNeeded: hash) & mask]
    guard slot.mayHold(hash) else { return nil }
    let index = slot.number
    CMallocPrefetch(offsets.base + index)
    CMallocPrefetch(kinds.base + index)
    return index
  }

  @inline(__always)
  func fetchText(of index: Int) { CMallocPrefetch(heap.base + Int(offsets[index])) }

  /// True if value `index` has exactly these bytes, and this kind.
  @inline(__always)
  func holds(
    _ index: Int, _ base: UnsafePointer<UInt8>, _ count: Int, _ kind: ValueKind
  ) -> Bool {
    equals(index, base, count) && kinds[index] == kind.rawValue
  }

  /// True if value `index` has exactly these bytes.
  @inline(__always)
  func equals(_ index: Int, _ base: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    let start = Int(offsets[index])
    return Int(offsets[index &+ 1]) &- start == count
      && equalBytes(heap.base + start, base, count)
  }

  private mutating func insert(
    _ base: UnsafePointer<UInt8>, _ count: Int, _ kind: ValueKind, _ hash: UInt64, _ slot: Int
  ) -> UInt32 {
    let number = UInt32(self.count)
    heap.append(base, count, slack: 64)
    offsets.append(UInt32(heap.count))
    hashes.append(hash)
    kinds.append(kind.rawValue)
    table[slot] = HashSlot(hash: hash, number: Int(number))
    if self.count * 2 > mask { rehash() }
    return number
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
      table[slot] = HashSlot(hash: hashes[index], number: index)
    }
  }
}
