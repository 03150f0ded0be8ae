import TrailText

/// Conditions as other languages build them, each with the line that says the same here.
extension Parser {
  /// True at a word that another language compares with.
  func isForeignComparison(_ token: Token) -> Bool {
    guard token.kind == .word else { return false }
    let name = text(of: token).lowercased()
    return ForeignHabits.comparisons[name] != nil || ForeignHabits.matches.contains(name)
  }

  /// A field as it was written.
  func written(_ field: FieldSyntax) -> String {
    text(from: field.range.lowerBound - base, to: field.range.upperBound - base)
  }

  // MARK: Numbers between two others

  /// True at `5 and 10`, behind `between`: two times, as years are, make a clause, but behind a path they would not.
  func isNumberRange(at index: Int) -> Bool {
    guard isPlainNumber(at: index), keyword(at: index + 1) == .and, isPlainNumber(at: index + 2)
    else { return false }
    return text(of: token(at: index - 2)).contains(".") || !isTime(at: index)
      || !isTime(at: index + 2)
  }

  private func isTime(at index: Int) -> Bool {
    if case .time = TimeText.read(text(of: token(at: index))) { return true }
    return false
  }

  private func isPlainNumber(at index: Int) -> Bool {
    let token = token(at: index)
    return token.kind == .word && Self.classOfBareValue(text(of: token)) == .number
  }

  /// `bytes between 5 and 10`
  mutating func parseNumberRange(of field: FieldSyntax, from start: Int) -> PredicateSyntax {
    let word = advance(as: .operator)
    let least = advance(as: .number)
    advance(as: .operator)
    let greatest = advance(as: .number)
    let range = range(from: start)
    let ours =
      "\(written(field)) >= \(text(of: least)) and \(written(field)) <= \(text(of: greatest))"
    report(
      .foreignOperator, "`between` has two times here, and is no comparison",
      at: self.range(of: word), label: "write `\(ours)`", fixIt: FixIt(replace: range, with: ours))
    func value(_ token: Token) -> ValueSyntax {
      ValueSyntax(text(of: token), range: self.range(of: token))
    }
    return .and(
      [
        .comparison(field, .greaterOrEqual, value(least), range: range),
        .comparison(field, .lessOrEqual, value(greatest), range: range),
      ], range: range)
  }

  /// `1,000,000`
  mutating func parseNumberWithCommas() -> ValueSyntax? {
    func digits(at index: Int) -> String? {
      let token = token(at: index)
      guard token.kind == .word else { return nil }
      let written = text(of: token)
      return written.utf8.allSatisfy(ASCII.isDigit) ? written : nil
    }
    guard var number = digits(at: position), number.utf8.count <= 3 else { return nil }
    var index = position
    while isJoined(index), token(at: index + 1).kind == .comma, isJoined(index + 1),
      let more = digits(at: index + 2), more.utf8.count == 3
    {
      number += more
      index += 2
    }
    guard index > position else { return nil }
    let start = position
    while position <= index { advance(as: .number) }
    let range = range(from: start)
    report(.unquotedValue, "numbers are written without commas", replacing: range, with: number)
    return ValueSyntax(number, range: range)
  }

  // MARK: `exists` compared

  /// `error exists = false`, after `exists`.
  mutating func parseComparedExistence(of field: FieldSyntax, from start: Int) -> PredicateSyntax? {
    let sign = text(of: current)
    guard current.kind.isComparison, ["=", "==", "!="].contains(sign), peek(1).kind == .word,
      let wanted = ["true": true, "false": false][text(of: peek(1)).lowercased()]
    else { return nil }
    let place = range(of: advance(as: .operator))
    advance(as: .string)
    let isThere = wanted == (sign != "!=")
    let range = range(from: start)
    let ours = isThere ? "\(written(field)) exists" : "not \(written(field)) exists"
    report(
      .foreignOperator, "`exists` is a whole condition", at: place, label: "write `\(ours)`",
      fixIt: FixIt(replace: range, with: ours))
    let exists = PredicateSyntax.exists(field, range: range)
    return isThere ? exists : .not(exists, range: range)
  }

  // MARK: Patterns

  /// `name matches "Del.*"`, after the word.
  mutating func parseForeignMatch(
    of field: FieldSyntax, _ word: Token, from start: Int
  ) -> PredicateSyntax {
    if let pattern = passForeignPattern() {
      report(
        .foreignOperator, "`\(text(of: word))` is no operator here",
        replacing: range(of: word).union(pattern.range),
        with: "~ \(SyntaxPrinter.text(of: pattern))")
      return .matches(field, pattern, negated: false, range: range(from: start))
    }
    report(
      .foreignOperator, "`\(text(of: word))` is no operator here", replacing: range(of: word),
      with: "~")
    guard let pattern = parseRegex(of: field, after: word) else {
      return .invalid(range: range(from: start))
    }
    return .matches(field, pattern, negated: false, range: range(from: start))
  }

  /// A pattern in quotes, or between slashes where no operator told the lexer that one comes.
  private mutating func passForeignPattern() -> RegexSyntax? {
    let token = current
    if token.kind.isAnyString {
      advance(as: .string)
      return RegexSyntax(
        pattern: StringLiteral.decode(bytes, token, as: .regex).text, range: range(of: token))
    }
    let written = text(of: token)
    guard token.kind == .word, written.hasPrefix("/"), let end = written.lastIndex(of: "/"),
      end > written.startIndex
    else { return nil }
    let flags = String(written[written.index(after: end)...])
    guard flags.allSatisfy(Self.regexFlags.contains) else { return nil }
    advance(as: .string)
    return RegexSyntax(
      pattern: String(written[..<end].dropFirst()), flags: flags, range: range(of: token))
  }

  // MARK: Paths with brackets

  /// `items[0].fromPort`, `items[].fromPort`, `userIdentity['type']`: reports how the path is written here, and passes
  /// it; nil where no bracket is joined to the path.
  mutating func passIndexedField(_ scan: FieldPathScan) -> FieldSyntax? {
    var scan = scan
    guard scan.isWellFormed, isBracket(at: scan.endIndex) else { return nil }
    let start = position
    var hasIndex = false
    while isBracket(at: scan.endIndex) {
      guard let end = passBracket(&scan, &hasIndex) else { return nil }
      scan.endIndex = end
      appendStepsBehindBracket(&scan)
    }
    // `a[0]b` is no path in any language.
    guard token(at: scan.endIndex).kind != .word || !isJoined(scan.endIndex - 1) else { return nil }
    while position < scan.endIndex { advance(as: .field) }
    let range = range(from: start)
    let path = zip(scan.steps, scan.quoted).map { step, isQuoted in
      Self.isBareStep(step) ? step : SyntaxPrinter.quotedStep(step)
    }.joined(separator: ".")
    report(
      .badField,
      hasIndex
        ? "a path has no numbers of elements: it means any of them"
        : "the steps of a path are joined by dots",
      replacing: range, with: path)
    return FieldSyntax(steps: scan.steps, quoted: scan.quoted, range: range)
  }

  private func isBracket(at index: Int) -> Bool {
    index > position && text(of: token(at: index)) == "[" && isJoined(index - 1)
  }

  /// The index after `[0]`, `[]`, `[*]` or `['key']`; nil for anything else.
  private func passBracket(_ scan: inout FieldPathScan, _ hasIndex: inout Bool) -> Int? {
    let index = scan.endIndex + 1
    let inside = token(at: index)
    if inside.kind == .rightBracket {
      hasIndex = true
      return index + 1
    }
    guard token(at: index + 1).kind == .rightBracket else { return nil }
    if inside.kind == .string {
      scan.steps.append(StringLiteral.decode(bytes, inside, as: .plain).text)
      scan.quoted.append(true)
    } else if inside.kind == .word,
      text(of: inside) == "*" || text(of: inside).utf8.allSatisfy(ASCII.isDigit)
    {
      hasIndex = true
    } else {
      return nil
    }
    return index + 2
  }

  private func appendStepsBehindBracket(_ scan: inout FieldPathScan) {
    let next = token(at: scan.endIndex)
    guard next.kind == .word, isJoined(scan.endIndex - 1) else { return }
    let parts = text(of: next).split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, parts[0].isEmpty, parts.dropFirst().allSatisfy(Self.isBareStep) else {
      return
    }
    for part in parts.dropFirst() {
      scan.steps.append(String(part))
      scan.quoted.append(false)
    }
    scan.endIndex += 1
  }
}
