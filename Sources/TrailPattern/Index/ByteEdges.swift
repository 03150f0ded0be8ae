/// The edges of a tree whose steps are bytes: from a node by a byte to a node.
struct ByteEdges: Sendable {
  private var keys: [UInt32] = []
  private var targets: [Int32] = []
  private var used = 0

  private static let empty = UInt32.max

  /// The node that `byte` leads to, or -1. Nodes are told apart by 24 bits.
  @inline(__always)
  func target(of node: Int32, _ byte: UInt8) -> Int32 {
    guard !keys.isEmpty else { return -1 }
    let key = UInt32(bitPattern: node) << 8 | UInt32(byte)
    let mask = keys.count &- 1
    var slot = Self.slot(key) & mask
    while case let found = keys[slot], found != Self.empty {
      if found == key { return targets[slot] }
      slot = (slot &+ 1) & mask
    }
    return -1
  }

  mutating func insert(_ node: Int32, _ byte: UInt8, _ target: Int32) {
    if 2 * (used + 1) > keys.count { grow() }
    place(UInt32(bitPattern: node) << 8 | UInt32(byte), target)
    used += 1
  }

  private mutating func place(_ key: UInt32, _ target: Int32) {
    var slot = Self.slot(key) & (keys.count - 1)
    while keys[slot] != Self.empty { slot = (slot + 1) & (keys.count - 1) }
    keys[slot] = key
    targets[slot] = target
  }

  private mutating func grow() {
    let old = zip(keys, targets).filter { $0.0 != Self.empty }
    let capacity = max(16, keys.count * 2)
    keys = Array(repeating: Self.empty, count: capacity)
    targets = Array(repeating: -1, count: capacity)
    for (key, target) in old { place(key, target) }
  }

  @inline(__always)
  private static func slot(_ key: UInt32) -> Int {
    Int(truncatingIfNeeded: (key &* 0x9E37_79B1) >> 8)
  }
}
