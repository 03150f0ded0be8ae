/// Many patterns on JSON made into one automaton, so that an event is walked once for all of them.
///
/// A node is where some selectors have come to: it knows the members and elements that lead on, and the conditions of
/// the selectors that end there. Equal conditions are one.
struct JSONFilterProgram: Sendable {
  /// What leads from a node to another; -1 where nothing does.
  struct Edge {
    /// A member's name, as a part of `names`.
    var nameStart: Int32
    var nameCount: Int32
    /// An element's number.
    var index: Int32
    var node: Int32
  }
  struct Node {
    var members = 0..<0
    var otherMember: Int32 = -1
    var elements = 0..<0
    var otherElement: Int32 = -1
    var literals = 0..<0
    var tests = 0..<0
  }
  /// A condition that compares with one text.
  struct Literal {
    var start: Int32
    var count: Int32
    var condition: Int32
    var isEqual: Bool
  }
  struct Test {
    var condition: Int32
    var test: JSONPattern.Test
  }
  /// A step of a pattern's expression: a condition, and where to go on. Negative places are ends.
  struct Step {
    var condition: Int32
    var whenTrue: Int32
    var whenFalse: Int32
  }
  static let accepted: Int32 = -1
  static let refused: Int32 = -2

  private(set) var nodes: [Node] = []
  private(set) var edges: [Edge] = []
  private(set) var literals: [Literal] = []
  private(set) var tests: [Test] = []
  /// Names and texts, one after another.
  private(set) var texts: [UInt8] = []
  private(set) var steps: [Step] = []
  /// Where each pattern's expression begins.
  private(set) var starts: [Int32] = []
  /// Conditions that hold where nothing was found.
  private var isAbsence: [Bool] = []
  private var selectors: [JSONSelector] = []
  private var conditionTests: [JSONPattern.Test] = []

  /// - Parameter maximumNodes: more nodes than this are not made: nil then. Patterns with many wildcards can come to
  ///   very many.
  init?(
    _ patterns: [(conditions: [JSONPattern.Condition], expression: JSONPattern.Expression)],
    maximumNodes: Int
  ) {
    var known: [Key: Int] = [:]
    for (conditions, expression) in patterns {
      let places = conditions.map { condition in
        let key = Key(steps: condition.selector.steps, test: condition.test)
        if let place = known[key] { return place }
        known[key] = selectors.count
        selectors.append(condition.selector)
        conditionTests.append(condition.test)
        isAbsence.append(condition.test == .notExists)
        return selectors.count - 1
      }
      starts.append(
        compile(expression.moved { places[$0] }, whenTrue: Self.accepted, whenFalse: Self.refused))
    }
    guard makeNodes(maximumNodes) else { return nil }
  }

  /// One pattern, which has three wildcards at most, and so not many nodes.
  init(_ patterns: [(conditions: [JSONPattern.Condition], expression: JSONPattern.Expression)]) {
    guard let program = JSONFilterProgram(patterns, maximumNodes: .max) else {
      preconditionFailure("there is no limit that could be passed")
    }
    self = program
  }

  private struct Key: Hashable {
    var steps: [JSONSelector.Step]
    var test: JSONPattern.Test
  }

  // MARK: Expressions

  /// Writes an expression's steps, the last first. Returns where it begins.
  private mutating func compile(
    _ expression: JSONPattern.Expression, whenTrue: Int32, whenFalse: Int32
  ) -> Int32 {
    switch expression {
    case .condition(let index):
      steps.append(Step(condition: Int32(index), whenTrue: whenTrue, whenFalse: whenFalse))
      return Int32(steps.count - 1)
    case .all(let parts):
      var next = whenTrue
      for part in parts.reversed() { next = compile(part, whenTrue: next, whenFalse: whenFalse) }
      return next
    case .any(let parts):
      var next = whenFalse
      for part in parts.reversed() { next = compile(part, whenTrue: whenTrue, whenFalse: next) }
      return next
    }
  }

  /// The patterns that an event satisfies, by their places.
  ///
  /// - Parameter bytes: valid JSON; anything else gives some answer without harm.
  func matching(_ bytes: [UInt8], _ range: Range<Int>) -> [Int] {
    var walk = JSONFilterWalk(self, bytes, range)
    let hits = walk.hits()
    var matching: [Int] = []
    for pattern in starts.indices {
      var place = starts[pattern]
      while place >= 0 {
        let step = steps[Int(place)]
        let isHit = hits[Int(step.condition >> 6)] >> UInt64(step.condition & 63) & 1 == 1
        let isTrue = isHit != isAbsence[Int(step.condition)]
        place = isTrue ? step.whenTrue : step.whenFalse
      }
      if place == Self.accepted { matching.append(pattern) }
    }
    return matching
  }

  var hitWords: Int { (selectors.count + 63) / 64 }

  // MARK: Nodes

  /// A selector that has come as far as before one of its steps.
  private struct Position: Hashable, Comparable {
    var condition: Int
    var step: Int

    static func < (left: Position, right: Position) -> Bool {
      (left.condition, left.step) < (right.condition, right.step)
    }
  }

  private mutating func makeNodes(_ maximumNodes: Int) -> Bool {
    var places: [[Position]: Int32] = [:]
    var waiting: [[Position]] = []
    func place(of positions: [Position]) -> Int32 {
      if positions.isEmpty { return -1 }
      if let place = places[positions] { return place }
      places[positions] = Int32(waiting.count)
      waiting.append(positions)
      return Int32(waiting.count - 1)
    }
    _ = place(of: selectors.indices.map { Position(condition: $0, step: 0) })
    var done = 0
    while done < waiting.count {
      guard waiting.count <= maximumNodes else { return false }
      let positions = waiting[done]
      done += 1
      var node = Node()
      addConditions(positions, to: &node)
      let open = positions.filter { $0.step < selectors[$0.condition].steps.count }
      func next(_ takes: (JSONSelector.Step) -> Bool) -> Int32 {
        place(
          of: open.filter { takes(selectors[$0.condition].steps[$0.step]) }
            .map { Position(condition: $0.condition, step: $0.step + 1) })
      }
      let steps = Set(open.map { selectors[$0.condition].steps[$0.step] })
      node.otherMember = next { $0 == .anyMember }
      node.otherElement = next { $0 == .anyElement }
      let start = edges.count
      for name in steps.compactMap(\.name).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
        let node = next { $0 == .anyMember || $0 == .name(name) }
        edges.append(
          Edge(
            nameStart: Int32(texts.count), nameCount: Int32(name.count), index: -1, node: node))
        texts += name
      }
      node.members = start..<edges.count
      for index in steps.compactMap(\.index).sorted() {
        let node = next { $0 == .anyElement || $0 == .index(index) }
        edges.append(
          Edge(
            nameStart: 0, nameCount: 0, index: Int32(clamping: index), node: node))
      }
      node.elements = node.members.upperBound..<edges.count
      nodes.append(node)
    }
    return true
  }

  private mutating func addConditions(_ positions: [Position], to node: inout Node) {
    let firstLiteral = literals.count
    let firstTest = tests.count
    for position in positions where position.step == selectors[position.condition].steps.count {
      let test = conditionTests[position.condition]
      if case .comparison(let comparison) = test, case .text(let text) = comparison.operand,
        let literal = text.literal
      {
        literals.append(
          Literal(
            start: Int32(texts.count), count: Int32(literal.count),
            condition: Int32(position.condition), isEqual: comparison.comparison == .equal))
        texts += literal
      } else {
        tests.append(Test(condition: Int32(position.condition), test: test))
      }
    }
    node.literals = firstLiteral..<literals.count
    node.tests = firstTest..<tests.count
  }
}

extension JSONSelector.Step {
  fileprivate var name: [UInt8]? { if case .name(let name) = self { name } else { nil } }
  fileprivate var index: Int? { if case .index(let index) = self { index } else { nil } }
}
