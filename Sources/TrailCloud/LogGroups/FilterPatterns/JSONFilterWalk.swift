/// One walk over a JSON event, which finds out which conditions of a program some value satisfies.
///
/// O(event): what no selector leads to is passed without a look into it. It recurses as deep as selectors are long.
struct JSONFilterWalk {
  private let program: JSONFilterProgram
  private let bytes: [UInt8]
  private let start: Int
  private let end: Int
  /// A bit for each condition.
  private var found: [UInt64]

  init(_ program: JSONFilterProgram, _ bytes: [UInt8], _ range: Range<Int>) {
    self.program = program
    self.bytes = bytes
    start = range.lowerBound
    end = range.upperBound
    found = [UInt64](repeating: 0, count: program.hitWords)
  }

  /// The conditions that a value satisfies; for `NOT EXISTS`, those whose selector leads to something.
  mutating func hits() -> [UInt64] {
    if !program.nodes.isEmpty { _ = value(at: start, 0) }
    return found
  }

  private mutating func hit(_ condition: Int32) {
    found[Int(condition >> 6)] |= 1 << UInt64(condition & 63)
  }

  private func afterSpace(_ offset: Int) -> Int {
    var offset = offset
    while offset < end, PatternScanner.isSpace(bytes[offset]) { offset += 1 }
    return offset
  }

  /// Walks a value that a node stands for. Returns where it ends.
  private mutating func value(at offset: Int, _ node: Int) -> Int {
    let offset = afterSpace(offset)
    guard offset < end else { return end }
    switch bytes[offset] {
    case UInt8(ascii: "{"): return object(at: offset, node)
    case UInt8(ascii: "["): return array(at: offset, node)
    case UInt8(ascii: "\""):
      let string = JSONText.endOfString(bytes, at: offset, end: end)
      let content = offset + 1..<max(offset + 1, string.end - 1)
      if string.hasEscapes {
        let text = JSONText.unescaped(bytes, content)
        scalar(text, 0..<text.count, node, isString: true)
      } else {
        scalar(bytes, content, node, isString: true)
      }
      return string.end
    default:
      let after = JSONText.endOfValue(bytes, at: offset, end: end)
      scalar(bytes, offset..<after, node, isString: false)
      return max(after, offset + 1)
    }
  }

  private mutating func object(at start: Int, _ node: Int) -> Int {
    reached(node)
    let edges = program.nodes[node].members
    let other = program.nodes[node].otherMember
    if edges.isEmpty, other < 0 { return JSONText.endOfValue(bytes, at: start, end: end) }
    var offset = start + 1
    while true {
      offset = afterSpace(offset)
      guard offset < end else { return end }
      switch bytes[offset] {
      case UInt8(ascii: "}"): return offset + 1
      case UInt8(ascii: "\""):
        let name = JSONText.endOfString(bytes, at: offset, end: end)
        let content = offset + 1..<max(offset + 1, name.end - 1)
        let child = child(named: content, name.hasEscapes, edges) ?? other
        offset = afterSpace(name.end)
        if offset < end, bytes[offset] == UInt8(ascii: ":") { offset = afterSpace(offset + 1) }
        offset =
          child >= 0
          ? value(at: offset, Int(child)) : JSONText.endOfValue(bytes, at: offset, end: end)
      default: offset += 1
      }
    }
  }

  private func child(
    named range: Range<Int>, _ hasEscapes: Bool, _ edges: Range<Int>
  ) -> Int32? {
    if hasEscapes {
      let name = JSONText.unescaped(bytes, range)
      return edges.first { isName(name, 0..<name.count, $0) }.map { program.edges[$0].node }
    }
    for edge in edges where isName(bytes, range, edge) { return program.edges[edge].node }
    return nil
  }

  private func isName(_ bytes: [UInt8], _ range: Range<Int>, _ edge: Int) -> Bool {
    let edge = program.edges[edge]
    return Int(edge.nameCount) == range.count
      && isText(bytes, range.lowerBound, Int(edge.nameStart), range.count)
  }

  private func isText(_ bytes: [UInt8], _ place: Int, _ text: Int, _ count: Int) -> Bool {
    for index in 0..<count where bytes[place + index] != program.texts[text + index] {
      return false
    }
    return true
  }

  private mutating func array(at start: Int, _ node: Int) -> Int {
    reached(node)
    let edges = program.nodes[node].elements
    let other = program.nodes[node].otherElement
    if edges.isEmpty, other < 0 { return JSONText.endOfValue(bytes, at: start, end: end) }
    var offset = start + 1
    var index: Int32 = 0
    while true {
      offset = afterSpace(offset)
      guard offset < end else { return end }
      switch bytes[offset] {
      case UInt8(ascii: "]"): return offset + 1
      case UInt8(ascii: ","): offset += 1
      default:
        let edge = edges.first { program.edges[$0].index == index }
        let child = edge.map { program.edges[$0].node } ?? other
        let after =
          child >= 0
          ? value(at: offset, Int(child)) : JSONText.endOfValue(bytes, at: offset, end: end)
        offset = max(after, offset + 1)
        index &+= 1
      }
    }
  }

  // MARK: Values

  /// Something is there, whatever it is.
  private mutating func reached(_ node: Int) {
    for index in program.nodes[node].tests where program.tests[index].test == .notExists {
      hit(program.tests[index].condition)
    }
  }

  private mutating func scalar(
    _ text: [UInt8], _ range: Range<Int>, _ node: Int, isString: Bool
  ) {
    let first = isString ? 0 : range.isEmpty ? 0 : text[range.lowerBound]
    let isNull = first == UInt8(ascii: "n")
    for index in program.nodes[node].tests {
      let isHit =
        switch program.tests[index].test {
        case .notExists: true
        case .isNull: isNull
        case .isTrue: first == UInt8(ascii: "t")
        case .isFalse: first == UInt8(ascii: "f")
        case .comparison(let comparison): !isNull && comparison.holds(text, range)
        }
      if isHit { hit(program.tests[index].condition) }
    }
    // Nothing is equal to null, and nothing unequal.
    guard !isNull else { return }
    for index in program.nodes[node].literals {
      let literal = program.literals[index]
      let isSame =
        Int(literal.count) == range.count
        && isText(text, range.lowerBound, Int(literal.start), range.count)
      if isSame == literal.isEqual { hit(literal.condition) }
    }
  }
}
