import TrailText

/// The sentence as a whole: source, head, stages.
extension Parser {
  /// `query := source {"where" pred | clause} {"|" stage}`
  ///
  /// - Returns: The sentence as far as it could be read; `nil` where not even a source could be made out, and then
  ///   something has been reported.
  mutating func parseQuery() -> QuerySyntax? {
    guard let source = parseSource() else { return nil }
    var query = QuerySyntax(source: source, range: source.range)
    parseHead(&query)
    parseStages(&query)
    query.range = range(from: 0).union(source.range)
    return query
  }

  // MARK: Head

  /// What lies between the source and the first bar.
  private mutating func parseHead(_ query: inout QuerySyntax) {
    var progress = LoopProgress()
    while !isAtSentenceBoundary, progress.moved(to: position) {
      correctMisspelledClause()
      if let token = eat(.where) {
        parseWhere(token, &query)
      } else if let keyword = atClause() {
        parseClause(keyword, into: &query)
      } else if at(.by), isSequence(query) {
        parseSequenceKeys(into: &query)
      } else if isStageWithoutBar || at(.by) || isAtDoubleBar {
        break
      } else {
        recoverInHead(&query)
      }
    }
    // Where the text ends here, the head could go on.
    let hasCondition = query.predicate != nil || !query.sequence.isEmpty
    if !hasCondition {
      expecting(.keyword(Keyword.where.rawValue))
    }
    if isSequence(query) { expecting(.keyword(Keyword.by.rawValue)) }
    for keyword in Keyword.clauses where keyword != .within || hasCondition {
      expecting(.keyword(keyword.rawValue))
    }
    expecting(.keyword("|"))
  }

  private mutating func parseWhere(_ token: Token, _ query: inout QuerySyntax) {
    let steps = parseSequence()
    let isFirst = query.predicate == nil && query.sequence.isEmpty
    if isFirst, let step = steps.first, steps.count == 1, step.count == nil, step.name == nil {
      query.predicate = step.predicate
      return
    }
    if isFirst {
      query.sequence = steps
      return
    }
    guard let first = query.predicate, let predicate = steps.first?.predicate else {
      report(
        .repeatedWhere, "there is a `where` before the first bar already", at: range(of: token))
      return
    }
    report(
      .repeatedWhere, "there is a `where` before the first bar already",
      replacing: range(of: token),
      with: "and", notes: ["a further filter can also be a stage: `| where …`"])
    query.predicate = .and([first, predicate], range: first.range.union(predicate.range))
  }

  private mutating func parseClause(_ keyword: Keyword, into query: inout QuerySyntax) {
    let place = range(of: current)
    guard let clause = parseClause(keyword) else { return }
    if query.clauses.contains(where: { $0.keyword == clause.keyword }) {
      report(
        .repeatedClause, "`\(clause.keyword.rawValue)` stands here twice", at: place,
        label: "leave one of them out")
      return
    }
    query.clauses.append(clause)
  }

  private mutating func recoverInHead(_ query: inout QuerySyntax) {
    let token = current
    switch token.kind {
    case .semicolon: passSemicolon()
    case .rightParenthesis:
      report(
        .unmatchedBracket, "no bracket is open here", at: range(of: token),
        fixIt: FixIt(replace: range(of: token), with: ""))
      advance(as: .error)
    case _
    where query.predicate == nil && query.sequence.isEmpty && query.clauses.isEmpty
      && beginsCondition(at: position):
      report(
        .missingWhere, "expected `where` before the first condition", at: range(of: token),
        fixIt: FixIt(replace: .at(token.offset + base), with: "where "))
      let steps = parseSequence()
      if steps.count == 1, steps[0].count == nil, steps[0].name == nil {
        query.predicate = steps[0].predicate
      } else {
        query.sequence = steps
      }
    default:
      report(
        at(.word) ? .unexpectedWord : .unexpectedCharacter,
        "expected `since`, `until`, `between`, `at`, `|` or the end, found \(describe(token))",
        at: range(of: token))
      advance(as: .error)
      skip {
        $0.isAtSentenceBoundary || $0.atClause() != nil || $0.at(.where) || $0.isStageWithoutBar
      }
    }
  }

  /// A semicolon at the very end says nothing; before anything else, there are two statements.
  mutating func passSemicolon() {
    let token = advance(as: .operator)
    guard !isAtEnd else { return }
    report(
      .severalStatements, "one statement ends at this `;`, and another begins", at: range(of: token)
    )
    skip { $0.isAtEnd }
  }

  /// True at `||`, which joins conditions elsewhere, and here can only be a bar.
  private var isAtDoubleBar: Bool { at(.foreignOperator) && text(of: current) == "||" }

  // MARK: Stages

  private mutating func parseStages(_ query: inout QuerySyntax) {
    var progress = LoopProgress()
    while !isAtEnd, progress.moved(to: position) {
      if firstBarOffset == nil, at(.bar) || isStageWithoutBar || isAtDoubleBar {
        firstBarOffset = current.offset
      }
      if let bar = eat(.bar, as: .operator) {
        if let stage = parseStage(after: bar, &query) { query.stages.append(stage) }
      } else if let stage = recoverBetweenStages(&query) {
        query.stages.append(stage)
      }
      if !query.stages.isEmpty { expecting(.keyword("|")) }
    }
  }

  /// Deals with what stands after a stage where a bar or the end should be.
  private mutating func recoverBetweenStages(_ query: inout QuerySyntax) -> StageSyntax? {
    let token = current
    if token.kind == .semicolon {
      passSemicolon()
      return nil
    }
    if let keyword = atClause() {
      parseMisplacedClause(keyword, startingAt: token.offset, &query)
      return nil
    }
    if isStageWithoutBar || at(.where) { return parseStage(after: nil, &query) }
    if at(.by), query.stages.isEmpty {
      report(
        .missingBar, "`by` groups in a stage", at: range(of: token), label: "write `| count by`",
        fixIt: FixIt(replace: .at(token.offset + base), with: "| count "))
      let start = position
      let aggregation = parseGroups(of: [countOfRows(at: range(of: token))])
      return StageSyntax(.count(aggregation), range: range(from: start))
    }
    if isAtDoubleBar {
      report(
        .foreignOperator, "stages are parted by one bar", replacing: range(of: token), with: "|")
      return parseStage(after: advance(as: .operator), &query)
    }
    if token.kind == .rightParenthesis {
      report(
        .unmatchedBracket, "no bracket is open here", at: range(of: token),
        fixIt: FixIt(replace: range(of: token), with: ""))
    } else {
      report(
        at(.word) ? .unexpectedWord : .unexpectedCharacter,
        "expected `|` or the end, found \(describe(token))", at: range(of: token),
        label: at(.by)
          ? "to group by several fields: `count by name, user`"
          : nearContinuation(of: token).map { "did you mean `\($0)`?" },
        fixIt: nearContinuation(of: token).map { FixIt(replace: range(of: token), with: $0) })
    }
    skip { $0.isAtSentenceBoundary || $0.atClause() != nil }
    return nil
  }

  /// The keyword inside a stage that an unexpected word was probably meant to be.
  private func nearContinuation(of token: Token) -> String? {
    // A word that is spelled right stands in a wrong place.
    guard token.kind == .word, Keyword(rawValue: text(of: token).lowercased()) == nil else {
      return nil
    }
    let keywords: [Keyword] = [.by, .every, .as, .asc, .desc, .and, .or]
    return NearestNames.find(text(of: token), in: keywords.map(\.rawValue)).first
  }

  /// A clause after a bar: as if it stood before the first one.
  ///
  /// - Parameter start: Where the misplaced text begins, its bar included where it has one.
  mutating func parseMisplacedClause(
    _ keyword: Keyword, startingAt start: Int, _ query: inout QuerySyntax
  ) {
    let place = range(of: current)
    let clauseStart = current.offset
    guard let clause = parseClause(keyword) else { return }
    let bar = firstBarOffset ?? start
    let clauseText = text(from: clauseStart, to: clause.range.upperBound - base)
    var between = text(from: bar, to: start)
    while between.last == " " { between.removeLast() }
    report(
      .clauseAfterStage, "`\(keyword.rawValue)` stands before the first bar", at: place,
      fixIt: FixIt(
        replace: SourceRange(bar + base, clause.range.upperBound),
        with: between.isEmpty ? clauseText : "\(clauseText) \(between)"))
    if !query.clauses.contains(where: { $0.keyword == clause.keyword }) {
      query.clauses.append(clause)
    }
  }
}
