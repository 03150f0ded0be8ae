internal import TrailRecord

/// Reads what stands between the braces of a pattern on JSON. `&&` binds tighter than `||`.
struct JSONPatternParser {
  private var scanner: PatternScanner
  private var conditions: [JSONPattern.Condition] = []
  private var regexCount = 0

  private init(_ scanner: PatternScanner) { self.scanner = scanner }

  static func parse(
    _ bytes: [UInt8], _ range: Range<Int>
  ) throws(FilterPatternError) -> JSONPattern {
    var parser = JSONPatternParser(PatternScanner(bytes, range))
    let expression = try parser.any()
    guard parser.scanner.isAtEnd else { throw parser.scanner.expected("&&, || or the closing `}`") }
    return try parser.checked(expression)
  }

  private func checked(
    _ expression: JSONPattern.Expression
  ) throws(FilterPatternError) -> JSONPattern {
    guard regexCount <= FilterPattern.maximumRegexes else { throw .tooManyRegexes(scanner.end) }
    let wildcards = conditions.filter { $0.selector.wildcardCount > 0 }
    if wildcards.count > FilterPattern.maximumWildcardSelectors {
      throw FilterPatternError(
        "a pattern has \(FilterPattern.maximumWildcardSelectors) selectors with a wildcard at most",
        at: wildcards[FilterPattern.maximumWildcardSelectors].range)
    }
    return JSONPattern(conditions: conditions, expression: expression, regexCount: regexCount)
  }

  private mutating func any() throws(FilterPatternError) -> JSONPattern.Expression {
    var parts = [try all()]
    while scanner.take("||") { parts.append(try all()) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func all() throws(FilterPatternError) -> JSONPattern.Expression {
    var parts = [try primary()]
    while scanner.take("&&") { parts.append(try primary()) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func primary() throws(FilterPatternError) -> JSONPattern.Expression {
    scanner.skipSpace()
    let start = scanner.offset
    if scanner.take("(") {
      let expression = try any()
      guard scanner.take(")") else {
        throw FilterPatternError(
          "this parenthesis is never closed: found \(scanner.found) where `)`, && or || could stand",
          at: start..<start + 1)
      }
      scanner.skipSpace()
      return expression
    }
    guard scanner.byte == UInt8(ascii: "$") else {
      throw scanner.expected("a selector such as $.eventName, or `(`")
    }
    let selector = try scanner.selector()
    scanner.skipSpace()
    let test = try test()
    conditions.append(
      JSONPattern.Condition(selector: selector, test: test, range: start..<scanner.offset))
    scanner.skipSpace()
    return .condition(conditions.count - 1)
  }

  // MARK: Tests

  private mutating func test() throws(FilterPatternError) -> JSONPattern.Test {
    if let byte = scanner.byte, PatternScanner.isWord(byte) { return try wordTest() }
    let comparison = try scanner.comparisonOperator()
    scanner.skipSpace()
    return .comparison(
      PatternComparison(comparison: comparison, operand: try operand(of: comparison)))
  }

  private mutating func word() -> (text: String, range: Range<Int>) {
    scanner.skipSpace()
    let start = scanner.offset
    while let byte = scanner.byte, PatternScanner.isWord(byte) { scanner.offset += 1 }
    let range = start..<scanner.offset
    return (scanner.text(range), range)
  }

  /// `IS NULL`, `IS TRUE`, `IS FALSE` and `NOT EXISTS`: there are no others.
  private mutating func wordTest() throws(FilterPatternError) -> JSONPattern.Test {
    let first = word()
    let second = word()
    switch (first.text, second.text) {
    case ("IS", "NULL"): return .isNull
    case ("IS", "TRUE"): return .isTrue
    case ("IS", "FALSE"): return .isFalse
    case ("NOT", "EXISTS"): return .notExists
    default:
      let range = first.range.lowerBound..<max(first.range.upperBound, second.range.upperBound)
      let known = "IS NULL, IS TRUE, IS FALSE and NOT EXISTS"
      let capitals = (first.text + second.text).uppercased()
      let isSmall = ["ISNULL", "ISTRUE", "ISFALSE", "NOTEXISTS"].contains(capitals)
      throw FilterPatternError(
        isSmall
          ? "the tests \(known) are written in capitals"
          : "`\(scanner.text(range))` is no test: there are \(known), and the operators", at: range)
    }
  }

  private mutating func operand(
    of comparison: PatternComparison.Operator
  ) throws(FilterPatternError) -> PatternComparison.Operand {
    switch scanner.byte {
    case UInt8(ascii: "\""):
      let text = try scanner.quoted()
      try scanner.checkOrder(comparison, text.range)
      return .text(WildcardText(text.text))
    case UInt8(ascii: "%"):
      let regex = try scanner.regex()
      try scanner.checkOrder(comparison, regex.range)
      regexCount += 1
      return .regex(regex.regex)
    default: return try bareOperand(of: comparison)
    }
  }

  /// What stands without quotes: a number, or a text of letters, digits, `_`, `*`, and (as in AWS's examples with
  /// addresses and event sources) dots. Ours: hyphens too.
  private mutating func bareOperand(
    of comparison: PatternComparison.Operator
  ) throws(FilterPatternError) -> PatternComparison.Operand {
    let start = scanner.offset
    while let byte = scanner.byte, !PatternScanner.isSpace(byte),
      !"&|()=!<>\"%$".utf8.contains(byte)
    {
      scanner.offset += 1
    }
    let range = start..<scanner.offset
    guard !range.isEmpty else { throw scanner.expected("a value") }
    let word = scanner.bytes[range]
    if let number = ExactNumber(word) { return .number(number) }
    guard word.allSatisfy({ PatternScanner.isWord($0) || ".*-".utf8.contains($0) }) else {
      throw .characters(
        in: scanner.text(range),
        "a text with anything but letters, digits, `_`, `.`, `-` and `*` stands in double quotes",
        at: range)
    }
    try scanner.checkOrder(comparison, range)
    return .text(WildcardText(Array(word)))
  }
}
