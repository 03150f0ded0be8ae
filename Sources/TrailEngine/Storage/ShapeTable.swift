/// What stands at one place of a record's structure.
enum ShapeToken {
  // A token is a path number in the high 28 bits and one of these in the low four; `node` is followed by
  // the number of the node.
  static let null: UInt32 = 0
  static let emptyObject: UInt32 = 1
  static let emptyArray: UInt32 = 2
  /// A value in the path's `Column`.
  static let leaf: UInt32 = 3
  /// A value in the path's `IdentifierColumn`.
  static let identifier: UInt32 = 4
  /// The row's time, in canonical form.
  static let eventTime: UInt32 = 5
  static let node: UInt32 = 6

  static let kindMask: UInt32 = 15
  static let pathShift: UInt32 = 4
  /// Paths that tokens can number.
  static let pathLimit = 1 << 28

  // The first token of a node says what it is.
  static let object: UInt32 = 0
  static let array: UInt32 = 1
}

/// The tokens of all nodes: 16 bits each where paths and nodes are few enough.
struct ShapeTokens: Sendable {
  /// All tokens in 32 bits, or in 16; the other one is empty.
  private let wideTokens: Slab<UInt32>
  private let narrowTokens: Slab<UInt16>
  private let isNarrow: Bool

  private init(wideTokens: Slab<UInt32>, narrowTokens: Slab<UInt16>, isNarrow: Bool) {
    self.wideTokens = wideTokens
    self.narrowTokens = narrowTokens
    self.isNarrow = isNarrow
  }

  /// Tokens that lie somewhere already.
  init(_ tokens: Slab<UInt32>) {
    self.init(wideTokens: tokens, narrowTokens: Slab([]), isNarrow: false)
  }

  init(packing tokens: [UInt32]) {
    guard tokens.allSatisfy({ $0 <= UInt32(UInt16.max) }) else {
      self.init(Slab(tokens))
      return
    }
    let narrow = Slab<UInt16>(count: tokens.count) { base in
      for index in 0..<tokens.count { base[index] = UInt16(truncatingIfNeeded: tokens[index]) }
    }
    self.init(wideTokens: Slab([]), narrowTokens: narrow, isNarrow: true)
  }

  @inline(__always)
  subscript(index: Int) -> UInt32 {
    assert(index >= 0 && index < count)
    return isNarrow ? UInt32(narrowTokens.base[index]) : wideTokens.base[index]
  }

  /// The tokens in a range, which must not outlive these.
  @inline(__always)
  func node(_ range: Range<Int>) -> NodeTokens {
    NodeTokens(
      base: isNarrow
        ? UnsafeRawPointer(narrowTokens.base + range.lowerBound)
        : UnsafeRawPointer(wideTokens.base + range.lowerBound),
      isNarrow: isNarrow, count: range.count)
  }

  var count: Int { isNarrow ? narrowTokens.count : wideTokens.count }

  /// All tokens in 32 bits each, as a workspace keeps them.
  func wide() -> Slab<UInt32> {
    if !isNarrow { return wideTokens }
    return Slab(count: count) { base in
      for index in 0..<count { base[index] = self[index] }
    }
  }

  var byteCount: Int { wideTokens.byteCount + narrowTokens.byteCount }
}

/// The tokens of one node.
struct NodeTokens: BitwiseCopyable {
  fileprivate let base: UnsafeRawPointer
  fileprivate let isNarrow: Bool
  let count: Int

  @inline(__always)
  subscript(index: Int) -> UInt32 {
    assert(index >= 0 && index < count)
    return isNarrow
      ? UInt32(base.load(fromByteOffset: index &* 2, as: UInt16.self))
      : base.load(fromByteOffset: index &* 4, as: UInt32.self)
  }
}

/// The interned structures of a segment's records: which keys, in which order, of which type.
///
/// A node is an object or array; its tokens name the paths of its members and the nodes below. Equal
/// structures at the same path are one node, so a record's whole structure is one number.
package struct ShapeTable: Sendable {
  /// All nodes' tokens, one after the other.
  let tokens: ShapeTokens
  /// Where each node begins, and where the last one ends.
  let starts: AscendingNumbers
  /// The root node behind each shape code, ascending.
  let roots: Slab<UInt32>
  /// The shape code of each row.
  let codes: CodeArray

  @inline(__always)
  func tokens(ofNode node: UInt32) -> NodeTokens {
    tokens.node(Int(starts[Int(node)])..<Int(starts[Int(node) + 1]))
  }

  @inline(__always)
  func root(ofRow row: Int) -> UInt32 { roots[Int(codes[row])] }

  /// Distinct record structures.
  package var shapeCount: Int { roots.count }

  var byteCount: Int { tokens.byteCount + starts.byteCount + roots.byteCount + codes.byteCount }

  /// The rows in which one of `paths` is there and not null: a value, an object or an array, empty or not.
  ///
  /// - Complexity: O(distinct structures + rows).
  func rows(having paths: Set<PathID>, within range: Range<Int>) -> RowSet {
    // A node's number is above those of the nodes in it, so one pass in order settles all.
    var isMember = [Bool](repeating: false, count: starts.count - 1)
    for node in isMember.indices {
      let tokens = tokens(ofNode: UInt32(node))
      var index = 1
      while index < tokens.count && !isMember[node] {
        let token = tokens[index]
        let kind = token & ShapeToken.kindMask
        index += 1
        if kind != ShapeToken.null && paths.contains(PathID(token >> ShapeToken.pathShift)) {
          isMember[node] = true
        }
        if kind == ShapeToken.node {
          if isMember[Int(tokens[index])] { isMember[node] = true }
          index += 1
        }
      }
    }
    let members = roots.buffer.enumerated().compactMap { code, root in
      isMember[Int(root)] ? UInt32(code) : nil
    }
    let set = CodeSet(members, of: shapeCount)
    if set.isEmpty { return .none(of: codes.count) }
    if case .all = set.form { return .range(range, of: codes.count) }
    let table = set.membership()
    var bitmap = RowBitmap(universe: codes.count)
    for row in range where table[Int(codes[row])] == 1 { bitmap.insert(row) }
    return .bitmap(bitmap)
  }
}
