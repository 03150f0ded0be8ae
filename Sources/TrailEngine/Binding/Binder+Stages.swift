import TrailLanguage
import TrailText

// Stages: what each needs of the rows before it, and which columns it makes.

/// What the rows are at a point of the pipeline.
enum RowScope {
  case events
  /// Matches of a sequence: a field is the last event's, `k.field` that of step `k`.
  case matches(BoundSequence)
  case table([TableColumn])
  case facets
}

extension Binder {
  /// Values that `top` shows where no number is given.
  static let defaultTop = 10

  func scope(after query: BoundQuery) -> RowScope {
    var scope: RowScope = query.sequence.map { .matches($0) } ?? .events
    if case .last(let answer) = query.source {
      switch answer.content {
      case .events, .timeline: scope = .events
      case .matches(let matches), .matchTimeline(let matches): scope = .matches(matches.sequence)
      case .table(let rows), .chart(let rows): scope = .table(rows.columns)
      case .facets: scope = .facets
      case .chain: scope = .events
      }
    }
    for stage in query.stages {
      switch stage {
      case .select(_, let columns), .top(_, _, let columns), .rare(_, let columns),
        .distinct(_, let columns), .alongTime(_, let columns):
        scope = .table(columns)
      case .aggregate(let aggregation): scope = .table(aggregation.columns)
      case .facets: scope = .facets
      case .follow, .backtrace: scope = .events
      case .filterEvents, .filterMatches, .filterTable, .sort, .limit, .timeline, .chart, .expect:
        break
      }
    }
    return scope
  }

  mutating func addStages(_ stages: [StageSyntax], to query: inout BoundQuery) {
    var hasExpectation = query.stages.contains { if case .expect = $0 { true } else { false } }
    var hasChart = query.stages.contains { if case .chart = $0 { true } else { false } }
    for stage in stages {
      if hasExpectation {
        report(BindingCode.stageAfterEnd, "nothing may follow `expect`", at: stage.range)
        return
      }
      let scope = scope(after: query)
      if case .facets = scope {
        guard case .expect = stage.kind else {
          report(BindingCode.stageAfterEnd, "only `expect` may follow `facets`", at: stage.range)
          return
        }
      }
      if hasChart {
        guard case .expect = stage.kind else {
          report(BindingCode.stageAfterEnd, "only `expect` may follow `chart`", at: stage.range)
          return
        }
      }
      if case .chart = stage.kind { hasChart = true }
      if let bound = bind(stage, scope, in: query) { query.stages.append(bound) }
      if case .expect = stage.kind { hasExpectation = true }
    }
  }

  private mutating func bind(
    _ stage: StageSyntax, _ scope: RowScope, in query: BoundQuery
  ) -> BoundStage? {
    switch stage.kind {
    case .filter(let predicate):
      switch scope {
      case .table(let columns): return .filterTable(tablePredicate(predicate, columns))
      case .matches(let sequence): return filter(predicate, matchesOf: sequence)
      case .events, .facets: return .filterEvents(self.predicate(predicate, isNegated: false))
      }
    case .select(let items):
      var columns: [TableColumn] = []
      let fields = items.compactMap { item -> RowField? in
        guard let field = rowField(item.field, scope) else { return nil }
        let name = item.name?.text ?? item.field.steps.joined(separator: ".")
        columns.append(column(for: field, named: name, scope))
        return field
      }
      return .select(fields, columns: Self.unique(columns))
    case .count(let aggregation):
      return aggregate(aggregation, scope, verb: "count", window: query.window)
    case .stats(let aggregation):
      return aggregate(aggregation, scope, verb: "stats", window: query.window)
    case .top(let limit, let field):
      guard let bound = rowField(field, scope) else { return nil }
      let name = field.steps.joined(separator: ".")
      return .top(
        bound, limit: limit ?? Self.defaultTop,
        columns: Self.unique([
          column(for: bound, named: name, scope), TableColumn(name: "count", kind: .number),
          TableColumn(name: "share", kind: .number),
        ]))
    case .rare(let field, nil):
      guard let bound = rowField(field, scope) else { return nil }
      return .rare(
        bound.measured,
        columns: Self.unique([
          column(for: bound, named: field.steps.joined(separator: "."), scope),
          TableColumn(name: "count", kind: .number),
        ]))
    case .distinct(let fields):
      let bound = fields.compactMap { rowField($0, scope) }
      guard bound.count == fields.count else { return nil }
      let columns = zip(fields, bound).map {
        column(for: $1, named: $0.steps.joined(separator: "."), scope)
      }
      return .distinct(bound, columns: Self.unique(columns))
    case .sort(let keys):
      return .sort(
        keys.compactMap { key in
          rowField(key.field, scope).map {
            SortKey(
              field: $0, name: key.field.steps.joined(separator: "."),
              isDescending: key.isDescending)
          }
        })
    case .limit(let count): return .limit(count)
    case .rare, .new, .burst, .gaps: return alongTime(stage, scope, in: query)
    case .follow: return needsEvents(stage, scope, "follow").map { _ in .follow }
    case .backtrace: return needsEvents(stage, scope, "backtrace").map { _ in .backtrace }
    case .timeline: return needsEvents(stage, scope, "timeline").map { _ in .timeline }
    case .chart: return chart(stage, scope)
    case .facets: return needsEvents(stage, scope, "facets").map { _ in .facets }
    case .expect(let expectation): return .expect(expectation)
    }
  }

  /// A chart draws the first column of numbers.
  private mutating func chart(_ stage: StageSyntax, _ scope: RowScope) -> BoundStage? {
    if case .table(let columns) = scope,
      columns.contains(where: { $0.kind == .number || $0.kind == .duration })
    {
      return .chart
    }
    report(
      BindingCode.chartNeedsNumbers, "`chart` draws a column of numbers, and these rows have none",
      at: stage.range,
      notes: ["count first: `… | count by user | chart`, `… | count every 1h | chart`"])
    return nil
  }

  mutating func needsEvents(
    _ stage: StageSyntax, _ scope: RowScope, _ name: String
  ) -> Void? {
    switch scope {
    case .events, .matches: return ()
    case .table, .facets: break
    }
    report(
      BindingCode.stageNeedsEvents, "`\(name)` needs events, and these rows are a table",
      at: stage.range, notes: ["put it before the stage that makes the table"])
    return nil
  }

  /// `k.newkey`, or a field of the last event.
  mutating func matchField(
    _ syntax: FieldSyntax, _ sequence: BoundSequence
  ) -> RowField? {
    if syntax.steps.count > 1, !syntax.quoted[0],
      let step = sequence.steps.firstIndex(where: { $0.name == syntax.steps[0] })
    {
      let path = FieldSyntax(
        steps: Array(syntax.steps.dropFirst()), quoted: Array(syntax.quoted.dropFirst()),
        range: syntax.range)
      return field(path).map { .step(step, $0) }
    }
    // For what is said of an unknown name.
    let outer = stepNames
    stepNames = Dictionary(
      sequence.steps.enumerated().compactMap { index, step in step.name.map { ($0, index) } },
      uniquingKeysWith: { first, _ in first })
    defer { stepNames = outer }
    return field(syntax).map { .event($0) }
  }

  mutating func rowField(_ syntax: FieldSyntax, _ scope: RowScope) -> RowField? {
    switch scope {
    case .events: field(syntax).map { .event($0) }
    case .matches(let sequence): matchField(syntax, sequence)
    case .table(let columns): column(syntax, columns).map { .column($0) }
    case .facets: nil
    }
  }

  func column(for field: RowField, named name: String, _ scope: RowScope) -> TableColumn {
    switch field {
    case .event(let field), .step(_, let field):
      return TableColumn(name: name, kind: Self.columnKind(field.kind), field: field.name)
    case .column(let index):
      guard case .table(let columns) = scope else { return TableColumn(name: name, kind: .text) }
      var own = columns[index]
      own.name = name
      return own
    }
  }

  private static func columnKind(_ kind: BoundField.Kind) -> TableColumn.Kind {
    switch kind {
    case .time: .time
    case .flag: .flag
    case .number: .number
    case .text, .service, .ip, .principal, .role: .text
    }
  }

  /// Names that repeat get a number behind them: a JSON row cannot have a key twice.
  static func unique(_ columns: [TableColumn]) -> [TableColumn] {
    var seen: Set<String> = []
    return columns.map { column in
      var column = column
      var number = 2
      let base = column.name
      while !seen.insert(column.name).inserted {
        column.name = "\(base)_\(number)"
        number += 1
      }
      return column
    }
  }

  private mutating func aggregate(
    _ syntax: AggregationSyntax, _ scope: RowScope, verb: String, window: Range<Int64>
  ) -> BoundStage? {
    var columns: [TableColumn] = []
    var timeColumn: Int?
    if let every = syntax.every {
      if case .table(let table) = scope {
        timeColumn = table.firstIndex { $0.kind == .time }
        if timeColumn == nil {
          report(
            BindingCode.stageNeedsEvents, "these rows have no column of times", at: every.range,
            notes: ["`every` needs events, or a table with a column of times"])
        }
      }
      columns.append(
        TableColumn(name: "time", kind: .time, field: "time", bucket: every.milliseconds))
    }
    let groups = syntax.groups.compactMap { field -> RowField? in
      guard let bound = rowField(field, scope) else { return nil }
      columns.append(column(for: bound, named: field.steps.joined(separator: "."), scope))
      return bound
    }
    let aggregates = syntax.aggregates.compactMap { item -> BoundAggregation.Aggregate? in
      var bound: RowField?
      if let field = item.field {
        guard let resolved = rowField(field, scope) else { return nil }
        bound = resolved
      }
      columns.append(aggregateColumn(item, bound, scope))
      return BoundAggregation.Aggregate(function: item.function, field: bound)
    }
    return .aggregate(
      BoundAggregation(
        groups: groups, every: syntax.every?.milliseconds, window: window, timeColumn: timeColumn,
        aggregates: aggregates, columns: Self.unique(columns),
        text: Self.text(syntax, verb: verb)))
  }

  private func aggregateColumn(
    _ syntax: AggregateSyntax, _ field: RowField?, _ scope: RowScope
  ) -> TableColumn {
    let path = syntax.field.map { "_" + $0.steps.joined(separator: ".") } ?? ""
    let name = syntax.name?.text ?? syntax.function.rawValue + path
    switch syntax.function {
    case .count, .sum: return TableColumn(name: name, kind: .number)
    case .distinct, .avg, .p50, .p90, .p99:
      return TableColumn(name: name, kind: .number, addsUp: false)
    case .values: return TableColumn(name: name, kind: .list)
    case .min, .max, .first, .last:
      guard let field else { return TableColumn(name: name, kind: .text) }
      var own = column(for: field, named: name, scope)
      own.addsUp = false
      return own
    }
  }

  private static func text(_ syntax: AggregationSyntax, verb: String) -> String {
    let aggregates = syntax.aggregates.map { item in
      item.function.rawValue + (item.field.map { " " + FieldNames.spelled($0.steps) } ?? "")
        + (item.name.map { " as \($0.text)" } ?? "")
    }
    var text = aggregates.joined(separator: ", ")
    if verb == "stats" { text = "stats " + text }
    if !syntax.groups.isEmpty {
      text += " by " + syntax.groups.map { FieldNames.spelled($0.steps) }.joined(separator: ", ")
    }
    if let every = syntax.every { text += " every \(every.text)" }
    return text
  }
}
