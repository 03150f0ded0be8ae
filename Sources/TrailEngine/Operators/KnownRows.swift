/// Finds the events that could be known at a time.
struct KnownRows {
  private let knowledge: Knowledge

  init(_ knowledge: Knowledge) { self.knowledge = knowledge }

  /// - Complexity: O(log rows) where all events of the segment were known long ago, else O(events looked at).
  func rows(
    in segment: Segment, among candidates: RowSet, _ evaluator: inout PredicateEvaluator
  ) throws -> RowSet {
    if knowledge.place == .eventHistory {
      return happened(before: Knowledge.historyDelay, in: segment, among: candidates)
    }
    guard let deliveries = segment.deliveries else {
      return try assumed(in: segment, among: candidates, &evaluator)
    }
    if deliveries.isLive { return try live(in: segment, among: candidates, &evaluator) }
    return try stamped(deliveries, in: segment, among: candidates, &evaluator)
  }

  /// The events that had happened so long before.
  private func happened(
    before delay: Int64, in segment: Segment, among candidates: RowSet
  ) -> RowSet {
    candidates.clipped(to: segment.rows(from: .min, until: knowledge.until - delay))
  }

  /// Events of which nobody knows when they were delivered.
  private func assumed(
    in segment: Segment, among candidates: RowSet, _ evaluator: inout PredicateEvaluator
  ) throws -> RowSet {
    let happened = happened(before: Knowledge.assumedDelay, in: segment, among: candidates)
    let long = self.happened(
      before: Knowledge.assumedInsightDelay, in: segment, among: happened)
    let recent = happened.subtracting(long)
    return happened.subtracting(
      try evaluator.rows(knowledge.insight, in: segment, among: recent))
  }

  /// Events of files that mostly say when they were delivered.
  private func stamped(
    _ deliveries: SegmentDeliveries, in segment: Segment, among candidates: RowSet,
    _ evaluator: inout PredicateEvaluator
  ) throws -> RowSet {
    // Nothing is known before it happens, whatever a file's name says.
    let until = segment.rows(from: .min, until: knowledge.until).upperBound
    let happened = candidates.clipped(to: 0..<until)
      .union(candidates.clipped(to: segment.timedRowCount..<segment.rowCount))
    if !deliveries.hasGaps, deliveries.times.allSatisfy({ $0 <= knowledge.time }) {
      return happened
    }
    var known: [UInt32] = []
    var silent: [UInt32] = []
    let arrivals = segment.arrivals
    happened.forEach { row in
      let time = deliveries.time(ofArrival: arrivals[row])
      if time <= knowledge.time {
        known.append(UInt32(row))
      } else if time == Segment.noTime {
        silent.append(UInt32(row))
      }
    }
    let found = RowSet.bitmap(list: known, of: segment.rowCount)
    guard !silent.isEmpty else { return found }
    let rest = RowSet.bitmap(list: silent, of: segment.rowCount)
    return found.union(try assumed(in: segment, among: rest, &evaluator))
  }

  /// Simulated events: Event history shows what is a management event, a bucket has what was delivered.
  private func live(
    in segment: Segment, among candidates: RowSet, _ evaluator: inout PredicateEvaluator
  ) throws -> RowSet {
    let old = happened(before: Knowledge.historyDelay, in: segment, among: candidates)
    let shown = try evaluator.rows(knowledge.management, in: segment, among: old)
    var delivered: [UInt32] = []
    let identifiers = FieldColumns(segment: segment).leafPaths([["eventID"]]).compactMap {
      segment.identifiers($0)
    }
    happened(before: 0, in: segment, among: candidates).subtracting(shown).forEach { row in
      let isKnown = identifiers.contains { column in
        column.identifier(at: row).flatMap { knowledge.deliveries.time(of: $0) }
          .map { $0 <= knowledge.time } ?? false
      }
      if isKnown { delivered.append(UInt32(row)) }
    }
    return shown.union(.bitmap(list: delivered, of: segment.rowCount))
  }
}
