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

  /// Two chains of multiplications side by side, because a record's root has many tokens.
  @inline(__always)
  static func hash(_ base: UnsafePointer<UInt32>, _ count: Int) -> UInt64 {
    var even = ValueHash.State(count: count)
    var odd = even
    let raw = UnsafeRawPointer(base)
    var index = 0
    while index &+ 4 <= count {
      even.add(raw.loadUnaligned(fromByteOffset: index &* 4, as: UInt64.self))
      odd.add(raw.loadUnaligned(fromByteOffset: index &* 4 &+ 8, as: UInt64.self))
      index &+= 4
    }
    if index &+ 2 <= count {
      even.add(raw.loadUnaligned(fromByteOffset: index &* 4, as: UInt64.self))
      index &+= 2
    }
    // One token may be left, and nothing need be readable behind it.
    if index < count { odd.add(UInt64(base[index])) }
    return ValueHash.mix(even.finish(), odd.finish())
  }

  /// The same where its hash is known.
  @inline(__always)
  mutating func number(_ base: UnsafePointer<UInt32>, _ count: Int, hash: UInt64) -> UInt32 {
    let extent = UInt32(truncatingIfNeeded: count)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let found = table[slot]
      if found.isFree { break }
      if found.mayHold(hash, extent), equalTokens(tokens.base + Int(found.start), base, count) {
        return found.number
      }
      slot = (slot &+ 1) & mask
    }
    return insert(base, count, hash, slot)
  }

  /// True if node `index` has exactly these tokens.
  @inline(__always)
  func holds(_ index: Int, _ base: UnsafePointer<UInt32>, _ count: Int) -> Bool {
    let start = Int(starts[index])
    return Int(starts[index &+ 1]) &- start == count
      && equalTokens(tokens.base + start, base, count)
  }

  private mutating func insert(
    _ base: UnsafePointer<UInt32>, _ count: Int, _ hash: UInt64, _ slot: Int
  ) -> UInt32 {
    let number = self.count
    let start = UInt32(tokens.count)
    tokens.append(base, count)
    starts.append(UInt32(tokens.count))
    hashes.append(hash)
    table[slot] = HashSlot(
      hash: hash, number: number, start: start, extent: UInt32(truncatingIfNeeded: count))
    if self.count * 2 > mask { rehash() }
    return UInt32(number)
  }

  // What follows brings into the cache what a search will read, one step after the other.

  @inline(__always)
  func fetchSlot(ofHash hash: UInt64) {
    CMallocPrefetch(table + (Int(truncatingIfNeeded: hash) & mask))
  }

  /// Of the node that the first slot of a hash may mean.
  @inline(__always)
  func fetchTokens(ofHash hash: UInt64, _ count: Int) {
    let slot = table[Int(truncatingIfNeeded: hash) & mask]
    guard slot.mayHold(hash, UInt32(truncatingIfNeeded: count)) else { return }
    let start = tokens.base + Int(slot.start)
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
      let start = starts[index]
      table[slot] = HashSlot(
        hash: hashes[index], number: index, start: start, extent: starts[index + 1] - start)
    }
  }
}

@inline(__always)
private func equalTokens(
  _ a: UnsafePointer<UInt32>, _ b: UnsafePointer<UInt32>, _ count: Int
) -> Bool {
  let first = UnsafeRawPointer(a)
  let second = UnsafeRawPointer(b)
  var token = 0
  while token &+ 2 <= count {
    let offset = token &* MemoryLayout<UInt32>.size
    if first.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      != second.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    {
      return false
    }
    token &+= 2
  }
  return token == count || a[token] == b[token]
}
