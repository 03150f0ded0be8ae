/// Goes through the rows of a segment in their order, and gives a builder the values and structure of each.
///
/// The entries of a column are in the order of the rows, and of a row's values in the order of the record, as the
/// structures name them. So each column is read from its first entry to its last, without a look-up.
struct SegmentRows: ~Copyable {
  private let segment: Segment
  private let paths: PathTable
  private let values: ValueDictionary
  private let buffer = TextBuffer.make()
  private let shapes: ShapeTable
  private let columns: [Column]
  private var leaves = GrowingBuffer<LeafCursor>(capacity: 256)
  /// The builder's number of each column's codes, plus one; 0 where it has not been met.
  private var codeNumbers = GrowingBuffer<UInt32>(capacity: 1 << 10)
  private var identifiers: [IdentifierCursor] = []
  /// By path: its cursor's place, or `none`.
  private var leafOfPath: [UInt32]
  private var identifierOfPath: [UInt32]
  /// The same of each value.
  private var valueNumbers: [UInt32]
  /// The same of each node.
  private var nodeNumbers: [UInt32]
  /// What each structure's rows take from where, in document order.
  private var steps = GrowingBuffer<Step>(capacity: 1 << 10)
  private var stepsOfShape: [Range<Int>?]

  private static let none = UInt32.max

  private struct Step: BitwiseCopyable {
    var cursor: UInt32
    var isIdentifier: Bool
  }

  /// How far a column has been read. Bare addresses, for this is the hot loop: `columns` keeps what they point to.
  private struct LeafCursor: BitwiseCopyable {
    let codes: UnsafeRawPointer
    let bytesPerCode: Int
    let entryCount: Int
    /// Where its codes' numbers begin.
    let firstNumber: Int
    var entry = 0

    init(_ column: Column, firstNumber: Int) {
      switch column.codes.width {
      case .bits8(let slab): (codes, bytesPerCode) = (UnsafeRawPointer(slab.base), 1)
      case .bits16(let slab): (codes, bytesPerCode) = (UnsafeRawPointer(slab.base), 2)
      case .bits32(let slab): (codes, bytesPerCode) = (UnsafeRawPointer(slab.base), 4)
      }
      entryCount = column.entryCount
      self.firstNumber = firstNumber
    }

    @inline(__always)
    func code(at entry: Int) -> Int {
      switch bytesPerCode {
      case 1: Int(codes.load(fromByteOffset: entry, as: UInt8.self))
      case 2: Int(codes.load(fromByteOffset: entry &* 2, as: UInt16.self))
      default: Int(codes.load(fromByteOffset: entry &* 4, as: UInt32.self))
      }
    }
  }

  private struct IdentifierCursor {
    let column: IdentifierColumn
    var entry = 0
  }

  /// Appends all rows of a segment; see `append`.
  static func append(
    _ segment: Segment, _ paths: PathTable, to builder: inout SegmentBuilder, _ map: inout PathMap
  ) -> Bool {
    var rows = SegmentRows(segment, paths)
    return rows.append(to: &builder, &map)
  }

  private init(_ segment: Segment, _ paths: PathTable) {
    self.segment = segment
    self.paths = paths
    values = segment.values
    shapes = segment.shapes
    leafOfPath = Array(repeating: Self.none, count: paths.count)
    identifierOfPath = leafOfPath
    columns = segment.columns
    for column in columns {
      leafOfPath[Int(column.path.rawValue)] = UInt32(leaves.count)
      leaves.append(LeafCursor(column, firstNumber: codeNumbers.count))
      for _ in 0..<column.distinctCount { codeNumbers.append(0) }
    }
    for column in segment.identifierColumns {
      identifierOfPath[Int(column.path.rawValue)] = UInt32(identifiers.count)
      identifiers.append(IdentifierCursor(column: column))
    }
    valueNumbers = Array(repeating: 0, count: values.count)
    nodeNumbers = Array(repeating: 0, count: shapes.starts.count)
    stepsOfShape = Array(repeating: nil, count: shapes.shapeCount)
    // All texts at once: a kept segment reads them in blocks.
    values.readAll()
  }

  /// Appends all rows.
  ///
  /// - Returns: false where columns have fewer or more values than the structures name: only a file that somebody made
  ///   can say so. The builder is of no use then.
  private mutating func append(to builder: inout SegmentBuilder, _ map: inout PathMap) -> Bool {
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
    return (0..<leaves.count).allSatisfy { leaves[$0].entry == leaves[$0].entryCount }
      && identifiers.allSatisfy { $0.entry == $0.column.entryCount }
  }

  @inline(__always)
  private mutating func appendLeaf(_ cursorNumber: Int, to builder: inout SegmentBuilder) -> Bool {
    let cursor = leaves.base + cursorNumber
    let entry = cursor.pointee.entry
    guard entry < cursor.pointee.entryCount else { return false }
    cursor.pointee.entry = entry &+ 1
    let code = cursor.pointee.code(at: entry)
    let slot = cursor.pointee.firstNumber &+ code
    var number = codeNumbers[slot]
    if number == 0 {
      let value = columns[cursorNumber].value(ofCode: UInt32(code))
      number = self.number(of: value, &builder)
      codeNumbers[slot] = number
    }
    builder.leaves.append(number &- 1)
    return true
  }

  /// The builder's number of a value, plus one; columns share values.
  private mutating func number(of value: ValueID, _ builder: inout SegmentBuilder) -> UInt32 {
    let known = valueNumbers[Int(value.rawValue)]
    if known != 0 { return known }
    let number = builder.number(of: values.bytes(of: value, in: buffer), values.kind(of: value)) + 1
    valueNumbers[Int(value.rawValue)] = number
    return number
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
