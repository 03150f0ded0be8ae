import TrailLanguage
import TrailText

// `new`, `rare` with a baseline, `burst` and `gaps`: they want events or matches, as the filters left them.

extension Binder {
  mutating func alongTime(
    _ stage: StageSyntax, _ scope: RowScope, in query: BoundQuery
  ) -> BoundStage? {
    guard scope.isAlongTime, query.stages.allSatisfy(\.isFilterOfEvents) else {
      let name = Self.word(stage)
      let before = query.stages.first { !$0.isFilterOfEvents }.map { "`\(PlanPrinter.title($0))`" }
      report(
        BindingCode.stageNeedsEvents, "`\(name)` needs all events in the order of time",
        at: stage.range,
        label: before.map { "\($0) stands before it, and what that leaves is not that" },
        notes: ["put `\(name)` right after the filters" + (before.map { ", before \($0)" } ?? "")])
      return nil
    }
    switch stage.kind {
    case .new(let field, let groups, let baseline):
      guard let bound = comparison(field, groups, baseline, scope, query) else { return nil }
      let columns =
        columns(of: [field] + groups, [bound.field] + bound.groups)
        + [
          TableColumn(name: "first", kind: .time, field: "time"),
          TableColumn(name: "count", kind: .number),
        ]
      return .alongTime(.new(bound), columns: Self.unique(columns))
    case .rare(let field, let baseline):
      guard let bound = comparison(field, [], baseline, scope, query) else { return nil }
      let columns =
        columns(of: [field], [bound.field])
        + [
          TableColumn(name: "count", kind: .number),
          TableColumn(name: "last", kind: .time, field: "time"),
        ]
      return .alongTime(.rare(bound), columns: Self.unique(columns))
    case .burst(let syntax): return burst(syntax, scope)
    case .gaps(let length, let groups):
      let bound = groups.compactMap { rowField($0, scope) }
      guard bound.count == groups.count else { return nil }
      let columns =
        columns(of: groups, bound)
        + [
          TableColumn(name: "from", kind: .time, field: "time"),
          TableColumn(name: "to", kind: .time, field: "time"),
          TableColumn(name: "gap", kind: .duration), TableColumn(name: "usual", kind: .duration),
        ]
      return .alongTime(
        .gaps(
          BoundGaps(
            length: length.milliseconds, groups: bound, windowEnd: query.window.upperBound,
            text: "over \(length.text)" + Self.list(groups, after: " by "))),
        columns: Self.unique(columns))
    default: return nil
    }
  }

  private static func word(_ stage: StageSyntax) -> String {
    switch stage.kind {
    case .new: "new"
    case .rare: "rare … baseline"
    case .burst: "burst"
    default: "gaps"
    }
  }

  private mutating func burst(_ syntax: BurstSyntax, _ scope: RowScope) -> BoundStage? {
    guard syntax.count > 0 else {
      report(
        BindingCode.badBurst, "a burst is at least one event", at: syntax.window.range,
        notes: ["`burst 100 in 5m`"])
      return nil
    }
    let groups = syntax.groups.compactMap { rowField($0, scope) }
    var distinct: RowField?
    if let field = syntax.distinct {
      guard let bound = rowField(field, scope) else { return nil }
      distinct = bound.measured
    }
    guard groups.count == syntax.groups.count else { return nil }
    var columns = columns(of: syntax.groups, groups)
    columns += [
      TableColumn(name: "from", kind: .time, field: "time"),
      TableColumn(name: "to", kind: .time, field: "time"),
      TableColumn(name: "count", kind: .number), TableColumn(name: "peak", kind: .number),
    ]
    if !groups.contains(where: { ["user", "who"].contains($0.bound?.name) }) {
      columns.append(TableColumn(name: "users", kind: .list, field: "user"))
    }
    let text =
      "\(syntax.count)"
      + (distinct.map { " distinct " + Self.name(of: $0, syntax.distinct) } ?? "")
      + " in \(syntax.window.text)" + Self.list(syntax.groups, after: " by ")
    return .alongTime(
      .burst(
        BoundBurst(
          count: syntax.count, distinct: distinct, window: syntax.window.milliseconds,
          groups: groups, text: text)), columns: Self.unique(columns))
  }

  private mutating func comparison(
    _ field: FieldSyntax, _ groups: [FieldSyntax], _ baseline: DurationSyntax?, _ scope: RowScope,
    _ query: BoundQuery
  ) -> BaselineComparison? {
    guard let bound = rowField(field, scope) else { return nil }
    let boundGroups = groups.compactMap { rowField($0, scope) }
    guard boundGroups.count == groups.count else { return nil }
    let start = query.window.lowerBound
    // What a stage asks of matches is no condition on each of their events.
    let history = if case .matches = scope { query.filtersOfScan } else { query.filters }
    return BaselineComparison(
      field: bound.measured, groups: boundGroups, history: .all(history),
      windowStart: start == .min ? nil : start, baseline: baseline?.milliseconds,
      text: Self.name(of: bound, field) + Self.list(groups, after: " per ")
        + (baseline.map { " baseline \($0.text)" } ?? ""))
  }

  private func columns(of syntax: [FieldSyntax], _ fields: [RowField]) -> [TableColumn] {
    zip(syntax, fields).map { syntax, field in
      column(for: field, named: syntax.steps.joined(separator: "."), .events)
    }
  }

  private static func name(of field: RowField, _ syntax: FieldSyntax?) -> String {
    if case .event(let own) = field { return own.name }
    return FieldNames.spelled(syntax?.steps ?? [])
  }

  private static func list(_ fields: [FieldSyntax], after word: String) -> String {
    guard !fields.isEmpty else { return "" }
    return word + fields.map { FieldNames.spelled($0.steps) }.joined(separator: ", ")
  }
}

extension BoundStage {
  /// True where rows stay what they are, and in their order.
  var isFilterOfEvents: Bool {
    switch self {
    case .filterEvents, .filterMatches: true
    default: false
    }
  }
}

extension RowScope {
  fileprivate var isAlongTime: Bool {
    switch self {
    case .events, .matches: true
    case .table, .facets: false
    }
  }
}

extension BoundQuery {
  private var conjuncts: [BoundPredicate] {
    stages.reduce(into: predicate.conjuncts) { conjuncts, stage in
      if case .filterEvents(let predicate) = stage { conjuncts += predicate.conjuncts }
    }
  }

  /// The window of time that the sentence's clauses leave.
  var window: Range<Int64> {
    var start = Int64.min
    var end = Int64.max
    for case .time(let range) in conjuncts {
      start = max(start, range.lowerBound)
      end = min(end, range.upperBound)
    }
    return start..<max(start, end)
  }

  /// All filters but windows of time.
  var filters: [BoundPredicate] { conjuncts.filter { !$0.isWindow } }

  /// The same of those that choose the events which a sequence is looked for in.
  fileprivate var filtersOfScan: [BoundPredicate] { predicate.conjuncts.filter { !$0.isWindow } }
}
