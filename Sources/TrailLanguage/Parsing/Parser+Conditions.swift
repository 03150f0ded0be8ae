import TrailText

/// One condition: a word, `about`, or a field and what is said of it.
extension Parser {
  /// `condition := "(" pred ")" | WORD | "about" value | field …`
  mutating func parseCondition() -> PredicateSyntax {
    expecting(.field, .word, .keyword(Keyword.about.rawValue), .keyword("("))
    switch current.kind {
    case .leftParenthesis: return parseGroup()
    case .word:
      guard let keyword = keyword(at: position), Keyword.reservedAsField.contains(keyword) else {
        return parseFieldCondition()
      }
      switch keyword {
      case .about: return parseAbout()
      case .exists where isValue(at: position + 1): return parseLeadingExists()
      default: return rejectCondition()
      }
    case .string, .unterminatedString, .curlyString: return parseFieldCondition()
    default: return rejectCondition()
    }
  }

  /// Reports that a condition is missing, and skips what nobody waits for.
  private mutating func rejectCondition() -> PredicateSyntax {
    let start = position
    if current.kind.isComparison {
      report(
        .missingField, "expected a field before \(describe(current))", at: range(of: current))
    } else {
      report(
        .missingCondition, "expected a condition, found \(describe(current))",
        at: isAtEnd ? placeAfterPrevious : range(of: current),
        notes: [
          "a condition is a word such as `denied`, a comparison such as `name=DeleteBucket`, or `about X`"
        ])
    }
    let place = placeAfterPrevious
    skip { $0.isAtPredicateBoundary }
    return .invalid(range: position == start ? place : range(from: start))
  }

  /// `exists user`, as if it were `user exists`.
  private mutating func parseLeadingExists() -> PredicateSyntax {
    let start = position
    let word = advance(as: .operator)
    guard let field = parseField(for: "`exists`") else {
      return .invalid(range: range(from: start))
    }
    let written = self.written(field)
    report(
      .foreignOperator, "`exists` stands after its field", at: range(of: word),
      label: "write `\(written) exists`",
      fixIt: FixIt(replace: range(from: start), with: "\(written) exists"))
    return .exists(field, range: range(from: start))
  }

  private mutating func parseAbout() -> PredicateSyntax {
    let start = position
    advance(as: .keyword)
    guard let value = parseValue(.name, after: "`about`") else {
      return .invalid(range: range(from: start))
    }
    return .about(value, range: range(from: start))
  }

  private mutating func parseFieldCondition() -> PredicateSyntax {
    let start = position
    let scan = scanFieldPath(at: start)
    guard scan.endIndex > start else { return rejectLoneValue() }
    if let field = passIndexedField(scan) {
      if isFollowedByComparison(position) { return parseComparison(of: field, from: start) }
      reportMissingOperator(after: field, hasValue: false)
      return .exists(field, range: field.range)
    }
    if isFollowedByComparison(scan.endIndex) {
      let field = passField(scan)
      return parseComparison(of: field, from: start)
    }
    return parseLone(scan)
  }

  /// True where an operator, a keyword such as `in`, or another language's word for one stands.
  private func isFollowedByComparison(_ index: Int) -> Bool {
    let next = token(at: index)
    if next.kind.isComparison { return true }
    switch next.kind {
    case .foreignOperator:
      return ForeignHabits.operators[text(of: next)].flatMap(ComparisonOperator.init(rawValue:))
        != nil
        || text(of: next) == "=~"
    case .word:
      switch keyword(at: index) {
      case .in, .exists: return true
      case .not:
        let following = keyword(at: index + 1)
        return following == .in || following == .exists
          || isForeignComparison(token(at: index + 1))
      case .between: return isNumberRange(at: index + 1)
      case nil:
        guard isForeignComparison(next) else { return false }
        return isValue(at: index + 1) || keyword(at: index + 1) == .not
          || token(at: index + 1).kind == .regex
      default: return false
      }
    default: return false
    }
  }

  /// True at a token that could be a value.
  func isValue(at index: Int) -> Bool {
    let token = token(at: index)
    if token.kind.isAnyString { return true }
    guard token.kind == .word else { return false }
    return keyword(at: index).map { !Keyword.reserved.contains($0) } ?? true
  }

  // MARK: A name without an operator

  private mutating func parseLone(_ scan: FieldPathScan) -> PredicateSyntax {
    let start = position
    let isSingle = scan.steps.count == 1 && !scan.quoted[0]
    let written = text(of: current)
    let folded = written.lowercased()
    if isSingle, Self.isWord(written) {
      if Vocabulary.fields.contains(folded), !Vocabulary.words.contains(folded),
        isValueForMissingOperator(at: scan.endIndex)
      {
        return parseMissingOperator(scan)
      }
      let token = advance(as: .word)
      let name = NameSyntax(written, range: range(of: token))
      if isAtEnd {
        // The word may yet become a field.
        expecting(.comparison(FieldSyntax(steps: [written], range: name.range)))
      } else if correctMisspelling(
        among: [.exists, .in],
        where: { parser, keyword in
          keyword == .exists || parser.peek(1).kind == .leftParenthesis
        })
      {
        let field = FieldSyntax(steps: [written], range: name.range)
        return parseComparison(of: field, from: start)
      }
      return .word(name)
    }
    if let colon = splitAtColon(written) { return parseColonComparison(colon) }
    let root = folded.prefix { $0 != "." }
    let isPath = scan.isWellFormed && scan.steps.count > 1 && Vocabulary.isRoot(String(root))
    if isPath { return parseMissingOperator(scan) }
    return rejectLoneValue()
  }

  /// True for what a word's name can be: a letter, then letters, digits, `_` and `-`.
  static func isWord(_ text: String) -> Bool {
    guard let first = text.utf8.first, first >= 0x80 || ASCII.isLetter(first) else { return false }
    return text.utf8.allSatisfy {
      $0 >= 0x80 || ASCII.isLetter($0) || ASCII.isDigit($0) || $0 == UInt8(ascii: "_")
        || $0 == UInt8(ascii: "-")
    }
  }

  private func isValueForMissingOperator(at index: Int) -> Bool {
    guard isValue(at: index) else { return false }
    let token = token(at: index)
    guard token.kind == .word else { return true }
    let name = text(of: token).lowercased()
    return keyword(at: index) == nil && StageName(rawValue: name) == nil
      && !Vocabulary.words.contains(name)
      && NearestNames.find(name, in: [Keyword.exists.rawValue]).isEmpty
  }

  /// `user bob`: as if `=` stood between; `req.x` alone: as if `exists` followed.
  private mutating func parseMissingOperator(_ scan: FieldPathScan) -> PredicateSyntax {
    let start = position
    let field = passField(scan)
    if isAtEnd { expecting(.comparison(field)) }
    let hasValue = isValueForMissingOperator(at: position)
    if !hasValue,
      correctMisspelling(
        among: [.exists, .in], where: { $1 == .exists || $0.peek(1).kind == .leftParenthesis })
    {
      return parseComparison(of: field, from: start)
    }
    reportMissingOperator(after: field, hasValue: hasValue)
    guard hasValue, let value = parseValue(.value(field, .equal), after: "`=`") else {
      return .exists(field, range: field.range)
    }
    return .comparison(field, .equal, value, range: range(from: start))
  }

  private mutating func reportMissingOperator(after field: FieldSyntax, hasValue: Bool) {
    let written = self.written(field)
    report(
      .missingOperator, "expected an operator after `\(written)`, found \(describe(current))",
      at: isAtEnd ? placeAfterPrevious : range(of: current),
      notes: ["operators are = != == < <= > >= ~ !~, `in (…)` and `exists`"],
      fixIt: FixIt(replace: placeAfterPrevious, with: hasValue ? " =" : " exists"))
  }

  private func splitAtColon(_ written: String) -> (field: String, value: String)? {
    guard let colon = written.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let field = String(written[..<colon])
    guard Vocabulary.isRoot(String(field.lowercased().prefix { $0 != "." })) else { return nil }
    return (field, String(written[written.utf8.index(after: colon)...]))
  }

  /// `name:DeleteTrail` and `name: DeleteTrail`, as search engines write it.
  private mutating func parseColonComparison(_ parts: (field: String, value: String))
    -> PredicateSyntax
  {
    let start = position
    let token = current
    let colon = token.offset + parts.field.utf8.count + base
    report(
      .foreignOperator, "`:` is written `=` here", at: SourceRange(colon, colon + 1),
      label: "write `=`", fixIt: FixIt(replace: SourceRange(colon, colon + 1), with: "="))
    advance(as: .field)
    let field = FieldSyntax(
      steps: parts.field.split(separator: ".").map(String.init),
      range: SourceRange(token.offset + base, colon))
    if !parts.value.isEmpty {
      let value = ValueSyntax(parts.value, range: SourceRange(colon + 1, token.endOffset + base))
      return .comparison(field, .equal, value, range: range(from: start))
    }
    guard let value = parseValue(.value(field, .equal), after: "`=`") else {
      return .invalid(range: range(from: start))
    }
    return .comparison(field, .equal, value, range: range(from: start))
  }

  /// A value where a condition should be: as if `about` stood before it.
  private mutating func rejectLoneValue() -> PredicateSyntax {
    let start = position
    let token = current
    report(
      .bareValue, "\(describe(token)) alone is no condition", at: range(of: token),
      label: "to find it wherever a name can be: `about`",
      fixIt: FixIt(replace: .at(token.offset + base), with: "about "))
    guard let value = parseValue(.name, after: "`about`") else {
      return .invalid(range: range(from: start))
    }
    return .about(value, range: value.range)
  }

  // MARK: What is said of a field

  /// `OP value | "in" "(" value,… ")" | "exists"`
  private mutating func parseComparison(of field: FieldSyntax, from start: Int) -> PredicateSyntax {
    let token = current
    switch token.kind {
    case .matches, .notMatches: return parseMatch(of: field, from: start)
    case .foreignOperator:
      let written = text(of: token)
      let ours = ForeignHabits.operators[written] ?? ComparisonOperator.equal.rawValue
      reportForeignOperator(token, ours: ours)
      guard let comparison = ComparisonOperator(rawValue: ours) else {
        return parseMatch(of: field, from: start)
      }
      return parseValueComparison(of: field, comparison, from: start)
    case .word:
      switch keyword(at: position) {
      case .in: return parseAmong(of: field, from: start)
      case .exists:
        advance(as: .operator)
        return parseComparedExistence(of: field, from: start)
          ?? .exists(field, range: range(from: start))
      case .between: return parseNumberRange(of: field, from: start)
      case .not: return parseTrailingNot(of: field, from: start)
      default: return parseForeignComparison(of: field, from: start)
      }
    default:
      let comparison = ComparisonOperator(rawValue: text(of: token)) ?? .equal
      return parseValueComparison(of: field, comparison, from: start)
    }
  }

  private mutating func parseValueComparison(
    of field: FieldSyntax, _ comparison: ComparisonOperator, from start: Int
  ) -> PredicateSyntax {
    let sign = advance(as: .operator)
    if let value = parseNumberWithCommas() {
      return .comparison(field, comparison, value, range: range(from: start))
    }
    if at(.leftParenthesis), comparison == .equal || comparison == .notEqual {
      return parseListAfterEqual(of: field, sign, isNegated: comparison == .notEqual, from: start)
    }
    guard let value = parseValue(.value(field, comparison), after: "`\(comparison.rawValue)`")
    else {
      return .invalid(range: range(from: start))
    }
    if comparison == .identical { warnOfStar(in: value, sign) }
    return .comparison(field, comparison, value, range: range(from: start))
  }

  private mutating func warnOfStar(in value: ValueSyntax, _ sign: Token) {
    guard value.hasWildcard else { return }
    report(
      .exactStar, "`==` compares exact text, in which `*` is a star", at: value.range,
      severity: .warning, label: "to let it stand for any characters, compare with `=`",
      fixIt: FixIt(replace: range(of: sign), with: "="))
  }

  /// `~ /regex/`
  private mutating func parseMatch(of field: FieldSyntax, from start: Int) -> PredicateSyntax {
    let sign = advance(as: .operator)
    guard let regex = parseRegex(of: field, after: sign) else {
      return .invalid(range: range(from: start))
    }
    return .matches(
      field, regex, negated: sign.kind == .notMatches, range: range(from: start))
  }

  /// `in (a, b)`
  private mutating func parseAmong(of field: FieldSyntax, from start: Int) -> PredicateSyntax {
    advance(as: .operator)
    let values = parseValueList(of: field)
    guard !values.isEmpty else { return .invalid(range: range(from: start)) }
    return .among(field, values, range: range(from: start))
  }

  /// `user = (a, b)`, as if `in` had been written.
  private mutating func parseListAfterEqual(
    of field: FieldSyntax, _ sign: Token, isNegated: Bool, from start: Int
  ) -> PredicateSyntax {
    let written = self.written(field)
    let ours = isNegated ? "not \(written) in " : "\(written) in "
    report(
      .foreignOperator, "a list of values is compared by `in`", at: range(of: sign),
      label: "write `\(ours)(…)`",
      fixIt: FixIt(
        replace: SourceRange(field.range.lowerBound, current.offset + base), with: ours))
    let values = parseValueList(of: field)
    guard !values.isEmpty else { return .invalid(range: range(from: start)) }
    let among = PredicateSyntax.among(field, values, range: range(from: start))
    return isNegated ? .not(among, range: among.range) : among
  }

  /// `user not in (…)`, `user not exists`, `user not like …`: here `not` stands before the whole condition.
  private mutating func parseTrailingNot(of field: FieldSyntax, from start: Int) -> PredicateSyntax
  {
    let written = self.written(field)
    let not = advance(as: .operator)
    report(
      .foreignOperator, "`not` stands before the whole condition", at: range(of: not),
      label: "write `not \(written) \(text(of: current))`",
      fixIt: FixIt(
        replace: SourceRange(field.range.lowerBound, range(of: not).upperBound),
        with: "not \(written)"))
    let condition = parseComparison(of: field, from: start)
    return .not(condition, range: condition.range)
  }

  /// `user like "b%"`, `user is null`, `name contains Delete`: the words that other languages compare with.
  private mutating func parseForeignComparison(
    of field: FieldSyntax, from start: Int
  ) -> PredicateSyntax {
    let word = advance(as: .operator)
    let name = text(of: word).lowercased()
    if ForeignHabits.matches.contains(name) {
      return parseForeignMatch(of: field, word, from: start)
    }
    if name == "is", let nullTest = parseNullTest(of: field, word, from: start) { return nullTest }
    let ours = ForeignHabits.comparisons[name]
    var comparison = ours?.replacement ?? .equal
    if comparison == .equal, at(.not) {
      advance(as: .operator)
      comparison = .notEqual
    }
    let valueToken = current
    // What is wrong with the value's own spelling is said only once the operator is right.
    guard let value = parseValue(.value(field, comparison), after: "`\(text(of: word))`") else {
      return .invalid(range: range(from: start))
    }
    var mended = value
    if let ours {
      if ours.hasPercentWildcards { mended.text = String(mended.text.map { $0 == "%" ? "*" : $0 }) }
      mended.text = ours.before + mended.text + ours.after
    }
    let replacement = "\(comparison.rawValue) \(SyntaxPrinter.text(of: mended))"
    let range = SourceRange(word.offset, valueToken.endOffset).shifted(by: base)
    report(
      .foreignOperator, "`\(text(of: word))` is no operator here", replacing: range,
      with: replacement)
    return .comparison(field, comparison, mended, range: self.range(from: start))
  }

  /// `is null`, `is not null`, after `is`.
  private mutating func parseNullTest(
    of field: FieldSyntax, _ word: Token, from start: Int
  ) -> PredicateSyntax? {
    let isNegated = at(.not)
    let nullToken = peek(isNegated ? 1 : 0)
    guard nullToken.kind == .word,
      ["null", "none", "missing", "empty"].contains(text(of: nullToken).lowercased())
    else { return nil }
    if isNegated { advance(as: .operator) }
    advance(as: .operator)
    let written = self.written(field)
    let ours = isNegated ? "\(written) exists" : "not \(written) exists"
    report(
      .foreignOperator, "whether a field is there is asked with `exists`",
      at: SourceRange(word.offset, nullToken.endOffset).shifted(by: base), label: "write `\(ours)`",
      fixIt: FixIt(
        replace: SourceRange(field.range.lowerBound, nullToken.endOffset + base), with: ours))
    let exists = PredicateSyntax.exists(field, range: range(from: start))
    return isNegated ? exists : .not(exists, range: exists.range)
  }
}
