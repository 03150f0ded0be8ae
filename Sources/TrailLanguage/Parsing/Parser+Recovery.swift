import TrailText

/// How tokens are skipped after a mistake, and how misspelt keywords are mended.
///
/// Strength, weakest first: words and values, operators, `)`, `and` and `or`, clause keywords, `|`, the end. A
/// production skips only what is weaker than the tokens that those above it wait for.
extension Parser {
  /// True at a token that a predicate must not skip: someone above waits for it.
  var isAtPredicateBoundary: Bool {
    switch current.kind {
    case .bar, .endOfText, .rightParenthesis, .semicolon: return true
    case .foreignOperator:
      return ["and", "or"].contains(ForeignHabits.operators[text(of: current)])
    case .word:
      switch keyword(at: position) {
      case .and, .or, .where, .since, .until, .between, .at, .asOf, .then, .within: return true
      default: return isStageWithoutBar
      }
    default: return false
    }
  }

  /// True at a token that belongs to the sentence, not to one of its clauses or stages.
  var isAtSentenceBoundary: Bool { at(.bar) || isAtEnd }

  /// Passes tokens as errors up to one for which `condition` holds, or the end.
  mutating func skip(until condition: (Parser) -> Bool) {
    var progress = LoopProgress()
    while !isAtEnd, !condition(self), progress.moved(to: position) {
      advance(as: .error)
    }
  }

  /// True at a stage's name that begins a stage although no bar stands before it.
  ///
  /// Only asked where a condition, clause or stage is complete; elsewhere `count` is a field like others.
  var isStageWithoutBar: Bool {
    guard at(.word), !peek(1).kind.isComparison else { return false }
    let name = text(of: current).lowercased()
    if keyword(at: position + 1) == .in || keyword(at: position + 1) == .exists { return false }
    guard !Vocabulary.words.contains(name), !Vocabulary.fields.contains(name) else { return false }
    if name == StageName.where.rawValue { return false }
    return StageName(rawValue: name) != nil || ForeignHabits.stages[name] != nil
  }

  /// Takes the current word for the keyword that it nearly is, and says so.
  ///
  /// - Parameter plausible: Whether what follows the word is what would follow that keyword.
  /// - Returns: True where it was mended; the word is then a keyword for all who look.
  mutating func correctMisspelling(
    among keywords: [Keyword], where plausible: (Parser, Keyword) -> Bool
  ) -> Bool {
    guard at(.word), keyword(at: position) == nil, !peek(1).kind.isComparison else { return false }
    let written = text(of: current)
    let folded = written.lowercased()
    guard !Vocabulary.words.contains(folded), !Vocabulary.fields.contains(folded) else {
      return false
    }
    // What cannot stand here is dropped first: comparing words is the dear part.
    let candidates = keywords.filter { plausible(self, $0) }.map(\.rawValue)
    let near = NearestNames.find(written, in: candidates).first
    guard let keyword = near.flatMap(Keyword.init(rawValue:)) else { return false }
    let range = range(of: current)
    report(
      .unexpectedWord, "`\(written)` is not known here", at: range,
      label: "did you mean `\(keyword.rawValue)`?",
      fixIt: FixIt(replace: range, with: keyword.rawValue))
    corrections[position] = keyword
    return true
  }

  /// Takes a word such as `from` or `last` before a time for the clause keyword that it means, and says so.
  private mutating func correctForeignClause() {
    guard at(.word), corrections[position] == nil, looksLikeTime(at: position + 1),
      let ours = ForeignHabits.clauses[text(of: current).lowercased()]
    else { return }
    report(
      .unexpectedWord, "`\(text(of: current))` is written `\(ours.rawValue)` here",
      replacing: range(of: current), with: ours.rawValue)
    corrections[position] = ours
  }

  /// Mends a misspelt `and`, `or` or clause keyword after a condition.
  mutating func correctMisspelledConnective() {
    correctForeignClause()
    _ = correctMisspelling(among: [.and, .or] + Keyword.clauses) { parser, keyword in
      switch keyword {
      case .and, .or: parser.beginsCondition(at: parser.position + 1)
      default: parser.looksLikeTime(at: parser.position + 1)
      }
    }
  }

  /// Mends a misspelt clause keyword or `where` in the head of a sentence.
  mutating func correctMisspelledClause() {
    correctForeignClause()
    _ = correctMisspelling(among: [.where] + Keyword.clauses) { parser, keyword in
      keyword == .where
        ? parser.beginsCondition(at: parser.position + 1)
        : parser.looksLikeTime(at: parser.position + 1)
    }
  }

  func looksLikeTime(at index: Int) -> Bool {
    let token = token(at: index)
    if token.kind == .string { return true }
    guard token.kind == .word else { return false }
    return TimeText.read(text(of: token)) != .unrelated || ASCII.isDigit(bytes[token.offset])
  }

  /// True where a token could be the first of a condition.
  func beginsCondition(at index: Int) -> Bool {
    let token = token(at: index)
    switch token.kind {
    case .leftParenthesis: return true
    case .foreignOperator: return text(of: token) == "!"
    case .word:
      guard let keyword = keyword(at: index) else { return true }
      return keyword == .not || keyword == .about || !Keyword.reservedAsField.contains(keyword)
    default: return token.kind.isAnyString
    }
  }

  /// True where a word is known as a field or word, or is compared with something.
  func isPlausibleCondition(at index: Int) -> Bool {
    let token = token(at: index)
    guard token.kind == .word else { return beginsCondition(at: index) }
    if let keyword = keyword(at: index) { return keyword == .not || keyword == .about }
    let end = scanFieldPath(at: index).endIndex
    let next = self.token(at: end)
    if next.kind.isComparison { return true }
    if next.kind == .foreignOperator {
      return ForeignHabits.operators[text(of: next)].flatMap(ComparisonOperator.init(rawValue:))
        != nil
    }
    if keyword(at: end) == .in || keyword(at: end) == .exists { return true }
    let name = text(of: token).lowercased()
    let root = name.prefix { $0 != "." && $0 != ":" }
    return Vocabulary.words.contains(name) || Vocabulary.isRoot(String(root))
  }
}
