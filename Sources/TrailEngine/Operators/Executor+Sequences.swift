import TrailLanguage
import TrailRecord

// Sequences, and stages that look along time.

extension Executor {
  func form(
    _ sequence: BoundSequence, of selection: [RowSet], _ outcome: inout Outcome
  ) throws {
    var search = SequenceOperator(
      sequence: sequence, snapshot: snapshot, cache: cache, cancellation: cancellation,
      scansOnly: plan.scan.scansOnly)
    search.putsInOrder = plan.steps.first.map(Self.heedsOrder) ?? true
    let result = try search.run(selection)
    outcome.rows = .matches(result.matches)
    outcome.sequenceRows = result.stepRows
  }

  /// False for stages that give the same whatever order their rows come in.
  private static func heedsOrder(_ stage: BoundStage) -> Bool {
    switch stage {
    case .aggregate(let aggregation):
      aggregation.aggregates.contains { [.first, .last, .values].contains($0.function) }
    case .top, .rare, .distinct: false
    default: true
    }
  }

  /// The events in which a field of matches is read.
  func references(_ field: RowField, _ matches: MatchRows) -> [EventReference] {
    if case .step(let step, _) = field { return matches.events(ofStep: step) }
    return matches.lastEvents
  }

  func alongTime(
    _ stage: BoundTimeStage, _ columns: [TableColumn], _ outcome: inout Outcome
  ) throws {
    // Rows of an earlier answer may be in any order.
    let references = EventOrder.ascending(selection(outcome.rows), in: snapshot)
    switch stage {
    case .new(let comparison):
      let result = try baseline(comparison).new(references, columns)
      outcome.rows = .table(result.rows)
      outcome.notes += result.notes
    case .rare(let comparison):
      let result = try baseline(comparison).rare(references, columns)
      outcome.rows = .table(result.rows)
      outcome.notes += result.notes
    case .burst(let burst):
      let operation = BurstOperator(
        burst: burst, snapshot: snapshot, cache: cache, cancellation: cancellation)
      outcome.rows = .table(try operation.rows(references, columns))
    case .gaps(let gaps):
      let operation = GapsOperator(
        gaps: gaps, snapshot: snapshot, cache: cache, cancellation: cancellation)
      let newest = try newestKnown() ?? .min
      outcome.rows = .table(
        try operation.rows(references, until: min(newest, gaps.windowEnd), columns))
    }
  }

  /// The time of the newest event of the data, as far as the sentence may know it.
  private func newestKnown() throws -> Int64? {
    guard let knowledge else { return snapshot.timeRange?.upperBound }
    var evaluator = PredicateEvaluator(cancellation: cancellation)
    return try snapshot.segments.compactMap { segment -> Int64? in
      let timed = RowSet.range(0..<segment.timedRowCount, of: segment.rowCount)
      let rows = try evaluator.rows(knowledge, in: segment, among: timed)
      return rows.isEmpty ? nil : segment.times[rows.bounds.upperBound - 1]
    }.max()
  }

  private func baseline(_ comparison: BaselineComparison) -> BaselineOperator {
    BaselineOperator(
      comparison: comparison, snapshot: snapshot, cache: cache, cancellation: cancellation,
      scansOnly: plan.scan.scansOnly)
  }
}
