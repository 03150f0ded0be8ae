/// Finds the events that satisfy a predicate, segment by segment.
struct ScanOperator: Sendable {
  enum Order: Sendable {
    case oldestFirst, newestFirst
  }

  /// What must hold of an event, and where that can be.
  struct Conjunct: Sendable {
    var predicate: BoundPredicate
    /// The segments that planning has found to have such events, at most; nil where any can.
    var segments: SegmentSet?

    init(_ predicate: BoundPredicate, in segments: SegmentSet? = nil) {
      self.predicate = predicate
      self.segments = segments
    }
  }

  /// The conjuncts, cheapest first.
  let conjuncts: [Conjunct]
  let order: Order
  /// Rows wanted, in `order`; the scan stops when no other row can come before those it has.
  let limit: Int?
  /// True where all rows of the last wanted time are wanted too.
  let keepsTies: Bool
  /// Row visits that this is likely to take: decides whether the other core is worth waking.
  let work: Int
  var scansOnly = false

  struct Result: Sendable {
    var selection: [RowSet]
    /// Rows left after each conjunct.
    var rowsAfter: [Int]
  }

  func run(_ snapshot: StoreSnapshot, _ cancellation: Cancellation) throws -> Result {
    if let limit { return try runLimited(snapshot, limit, cancellation) }
    let parts = try SegmentWorkers.map(snapshot.segments, work: work) { place, segment in
      try scan(segment, at: place, among: .all(of: segment.rowCount), cancellation)
    }
    var rowsAfter = [Int](repeating: 0, count: conjuncts.count)
    for part in parts {
      for index in rowsAfter.indices { rowsAfter[index] += part.rowsAfter[index] }
    }
    return Result(selection: parts.map(\.rows), rowsAfter: rowsAfter)
  }

  /// - Parameter place: the segment's in the snapshot.
  private func scan(
    _ segment: Segment, at place: Int, among candidates: RowSet, _ cancellation: Cancellation
  ) throws -> (rows: RowSet, rowsAfter: [Int]) {
    try cancellation.check()
    var evaluator = PredicateEvaluator(cancellation: cancellation, scansOnly: scansOnly)
    var rows = candidates
    var rowsAfter: [Int] = []
    for conjunct in conjuncts {
      rows =
        conjunct.segments?.contains(place) ?? true
        ? try evaluator.rows(conjunct.predicate, in: segment, among: rows)
        : .none(of: segment.rowCount)
      rowsAfter.append(rows.count)
    }
    return (rows, rowsAfter)
  }

  /// Visits segments from the wanted end of time, and leaves out those that cannot matter any more.
  private func runLimited(
    _ snapshot: StoreSnapshot, _ limit: Int, _ cancellation: Cancellation
  ) throws -> Result {
    var selection = snapshot.segments.map { RowSet.none(of: $0.rowCount) }
    var rowsAfter = [Int](repeating: 0, count: conjuncts.count)
    // Times of the rows kept so far, to know which time the wanted rows reach to.
    var times: [Int64] = []
    if limit == 0 { return Result(selection: selection, rowsAfter: rowsAfter) }
    for index in visitOrder(snapshot) {
      let segment = snapshot.segments[index]
      if times.count >= limit, isBeyond(segment, times[limit - 1]) { continue }
      let part = try scanEnd(of: segment, at: index, limit, cancellation)
      for place in rowsAfter.indices { rowsAfter[place] += part.rowsAfter[place] }
      let kept = keep(part.rows, in: segment, limit)
      selection[index] = kept
      let own = segment.times
      kept.forEach { times.append(own[$0]) }
      sort(&times)
    }
    return Result(selection: selection, rowsAfter: rowsAfter)
  }

  /// Rows at the wanted end of a segment's time that are looked at first, for each row that is wanted.
  private static let rowsForEachWanted = 32
  private static let leastRows = 4_096

  /// Scans a segment from the wanted end of time until it has more rows than are wanted, and all of the last one's
  /// time.
  private func scanEnd(
    of segment: Segment, at place: Int, _ limit: Int, _ cancellation: Cancellation
  ) throws -> (rows: RowSet, rowsAfter: [Int]) {
    let wanted = min(limit, segment.rowCount)
    var count = max(Self.leastRows, wanted * Self.rowsForEachWanted)
    while count < segment.timedRowCount {
      let window =
        order == .oldestFirst
        ? 0..<count : (segment.timedRowCount - count)..<segment.timedRowCount
      let part = try scan(
        segment, at: place, among: .range(window, of: segment.rowCount), cancellation)
      // Rows of the window's last time may go on behind it: they are no rows to stop at.
      let whole =
        order == .oldestFirst
        ? 0..<segment.rows(from: .min, until: segment.times[count - 1]).upperBound
        : segment.rows(from: segment.times[window.lowerBound] + 1, until: .max)
          .lowerBound..<segment.timedRowCount
      if part.rows.clipped(to: whole).count > limit { return part }
      count *= 4
    }
    return try scan(segment, at: place, among: .all(of: segment.rowCount), cancellation)
  }

  private func visitOrder(_ snapshot: StoreSnapshot) -> [Int] {
    snapshot.segments.indices.sorted { left, right in
      let a = snapshot.segments[left].timeRange
      let b = snapshot.segments[right].timeRange
      guard let a else { return false }
      guard let b else { return true }
      return order == .oldestFirst ? a.lowerBound < b.lowerBound : a.upperBound > b.upperBound
    }
  }

  /// True where every row of `segment` comes behind a row of time `last`. Events without a time come last
  /// anyway, so a full answer has no room for them.
  private func isBeyond(_ segment: Segment, _ last: Int64) -> Bool {
    if last == Segment.noTime { return false }
    guard let range = segment.timeRange else { return true }
    return order == .oldestFirst ? range.lowerBound > last : range.upperBound < last
  }

  /// The rows of one segment that can be among the first `limit`.
  private func keep(_ rows: RowSet, in segment: Segment, _ limit: Int) -> RowSet {
    if order == .oldestFirst {
      let first = rows.prefix(limit)
      guard keepsTies, first.count < rows.count, !first.isEmpty else { return first }
      let last = segment.times[first.bounds.upperBound - 1]
      if last == Segment.noTime { return rows }
      return rows.clipped(to: 0..<segment.rows(from: .min, until: last + 1).upperBound)
    }
    let timed = rows.clipped(to: 0..<segment.timedRowCount)
    guard timed.count > limit else {
      let untimed = rows.clipped(to: segment.timedRowCount..<segment.rowCount)
      return timed.union(keepsTies ? untimed : untimed.prefix(limit - timed.count))
    }
    // All rows of the oldest time that is kept: which of them came first is settled at the end.
    let oldest = segment.times[timed.suffix(limit).bounds.lowerBound]
    return timed.clipped(to: segment.rows(from: oldest, until: .max).lowerBound..<segment.rowCount)
  }

  private func sort(_ times: inout [Int64]) {
    times.sort { left, right in
      if left == Segment.noTime || right == Segment.noTime { return left < right }
      return order == .oldestFirst ? left < right : left > right
    }
  }
}
