import Synchronization
package import TrailLanguage
package import TrailText

/// From a sentence's syntax to its answer. One a session: what queries learn about fields is kept here.
package final class QueryEngine: Sendable {
  private let cache = QueryCache()

  package init() {}

  /// Binds and plans a sentence. Throws `Diagnostics` with everything that is wrong with it.
  package func compile(
    _ syntax: QuerySyntax, in context: BindingContext
  ) throws(Diagnostics) -> CompiledQuery {
    let bound = try Binder.bind(syntax, in: context)
    var context = context
    if let snapshot = bound.snapshot { context.snapshot = snapshot }
    return CompiledQuery(bound: bound, context: context, cache: cache)
  }

  /// Values of a field with their counts among the events that satisfy `predicate`, most first.
  ///
  /// - Parameter prefix: Only values that begin so, in any letter case.
  package func values(
    of field: BoundField, under predicate: BoundPredicate? = nil, prefix: String = "",
    limit: Int, in snapshot: StoreSnapshot, cancellation: Cancellation = Cancellation()
  ) throws -> [(value: Cell, count: Int)] {
    try ValueStatistics(snapshot: snapshot, cache: cache).values(
      of: field, under: predicate, prefix: prefix, limit: limit, cancellation)
  }
}

/// A sentence that is ready to run, any number of times.
package struct CompiledQuery: Sendable {
  let bound: BoundQuery
  let context: BindingContext
  let cache: QueryCache
  /// Where true, no index is used: another way to the same answer, for tests.
  package var scansOnly = false
  private let known = KnownPlan()

  init(bound: BoundQuery, context: BindingContext, cache: QueryCache) {
    self.bound = bound
    self.context = context
    self.cache = cache
  }

  /// What is planned once, however often the query runs.
  private final class KnownPlan: Sendable {
    let plan = Mutex<PhysicalPlan?>(nil)
  }

  /// The plan, with the columns made that it reads: after opening a workspace that reads most of what the answer takes.
  private func planned(_ cancellation: Cancellation) throws -> PhysicalPlan {
    if !scansOnly, let plan = known.plan.withLock({ $0 }) { return plan }
    try ColumnPreparation.prepare(bound, in: snapshot, cancellation)
    let plan = try Planner.plan(bound, in: snapshot, scansOnly: scansOnly, cancellation)
    if !scansOnly { known.plan.withLock { $0 = plan } }
    return plan
  }

  /// The snapshot that the answer's rows are of.
  private var snapshot: StoreSnapshot {
    guard case .last(let answer) = bound.source else { return context.snapshot }
    return answer.snapshot ?? context.snapshot
  }

  private static func content(
    _ outcome: Executor.Outcome, _ events: EventRows
  ) -> Answer.Content {
    if outcome.isTimeline { return .timeline(events) }
    return outcome.chain.map { .chain($0) } ?? .events(events)
  }

  /// Describes a plan with the rows that there were, when it is asked to.
  private func description(
    of plan: PhysicalPlan, _ outcome: Executor.Outcome
  ) -> @Sendable () -> PlanReport {
    let (conjunctRows, stepRows) = (outcome.conjunctRows, outcome.stepRows)
    let sequenceRows = outcome.sequenceRows
    let describe: @Sendable () -> PlanReport = { [bound] in
      PlanPrinter.report(
        plan, bound, conjunctRows: conjunctRows, stepRows: stepRows, sequenceRows: sequenceRows)
    }
    guard case .last = plan.source else { return describe }
    // Such a plan holds the answer before, and that one the answer before it.
    let report = describe()
    return { report }
  }

  /// Works out the answer. Throws `QueryCancelled`, or `Diagnostics` where the rows forbid a stage.
  package func run(_ cancellation: Cancellation = Cancellation()) throws -> Answer {
    let clock = ContinuousClock()
    let start = clock.now
    let snapshot = snapshot
    let plan = try planned(cancellation)
    let executor = Executor(
      plan: plan, snapshot: snapshot, cache: cache, cancellation: cancellation)
    let outcome = try executor.run()
    let events = EventRows(snapshot: snapshot, references: executor.references(outcome.rows))
    let content: Answer.Content =
      switch outcome.rows {
      case .selection, .ordered: Self.content(outcome, events)
      case .matches(let matches): outcome.isTimeline ? .matchTimeline(matches) : .matches(matches)
      case .table(let table): outcome.isChart ? .chart(table) : .table(table)
      case .facets(let facets): .facets(facets)
      }
    var answer = Answer(
      content: content, notes: bound.notes + outcome.notes, expectation: outcome.expectation,
      describingPlan: description(of: plan, outcome))
    answer.rowMeaning = RowMeaning(of: bound)
    if outcome.stepRows.contains(0) {
      answer.notes += try EmptyAnswer(
        bound: bound, plan: plan, outcome: outcome, context: context, cache: cache
      ).notes(cancellation)
    }
    let elapsed = (clock.now - start).components
    answer.metrics.elapsedNanoseconds =
      UInt64(elapsed.seconds) * 1_000_000_000 + UInt64(elapsed.attoseconds / 1_000_000_000)
    answer.metrics.rowsRead = outcome.conjunctRows.first ?? outcome.stepRows[0]
    return answer
  }
}

extension Answer {
  /// The snapshot that the rows are of; nil for tables whose rows are no events.
  var snapshot: StoreSnapshot? {
    switch content {
    case .events(let rows), .timeline(let rows): rows.snapshot
    case .matches(let matches), .matchTimeline(let matches): matches.snapshot
    case .table(let table), .chart(let table): table.events?.snapshot
    case .chain(let chain): chain.snapshot
    case .facets: nil
    }
  }
}
