import TrailText

/// The stages that look along time: `rare`, `new`, `burst`, `gaps`.
extension Parser {
  /// `"where" pred`
  mutating func parseFilter() -> StageSyntax.Kind? {
    let predicate = parsePredicate()
    rejectSequence("write `events where A then B within 1h by user`, then the stages")
    return .filter(predicate)
  }

  /// `"rare" field ["baseline" DUR]`
  mutating func parseRare() -> StageSyntax.Kind? {
    guard let field = parseField(for: "`rare`") else { return nil }
    return .rare(field, baseline: parseBaseline())
  }

  /// `"new" field ["per" field {"," field}] ["baseline" DUR]`
  mutating func parseNew() -> StageSyntax.Kind? {
    guard let field = parseField(for: "`new`") else { return nil }
    var groups: [FieldSyntax] = []
    if at(.by) {
      report(
        .unexpectedWord, "`new` has `per` where others have `by`", replacing: range(of: current),
        with: Keyword.per.rawValue)
      advance(as: .keyword)
      groups = parseFields(for: "`per`")
    } else if eat(.per) != nil {
      groups = parseFields(for: "`per`")
      if groups.isEmpty { return nil }
    }
    return .new(field, per: groups, baseline: parseBaseline())
  }

  /// `["baseline" DUR]`
  private mutating func parseBaseline() -> DurationSyntax? {
    eat(.baseline) == nil ? nil : parseDuration(after: "`baseline`")
  }

  /// `"burst" N ["distinct" field] "in" DUR ["by" field {"," field}]`
  mutating func parseBurst() -> StageSyntax.Kind? {
    expecting(.number)
    guard let count = parseNumber(after: "`burst`") else { return nil }
    var distinct: FieldSyntax?
    let word = StageName.distinct.rawValue
    expecting(.keyword(word))
    if at(.word), text(of: current).lowercased() == word {
      advance(as: .keyword)
      guard let field = parseField(for: "`distinct`") else { return nil }
      distinct = field
    }
    guard let window = parseLength(after: .in, of: "a burst", example: "burst 100 in 5m") else {
      return nil
    }
    return .burst(
      BurstSyntax(count: count, distinct: distinct, window: window, groups: parseGroupFields()))
  }

  /// `"gaps" "over" DUR ["by" field {"," field}]`
  mutating func parseGaps() -> StageSyntax.Kind? {
    guard let length = parseLength(after: .over, of: "a gap", example: "gaps over 2h") else {
      return nil
    }
    return .gaps(over: length, by: parseGroupFields())
  }

  /// The length of time after a keyword that must be there.
  private mutating func parseLength(
    after keyword: Keyword, of what: String, example: String
  ) -> DurationSyntax? {
    guard eat(keyword) != nil else {
      report(
        .badDuration,
        "expected `\(keyword.rawValue)` and a length of time, found \(describe(current))",
        at: isAtEnd ? placeAfterPrevious : range(of: current),
        notes: ["how long \(what) is must be said: `\(example)`"],
        fixIt: looksLikeTime(at: position)
          ? FixIt(replace: .at(current.offset + base), with: "\(keyword.rawValue) ") : nil)
      return nil
    }
    return parseDuration(after: "`\(keyword.rawValue)`")
  }

  private mutating func parseGroupFields() -> [FieldSyntax] {
    eat(.by) == nil ? [] : parseFields(for: "`by`")
  }
}
