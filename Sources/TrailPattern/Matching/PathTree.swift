/// The fields that patterns ask about, as a tree of names.
///
/// A point in a name separates as nesting does, in patterns and in events (facts §10.2).
struct PathTree {
  static let root = 0

  private var children: [[[UInt8]: Int]] = [[:]]
  /// Each node's parent; the root is its own.
  private(set) var parents: [Int] = [0]

  var count: Int { parents.count }

  /// The node of a path, which is made where it is new. O(length).
  mutating func insert(_ path: [UInt8]) -> Int {
    var node = Self.root
    for name in path.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
      if let child = children[node][Array(name)] {
        node = child
      } else {
        let child = parents.count
        children.append([:])
        parents.append(node)
        children[node][Array(name)] = child
        node = child
      }
    }
    return node
  }

  /// The node that a member's name leads to from `node`, or nil where no pattern asks for it.
  func node(below node: Int, named name: [UInt8]) -> Int? {
    var node = node
    for part in name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
      guard let child = children[node][Array(part)] else { return nil }
      node = child
    }
    return node
  }

  /// All steps: from a node by a name to a node.
  var edges: [(scope: Int32, key: [UInt8], value: Int32)] {
    children.indices.flatMap { node in
      children[node].map { (Int32(node), $0.key, Int32($0.value)) }
    }
  }

  func hasChildren(_ node: Int) -> Bool { !children[node].isEmpty }
}
