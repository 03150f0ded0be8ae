internal import TrailRecord

/// Reads what stands between the brackets of a pattern of columns.
struct ColumnPatternParser {
  private var scanner: PatternScanner
  private var regexCount = 0

  static func parse(
    _ bytes: [UInt8], _ range: Range<Int>
  ) throws(FilterPatternError) -> ColumnPattern {
    var parser = ColumnPatternParser(scanner: PatternScanner(bytes, range))
    return try parser.pattern()
  }

  private mutating func pattern() throws(FilterPatternError) -> ColumnPattern {
    var leading: [ColumnPattern.Column] = []
    var trailing: [ColumnPattern.Column]?
    scanner.skipSpace()
    // `[]` is any fields.
    if scanner.isAtEnd { return ColumnPattern(leading: [], trailing: [], regexCount: 0) }
    repeat {
      scanner.skipSpace()
      let start = scanner.offset
      if scanner.take("...") {
        guard trailing == nil else {
          throw FilterPatternError("`...` can be there once", at: start..<start + 3)
        }
        trailing = []
      } else {
        let column = try column()
        if trailing == nil { leading.append(column) } else { trailing?.append(column) }
      }
      scanner.skipSpace()
    } while scanner.take(",")
    guard scanner.isAtEnd else { throw scanner.expected("a comma or the closing `]`") }
    guard regexCount <= FilterPattern.maximumRegexes else { throw .tooManyRegexes(scanner.end) }
    return ColumnPattern(leading: leading, trailing: trailing, regexCount: regexCount)
  }

  private mutating func column() throws(FilterPatternError) -> ColumnPattern.Column {
    let start = scanner.offset
    guard let name = self.name() else {
      guard scanner.isAtEnd || scanner.byte == UInt8(ascii: ",") else {
        throw scanner.expected("the name of a column")
      }
      return ColumnPattern.Column(name: nil, condition: nil, range: start..<start)
    }
    scanner.skipSpace()
    guard !scanner.isAtEnd, scanner.byte != UInt8(ascii: ",") else {
      return ColumnPattern.Column(name: name, condition: nil, range: start..<scanner.offset)
    }
    let condition = try any(of: name)
    return ColumnPattern.Column(name: name, condition: condition, range: start..<scanner.offset)
  }

  private mutating func name() -> String? {
    let start = scanner.offset
    while let byte = scanner.byte, PatternScanner.isWord(byte) || byte == UInt8(ascii: "-") {
      scanner.offset += 1
    }
    return start == scanner.offset ? nil : scanner.text(start..<scanner.offset)
  }

  // MARK: Conditions

  /// Alternatives; the scanner stands behind the column's name.
  private mutating func any(of name: String) throws(FilterPatternError) -> ColumnPattern.Condition {
    var parts = [try all(of: name, isFirst: true)]
    while scanner.take("||") { parts.append(try all(of: name, isFirst: false)) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func all(
    of name: String, isFirst: Bool
  ) throws(FilterPatternError) -> ColumnPattern.Condition {
    if !isFirst { try repeatName(name) }
    var parts = [try comparison()]
    while scanner.take("&&") {
      try repeatName(name)
      parts.append(try comparison())
    }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  /// A column's conditions are about itself, and say its name each time.
  private mutating func repeatName(_ name: String) throws(FilterPatternError) {
    scanner.skipSpace()
    let start = scanner.offset
    guard let found = self.name() else { throw scanner.expected("`\(name)` again") }
    guard found == name else {
      throw FilterPatternError(
        "the conditions of column `\(name)` cannot be about `\(found)`", at: start..<scanner.offset)
    }
    scanner.skipSpace()
  }

  private mutating func comparison() throws(FilterPatternError) -> ColumnPattern.Condition {
    let start = scanner.offset
    let comparison = try scanner.comparisonOperator()
    scanner.skipSpace()
    let operand = try operand(of: comparison)
    scanner.skipSpace()
    return .comparison(
      PatternComparison(comparison: comparison, operand: operand), start..<scanner.offset)
  }

  private mutating func operand(
    of comparison: PatternComparison.Operator
  ) throws(FilterPatternError) -> PatternComparison.Operand {
    let start = scanner.offset
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
    default:
      while let byte = scanner.byte, !PatternScanner.isSpace(byte),
        !",&|=<>!\"%()[]{}".utf8.contains(byte)
      {
        scanner.offset += 1
      }
      guard start < scanner.offset else { throw scanner.expected("a value") }
      let word = scanner.bytes[start..<scanner.offset]
      if let number = ExactNumber(word) { return .number(number) }
      try scanner.checkOrder(comparison, start..<scanner.offset)
      return .text(WildcardText(Array(word)))
    }
  }
}

extension PatternScanner {
  mutating func comparisonOperator() throws(FilterPatternError) -> PatternComparison.Operator {
    for comparison in PatternComparison.Operator.allCases
    where bytes[offset..<end].starts(with: comparison.rawValue.utf8) {
      offset += comparison.rawValue.utf8.count
      return comparison
    }
    throw expected("an operator: =, !=, <, >, <= or >=")
  }

  /// Throws where an order is to compare something that is no number.
  func checkOrder(
    _ comparison: PatternComparison.Operator, _ range: Range<Int>
  ) throws(FilterPatternError) {
    guard comparison.isOrder else { return }
    throw FilterPatternError(
      "`\(comparison.rawValue)` compares numbers, and `\(text(range))` is none", at: range)
  }
}

extension FilterPatternError {
  static func tooManyRegexes(_ length: Int) -> FilterPatternError {
    FilterPatternError(
      "a pattern has \(FilterPattern.maximumRegexes) regular expressions at most", at: 0..<length)
  }
}
