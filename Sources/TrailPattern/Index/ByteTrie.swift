/// Texts that strings may begin with, or end with, as a tree in which each step is as long as can be.
struct ByteTrie: Sendable {
  private struct Node {
    /// The bytes between the parent and here, in `labels`, as they stand in a string.
    var label: Int32
    var count: Int32
    /// The text that ends here, or -1.
    var value: Int32
    var hasChildren: Bool
  }

  private var nodes: [Node]
  private var labels: [UInt8] = []
  /// Children by the byte that their label begins with, or ends with where strings are read backwards.
  private var edges = ByteEdges()
  private let isBackward: Bool

  var isEmpty: Bool { nodes.count == 1 && nodes[0].value < 0 }

  /// Texts differ. O(total length × log count).
  init(_ texts: [(key: [UInt8], value: Int32)], backward: Bool = false) {
    isBackward = backward
    nodes = [Node(label: 0, count: 0, value: -1, hasChildren: false)]
    let keys = texts.map { (key: backward ? $0.key.reversed() : $0.key, value: $0.value) }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }
    // Nodes whose texts are still to be parted: they share their first `depth` bytes.
    var work: [(node: Int, range: Range<Int>, depth: Int)] = [(0, keys.indices, 0)]
    while let (node, range, depth) = work.popLast() {
      var start = range.lowerBound
      if start < range.upperBound, keys[start].key.count == depth {
        nodes[node].value = keys[start].value
        start += 1
      }
      while start < range.upperBound {
        let byte = keys[start].key[depth]
        var end = start + 1
        while end < range.upperBound, keys[end].key[depth] == byte { end += 1 }
        // Sorted, so what the first and the last share is shared by all.
        let shared = zip(keys[start].key[depth...], keys[end - 1].key[depth...])
          .prefix { $0 == $1 }.count
        let label = keys[start].key[depth..<depth + shared]
        nodes.append(
          Node(
            label: Int32(labels.count), count: Int32(shared), value: -1, hasChildren: false))
        labels += backward ? label.reversed() : Array(label)
        edges.insert(Int32(node), byte, Int32(nodes.count - 1))
        nodes[node].hasChildren = true
        work.append((nodes.count - 1, start..<end, depth + shared))
        start = end
      }
    }
  }

  /// Calls `found` for each text that `value` begins with (or ends with). O(length of the longest that is shared).
  @inline(__always)
  func forEach(in value: UnsafeBufferPointer<UInt8>, _ found: (Int32) -> Void) {
    if nodes[0].value >= 0 { found(nodes[0].value) }
    guard let base = value.baseAddress else { return }
    var node: Int32 = 0
    var passed = 0
    while passed < value.count, nodes[Int(node)].hasChildren {
      let byte = isBackward ? base[value.count &- 1 &- passed] : base[passed]
      node = edges.target(of: node, byte)
      guard node >= 0 else { return }
      let entered = nodes[Int(node)]
      let count = Int(entered.count)
      guard passed &+ count <= value.count else { return }
      let start = isBackward ? value.count &- passed &- count : passed
      guard isLabel(entered, base + start) else { return }
      passed &+= count
      if entered.value >= 0 { found(entered.value) }
    }
  }

  @inline(__always)
  private func isLabel(_ node: Node, _ bytes: UnsafePointer<UInt8>) -> Bool {
    labels.withUnsafeBufferPointer { labels in
      guard let base = labels.baseAddress else { return true }
      return ByteHash.isEqual(
        UnsafeBufferPointer(start: bytes, count: Int(node.count)), base + Int(node.label))
    }
  }
}
