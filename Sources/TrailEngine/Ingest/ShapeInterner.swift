import Glibc

/// The distinct structures of a segment that is being built; see `ShapeToken` for what a node is made of.
struct ShapeInterner: ~Copyable {
  private(set) var tokens = GrowingBuffer<UInt32>(capacity: 1 << 15)
  private(set) var starts = GrowingBuffer<UInt32>(capacity: 1 << 12)
  private var hashes = GrowingBuffer<UInt64>(capacity: 1 << 12)
  private var table: UnsafeMutablePointer<UInt32>
  private var mask: Int

  var count: Int { hashes.count }

  init() {
    mask = (1 << 12) - 1
    table = .allocate(capacity: mask + 1)
    table.initialize(repeating: 0, count: mask + 1)
    starts.append(0)
  }

  deinit { table.deallocate() }

  /// The number of the node with these tokens, made if it is new. Four bytes behind them must be readable.
  @inline(__always)
  mutating func number(_ base: UnsafePointer<UInt32>, _ count: Int) -> UInt32 {
    let byteCount = count &* 4
    let hash = base.withMemoryRebound(to: UInt8.self, capacity: byteCount) {
      ValueHash.hash($0, byteCount)
    }
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let found = table[slot]
      if found == 0 { break }
      let index = Int(found) &- 1
      let start = Int(starts[index])
      if hashes[index] == hash, Int(starts[index &+ 1]) &- start == count,
        memcmp(tokens.base + start, base, byteCount) == 0
      {
        return UInt32(truncatingIfNeeded: index)
      }
      slot = (slot &+ 1) & mask
    }
    tokens.append(base, count)
    starts.append(UInt32(tokens.count))
    hashes.append(hash)
    table[slot] = UInt32(self.count)
    let number = UInt32(self.count - 1)
    if self.count * 2 > mask { rehash() }
    return number
  }

  /// Forgets all nodes and keeps the memory.
  mutating func reset() {
    tokens.truncate(to: 0)
    starts.truncate(to: 1)
    hashes.truncate(to: 0)
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
