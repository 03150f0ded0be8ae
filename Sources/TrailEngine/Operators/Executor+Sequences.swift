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
    search.stepSegments = plan.sequence?.steps.map(\.segments) ?? []
    search.putsInOrder = plan.steps.first.map(Self.heedsOrder) ?? true
    let result = try search.run(selection, beyond: selectionBeyond(sequence))
    try noteOpenMatches(result.matches, &outcome)
    outcome.rows = .matches(result.matches)
    outcome.sequenceRows = result.stepRows
  }

  /// The events of which the sentence asks, with those that come up to `within` after its window: what must not follow
  /// may lie there. Nil where the window has no end, or no step is absent at the end.
  private func selectionBeyond(_ sequence: BoundSequence) throws -> [RowSet]? {
    guard sequence.steps.last?.isAbsent == true else { return nil }
    var isWider = false
    // What planning has found out holds for the sentence's own window.
    let conjuncts = plan.conjuncts.map(\.predicate).map { conjunct -> ScanOperator.Conjunct in
      guard case .time(let range) = conjunct else { return ScanOperator.Conjunct(conjunct) }
      let (end, isOver) = range.upperBound.addingReportingOverflow(sequence.within)
      if isOver { return ScanOperator.Conjunct(conjunct) }
      isWider = true
      return ScanOperator.Conjunct(.time(range.lowerBound..<end))
    }
    guard isWider else { return nil }
    let scan = ScanOperator(
      conjuncts: conjuncts, order: .oldestFirst, limit: nil, keepsTies: false,
      work: plan.scan.work, scansOnly: plan.scan.scansOnly)
    return try scan.run(snapshot, cancellation).selection
  }

  /// Says how many matches lie so near the end of the data that what they must not be followed by may still come.
  private func noteOpenMatches(_ matches: MatchRows, _ outcome: inout Outcome) throws {
    let sequence = matches.sequence
    guard sequence.steps.last?.isAbsent == true, matches.count > 0, let newest = try newestKnown()
    else { return }
    let open = (0..<matches.count).count { match in
      guard let first = matches.events(of: match).first else { return false }
      return newest - snapshot.time(first) < sequence.within
    }
    guard open > 0 else { return }
    let subject = open == 1 ? "1 match began" : "\(open) matches began"
    outcome.notes.append(
      Note(
        "\(subject) less than `within` before the newest event (\(EventTime.format(newest))): what must not follow may be in no log yet."
      ))
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
    let rows: TimedRows
    var matches: MatchRows?
    if case .matches(let own) = outcome.rows {
      matches = own
      rows = TimedRows(own)
    } else {
      rows = TimedRows(events: EventOrder.ascending(selection(outcome.rows), in: snapshot))
    }
    switch stage {
    case .new(let comparison):
      let result = try baseline(comparison, matches?.sequence).new(rows, columns)
      outcome.rows = .table(result.rows)
      outcome.notes += result.notes
    case .rare(let comparison):
      let result = try baseline(comparison, matches?.sequence).rare(rows, columns)
      outcome.rows = .table(result.rows)
      outcome.notes += result.notes
    case .burst(let burst):
      let operation = BurstOperator(
        burst: burst, snapshot: snapshot, cache: cache, cancellation: cancellation)
      let result = try operation.rows(rows, columns)
      outcome.rows = .table(result.rows)
      outcome.notes += result.notes
    case .gaps(let gaps):
      let operation = GapsOperator(
        gaps: gaps, snapshot: snapshot, cache: cache, cancellation: cancellation)
      let newest = try newestKnown() ?? .min
      let result = try operation.rows(rows, until: min(newest, gaps.windowEnd), columns)
      outcome.rows = .table(result.rows)
      outcome.notes += result.notes
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

  /// - Parameter sequence: what the rows are matches of; nil where they are events.
  private func baseline(
    _ comparison: BaselineComparison, _ sequence: BoundSequence?
  ) -> BaselineOperator {
    var operation = BaselineOperator(
      comparison: comparison, snapshot: snapshot, cache: cache, cancellation: cancellation,
      scansOnly: plan.scan.scansOnly)
    if let sequence {
      let lookahead = sequence.steps.last?.isAbsent == true ? sequence.within : 0
      operation.matches = BaselineOperator.MatchSource(lookahead: lookahead) { events, beyond in
        let search = SequenceOperator(
          sequence: sequence, snapshot: snapshot, cache: cache, cancellation: cancellation,
          scansOnly: plan.scan.scansOnly)
        return try filtered(try search.run(events, beyond: beyond).matches)
      }
    }
    return operation
  }

  /// The matches that the filters before the first other stage leave, whatever window they lie in.
  private func filtered(_ matches: MatchRows) throws -> MatchRows {
    try plan.steps.prefix(while: \.isFilterOfEvents).reduce(matches) { matches, step in
      switch step {
      case .filterEvents(let predicate):
        try filter(matches, .last(.all(predicate.conjuncts.filter { !$0.isWindow })))
      case .filterMatches(let predicate): try filter(matches, predicate)
      default: matches
      }
    }
  }

  func filter(_ matches: MatchRows, _ predicate: MatchPredicate) throws -> MatchRows {
    var filter = MatchFilter(matches, cancellation, scansOnly: plan.scan.scansOnly)
    return matches.picking(
      try filter.holding(predicate, among: Array(0..<matches.count)))
  }
}
