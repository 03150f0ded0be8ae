/// Match expressions: the objects in a list of alternatives.
extension PatternReader {
  /// Reads one, from behind its `{` to behind its `}`.
  mutating func matchExpression() throws(EventPatternProblem) -> Alternative {
    guard case .name(let name) = try tokens.nextToken() else {
      throw tokens.problem("Match expression name not found")
    }
    let kind = String(decoding: name, as: UTF8.self)
    switch kind {
    case "exactly": return .exactly(try onlyString("exact"))
    case "prefix":
      return try anchored("prefix", plain: { .prefix($0) }, caseless: { .prefixIgnoringCase($0) })
    case "suffix":
      return try anchored("suffix", plain: { .suffix($0) }, caseless: { .suffixIgnoringCase($0) })
    case "equals-ignore-case": return .equalsIgnoringCase(try onlyString("equals-ignore-case"))
    case "numeric":
      guard try tokens.nextToken() == .startArray else {
        throw tokens.problem("Value of numeric must be an array.")
      }
      let range = try numericRange()
      try closeNumeric()
      return .numeric(range)
    case "anything-but": return .anythingBut(try leftOut())
    case "exists":
      guard case .bool(let flag) = try tokens.nextToken() else {
        throw tokens.problem("exists match pattern must be either true or false.")
      }
      try closeExpression()
      return .exists(flag)
    case "cidr":
      let text = try givenString("prefix")
      let block = try AddressBlock(text)
      try closeExpression()
      return .cidr(text, block)
    case "wildcard":
      let text = try givenString("wildcard")
      let wildcard = try wildcard(text)
      try closeExpression()
      return .wildcard(wildcard)
    default: throw tokens.problem("Unrecognized match type \(kind)")
    }
  }

  /// `prefix` and `suffix`: a string, or an object that says that case does not count.
  private mutating func anchored(
    _ kind: String, plain: ([UInt8]) -> Alternative, caseless: ([UInt8]) -> Alternative
  ) throws(EventPatternProblem) -> Alternative {
    let token = try tokens.nextToken()
    guard token == .startObject else {
      guard token == .string else {
        throw tokens.problem("\(kind) match pattern must be a string")
      }
      let text = try tokens.string()
      try closeExpression()
      return plain(text)
    }
    guard case .name(let name) = try tokens.nextToken() else {
      let shown = kind.prefix(1).uppercased() + kind.dropFirst()
      throw tokens.problem("\(shown) expression name not found")
    }
    let option = String(decoding: name, as: UTF8.self)
    guard option == "equals-ignore-case" else {
      throw tokens.problem("Unsupported \(kind) pattern: \(option)")
    }
    let text = try onlyString("equals-ignore-case")
    try closeExpression()
    return caseless(text)
  }

  private mutating func givenString(_ kind: String) throws(EventPatternProblem) -> [UInt8] {
    guard try tokens.nextToken() == .string else {
      throw tokens.problem("\(kind) match pattern must be a string")
    }
    return try tokens.string()
  }

  private mutating func onlyString(_ kind: String) throws(EventPatternProblem) -> [UInt8] {
    let text = try givenString(kind)
    try closeExpression()
    return text
  }

  private mutating func closeExpression() throws(EventPatternProblem) {
    guard try tokens.nextToken() == .endObject else {
      throw tokens.problem("Only one key allowed in match expression")
    }
  }

  /// AWS says so of `anything-but` too, where nothing is numeric.
  mutating func closeNumeric() throws(EventPatternProblem) {
    guard try tokens.nextToken() == .endObject else { throw tooManyElements() }
  }

  private func tooManyElements() -> EventPatternProblem {
    tokens.problem("Too many elements in numeric expression")
  }

  func wildcard(_ text: [UInt8]) throws(EventPatternProblem) -> WildcardText {
    do throws(WildcardText.SyntaxProblem) {
      return try WildcardText(text)
    } catch {
      throw tokens.problem(error.message)
    }
  }

  // MARK: - numeric

  /// Reads the list of `numeric`, from behind its `[` to behind its `]`.
  private mutating func numericRange() throws(EventPatternProblem) -> NumericRange {
    let token = try tokens.nextToken()
    guard token == .string else {
      throw tokens.problem("Invalid member in numeric match: \(token?.text ?? "null")")
    }
    let first = String(decoding: try tokens.string(), as: UTF8.self)
    let following = try tokens.nextToken()
    guard ["=", "<", "<=", ">", ">="].contains(first) else {
      throw tokens.problem("Unrecognized numeric range operator: \(first)")
    }
    guard case .number(let bound) = following else {
      throw tokens.problem("Value of \(first == "=" ? "equals" : first) must be numeric")
    }
    var comparisons = [NumericRange.Comparison(comparison: first, bound: bound)]
    let end = try tokens.nextToken()
    if end != .endArray {
      guard first.hasPrefix(">") else { throw tooManyElements() }
      comparisons.append(try upperBound(end))
    }
    do throws(EventPatternProblem) {
      return try NumericRange(comparisons)
    } catch {
      throw tokens.problem(error.summary)
    }
  }

  private mutating func upperBound(
    _ token: PatternToken?
  ) throws(EventPatternProblem) -> NumericRange.Comparison {
    guard token == .string else {
      throw tokens.problem("Bad value in numeric range: \(token?.text ?? "null")")
    }
    let comparison = String(decoding: try tokens.string(), as: UTF8.self)
    guard comparison == "<" || comparison == "<=" else {
      throw tokens.problem("Bad numeric range operator: \(comparison)")
    }
    guard case .number(let bound) = try tokens.nextToken() else {
      throw tokens.problem("Value of \(comparison) must be numeric")
    }
    guard try tokens.nextToken() == .endArray else {
      throw tokens.problem("Too many terms in numeric range expression")
    }
    return NumericRange.Comparison(comparison: comparison, bound: bound)
  }
}
