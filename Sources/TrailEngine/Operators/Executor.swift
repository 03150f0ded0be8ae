import TrailLanguage
import TrailRecord
import TrailText

/// Runs a physical plan: the scan, then each step on the rows of the one before.
struct Executor {
  /// Values that `rare` shows are seen at most this often.
  static let rareCount = 3

  let plan: PhysicalPlan
  let snapshot: StoreSnapshot
  let cache: QueryCache
  let cancellation: Cancellation

  /// Rows under way.
  enum Rows {
    /// Events in the order of time.
    case selection([RowSet])
    /// Events in an order of their own.
    case ordered([EventReference])
    /// Matches of a sequence; a field of theirs is read in the last event.
    case matches(MatchRows)
    case table(TableRows)
    case facets([Facet])

    var count: Int {
      switch self {
      case .selection(let sets): sets.reduce(0) { $0 + $1.count }
      case .ordered(let references): references.count
      case .matches(let matches): matches.count
      case .table(let table): table.rowCount
      case .facets(let facets): facets.reduce(0) { $0 + $1.values.count }
      }
    }
  }

  struct Outcome {
    var rows: Rows
    var isTimeline = false
    var isChart = false
    /// The tree that the rows are, where no later step changed them.
    var chain: ChainRows?
    var expectation: ExpectationOutcome?
    /// Rows after each conjunct of the scan.
    var conjunctRows: [Int]
    /// Rows of the source, then after each step.
    var stepRows: [Int]
    /// Events that satisfy each step of the sequence.
    var sequenceRows: [Int]?
    var notes: [Note] = []
  }

  func run() throws -> Outcome {
    var outcome: Outcome
    var stepsDone = 0
    switch plan.source {
    case .events:
      if let count = plan.countedRows, case .aggregate(let aggregation)? = plan.steps.first {
        outcome = Outcome(
          rows: .table(aggregation.table(ofCount: count)), conjunctRows: [count],
          stepRows: [count])
        stepsDone = 1
        break
      }
      let result = try plan.scan.run(snapshot, cancellation)
      var rows = Rows.selection(result.selection)
      if plan.scan.order == .newestFirst {
        let ascending = EventOrder.ascending(result.selection, in: snapshot)
        rows = .ordered(EventOrder.descending(ascending, in: snapshot))
      }
      outcome = Outcome(rows: rows, conjunctRows: result.rowsAfter, stepRows: [])
      if let planned = plan.sequence { try form(planned.sequence, of: result.selection, &outcome) }
    case .last(let answer):
      outcome = Outcome(rows: Self.rows(of: answer), conjunctRows: [], stepRows: [])
      if !plan.scan.conjuncts.isEmpty {
        outcome.rows = try filter(outcome.rows, .all(plan.scan.conjuncts.map(\.predicate)))
        outcome.conjunctRows = plan.scan.conjuncts.map { _ in outcome.rows.count }
      }
    }
    outcome.stepRows.append(outcome.rows.count)
    for (index, step) in plan.steps.enumerated().dropFirst(stepsDone) {
      try cancellation.check()
      let next = index + 1 < plan.steps.count ? plan.steps[index + 1] : nil
      outcome.stepRows.append(try apply(step, to: &outcome, before: next))
    }
    return outcome
  }

  private static func rows(of answer: Answer) -> Rows {
    switch answer.content {
    case .events(let rows), .timeline(let rows): .ordered(rows.references)
    case .matches(let matches), .matchTimeline(let matches): .matches(matches)
    case .chain(let chain): .ordered(chain.rows.references)
    case .table(let table), .chart(let table): .table(table)
    case .facets(let facets): .facets(facets)
    }
  }

  private func show(_ chain: ChainRows, _ outcome: inout Outcome) {
    outcome.rows = .ordered(chain.rows.references)
    outcome.chain = chain
  }

  /// - Returns: the rows that there are after the step. That it makes only those that the next one keeps is its own
  ///   affair.
  private func apply(
    _ step: BoundStage, to outcome: inout Outcome, before next: BoundStage?
  ) throws -> Int {
    if case .expect = step {} else { outcome.chain = nil }
    switch step {
    case .filterEvents(let predicate): outcome.rows = try filter(outcome.rows, predicate)
    case .filterMatches(let predicate):
      if case .matches(let matches) = outcome.rows {
        outcome.rows = .matches(try filter(matches, predicate))
      }
    case .filterTable(let predicate):
      if case .table(let table) = outcome.rows {
        outcome.rows = .table(TableOperators.filter(table, predicate))
      }
    case .select(let fields, let columns):
      outcome.rows = .table(try select(outcome.rows, fields, columns))
    case .aggregate(let aggregation):
      let (table, rowCount) = try aggregate(outcome.rows, aggregation, before: next)
      noteNoNumbers(table, aggregation, &outcome)
      if case .filterTable(let predicate)? = next, BucketFill.isDropped(by: predicate, aggregation)
      {
        outcome.rows = .table(table)
      } else {
        outcome.rows = .table(filled(table, aggregation, &outcome))
      }
      return max(rowCount, outcome.rows.count)
    case .top(let field, let limit, let columns):
      outcome.rows = .table(try top(outcome.rows, field, limit, columns))
    case .rare(let field, let columns):
      outcome.rows = .table(try rare(outcome.rows, field, columns))
    case .alongTime(let stage, let columns): try alongTime(stage, columns, &outcome)
    case .distinct(let fields, let columns):
      outcome.rows = .table(try distinct(outcome.rows, fields, columns))
    case .sort(let keys):
      var wanted: Int?
      if case .limit(let count)? = next { wanted = count }
      let rowCount = outcome.rows.count
      outcome.rows = try sort(outcome.rows, keys, limit: wanted)
      return rowCount
    case .limit(let count): outcome.rows = limit(outcome.rows, count)
    case .follow:
      var follow = FollowOperator(snapshot, cancellation, where: knowledge)
      show(try follow.run(from: references(outcome.rows)), &outcome)
    case .backtrace:
      let backtrace = BacktraceOperator(snapshot, cancellation, where: knowledge)
      show(try backtrace.run(from: references(outcome.rows)), &outcome)
    case .timeline: outcome.isTimeline = true
    case .chart: outcome.isChart = true
    case .facets:
      let selection = selection(outcome.rows)
      outcome.rows = .facets(
        try FacetsOperator(snapshot: snapshot, cache: cache).facets(selection, cancellation))
    case .expect(let expectation):
      let count = outcome.rows.count
      outcome.expectation = ExpectationOutcome(
        isMet: count >= expectation.lowerBound && count <= expectation.upperBound ?? .max,
        expected: "expect " + SyntaxPrinter.text(of: expectation), actualRows: count)
    }
    return outcome.rows.count
  }

  /// What `as-of` says of the sentence's events; stages that look further must heed it too.
  var knowledge: BoundPredicate? {
    plan.conjuncts.map(\.predicate).first { if case .known = $0 { true } else { false } }
  }

  /// The events in the order in which the answer shows them.
  func references(_ rows: Rows) -> [EventReference] {
    switch rows {
    case .selection(let sets): EventOrder.ascending(sets, in: snapshot)
    case .ordered(let references): references
    case .matches(let matches): matches.lastEvents
    case .table, .facets: []
    }
  }

  func selection(_ rows: Rows) -> [RowSet] {
    switch rows {
    case .selection(let sets): sets
    case .ordered(let references): EventOrder.selection(references, in: snapshot)
    case .matches(let matches): EventOrder.selection(matches.lastEvents, in: snapshot)
    case .table, .facets: []
    }
  }

  private func filter(_ rows: Rows, _ predicate: BoundPredicate) throws -> Rows {
    if case .matches(let matches) = rows {
      return .matches(try filter(matches, .last(predicate)))
    }
    let sets = selection(rows)
    let filtered = try SegmentWorkers.map(snapshot.segments, work: rows.count) { index, segment in
      var evaluator = PredicateEvaluator(
        cancellation: cancellation, scansOnly: plan.scan.scansOnly)
      return try evaluator.rows(predicate, in: segment, among: sets[index])
    }
    guard case .ordered(let references) = rows else { return .selection(filtered) }
    return .ordered(references.filter { filtered[Int($0.segment)].contains(Int($0.row)) })
  }

  /// - Parameter limit: rows that the next step keeps, where it keeps the first.
  private func sort(_ rows: Rows, _ keys: [SortKey], limit: Int?) throws -> Rows {
    if case .table(let table) = rows {
      return .table(TableOperators.sort(table, keys, limit: limit))
    }
    let sorter = SortOperator(
      keys: keys, snapshot: snapshot, cache: cache, cancellation: cancellation)
    if case .matches(let matches) = rows {
      return .matches(
        matches.picking(
          try sorter.order(of: matches.count, limit: limit) { self.references($0, matches) }))
    }
    return .ordered(try sorter.sorted(references(rows), limit: limit))
  }

  private func limit(_ rows: Rows, _ count: Int) -> Rows {
    if case .table(let table) = rows { return .table(TableOperators.limit(table, count)) }
    if rows.count <= count { return rows }
    if case .matches(let matches) = rows { return .matches(matches.picking(Array(0..<count))) }
    return .ordered(Array(references(rows).prefix(count)))
  }

  private static let cellsBetweenChecks = 1 << 16

  private func select(
    _ rows: Rows, _ fields: [RowField], _ columns: [TableColumn]
  ) throws -> TableRows {
    if case .table(let table) = rows { return TableOperators.select(table, fields, columns) }
    let references = references(rows)
    let cells = try fields.map { field -> [Cell] in
      let bound: BoundField
      var references = references
      switch field {
      case .event(let field): bound = field
      case .step(_, let own):
        guard case .matches(let matches) = rows else { return [] }
        bound = own
        references = self.references(field, matches)
      case .column: return []
      }
      let reader = FieldReader(bound, in: snapshot)
      var cells: [Cell] = []
      cells.reserveCapacity(references.count)
      for start in stride(from: 0, to: references.count, by: Self.cellsBetweenChecks) {
        try cancellation.check()
        let end = min(start + Self.cellsBetweenChecks, references.count)
        cells += reader.shownCells(
          start == 0 && end == references.count ? references : Array(references[start..<end]))
      }
      return cells
    }
    return TableRows(
      columns: columns, cells: cells, rowCount: references.count,
      events: EventRows(snapshot: snapshot, references: references))
  }
}
