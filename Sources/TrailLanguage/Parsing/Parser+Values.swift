import TrailText

/// Values, lists of them, and regexes.
extension Parser {
  /// `value := BARE | STRING`
  ///
  /// - Parameter owner: What wants the value, for the message where there is none: "`=`".
  mutating func parseValue(_ expectation: Expectation, after owner: String) -> ValueSyntax? {
    expecting(expectation)
    if current.kind.isAnyString { return parseString() }
    guard at(.word) else {
      reportMissingValue(owner)
      return nil
    }
    if let keyword = keyword(at: position), Keyword.reserved.contains(keyword) {
      if let value = parseReservedValue() { return value }
      reportMissingValue(owner)
      return nil
    }
    return parseBareValue()
  }

  /// `in (since, until)`: a reserved word that can only be meant as a value.
  private mutating func parseReservedValue() -> ValueSyntax? {
    guard at(.word), peek(1).kind == .comma || peek(1).kind == .rightParenthesis else { return nil }
    let token = advance(as: .string)
    let written = text(of: token)
    report(
      .unquotedValue, "`\(written)` is a word of the language", replacing: range(of: token),
      with: SyntaxPrinter.quoted(written), notes: ["in quotes it is a value like any other"])
    return ValueSyntax(written, isQuoted: true, range: range(of: token))
  }

  private mutating func reportMissingValue(_ owner: String) {
    var notes: [String] = []
    if let keyword = keyword(at: position) {
      notes.append("if the value is the text `\(keyword.rawValue)`, put it in quotes")
    }
    report(
      .missingValue, "expected a value after \(owner), found \(describe(current))",
      at: isAtEnd ? placeAfterPrevious : range(of: current), notes: notes)
  }

  private mutating func parseBareValue() -> ValueSyntax {
    let start = position
    let end = endOfUnquotedRun(from: start)
    guard end == start + 1 else { return parseUnquotedRun(to: end) }
    let token = advance(as: Self.classOfBareValue(text(of: current)))
    return ValueSyntax(text(of: token), range: range(of: token))
  }

  /// Returns the index after the tokens that are joined to a bare value although they cannot belong to one.
  private func endOfUnquotedRun(from start: Int) -> Int {
    var index = start
    // Brackets that the run itself opens belong to it.
    var depth = 0
    while isJoined(index) {
      switch token(at: index + 1).kind {
      case .bar, .comma, .semicolon: return index + 1
      case .rightParenthesis, .rightBracket:
        if depth == 0 { return index + 1 }
        depth -= 1
      case .leftParenthesis, .leftBracket: depth += 1
      default: break
      }
      index += 1
    }
    return index + 1
  }

  /// `https://x?a=1`: reports that the value needs quotes, and takes it as if it had them.
  private mutating func parseUnquotedRun(to end: Int) -> ValueSyntax {
    let start = position
    while position < end { advance(as: .string) }
    let range = range(from: start)
    let written = text(from: range.lowerBound - base, to: range.upperBound - base)
    if let age = Self.age(written) {
      report(
        .unquotedValue, "a time so long ago is written as that length alone", replacing: range,
        with: age)
      return ValueSyntax(age, range: range)
    }
    let value = ValueSyntax(written, isQuoted: true, range: range)
    let quoted = SyntaxPrinter.quoted(value.text)
    report(
      .unquotedValue, "`\(written)` needs quotes", replacing: range, with: quoted,
      notes: ["a bare value ends at spaces, operators, brackets, quotes, `,`, `|` and `;`"])
    return value
  }

  /// The length of time in `ago(1h)`.
  private static func age(_ text: String) -> String? {
    guard text.lowercased().hasPrefix("ago("), text.hasSuffix(")") else { return nil }
    let inside = text.dropFirst("ago(".count).dropLast()
    return !inside.isEmpty && inside.utf8.allSatisfy { ASCII.isDigit($0) || ASCII.isLetter($0) }
      ? String(inside) : nil
  }

  static func classOfBareValue(_ text: String) -> SyntaxClass {
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    let isNumber =
      !digits.isEmpty && digits.allSatisfy { ASCII.isDigit($0) || $0 == UInt8(ascii: ".") }
      && digits.filter { $0 == UInt8(ascii: ".") }.count <= 1
    return isNumber ? .number : .string
  }

  private mutating func parseString() -> ValueSyntax {
    let token = advance(as: .string)
    let range = range(of: token)
    let literal = StringLiteral.decode(bytes, token, as: .value)
    reportQuotes(of: token)
    reportEscapes(of: literal)
    reportTextJoined(to: token)
    return ValueSyntax(literal.text, isQuoted: true, range: range)
  }

  /// Reports text that is joined to a string's end: probably a quote inside a value.
  private mutating func reportTextJoined(to string: Token) {
    guard string.kind == .string, at(.word) || current.kind.isAnyString, isJoined(position - 1)
    else { return }
    report(
      .unquotedValue, "\(describe(current)) is joined to the value before it",
      at: range(of: current), label: "inside quotes, write a quote as `\\\"`")
    var progress = LoopProgress()
    repeat {
      advance(as: .error)
    } while progress.moved(to: position) && isJoined(position - 1)
      && (at(.word) || current.kind.isAnyString)
  }

  /// Reports a quote that is missing or is typographic.
  mutating func reportQuotes(of token: Token) {
    let range = range(of: token)
    switch token.kind {
    case .unterminatedString:
      report(
        .unclosedQuote, "this quote is never closed",
        at: SourceRange(range.lowerBound, range.lowerBound + 1),
        label: "the text from here to the line's end is in it",
        fixIt: FixIt(
          replace: .at(range.upperBound), with: text(from: token.offset, to: token.offset + 1)))
    case .curlyString:
      let literal = StringLiteral.decode(bytes, token, as: .value)
      report(
        .curlyQuotes, "these quotes are typographic", replacing: range,
        with: SyntaxPrinter.quoted(literal.text))
    default: break
    }
  }

  private mutating func reportEscapes(of literal: StringLiteral) {
    for problem in literal.problems {
      let range = problem.range.shifted(by: base)
      report(
        .badEscape, problem.message, at: range,
        label: "for a backslash itself, write `\\\\`",
        notes: [#"escapes are \" \' \\ \n \t \r \* and \u{…}"#],
        fixIt: FixIt(
          replace: SourceRange(range.lowerBound, range.lowerBound + 1), with: "\\\\"))
    }
  }

  // MARK: Lists

  /// `"(" value {"," value} ")"`
  mutating func parseValueList(of field: FieldSyntax) -> [ValueSyntax] {
    expecting(.keyword("("))
    if at(.leftBracket) { return parseWronglyBracketedList(of: field) }
    guard at(.leftParenthesis) else { return parseUnbracketedList(of: field) }
    let open = advance(as: .bracket)
    if at(.rightParenthesis) {
      advance(as: .bracket)
      report(.emptyList, "`in ()` has no value", at: range(from: position - 2))
      return []
    }
    let values = parseValues(of: field, until: .rightParenthesis)
    closeBracket(open)
    return values
  }

  private mutating func parseValues(of field: FieldSyntax, until close: TokenKind) -> [ValueSyntax]
  {
    var values: [ValueSyntax] = []
    var progress = LoopProgress()
    while progress.moved(to: position) {
      guard let value = parseValue(.value(field, nil), after: values.isEmpty ? "`(`" : "`,`") else {
        break
      }
      values.append(value)
      if eatComma() { continue }
      guard isValue(at: position) else { break }
      report(
        .missingComma, "expected `,` between two values", at: range(of: current),
        fixIt: FixIt(replace: placeAfterPrevious, with: ","))
    }
    // Whatever else stands in the list is part of the same mistake.
    if !diagnostics.isEmpty { skip { $0.at(close) || $0.isAtPredicateBoundary } }
    return values
  }

  /// `in [a, b]`
  private mutating func parseWronglyBracketedList(of field: FieldSyntax) -> [ValueSyntax] {
    let open = advance(as: .bracket)
    let openText = text(of: open)
    report(.wrongBracket, "a list stands in `(` and `)`", replacing: range(of: open), with: "(")
    let values = parseValues(of: field, until: .rightBracket)
    if let close = eat(.rightBracket, as: .bracket) {
      report(
        .wrongBracket, "the list that `\(openText)` opens ends with `)`",
        replacing: range(of: close), with: ")")
    } else {
      closeBracket(open)
    }
    return values
  }

  /// `in a`, `in a, b`
  private mutating func parseUnbracketedList(of field: FieldSyntax) -> [ValueSyntax] {
    let start = position
    guard isValue(at: position) else {
      report(
        .missingBracket, "expected `(` after `in`, found \(describe(current))",
        at: isAtEnd ? placeAfterPrevious : range(of: current), label: "write `in (a, b)`")
      return []
    }
    let place = range(of: current)
    let values = parseValues(of: field, until: .rightParenthesis)
    let range = range(from: start)
    let list = text(from: range.lowerBound - base, to: range.upperBound - base)
    report(
      .missingBracket, "the values after `in` stand in brackets", at: place,
      label: "write `(\(list))`", fixIt: FixIt(replace: range, with: "(\(list))"))
    return values
  }

  // MARK: Regexes

  /// `/pattern/flags`, or a pattern in quotes.
  mutating func parseRegex(of field: FieldSyntax, after sign: Token) -> RegexSyntax? {
    expecting(.regex(field))
    let token = current
    switch token.kind {
    case .regex, .unterminatedRegex: return parseSlashedRegex()
    case .string, .unterminatedString, .curlyString:
      advance(as: .string)
      reportQuotes(of: token)
      return RegexSyntax(
        pattern: StringLiteral.decode(bytes, token, as: .regex).text, range: range(of: token))
    case .word where isValue(at: position):
      let value = parseBareValue()
      let pattern = RegexSyntax(pattern: value.text, range: value.range)
      report(
        .missingRegex, "a pattern stands between slashes", replacing: value.range,
        with: SyntaxPrinter.text(of: pattern))
      return pattern
    default:
      report(
        .missingRegex, "expected a pattern after `\(text(of: sign))`, found \(describe(token))",
        at: isAtEnd ? placeAfterPrevious : range(of: token), label: "write it as `/pattern/`")
      return nil
    }
  }

  private mutating func parseSlashedRegex() -> RegexSyntax {
    let token = advance(as: .string)
    let range = range(of: token)
    // Scalars, as the lexer's bytes are: a mark that combines with a slash does not hide it.
    let written = text(of: token).unicodeScalars
    var pattern = String.UnicodeScalarView()
    var end = written.endIndex
    var index = written.index(after: written.startIndex)
    while index < written.endIndex {
      let scalar = written[index]
      index = written.index(after: index)
      if scalar == "/" {
        end = index
        break
      }
      if scalar == "\\", index < written.endIndex {
        if written[index] != "/" { pattern.append(scalar) }
        pattern.append(written[index])
        index = written.index(after: index)
      } else {
        pattern.append(scalar)
      }
    }
    if token.kind == .unterminatedRegex {
      report(
        .unclosedRegex, "this pattern is never closed",
        at: SourceRange(range.lowerBound, range.lowerBound + 1),
        label: "expected `/` at its end", fixIt: FixIt(replace: .at(range.upperBound), with: "/"))
      return RegexSyntax(pattern: String(pattern), range: range)
    }
    let flags = String(written[end...])
    reportFlags(flags, endingAt: range.upperBound)
    return RegexSyntax(pattern: String(pattern), flags: flags, range: range)
  }

  /// The flags that a regex may have: ignore case, lines, dot matches line ends.
  static let regexFlags = "ims"

  private mutating func reportFlags(_ flags: String, endingAt end: Int) {
    guard !flags.allSatisfy(Self.regexFlags.contains) else { return }
    report(
      .badRegexFlag, "`\(flags)` is no flag of a pattern",
      at: SourceRange(end - flags.utf8.count, end),
      label: "flags are i, m and s",
      notes: flags.contains("/") ? ["a slash inside a pattern is written `\\/`"] : [])
  }
}
