/// Goes through the rows of a segment in their order, and gives a builder the values and structure of each.
///
/// The entries of a column are in the order of the rows, and of a row's values in the order of the record, as the
/// structures name them. So each column is read from its first entry to its last, without a look-up.
struct SegmentRows {
  private let segment: Segment
  private let paths: PathTable
  private let values: ValueDictionary
  private let shapes: ShapeTable
  private var leaves: [LeafCursor] = []
  private var identifiers: [IdentifierCursor] = []
  /// By path: its cursor's place, or `none`.
  private var leafOfPath: [UInt32]
  private var identifierOfPath: [UInt32]
  /// The builder's number of each value, plus one; 0 where it has not been met.
  private var valueNumbers: [UInt32]
  /// The same of each node.
  private var nodeNumbers: [UInt32]
  /// What each structure's rows take from where, in document order.
  private var steps: [Step] = []
  private var stepsOfShape: [Range<Int>?]

  private static let none = UInt32.max

  private struct Step {
    var cursor: UInt32
    var isIdentifier: Bool
  }

  private struct LeafCursor {
    let column: Column
    var entry = 0
  }

  private struct IdentifierCursor {
    let column: IdentifierColumn
    var entry = 0
  }

  init(_ segment: Segment, _ paths: PathTable) {
    self.segment = segment
    self.paths = paths
    values = segment.values
    shapes = segment.shapes
    leafOfPath = Array(repeating: Self.none, count: paths.count)
    identifierOfPath = leafOfPath
    for column in segment.columns {
      leafOfPath[Int(column.path.rawValue)] = UInt32(leaves.count)
      leaves.append(LeafCursor(column: column))
    }
    for column in segment.identifierColumns {
      identifierOfPath[Int(column.path.rawValue)] = UInt32(identifiers.count)
      identifiers.append(IdentifierCursor(column: column))
    }
    valueNumbers = Array(repeating: 0, count: values.count)
    nodeNumbers = Array(repeating: 0, count: shapes.starts.count)
    stepsOfShape = Array(repeating: nil, count: shapes.shapeCount)
    // All texts at once: a kept segment reads them in blocks.
    _ = values.text(of: 0..<values.count)
  }

  /// Appends all rows.
  ///
  /// - Returns: false where columns have fewer or more values than the structures name: only a file that somebody made
  ///   can say so. The builder is of no use then.
  mutating func append(to builder: inout SegmentBuilder, _ map: inout PathMap) -> Bool {
    let (times, arrivals, hashes) = (segment.times, segment.arrivals, segment.contentHashes)
    for row in 0..<segment.rowCount {
      let shape = Int(shapes.codes[row])
      let range: Range<Int>
      if let known = stepsOfShape[shape] {
        range = known
      } else {
        guard let made = makeSteps(of: shape, &builder, &map) else { return false }
        range = made
        stepsOfShape[shape] = made
      }
      builder.beginRecord()
      for index in range {
        let step = steps[index]
        let isThere =
          step.isIdentifier
          ? appendIdentifier(Int(step.cursor), to: &builder)
          : appendLeaf(Int(step.cursor), to: &builder)
        if !isThere { return false }
      }
      builder.recordTime = times[row]
      builder.recordContentHash = hashes[row]
      builder.commitRecord(
        root: nodeNumbers[Int(shapes.roots[shape])] - 1, arrival: arrivals[row])
    }
    return leaves.allSatisfy { $0.entry == $0.column.entryCount }
      && identifiers.allSatisfy { $0.entry == $0.column.entryCount }
  }

  @inline(__always)
  private mutating func appendLeaf(_ cursor: Int, to builder: inout SegmentBuilder) -> Bool {
    let entry = leaves[cursor].entry
    guard entry < leaves[cursor].column.entryCount else { return false }
    leaves[cursor].entry = entry &+ 1
    let value = leaves[cursor].column.value(ofCode: leaves[cursor].column.codes[entry])
    var number = valueNumbers[Int(value.rawValue)]
    if number == 0 {
      let bytes = values.bytes(of: value)
      number = builder.number(of: bytes, values.kind(of: value)) + 1
      valueNumbers[Int(value.rawValue)] = number
    }
    builder.leaves.append(number - 1)
    return true
  }

  @inline(__always)
  private mutating func appendIdentifier(_ cursor: Int, to builder: inout SegmentBuilder) -> Bool {
    let entry = identifiers[cursor].entry
    guard entry < identifiers[cursor].column.entryCount else { return false }
    identifiers[cursor].entry = entry &+ 1
    builder.appendLeaves(of: identifiers[cursor].column.identifiers[entry])
    return true
  }

  // MARK: Structures

  /// Interns the nodes of a structure, and lists what its rows have; nil where a column is missing.
  private mutating func makeSteps(
    of shape: Int, _ builder: inout SegmentBuilder, _ map: inout PathMap
  ) -> Range<Int>? {
    let root = shapes.roots[shape]
    let start = steps.count
    // A node's number is above those of the nodes in it.
    var found = [root]
    var levels = [(node: root, index: 1)]
    // A record has fewer members than bytes; a file that somebody made may have nodes that stand for ever more.
    var visits = 0
    while var level = levels.popLast() {
      visits += 1
      guard visits < IngestLimits.recordBytes else { return nil }
      let tokens = shapes.tokens(ofNode: level.node)
      guard level.index < tokens.count else { continue }
      let token = tokens[level.index]
      let path = Int(token >> ShapeToken.pathShift)
      level.index += 1
      switch token & ShapeToken.kindMask {
      case ShapeToken.leaf:
        guard leafOfPath[path] != Self.none else { return nil }
        steps.append(Step(cursor: leafOfPath[path], isIdentifier: false))
      case ShapeToken.identifier:
        guard identifierOfPath[path] != Self.none else { return nil }
        steps.append(Step(cursor: identifierOfPath[path], isIdentifier: true))
      case ShapeToken.node:
        let node = tokens[level.index]
        level.index += 1
        levels.append(level)
        found.append(node)
        levels.append((node, 1))
        continue
      default: break
      }
      levels.append(level)
    }
    for node in Set(found.filter { nodeNumbers[Int($0)] == 0 }).sorted() {
      intern(node, &builder, &map)
    }
    return start..<steps.count
  }

  private mutating func intern(
    _ node: UInt32, _ builder: inout SegmentBuilder, _ map: inout PathMap
  ) {
    let source = shapes.tokens(ofNode: node)
    var tokens = [source[0]]
    var index = 1
    while index < source.count {
      let token = source[index]
      let kind = token & ShapeToken.kindMask
      let path = PathID(token >> ShapeToken.pathShift)
      tokens.append(map.number(of: path, in: paths, &builder) << ShapeToken.pathShift | kind)
      index += 1
      if kind == ShapeToken.node {
        tokens.append(nodeNumbers[Int(source[index])] - 1)
        index += 1
      }
    }
    nodeNumbers[Int(node)] = builder.number(ofNode: tokens) + 1
  }
}
