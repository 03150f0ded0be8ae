/// What an index looks up while it walks an event: made of its rules, and made anew where they change.
struct IndexTables: Sendable {
  /// Members' names by node: the node that they lead to.
  private var names = ByteTable()
  private var nodeCount = 0
  /// By node: the tests on it; nil where no condition is about it.
  private var owned: [FieldIndex?] = []
  /// The same again, for use without counting references: `owned` keeps them.
  private(set) var fields: [Unmanaged<FieldIndex>?] = []
  /// By node: whether fields lie below it.
  private(set) var hasChildren: [Bool] = []

  var count: Int { fields.count }

  /// Brings the tables to the state of the rules. O(conditions on the fields that changed).
  mutating func update(_ book: inout RuleBook) {
    if book.tree.count != nodeCount {
      nodeCount = book.tree.count
      names = ByteTable(book.tree.edges)
      hasChildren = (0..<nodeCount).map { book.tree.hasChildren($0) }
      while owned.count < nodeCount { owned.append(nil) }
    }
    guard fields.count < nodeCount || !book.changedNodes.isEmpty else { return }
    for node in book.changedNodes { owned[node] = Self.field(node, book) }
    fields = owned.map { $0.map { Unmanaged.passUnretained($0) } }
    book.forgetChanges()
  }

  private static func field(_ node: Int, _ book: RuleBook) -> FieldIndex {
    var tests: [ValueTest: [FieldIndex.Target]] = [:]
    for number in book.conditionsOfNode[node] {
      var exclusions = book.conditions[number].exclusions
      for test in book.tests[number] {
        switch test {
        case .present, .absent: break
        case .butNot(let leftOut):
          guard let exclusion = exclusions.popFirst() else { continue }
          for test in leftOut { tests[test, default: []].append(Int32(exclusion) << 1 | 1) }
        default: tests[test, default: []].append(Int32(number) << 1)
        }
      }
    }
    return FieldIndex(tests)
  }

  /// The node that a member's name leads to, or -1. Names without points and escapes are found at once.
  @inline(__always)
  func child(of node: Int32, named name: UnsafeBufferPointer<UInt8>) -> Int32 {
    let child = names.value(of: name, scope: node)
    return child >= 0 ? child : pointedChild(of: node, named: name)
  }

  /// The same for a name whose points separate as nesting does.
  private func pointedChild(of node: Int32, named name: UnsafeBufferPointer<UInt8>) -> Int32 {
    guard name.contains(UInt8(ascii: ".")) else { return -1 }
    var node = node
    var start = 0
    for end in 0...name.count where end == name.count || name[end] == UInt8(ascii: ".") {
      node = names.value(of: UnsafeBufferPointer(rebasing: name[start..<end]), scope: node)
      if node < 0 { return -1 }
      start = end + 1
    }
    return node
  }
}
