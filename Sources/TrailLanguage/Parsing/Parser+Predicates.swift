import TrailText

/// `pred`, from `or` down to brackets: what joins conditions.
extension Parser {
  /// `or := and {"or" and}`
  mutating func parsePredicate() -> PredicateSyntax {
    var operands = [parseAnd()]
    var progress = LoopProgress()
    while eatConnective(.or), progress.moved(to: position) { operands.append(parseAnd()) }
    guard operands.count > 1 else { return operands[0] }
    return .or(operands, range: operands[0].range.union(operands[operands.count - 1].range))
  }

  /// `and := not {"and" not}`
  private mutating func parseAnd() -> PredicateSyntax {
    var operands = [parseNot()]
    var progress = LoopProgress()
    var isAfterJunk = false
    while progress.moved(to: position) {
      correctMisspelledConnective()
      if eatConnective(.and) {
        operands.append(parseNot())
      } else if isAtPredicateBoundary || isAtEndOfStep {
        break
      } else if isPlausibleCondition(at: position) {
        if !isAfterJunk { reportMissingAnd() }
        operands.append(parseNot())
      } else if at(.comma), isPlausibleCondition(at: position + 1) {
        reportForeignOperator(advance(as: .operator), ours: "and")
        operands.append(parseNot())
      } else {
        if !isAfterJunk { reportUnexpectedAfterCondition() }
        advance(as: .error)
        isAfterJunk = true
        continue
      }
      isAfterJunk = false
    }
    guard operands.count > 1 else { return operands[0] }
    return .and(operands, range: operands[0].range.union(operands[operands.count - 1].range))
  }

  private mutating func reportMissingAnd() {
    report(
      .missingAnd, "expected `and` or `or` between two conditions", at: range(of: current),
      label: "a second condition begins here",
      fixIt: FixIt(replace: .at(current.offset + base), with: "and "))
  }

  private mutating func reportUnexpectedAfterCondition() {
    report(
      at(.word) ? .unexpectedWord : .unexpectedCharacter,
      "expected `and`, `or`, `since`, `until`, `between`, `at`, `|` or the end, found \(describe(current))",
      at: range(of: current))
  }

  /// Passes `and` or `or`, also by the sign that other languages use, which is reported.
  private mutating func eatConnective(_ keyword: Keyword) -> Bool {
    if eat(keyword, as: .operator) != nil { return true }
    guard at(.foreignOperator),
      ForeignHabits.operators[text(of: current)] == keyword.rawValue
    else { return false }
    reportForeignOperator(current, ours: keyword.rawValue)
    advance(as: .operator)
    return true
  }

  /// Reports an operator of another language, minding the spaces that a word needs round it.
  mutating func reportForeignOperator(_ token: Token, ours: String) {
    let range = range(of: token)
    var replacement = ours
    if ours.utf8.allSatisfy(ASCII.isLetter) {
      let before = token.offset > 0 ? bytes[token.offset - 1] : UInt8(ascii: " ")
      let after = token.endOffset < bytes.count ? bytes[token.endOffset] : UInt8(ascii: " ")
      if before != UInt8(ascii: " "), before != UInt8(ascii: "(") {
        replacement = " " + replacement
      }
      if after != UInt8(ascii: " ") { replacement += " " }
    }
    report(
      .foreignOperator, "`\(text(of: token))` is written `\(ours)` here", at: range,
      label: "write `\(ours)`", fixIt: FixIt(replace: range, with: replacement))
  }

  /// `not := {"not"} condition`
  private mutating func parseNot() -> PredicateSyntax {
    var nots: [SourceRange] = []
    var progress = LoopProgress()
    while progress.moved(to: position) {
      if let token = eat(.not, as: .operator) {
        nots.append(range(of: token))
      } else if at(.foreignOperator), ForeignHabits.operators[text(of: current)] == "not" {
        reportForeignOperator(current, ours: "not")
        nots.append(range(of: advance(as: .operator)))
      } else {
        break
      }
    }
    guard nesting + nots.count <= QueryLimits.maximumNesting else { return rejectNesting() }
    nesting += nots.count
    defer { nesting -= nots.count }
    return nots.reversed().reduce(parseCondition()) { .not($0, range: $1.union($0.range)) }
  }

  private mutating func rejectNesting() -> PredicateSyntax {
    let start = position
    report(
      .nestingTooDeep, "conditions are nested more than \(QueryLimits.maximumNesting) deep",
      at: range(of: current))
    skip { $0.isAtSentenceBoundary }
    hasAbandonedBrackets = true
    return .invalid(range: range(from: start))
  }

  /// `"(" pred ")"`
  mutating func parseGroup() -> PredicateSyntax {
    let open = advance(as: .bracket)
    guard nesting < QueryLimits.maximumNesting else { return rejectNesting() }
    nesting += 1
    defer { nesting -= 1 }
    let predicate = parsePredicate()
    closeBracket(open)
    return predicate
  }

  /// Passes the `)` that closes `open`, or reports that it is missing.
  mutating func closeBracket(_ open: Token) {
    expecting(.keyword(")"))
    if eat(.rightParenthesis, as: .bracket) != nil || hasAbandonedBrackets { return }
    if closeWithPrevious(at: placeAfterPrevious) { return }
    report(
      .unclosedBracket, "this bracket is never closed", at: range(of: open),
      label: "expected `)` before \(describe(current))",
      fixIt: FixIt(replace: placeAfterPrevious, with: ")"))
  }
}
