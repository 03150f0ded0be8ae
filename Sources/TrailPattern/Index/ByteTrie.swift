/// The edges of a tree of bytes: from a node by a byte to a node.
struct ByteEdges: Sendable {
  private var keys: [UInt32] = []
  private var targets: [Int32] = []
  private var used = 0

  /// Nodes are told apart by 24 bits.
  static let maximumNodes = 1 << 24

  private static let empty = UInt32.max

  /// The node that `byte` leads to, or -1.
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

/// Texts that strings may begin with, or end with where they are read backwards.
struct ByteTrie: Sendable {
  private var edges = ByteEdges()
  /// By node: the text's number, or -1.
  private var values: [Int32] = [-1]

  var isEmpty: Bool { values.count == 1 && values[0] < 0 }

  mutating func insert(_ text: some Sequence<UInt8>, value: Int32) {
    var node: Int32 = 0
    for byte in text {
      var next = edges.target(of: node, byte)
      if next < 0 {
        next = Int32(values.count)
        values.append(-1)
        edges.insert(node, byte, next)
      }
      node = next
    }
    values[Int(node)] = value
  }

  /// Calls `found` for each text that `value` begins with. O(length of the longest beginning that is shared).
  @inline(__always)
  func forEachPrefix(of value: UnsafeBufferPointer<UInt8>, _ found: (Int32) -> Void) {
    var node: Int32 = 0
    if values[0] >= 0 { found(values[0]) }
    var offset = 0
    while offset < value.count {
      node = edges.target(of: node, value[offset])
      guard node >= 0 else { return }
      if values[Int(node)] >= 0 { found(values[Int(node)]) }
      offset &+= 1
    }
  }

  /// The same for texts that were inserted backwards and values that end with them.
  @inline(__always)
  func forEachSuffix(of value: UnsafeBufferPointer<UInt8>, _ found: (Int32) -> Void) {
    var node: Int32 = 0
    if values[0] >= 0 { found(values[0]) }
    var offset = value.count
    while offset > 0 {
      offset &-= 1
      node = edges.target(of: node, value[offset])
      guard node >= 0 else { return }
      if values[Int(node)] >= 0 { found(values[Int(node)]) }
    }
  }
}
