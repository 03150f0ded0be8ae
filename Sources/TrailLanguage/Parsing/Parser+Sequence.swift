import TrailText

/// Steps that follow each other in time, and what a match's events have in common.
extension Parser {
  /// `sequence := step {"then" ["no"] step}`; a predicate alone is a sequence of one step.
  mutating func parseSequence() -> [StepSyntax] {
    var steps = [parseStep(isAbsent: false)]
    var progress = LoopProgress()
    while progress.moved(to: position), eat(.then, as: .operator) != nil {
      steps.append(parseStep(isAbsent: eat(.no, as: .operator) != nil))
    }
    return steps
  }

  /// `step := pred ["x" INT] ["as" NAME]`
  private mutating func parseStep(isAbsent: Bool) -> StepSyntax {
    let start = position
    let predicate = parsePredicate()
    let count = eatRepetition()
    let name = parseNewName()
    return StepSyntax(
      predicate, isAbsent: isAbsent, count: count, name: name,
      range: predicate.range.union(range(from: start)))
  }

  /// True where a step's condition has ended: `as`, `by`, `x5`.
  var isAtEndOfStep: Bool {
    switch keyword(at: position) {
    case .by, .as: true
    default: repetition(at: position) != nil
    }
  }

  /// How many tokens `x5` or `x 5` is, and its number, where it stands at `index`.
  private func repetition(at index: Int) -> (tokens: Int, number: Int)? {
    let token = token(at: index)
    guard token.kind == .word, !self.token(at: index + 1).kind.isComparison else { return nil }
    let written = text(of: token)
    guard written.first == "x" || written.first == "X" else { return nil }
    let digits = written.dropFirst()
    if digits.isEmpty, isNumber(self.token(at: index + 1)) {
      let number = text(of: self.token(at: index + 1))
      return (2, acceptsPlaceholders && SavedQuery.isPlaceholder(number) ? 1 : Int(number) ?? 0)
    }
    guard !digits.isEmpty, digits.utf8.allSatisfy(ASCII.isDigit) else { return nil }
    return (1, Int(digits) ?? 0)
  }

  private mutating func eatRepetition() -> Int? {
    guard let found = repetition(at: position) else { return nil }
    let start = position
    for _ in 0..<found.tokens { advance(as: .number) }
    guard (1...QueryLimits.maximumRepetition).contains(found.number) else {
      report(
        .badNumber, "a step is repeated 1 to \(QueryLimits.maximumRepetition) times",
        at: range(from: start))
      return nil
    }
    return found.number
  }

  // MARK: What a match's events have in common

  /// True for a head in which `by` says what the events of a match have in common.
  func isSequence(_ query: QuerySyntax) -> Bool {
    !query.sequence.isEmpty || query.clauses.contains { $0.keyword == .within }
  }

  /// `"by" key {"," key}`, `key := field {"=" field}`
  mutating func parseSequenceKeys(into query: inout QuerySyntax) {
    let start = position
    let place = range(of: advance(as: .keyword))
    var keys: [SequenceKeySyntax] = []
    var progress = LoopProgress()
    repeat {
      guard progress.moved(to: position),
        let first = parseField(for: keys.isEmpty ? "`by`" : "`,`")
      else { break }
      var fields = [first]
      while eat(.equal, as: .operator) != nil, let next = parseField(for: "`=`") {
        fields.append(next)
      }
      keys.append(SequenceKeySyntax(fields))
    } while eatComma()
    guard !keys.isEmpty else { return }
    if query.clauses.contains(where: { $0.keyword == .by }) {
      report(
        .repeatedClause, "`by` stands here twice", at: place, label: "leave one of them out")
      return
    }
    query.clauses.append(ClauseSyntax(.by(keys), range: range(from: start)))
  }

  /// Reports a `then` where no sequence can be, and passes what it joins.
  mutating func rejectSequence(_ reason: String) {
    guard at(.then) else { return }
    report(
      .misplacedSequence, "a sequence stands in the `where` before the first bar",
      at: range(of: current), notes: [reason])
    while eat(.then, as: .operator) != nil {
      _ = eat(.no, as: .operator)
      _ = parseStep(isAbsent: false)
    }
  }
}
