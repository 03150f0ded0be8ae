import TrailText

/// Where the rows come from, and what to do with sentences that do not say it.
extension Parser {
  /// `source := "events" | "history" ["all"] | "calls" | "delivered" [TRAIL] | "insights" | "last" | "@"NAME {value}`
  mutating func parseSource() -> SourceSyntax? {
    expecting(.source)
    guard bytes.count <= QueryLimits.maximumSentenceBytes else {
      report(
        .sentenceTooLong, "a sentence has at most \(QueryLimits.maximumSentenceBytes) bytes",
        at: SourceRange(base, base + 1))
      return nil
    }
    let token = current
    switch token.kind {
    case .word:
      switch keyword(at: position) {
      case .events: return SourceSyntax(.events, range: range(of: advance(as: .keyword)))
      case .history: return parseHistory()
      case .calls: return SourceSyntax(.calls, range: range(of: advance(as: .keyword)))
      case .delivered: return parseDelivered()
      case .insights: return SourceSyntax(.insights, range: range(of: advance(as: .keyword)))
      case .last: return SourceSyntax(.last, range: range(of: advance(as: .keyword)))
      default: break
      }
      let written = text(of: token)
      if written.hasPrefix("@") { return parseSaved(written) }
      return recoverSource(written)
    case .endOfText:
      report(.emptySentence, "there is no sentence here", at: SourceRange.at(base))
      return nil
    case .bar, .leftParenthesis, .string, .foreignOperator: return supplyEvents("events ")
    default:
      report(
        .unexpectedCharacter, "a sentence begins with its source, not with \(describe(token))",
        at: range(of: token), label: "such as `events`")
      skip { $0.isAtEnd }
      return nil
    }
  }

  private mutating func parseDelivered() -> SourceSyntax {
    let start = position
    advance(as: .keyword)
    var trail: NameSyntax?
    if current.kind == .word, !at(.where), atClause() == nil {
      trail = NameSyntax(text(of: current), range: range(of: current))
      advance(as: .string)
    }
    return SourceSyntax(.delivered(trail: trail), range: range(from: start))
  }

  private mutating func parseHistory() -> SourceSyntax {
    let start = position
    advance(as: .keyword)
    let includesReads = current.kind == .word && keyword(at: position) == .all
    if includesReads { advance(as: .keyword) }
    return SourceSyntax(.history(all: includesReads), range: range(from: start))
  }

  /// A sentence without a source: as if `events` stood there.
  private mutating func supplyEvents(_ inserted: String) -> SourceSyntax {
    let place = SourceRange.at(current.offset + base)
    report(
      .missingSource, "a sentence begins with its source", at: range(of: current),
      label: "write `events` before it", fixIt: FixIt(replace: place, with: inserted))
    return SourceSyntax(.events, range: place)
  }

  private mutating func recoverSource(_ written: String) -> SourceSyntax? {
    let token = current
    let folded = written.lowercased()
    if folded == StageName.select.rawValue { return parseSQLSelect() }
    if at(.where) || atClause() != nil { return supplyEvents("events ") }
    if isStageWithoutBar {
      let source = supplyEvents("events | ")
      return source
    }
    if isPlausibleCondition(at: position) { return supplyEvents("events where ") }
    let range = range(of: token)
    let near = NearestNames.find(written, in: Keyword.sources.map(\.rawValue)).first
    report(
      .unknownSource, "unknown source `\(written)`", at: range,
      label: near.map { "did you mean `\($0)`?" }
        ?? "a question begins with `events`, `history`, `calls`, `last` or `@name`",
      fixIt: near.map { FixIt(replace: range, with: $0) })
    advance(as: .error)
    let kind: SourceSyntax.Kind
    switch near.flatMap(Keyword.init) {
    case .history: kind = .history(all: false)
    case .calls: kind = .calls
    case .delivered: kind = .delivered(trail: nil)
    case .insights: kind = .insights
    case .last: kind = .last
    case nil:
      skip { $0.isAtEnd }
      return nil
    default: kind = .events
    }
    return SourceSyntax(kind, range: range)
  }

  /// `@name value…`
  private mutating func parseSaved(_ written: String) -> SourceSyntax {
    let start = position
    let token = advance(as: .keyword)
    let name = String(written.dropFirst())
    if !Self.isWord(name) {
      report(
        .missingName, "`\(written)` names no saved query", at: range(of: token),
        label: "a name is a letter, then letters, digits, `_` and `-`")
    }
    var arguments: [ValueSyntax] = []
    var progress = LoopProgress()
    expecting(.argument)
    while isValue(at: position), progress.moved(to: position) {
      guard let value = parseValue(.argument, after: "`\(written)`") else { break }
      arguments.append(value)
    }
    return SourceSyntax(.saved(name: name, arguments: arguments), range: range(from: start))
  }

  /// `select a, b from events where …`, as SQL begins: as if it were `events where … | select a, b`.
  private mutating func parseSQLSelect() -> SourceSyntax {
    let select = advance(as: .keyword)
    let columnsStart = current.offset
    skip { $0.isAtSentenceBoundary || $0.isAtFrom || $0.at(.where) }
    let columns = text(from: columnsStart, to: tokens[position - 1].endOffset)
    var end = tokens[position - 1].endOffset
    if isAtFrom {
      advance(as: .error)
      if at(.word), !at(.where) { advance(as: .keyword) }
      end = tokens[position - 1].endOffset
    }
    let range = SourceRange(select.offset, end).shifted(by: base)
    var fixIt = FixIt(replace: range, with: "events")
    let counts = columns.lowercased().hasPrefix("count(")
    // `group by` becomes a stage where it stands.
    let isGrouped = (position..<tokens.count).contains { index in
      token(at: index).kind == .word && text(of: token(at: index)).lowercased() == "group"
        && keyword(at: index + 1) == .by
    }
    if !["*", ""].contains(columns), position > 1, !isGrouped {
      let rest = text(from: end, to: tokens[tokens.count - 1].offset)
      fixIt = FixIt(
        replace: SourceRange(range.lowerBound, tokens[tokens.count - 1].offset + base),
        with: "events\(rest) | \(counts ? "count" : "select \(columns)")")
    }
    report(
      .sqlSelect, "a sentence begins with its source, and columns are chosen at the end",
      at: self.range(of: select),
      label: "write `events where … | select …`", fixIt: fixIt)
    return SourceSyntax(.events, range: range)
  }

  private var isAtFrom: Bool { at(.word) && text(of: current).lowercased() == "from" }
}
