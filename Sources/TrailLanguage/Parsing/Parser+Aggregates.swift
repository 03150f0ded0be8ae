import TrailText

/// `count`, `stats`, and the functions in them.
extension Parser {
  /// `"count" ["as" NAME] {"," agg} groups`
  mutating func parseCount() -> StageSyntax.Kind? {
    let token = tokens[position - 1]
    let place = range(of: token)
    passCountBrackets(of: token)
    var count = countOfRows(at: place)
    count.name = parseNewName()
    var aggregates = [count]
    // `count by` of SQL's `group by`: the word `by` has been passed already.
    let isAfterBy = keyword(at: position - 1) == .by
    if !isAfterBy, at(.word), keyword(at: position) == nil, !isStageWithoutBar, !isAtAggregate {
      report(
        .missingBy, "expected `by`, `,` or `|` after `count`, found \(describe(current))",
        at: range(of: current), label: "to count for each value, write `by`",
        notes: ["`stats count \(text(of: current))` counts the events that have it"],
        fixIt: FixIt(replace: .at(current.offset + base), with: "by "))
      return .count(parseGroups(of: aggregates, hasPassedBy: true))
    }
    var progress = LoopProgress()
    while !isAfterBy, eatAggregateComma(), progress.moved(to: position) {
      guard let aggregate = parseAggregate() else { break }
      aggregates.append(aggregate)
    }
    return .count(parseGroups(of: aggregates, hasPassedBy: isAfterBy))
  }

  /// True where a function and what it is of stand: they begin another aggregate.
  private var isAtAggregate: Bool {
    at(.word) && AggregateFunction(rawValue: text(of: current).lowercased()) != nil
      && peek(1).kind == .word && keyword(at: position + 1) == nil
  }

  /// Passes the comma between two aggregates; where only that is missing, says so and goes on.
  private mutating func eatAggregateComma() -> Bool {
    if eatComma() { return true }
    guard isAtAggregate else { return false }
    report(
      .missingComma, "expected `,` between two functions", at: range(of: current),
      fixIt: FixIt(replace: placeAfterPrevious, with: ","))
    return true
  }

  func countOfRows(at range: SourceRange) -> AggregateSyntax {
    AggregateSyntax(.count, range: range)
  }

  /// `"stats" agg {"," agg} groups`
  mutating func parseStats() -> StageSyntax.Kind? {
    var aggregates: [AggregateSyntax] = []
    var progress = LoopProgress()
    repeat {
      guard progress.moved(to: position) else { break }
      guard let aggregate = parseAggregate() else { break }
      aggregates.append(aggregate)
    } while eatAggregateComma()
    guard !aggregates.isEmpty else { return nil }
    return .stats(parseGroups(of: aggregates))
  }

  /// `["by" field {"," field}] ["every" DUR]`, in either order.
  mutating func parseGroups(of aggregates: [AggregateSyntax], hasPassedBy: Bool = false)
    -> AggregationSyntax
  {
    var aggregation = AggregationSyntax(aggregates: aggregates)
    var hasPassedBy = hasPassedBy
    var progress = LoopProgress()
    while progress.moved(to: position - (hasPassedBy ? 1 : 0)) {
      if aggregation.groups.isEmpty, hasPassedBy || eat(.by) != nil {
        hasPassedBy = false
        aggregation.groups = parseFields(for: "`by`")
        if aggregation.groups.isEmpty { break }
      } else if aggregation.every == nil, eat(.every) != nil {
        aggregation.every = parseDuration(after: "`every`")
        if aggregation.every == nil { break }
      } else {
        break
      }
    }
    return aggregation
  }

  /// `agg := "count" [field] | FUNCTION field`, then `["as" NAME]`
  mutating func parseAggregate() -> AggregateSyntax? {
    expecting(.aggregate)
    let start = position
    guard at(.word), keyword(at: position).map({ !Keyword.reservedAsField.contains($0) }) ?? true
    else {
      report(
        .missingAggregate, "expected a function, found \(describe(current))",
        at: isAtEnd ? placeAfterPrevious : range(of: current),
        notes: ["functions are \(Self.functionList)"])
      return nil
    }
    guard let function = eatFunction() else { return nil }
    let functionToken = tokens[position - 1]
    var field: FieldSyntax?
    if at(.leftParenthesis) {
      guard parseBracketedField(of: function, functionToken, into: &field) else { return nil }
    } else if function != .count {
      field = parseField(for: "`\(function.rawValue)`")
      if field == nil { return nil }
    } else {
      expecting(.field)
      if at(.word) || at(.string), keyword(at: position) == nil, !isStageWithoutBar, !isAtAggregate
      {
        field = parseField(for: "`count`")
      }
    }
    let name = parseNewName()
    return AggregateSyntax(function, field: field, name: name, range: range(from: start))
  }

  private static let functionList = AggregateFunction.allCases.map(\.rawValue).joined(
    separator: ", ")

  private mutating func eatFunction() -> AggregateFunction? {
    let token = current
    let written = text(of: token)
    let folded = written.lowercased()
    if let function = AggregateFunction(rawValue: folded) {
      advance(as: .keyword)
      return function
    }
    let place = range(of: token)
    if let ours = ForeignHabits.aggregates[folded] {
      report(
        .unknownAggregate, "the function `\(written)` is called `\(ours.rawValue)` here",
        replacing: place,
        with: ours.rawValue)
      advance(as: .keyword)
      return ours
    }
    let near = NearestNames.find(written, in: AggregateFunction.allCases.map(\.rawValue))
    report(
      .unknownAggregate, "unknown function `\(written)`", at: place,
      label: near.isEmpty ? nil : "did you mean \(Self.list(near))?",
      notes: near.isEmpty ? ["functions are \(Self.functionList)"] : [],
      fixIt: near.first.map { FixIt(replace: place, with: $0) })
    guard let first = near.first else { return nil }
    advance(as: .keyword)
    return AggregateFunction(rawValue: first)
  }

  /// `sum(bytes)`: reports the brackets and takes what is in them.
  private mutating func parseBracketedField(
    of function: AggregateFunction, _ functionToken: Token, into field: inout FieldSyntax?
  ) -> Bool {
    let open = advance(as: .bracket)
    let inner: String
    if at(.rightParenthesis) || at(.word) && text(of: current) == "*" {
      if at(.word) { advance(as: .error) }
      inner = ""
    } else {
      let start = position
      guard let found = parseField(for: "`(`") else { return false }
      field = found
      let range = range(from: start)
      inner = " " + text(from: range.lowerBound - base, to: range.upperBound - base)
    }
    guard eat(.rightParenthesis, as: .bracket) != nil else {
      closeBracket(open)
      return true
    }
    if field == nil, function != .count {
      report(
        .missingField, "expected a field after `\(function.rawValue)`, found `)`",
        at: range(of: tokens[position - 1]))
      return false
    }
    reportBrackets(from: functionToken, ours: function.rawValue + inner)
    return true
  }

  private mutating func reportBrackets(from functionToken: Token, ours: String) {
    let end = tokens[position - 1].endOffset
    let whole = SourceRange(functionToken.offset, end).shifted(by: base)
    report(
      .aggregateBrackets, "functions have no brackets here",
      at: SourceRange(functionToken.endOffset, end).shifted(by: base), label: "write `\(ours)`",
      fixIt: FixIt(replace: whole, with: ours))
  }

  /// `count()` as a stage.
  private mutating func passCountBrackets(of token: Token) {
    guard at(.leftParenthesis) else { return }
    let hasStar = peek(1).kind == .word && text(of: peek(1)) == "*"
    guard peek(hasStar ? 2 : 1).kind == .rightParenthesis else { return }
    advance(as: .bracket)
    if hasStar { advance(as: .error) }
    advance(as: .bracket)
    reportBrackets(from: token, ours: StageName.count.rawValue)
  }
}
