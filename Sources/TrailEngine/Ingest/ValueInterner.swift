import Glibc

/// The distinct values of a segment that is being built, numbered as they come.
struct ValueInterner: ~Copyable {
  private(set) var heap = GrowingBuffer<UInt8>(capacity: 1 << 20)
  private(set) var offsets = GrowingBuffer<UInt32>(capacity: 1 << 15)
  /// The hash of each value's bytes and kind.
  private(set) var hashes = GrowingBuffer<UInt64>(capacity: 1 << 15)
  private(set) var kinds = GrowingBuffer<UInt8>(capacity: 1 << 15)
  /// Open addressing, linear probing; 0 is free, else value number + 1.
  private var table: UnsafeMutablePointer<UInt32>
  private var mask: Int

  var count: Int { hashes.count }

  init() {
    mask = (1 << 16) - 1
    table = .allocate(capacity: mask + 1)
    table.initialize(repeating: 0, count: mask + 1)
    offsets.append(0)
  }

  deinit { table.deallocate() }

  @inline(__always)
  static func hash(_ base: UnsafePointer<UInt8>, _ count: Int, _ kind: ValueKind) -> UInt64 {
    ValueHash.hash(base, count) &+ UInt64(kind.rawValue) &* 0xA24B_AED4_963E_E407
  }

  /// The number of a value, made if it is new. Seven bytes behind `base + count` must be readable.
  @inline(__always)
  mutating func number(_ base: UnsafePointer<UInt8>, _ count: Int, _ kind: ValueKind) -> UInt32 {
    let hash = Self.hash(base, count, kind)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let found = table[slot]
      if found == 0 { break }
      let index = Int(found) &- 1
      if hashes[index] == hash, equals(index, base, count), kinds[index] == kind.rawValue {
        return UInt32(truncatingIfNeeded: index)
      }
      slot = (slot &+ 1) & mask
    }
    return insert(base, count, kind, hash, slot)
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
    table[slot] = number + 1
    if self.count * 2 > mask { rehash() }
    return number
  }

  /// Forgets all values and keeps the memory.
  mutating func reset() {
    heap.truncate(to: 0)
    offsets.truncate(to: 1)
    hashes.truncate(to: 0)
    kinds.truncate(to: 0)
    table.update(repeating: 0, count: mask + 1)
  }

  private mutating func rehash() {
    table.deallocate()
    mask = mask * 2 + 1
    table = .allocate(capacity: mask + 1)
    table.initialize(repeating: 0, count: mask + 1)
    for index in 0..<count {
      var slot = Int(truncatingIfNeeded: hashes[index]) & mask
      while table[slot] != 0 { slot = (slot &+ 1) & mask }
      table[slot] = UInt32(index + 1)
    }
  }
}
