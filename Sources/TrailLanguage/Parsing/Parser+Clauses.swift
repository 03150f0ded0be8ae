import TrailText

/// `since`, `until`, `between`, `at`, `as-of` and `within`, and the times after them.
extension Parser {
  /// Returns the clause keyword that is here.
  func atClause() -> Keyword? {
    keyword(at: position).flatMap { Keyword.clauses.contains($0) ? $0 : nil }
  }

  /// `clause := "since" T | "until" T | "between" T "and" T | "at" T | "as-of" T | "within" D`
  ///
  /// The caller has seen that `keyword` is here.
  mutating func parseClause(_ keyword: Keyword) -> ClauseSyntax? {
    let start = position
    advance(as: .keyword)
    if keyword == .within {
      return parseDuration(after: "`within`").map {
        ClauseSyntax(.within($0), range: range(from: start))
      }
    }
    guard let first = parseTime(after: "`\(keyword.rawValue)`") else { return nil }
    switch keyword {
    case .since: return ClauseSyntax(.since(first), range: range(from: start))
    case .until: return ClauseSyntax(.until(first), range: range(from: start))
    case .at: return ClauseSyntax(.at(first), range: range(from: start))
    case .asOf: return ClauseSyntax(.asOf(first), range: range(from: start))
    default:
      guard eatBetweenAnd(), let second = parseTime(after: "`and`") else { return nil }
      return ClauseSyntax(.between(first, second), range: range(from: start))
    }
  }

  private mutating func eatBetweenAnd() -> Bool {
    if eat(.and) != nil { return true }
    let found = describe(current)
    let place = isAtEnd ? placeAfterPrevious : range(of: current)
    if at(.word) || at(.comma) || at(.foreignOperator), looksLikeTime(at: position + 1) {
      // A comma may stand without spaces; a word may not.
      let ours = (at(.comma) ? " and" : "and") + (isJoined(position) ? " " : "")
      report(
        .missingBetweenAnd, "`between` has `and` between its two times, not \(found)", at: place,
        label: "write `and`", fixIt: FixIt(replace: place, with: ours))
      advance(as: .keyword)
      return true
    }
    report(
      .missingBetweenAnd, "expected `and` and a second time, found \(found)", at: place,
      label: looksLikeTime(at: position)
        ? "write `and` before it" : "as in `between 09:00 and 10:00`",
      fixIt: looksLikeTime(at: position) ? FixIt(replace: .at(place.lowerBound), with: "and ") : nil
    )
    return looksLikeTime(at: position)
  }

  /// `T := 1h | 09:00 | yesterday | 2026-11 | …`
  mutating func parseTime(after owner: String) -> TimeSyntax? {
    expecting(.time)
    let token = current
    let range = range(of: token)
    let written: String
    switch token.kind {
    case .word:
      if let keyword = keyword(at: position), Keyword.reserved.contains(keyword) {
        reportMissingTime(owner)
        return nil
      }
      written = text(of: token)
    case .string, .unterminatedString, .curlyString:
      written = StringLiteral.decode(bytes, token, as: .plain).text
    default:
      reportMissingTime(owner)
      return nil
    }
    let start = position
    advance(as: .time)
    reportQuotes(of: token)
    if acceptsPlaceholders, SavedQuery.isPlaceholder(written) {
      return TimeSyntax(.named(.now), text: written, range: range)
    }
    switch TimeText.read(written) {
    case .time(let kind, let text):
      if token.kind == .word, let joined = joinTimeOfDay(after: kind, from: start) { return joined }
      return TimeSyntax(kind, text: text, range: range)
    case .otherSpelling(let suggestion):
      return mendTime(from: start, with: suggestion)
    case .wrong(let note):
      if let mended = joinNumberAndUnit(written, from: start) { return mended }
      report(.badTime, "`\(written)` is not a time", at: range, label: note)
    case .unrelated:
      report(
        .badTime, "`\(written)` is not a time I know", at: range,
        notes: ["try \(TimeText.examples)"], fixIt: misspeltTimeFixIt(written, at: range))
    }
    return nil
  }

  private mutating func reportMissingTime(_ owner: String) {
    report(
      .missingTime, "expected a time after \(owner), found \(describe(current))",
      at: isAtEnd ? placeAfterPrevious : range(of: current), notes: ["try \(TimeText.examples)"])
  }

  private func misspeltTimeFixIt(_ written: String, at range: SourceRange) -> FixIt? {
    let names = TimeSyntax.NamedTime.allCases.map(\.rawValue)
    return NearestNames.find(written, in: names).first.map { FixIt(replace: range, with: $0) }
  }

  /// `10minutes ago`: reports the spelling and takes ours.
  private mutating func mendTime(from start: Int, with ours: String) -> TimeSyntax? {
    passAgo()
    let range = range(from: start)
    let written = text(from: range.lowerBound - base, to: range.upperBound - base)
    report(.badTime, "`\(written)` is written `\(ours)` here", replacing: range, with: ours)
    guard case .time(let kind, let text) = TimeText.read(ours) else { return nil }
    return TimeSyntax(kind, text: text, range: range)
  }

  /// `10 min`, `10 minutes ago`: a number, then a unit as a word of its own.
  private mutating func joinNumberAndUnit(_ number: String, from start: Int) -> TimeSyntax? {
    guard at(.word), number.utf8.allSatisfy(ASCII.isDigit) else { return nil }
    let unit = text(of: current)
    guard let ours = ForeignHabits.units[unit] ?? ForeignHabits.units[unit.lowercased()] else {
      return nil
    }
    advance(as: .time)
    return mendTime(from: start, with: number + ours)
  }

  private mutating func passAgo() {
    if at(.word), text(of: current).lowercased() == "ago" { advance(as: .error) }
  }

  /// `2026-11-20 10:05`: a date and a time of day with a space between, which needs quotes or a `T`.
  private mutating func joinTimeOfDay(after kind: TimeSyntax.Kind, from start: Int) -> TimeSyntax? {
    if case .ago(let milliseconds) = kind, at(.word), text(of: current).lowercased() == "ago" {
      let ours = text(of: token(at: start))
      passAgo()
      let place = range(of: token(at: position - 1))
      report(
        .badTime, "`\(ours)` already counts back from now", at: place, label: "leave `ago` out",
        fixIt: FixIt(
          replace: SourceRange(range(of: token(at: start)).upperBound, place.upperBound), with: ""))
      return TimeSyntax(.ago(milliseconds: milliseconds), text: ours, range: range(from: start))
    }
    guard case .period = kind, at(.word), ASCII.isDigit(bytes[current.offset]) else { return nil }
    let ours = text(of: token(at: start)) + "T" + text(of: current)
    guard case .time(let joined, let text) = TimeText.read(ours) else { return nil }
    advance(as: .time)
    report(
      .badTime, "a date and a time of day are joined by `T`", replacing: range(from: start),
      with: ours)
    return TimeSyntax(joined, text: text, range: range(from: start))
  }

  /// A length of time, such as the one after `every`.
  mutating func parseDuration(after owner: String) -> DurationSyntax? {
    expecting(.duration)
    let token = current
    guard token.kind == .word else {
      report(
        .badDuration, "expected a length of time after \(owner), found \(describe(token))",
        at: isAtEnd ? placeAfterPrevious : range(of: token), notes: ["try 5m, 1h, 1h30m, 1d"])
      return nil
    }
    let start = position
    let written = text(of: token)
    advance(as: .time)
    if acceptsPlaceholders, SavedQuery.isPlaceholder(written) {
      return DurationSyntax(milliseconds: 1, text: written, range: range(of: token))
    }
    var suggestion: String?
    switch DurationText.read(written) {
    case .duration(let milliseconds) where milliseconds > 0:
      return DurationSyntax(milliseconds: milliseconds, text: written, range: range(of: token))
    case .otherSpelling(let ours): suggestion = ours
    case .missingUnit:
      if at(.word), let ours = ForeignHabits.units[text(of: current).lowercased()] {
        advance(as: .time)
        suggestion = written + ours
      }
    case .unrelated:
      // `every day`
      if let ours = ForeignHabits.units[written.lowercased()], written.utf8.count > 2 {
        suggestion = "1" + ours
      }
    case .duration, .tooLong: break
    }
    let range = range(from: start)
    let whole = text(from: range.lowerBound - base, to: range.upperBound - base)
    guard let suggestion, case .duration(let milliseconds) = DurationText.read(suggestion),
      milliseconds > 0
    else {
      report(
        .badDuration, "`\(whole)` is not a length of time", at: range,
        notes: ["try 5m, 1h, 1h30m, 1d"])
      return nil
    }
    report(
      .badDuration, "`\(whole)` is written `\(suggestion)` here", replacing: range, with: suggestion
    )
    return DurationSyntax(milliseconds: milliseconds, text: suggestion, range: range)
  }
}
