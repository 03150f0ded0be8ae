import CMalloc
import Glibc

/// The distinct structures of a segment that is being built; see `ShapeToken` for what a node is made of.
struct ShapeInterner: ~Copyable {
  private(set) var tokens = GrowingBuffer<UInt32>(capacity: 1 << 15)
  private(set) var starts = GrowingBuffer<UInt32>(capacity: 1 << 12)
  private var hashes = GrowingBuffer<UInt64>(capacity: 1 << 12)
  /// Open addressing, linear probing.
  private var table: UnsafeMutablePointer<HashSlot>
  private var mask: Int

  var count: Int { hashes.count }

  init() {
    mask = (1 << 12) - 1
    table = LargeMemory.allocateZeros(HashSlot.self, capacity: mask + 1)
    starts.append(0)
  }

  deinit { LargeMemory.release(table, capacity: mask + 1) }

  /// The number of the node with these tokens, made if it is new.
  @inline(__always)
  mutating func number(_ base: UnsafePointer<UInt32>, _ count: Int) -> UInt32 {
    number(base, count, hash: Self.hash(base, count))
  }

  @inline(__always)
  static func hash(_ base: UnsafePointer<UInt32>, _ count: Int) -> UInt64 {
    var state = ValueHash.State(count: count)
    let raw = UnsafeRawPointer(base)
    var index = 0
    while index &+ 2 <= count {
      state.add(raw.loadUnaligned(fromByteOffset: index &* 4, as: UInt64.self))
      index &+= 2
    }
    // One token may be left, and nothing need be readable behind it.
    if index < count { state.add(UInt64(base[index])) }
    return state.finish()
  }

  /// The same where its hash is known.
  @inline(__always)
  mutating func number(_ base: UnsafePointer<UInt32>, _ count: Int, hash: UInt64) -> UInt32 {
    let byteCount = count &* MemoryLayout<UInt32>.size
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let found = table[slot]
      if found.isFree { break }
      if found.mayHold(hash) {
        let index = found.number
        let start = Int(starts[index])
        if Int(starts[index &+ 1]) &- start == count,
          memcmp(tokens.base + start, base, byteCount) == 0
        {
          return UInt32(truncatingIfNeeded: index)
        }
      }
      slot = (slot &+ 1) & mask
    }
    return insert(base, count, hash, slot)
  }

  private mutating func insert(
    _ base: UnsafePointer<UInt32>, _ count: Int, _ hash: UInt64, _ slot: Int
  ) -> UInt32 {
    let number = self.count
    tokens.append(base, count)
    starts.append(UInt32(tokens.count))
    hashes.append(hash)
    table[slot] = HashSlot(hash: hash, number: number)
    if self.count * 2 > mask { rehash() }
    return UInt32(number)
  }

  // What follows brings into the cache what a search will read, one step after the other.

  @inline(__always)
  func fetchSlot(ofHash hash: UInt64) {
    CMallocPrefetch(table + (Int(truncatingIfNeeded: hash) & mask))
  }

  /// The node that the first slot of a hash may mean; nil where that is another one, or none.
  @inline(__always)
  func candidate(ofHash hash: UInt64) -> Int? {
    let found = table[Int(truncatingIfNeeded: hash) & mask]
    guard found.mayHold(hash) else { return nil }
    CMallocPrefetch(starts.base + found.number)
    return found.number
  }

  @inline(__always)
  func fetchTokens(of index: Int, _ count: Int) {
    let start = tokens.base + Int(starts[index])
    var token = 0
    while token < count {
      CMallocPrefetch(start + token)
      token &+= Self.tokensPerCacheLine
    }
  }

  private static let tokensPerCacheLine = 16

  /// Forgets all nodes and keeps the memory.
  mutating func reset() {
    tokens.truncate(to: 0)
    starts.truncate(to: 1)
    hashes.truncate(to: 0)
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
