/// Reads a pattern as the matcher behind EventBridge does (facts §10.2), and says what is wrong in its words.
struct PatternReader {
  var tokens: PatternTokenizer
  /// One for each combination of the `$or`s read so far.
  private var branches: [PatternBranch] = []
  private var path: [[UInt8]] = []

  /// Words that are no field's name inside `$or`: the matcher keeps them for itself, now or later.
  private static let reservedNames: Set<String> = [
    "exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard",
    "numeric", "cidr", "=", "<", "<=", ">", ">=", "regex", "not-wildcard",
    "not-equals-ignore-case", "date-after", "date-on-or-after", "date-before",
    "date-on-or-before", "in-date-range", "ip-address-in-range", "ip-address-not-in-range",
  ]
  private static let anyOfName = Array("$or".utf8)

  /// Reads a whole pattern. What follows its object is not looked at, as AWS does not.
  static func read(
    _ text: String
  ) throws(EventPatternProblem) -> (syntax: PatternObject, branches: [PatternBranch]) {
    var reader = PatternReader(tokens: PatternTokenizer(text))
    guard try reader.tokens.nextToken() == .startObject else {
      throw reader.tokens.problem("Filter is not an object")
    }
    let syntax = try reader.object(isInsideAnyOf: false)
    return (syntax, reader.branches)
  }

  private init(tokens: PatternTokenizer) { self.tokens = tokens }

  private mutating func object(
    isInsideAnyOf: Bool
  ) throws(EventPatternProblem) -> PatternObject {
    var object = PatternObject()
    var isEmpty = true
    while case .name(let name) = try tokens.nextToken() {
      isEmpty = false
      let content = try content(of: name, isInsideAnyOf: isInsideAnyOf)
      if case .alternatives = content {
        object.members.removeAll { $0.name == name && $0.content.isLeaf }
      }
      object.members.append(PatternObject.Member(name: name, content: content))
    }
    if isEmpty { throw tokens.problem("Empty objects are not allowed") }
    return object
  }

  private mutating func content(
    of name: [UInt8], isInsideAnyOf: Bool
  ) throws(EventPatternProblem) -> PatternObject.Content {
    if name == Self.anyOfName { return .anyOf(try anyOf()) }
    let shown = String(decoding: name, as: UTF8.self)
    if isInsideAnyOf, Self.reservedNames.contains(shown) {
      throw tokens.problem(
        "\(shown) is Ruler reserved fieldName which cannot be used inside $or.")
    }
    path.append(name)
    defer { path.removeLast() }
    switch try tokens.nextToken() {
    case .startObject: return .object(try object(isInsideAnyOf: isInsideAnyOf))
    case .startArray: return .alternatives(try alternatives())
    default: throw tokens.problem("\"\(shown)\" must be an object or an array")
    }
  }

  /// Reads `$or`'s list: what was read before it goes on in one branch for each of its objects.
  private mutating func anyOf() throws(EventPatternProblem) -> [PatternObject] {
    let before = branches.isEmpty ? [PatternBranch()] : branches
    guard try tokens.nextToken() == .startArray else {
      throw tokens.problem("It must be an Array followed with $or.")
    }
    var objects: [PatternObject] = []
    var combined: [PatternBranch] = []
    while true {
      let token = try tokens.nextToken()
      if token == .endArray { break }
      guard token == .startObject else {
        throw tokens.problem("Only JSON object is allowed in array of $or relationship.")
      }
      branches = before
      objects.append(try object(isInsideAnyOf: true))
      combined += branches
      guard combined.count <= EventPattern.maximumBranches else {
        throw EventPatternProblem.tooManyCombinations
      }
    }
    guard objects.count >= 2 else {
      throw tokens.problem("There must have at least 2 Objects in $or relationship.")
    }
    branches = combined
    return objects
  }

  private mutating func alternatives() throws(EventPatternProblem) -> [Alternative] {
    var alternatives: [Alternative] = []
    reading: while true {
      switch try tokens.nextToken() {
      case .endArray: break reading
      case .startObject: alternatives.append(try matchExpression())
      case .string: alternatives.append(.string(try tokens.string()))
      case .number(let spelling): alternatives.append(.number(spelling))
      case .bool(let flag): alternatives.append(.bool(flag))
      case .null: alternatives.append(.null)
      default: throw tokens.problem("Match value must be String, number, true, false, or null")
      }
    }
    guard !alternatives.isEmpty else { throw tokens.problem("Empty arrays are not allowed") }
    let condition = FieldCondition(
      path: Array(path.joined(separator: [UInt8(ascii: ".")])), alternatives: alternatives)
    if branches.isEmpty { branches = [PatternBranch()] }
    for index in branches.indices { branches[index].set(condition) }
    return alternatives
  }
}

extension PatternObject.Content {
  fileprivate var isLeaf: Bool {
    if case .alternatives = self { true } else { false }
  }
}
