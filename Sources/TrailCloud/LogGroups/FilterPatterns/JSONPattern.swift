/// Conditions on the members of a JSON event: `{ $.eventName = "StopLogging" && $.errorCode NOT EXISTS }`.
struct JSONPattern: Sendable {
  /// Whether a value is there and what it is.
  enum Test: Hashable, Sendable {
    case comparison(PatternComparison)
    case isNull, isTrue, isFalse
    case notExists
  }
  struct Condition: Sendable {
    var selector: JSONSelector
    var test: Test
    /// Where it stands in the pattern.
    var range: Range<Int>
  }
  indirect enum Expression: Sendable {
    /// By its place in `conditions`.
    case condition(Int)
    case all([Expression])
    case any([Expression])

    func holds(_ isTrue: (Int) -> Bool) -> Bool {
      switch self {
      case .condition(let index): isTrue(index)
      case .all(let parts): parts.allSatisfy { $0.holds(isTrue) }
      case .any(let parts): parts.contains { $0.holds(isTrue) }
      }
    }

    /// The same with the places of conditions in a longer list.
    func moved(_ place: (Int) -> Int) -> Expression {
      switch self {
      case .condition(let index): .condition(place(index))
      case .all(let parts): .all(parts.map { $0.moved(place) })
      case .any(let parts): .any(parts.map { $0.moved(place) })
      }
    }
  }

  let conditions: [Condition]
  let expression: Expression
  let regexCount: Int
  /// What finds the values, made once.
  let program: JSONFilterProgram

  init(conditions: [Condition], expression: Expression, regexCount: Int) {
    self.conditions = conditions
    self.expression = expression
    self.regexCount = regexCount
    program = JSONFilterProgram([(conditions, expression)])
  }

  /// - Parameter bytes: an object or array, and valid JSON.
  func matches(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    program.matching(bytes, range).first == 0
  }

  /// The values that the selectors find, in the order of the pattern, each once.
  func extractedValues(_ bytes: [UInt8], _ range: Range<Int>) -> [(name: String, value: String)] {
    var values: [(name: String, value: String)] = []
    for condition in conditions
    where !values.contains(where: { $0.name == condition.selector.text }) {
      if let value = condition.selector.value(in: bytes, range) {
        values.append((condition.selector.text, value.text))
      }
    }
    return values
  }
}

/// A path to values in a JSON event: `$.userIdentity.type`, `$.items[0]`, `$.list[*].id`, `$.['a.b']`.
struct JSONSelector: Hashable, Sendable {
  enum Step: Hashable, Sendable {
    case name([UInt8])
    case index(Int)
    /// `.*` and `[*]`.
    case anyMember, anyElement
  }
  var steps: [Step]
  /// As it was written, without white space.
  var text: String

  var wildcardCount: Int { steps.count { $0 == .anyMember || $0 == .anyElement } }

  /// Reads a selector that stands alone, such as the value of a metric: `$.latency`.
  init(_ text: String) throws(FilterPatternError) {
    let bytes = Array(text.utf8)
    var scanner = PatternScanner(bytes, 0..<bytes.count)
    self = try scanner.selector()
    scanner.skipSpace()
    guard scanner.isAtEnd else { throw scanner.expected("the end of the selector") }
  }

  init(steps: [Step], text: String) {
    self.steps = steps
    self.text = text
  }
}

extension PatternScanner {
  /// Takes a selector; the scanner stands at `$`.
  mutating func selector() throws(FilterPatternError) -> JSONSelector {
    let start = offset
    guard take("$") else { throw expected("a selector such as $.eventName") }
    var steps: [JSONSelector.Step] = []
    while let step = try selectorStep() { steps.append(step) }
    guard !steps.isEmpty else { throw expected("`.` and the name of a member behind `$`") }
    let text = String(decoding: bytes[start..<offset].filter { !Self.isSpace($0) }, as: UTF8.self)
    let selector = JSONSelector(steps: steps, text: text)
    guard selector.wildcardCount <= 1 else {
      throw FilterPatternError(
        "a selector has one wildcard at most, and `\(text)` has \(selector.wildcardCount)",
        at: start..<offset)
    }
    return selector
  }

  private mutating func selectorStep() throws(FilterPatternError) -> JSONSelector.Step? {
    if take(".") {
      if take("*") { return .anyMember }
      if byte == UInt8(ascii: "[") { return try bracketStep() }
      let start = offset
      while let byte, Self.isWord(byte) || byte == UInt8(ascii: "-") { offset += 1 }
      guard start < offset else {
        throw expected("the name of a member (names with other characters: ['a.b'])")
      }
      return .name(Array(bytes[start..<offset]))
    }
    return byte == UInt8(ascii: "[") ? try bracketStep() : nil
  }

  /// `[0]`, `[*]` or `['a.b']`; the scanner stands at the bracket.
  private mutating func bracketStep() throws(FilterPatternError) -> JSONSelector.Step {
    offset += 1
    var step: JSONSelector.Step
    if take("*") {
      step = .anyElement
    } else if let quote = byte, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") {
      let start = offset + 1
      guard let close = bytes[start..<end].firstIndex(of: quote) else {
        throw FilterPatternError("this quote is never closed", at: offset..<offset + 1)
      }
      offset = close + 1
      step = .name(Array(bytes[start..<close]))
    } else {
      let start = offset
      while let byte, byte &- 0x30 < 10 { offset += 1 }
      guard let index = Int(text(start..<offset)) else {
        throw expected("the number of an element, `*`, or a name in quotes")
      }
      step = .index(index)
    }
    guard take("]") else { throw expected("`]`") }
    return step
  }
}
