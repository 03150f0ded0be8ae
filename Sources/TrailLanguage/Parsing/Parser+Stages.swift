import TrailText

/// What stands after a bar.
extension Parser {
  /// `stage := "where" pred | "select" … | "count" … | …`
  ///
  /// - Parameter bar: The bar before the stage, where it has one.
  mutating func parseStage(after bar: Token?, _ query: inout QuerySyntax) -> StageSyntax? {
    expecting(.stage)
    let start = position
    guard at(.word) else {
      report(
        .missingStage, "expected a stage after `|`, found \(describe(current))",
        at: isAtEnd ? placeAfterPrevious : range(of: current),
        notes: ["stages are \(Self.stageList)"])
      if !isAtSentenceBoundary { skip { $0.isAtSentenceBoundary } }
      return nil
    }
    if let keyword = atClause() {
      parseMisplacedClause(keyword, startingAt: bar?.offset ?? current.offset, &query)
      return nil
    }
    guard let name = eatStageName(hasBar: bar != nil) else {
      skip { $0.isAtSentenceBoundary }
      return nil
    }
    guard let kind = parseStageBody(name) else {
      skip { $0.isAtSentenceBoundary || $0.atClause() != nil }
      return nil
    }
    return StageSyntax(kind, range: range(from: start))
  }

  private static let stageList = StageName.allCases.map(\.rawValue).joined(separator: ", ")

  /// Passes a stage's name; where it is misspelt or another language's, reports that and takes ours.
  ///
  /// - Parameter hasBar: False where the bar before the stage is missing, which is then part of the mend.
  private mutating func eatStageName(hasBar: Bool) -> StageName? {
    let written = text(of: current)
    let folded = written.lowercased()
    let bar = hasBar ? "" : "| "
    if let name = StageName(rawValue: folded) {
      let token = advance(as: .stage)
      if !hasBar {
        report(
          .missingBar, "expected `|` before the stage `\(written)`", at: range(of: token),
          fixIt: FixIt(replace: .at(token.offset + base), with: bar))
      }
      return name
    }
    if ForeignHabits.stages[folded] == nil,
      let function = AggregateFunction(rawValue: folded) ?? ForeignHabits.aggregates[folded]
    {
      // Brackets behind it are mended together with its name.
      let hasBracket = peek(1).kind == .leftParenthesis
      let place = range(of: current)
      report(
        .foreignStage, "`\(written)` is a function of the stage `stats`", at: place,
        label: "write `stats \(function.rawValue)`",
        fixIt: hasBracket
          ? FixIt(replace: .at(place.lowerBound), with: "\(bar)stats ")
          : FixIt(replace: place, with: "\(bar)stats \(function.rawValue)"))
      return .stats
    }
    let token = advance(as: .error)
    var place = range(of: token)
    if let ours = ForeignHabits.stages[folded] {
      var replacement = ours.rawValue
      if ["order", "group"].contains(folded), at(.by) {
        place = place.union(range(of: advance(as: .keyword)))
        if ours == .count { replacement = "count by" }
      }
      report(
        .foreignStage, "the stage `\(written)` is called `\(ours.rawValue)` here", replacing: place,
        with: bar + replacement)
      if replacement == "count by" { corrections[position - 1] = .by }
      return ours
    }
    if let ours = ForeignHabits.stagesInParts[folded] {
      report(
        .unknownStage, "`\(written)` is two stages here: `\(ours)`", at: place,
        fixIt: FixIt(replace: place, with: bar + ours))
      return nil
    }
    let near = NearestNames.find(written, in: StageName.allCases.map(\.rawValue))
    report(
      .unknownStage, "unknown stage `\(written)`", at: place,
      label: near.isEmpty ? nil : "did you mean \(Self.list(near))?",
      notes: near.isEmpty ? ["stages are \(Self.stageList)"] : [],
      fixIt: near.first.map { FixIt(replace: place, with: $0) })
    return near.first.flatMap(StageName.init(rawValue:))
  }

  /// "`a`, `b` or `c`"
  static func list(_ names: [String]) -> String {
    let quoted = names.map { "`\($0)`" }
    guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
    return quoted.dropLast().joined(separator: ", ") + " or " + last
  }

  private mutating func parseStageBody(_ name: StageName) -> StageSyntax.Kind? {
    switch name {
    case .where: parseFilter()
    case .select: parseSelect()
    case .count: parseCount()
    case .stats: parseStats()
    case .top: parseTop()
    case .rare: parseRare()
    case .new: parseNew()
    case .distinct: nonEmpty(parseFields(for: "`distinct`")).map(StageSyntax.Kind.distinct)
    case .sort: parseSort()
    case .limit: parseLimit()
    case .burst: parseBurst()
    case .gaps: parseGaps()
    case .follow: .follow
    case .backtrace: .backtrace
    case .timeline: .timeline
    case .facets: .facets
    case .chart: .chart
    case .expect: parseExpectation().map(StageSyntax.Kind.expect)
    }
  }

  private func nonEmpty<Element>(_ list: [Element]) -> [Element]? { list.isEmpty ? nil : list }

  /// `"select" field ["as" NAME] {"," …}`
  private mutating func parseSelect() -> StageSyntax.Kind? {
    if at(.word), text(of: current) == "*" {
      report(
        .badField, "without `select`, a sentence gives whole records", at: range(of: current),
        label: "leave `select *` out")
      return nil
    }
    var items: [SelectItemSyntax] = []
    var progress = LoopProgress()
    repeat {
      guard progress.moved(to: position) else { break }
      guard let field = parseField(for: items.isEmpty ? "`select`" : "`,`") else { break }
      items.append(SelectItemSyntax(field: field, name: parseNewName()))
    } while eatComma()
    return nonEmpty(items).map(StageSyntax.Kind.select)
  }

  /// `"top" [N] field`
  private mutating func parseTop() -> StageSyntax.Kind? {
    expecting(.number)
    var count: Int?
    if at(.word), isNumber(current) {
      count = parseNumber(after: "`top`")
    }
    passExtraBy(after: "top")
    guard let field = parseField(for: count == nil ? "`top`" : "the number") else { return nil }
    if count == nil, at(.word), isNumber(current) {
      let numberToken = current
      let fieldText = text(from: field.range.lowerBound - base, to: field.range.upperBound - base)
      count = parseNumber(after: "`top`")
      report(
        .badNumber, "the number stands before the field", at: range(of: numberToken),
        label: "write `top \(text(of: numberToken)) \(fieldText)`",
        fixIt: FixIt(
          replace: field.range.union(range(of: numberToken)),
          with: "\(text(of: numberToken)) \(fieldText)"))
    }
    return .top(count, field)
  }

  /// Reports a `by` that this stage does not have, and passes it.
  private mutating func passExtraBy(after stage: String) {
    guard at(.by) else { return }
    let token = current
    report(
      .extraBy, "`\(stage)` has no `by`", at: range(of: token), label: "leave it out",
      fixIt: FixIt(replace: SourceRange(token.offset, peek(1).offset).shifted(by: base), with: ""))
    advance(as: .error)
  }

  /// `"sort" field ["asc" | "desc"] {"," …}`
  private mutating func parseSort() -> StageSyntax.Kind? {
    passExtraBy(after: "sort")
    var keys: [SortKeySyntax] = []
    var progress = LoopProgress()
    repeat {
      guard progress.moved(to: position) else { break }
      let isMinus = at(.word) && bytes[current.offset] == UInt8(ascii: "-")
      if isMinus, let key = parseMinusKey() {
        keys.append(key)
        continue
      }
      guard let field = parseField(for: keys.isEmpty ? "`sort`" : "`,`") else { break }
      keys.append(SortKeySyntax(field: field, isDescending: parseDirection()))
    } while eatComma()
    return nonEmpty(keys).map(StageSyntax.Kind.sort)
  }

  private mutating func parseDirection() -> Bool {
    if eat(.desc) != nil { return true }
    if eat(.asc) != nil { return false }
    guard at(.word) else { return false }
    let directions = ["descending": Keyword.desc, "ascending": .asc, "down": .desc, "up": .asc]
    guard let ours = directions[text(of: current).lowercased()] else { return false }
    report(
      .unexpectedWord, "`\(text(of: current))` is written `\(ours.rawValue)` here",
      replacing: range(of: current), with: ours.rawValue)
    advance(as: .keyword)
    return ours == .desc
  }

  /// `-count`, as other languages sort downwards.
  private mutating func parseMinusKey() -> SortKeySyntax? {
    let token = current
    let name = String(text(of: token).unicodeScalars.dropFirst())
    guard name.split(separator: ".").allSatisfy(Self.isBareStep), !name.isEmpty else { return nil }
    advance(as: .field)
    report(
      .badField, "downwards is written `desc`", replacing: range(of: token), with: "\(name) desc")
    let field = FieldSyntax(
      steps: name.split(separator: ".").map(String.init), range: range(of: token))
    return SortKeySyntax(field: field, isDescending: true)
  }

  /// `"limit" N`
  private mutating func parseLimit() -> StageSyntax.Kind? {
    expecting(.number)
    return parseNumber(after: "`limit`").map(StageSyntax.Kind.limit)
  }

  // MARK: Numbers

  func isNumber(_ token: Token) -> Bool {
    guard token.kind == .word else { return false }
    let written = text(of: token)
    return written.utf8.allSatisfy(ASCII.isDigit)
      || acceptsPlaceholders && SavedQuery.isPlaceholder(written)
  }

  /// A whole number, not negative.
  mutating func parseNumber(after owner: String) -> Int? {
    let token = current
    guard at(.word), keyword(at: position) == nil else {
      report(
        .badNumber, "expected a number after \(owner), found \(describe(token))",
        at: isAtEnd ? placeAfterPrevious : range(of: token))
      return nil
    }
    let written = text(of: token)
    advance(as: .number)
    if acceptsPlaceholders, SavedQuery.isPlaceholder(written) { return 1 }
    if written.utf8.allSatisfy(ASCII.isDigit), let number = Int(written) { return number }
    let digits = written.filter { $0 != "_" }
    if let number = Int(digits), number >= 0, digits.utf8.allSatisfy(ASCII.isDigit) {
      report(
        .badNumber, "numbers are written without `_`", replacing: range(of: token), with: digits)
      return number
    }
    report(
      .badNumber, "`\(written)` is not a number of rows", at: range(of: token),
      label: "a whole number such as 10")
    return nil
  }

  /// `"expect" (N | A..B | "some" | "none")`
  private mutating func parseExpectation() -> ExpectationSyntax? {
    expecting(.expectation)
    let token = current
    guard at(.word) else {
      report(
        .badExpectation, "expected a number of rows after `expect`, found \(describe(token))",
        at: isAtEnd ? placeAfterPrevious : range(of: token), notes: [Self.expectationForms])
      return nil
    }
    switch keyword(at: position) {
    case .someRows:
      advance(as: .keyword)
      return ExpectationSyntax(lowerBound: 1, upperBound: nil)
    case .noRows:
      advance(as: .keyword)
      return ExpectationSyntax(lowerBound: 0, upperBound: 0)
    default: break
    }
    advance(as: .number)
    let written = text(of: token)
    if acceptsPlaceholders, SavedQuery.isPlaceholder(written) {
      return ExpectationSyntax(lowerBound: 1, upperBound: 1)
    }
    if let bounds = Self.bounds(written) { return bounds }
    report(
      .badExpectation, "`\(written)` is not a number of rows", at: range(of: token),
      notes: [Self.expectationForms])
    return nil
  }

  private static let expectationForms =
    "write `expect 3`, `expect 1..3`, `expect some` or `expect none`"

  /// `3` or `1..3`
  private static func bounds(_ text: String) -> ExpectationSyntax? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 1 || parts.count == 3 && parts[1].isEmpty,
      parts[0].utf8.allSatisfy(ASCII.isDigit),
      parts[parts.count - 1].utf8.allSatisfy(ASCII.isDigit),
      let lower = Int(parts[0]), let upper = Int(parts[parts.count - 1]), lower <= upper
    else { return nil }
    return ExpectationSyntax(lowerBound: lower, upperBound: upper)
  }
}
