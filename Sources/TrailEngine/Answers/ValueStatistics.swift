import TrailRecord

/// How often values occur: what completion offers.
struct ValueStatistics {
  let snapshot: StoreSnapshot
  let cache: QueryCache

  /// - Complexity: O(values of the field) without a predicate, else one scan besides.
  func values(
    of field: BoundField, under predicate: BoundPredicate?, prefix: String, limit: Int,
    _ cancellation: Cancellation
  ) throws -> [(value: Cell, count: Int)] {
    var selection = snapshot.segments.map { RowSet.all(of: $0.rowCount) }
    if let predicate {
      let planned = predicate.conjuncts
      selection = try SegmentWorkers.map(
        snapshot.segments, work: snapshot.rowCount
      ) { _, segment in
        var evaluator = PredicateEvaluator(cancellation: cancellation)
        return try evaluator.rows(.all(planned), in: segment, among: .all(of: segment.rowCount))
      }
    }
    guard !prefix.isEmpty else {
      return try ValueCounts.counts(
        of: field, selection, in: snapshot, cache, limit: limit, cancellation)
    }
    let counts = try ValueCounts.counts(of: field, selection, in: snapshot, cache, cancellation)
    let folded = CaseFolding.folded(prefix)
    var found: [(value: Cell, count: Int)] = []
    for entry in counts where found.count < limit {
      if CaseFolding.folded(entry.value.text).starts(with: folded) { found.append(entry) }
    }
    return found
  }
}

extension Cell {
  /// The value as a sentence writes it; a list's parts with commas between.
  package var text: String {
    switch self {
    case .missing: ""
    case .text(let text), .json(let text): text
    case .number(let spelling): spelling
    case .time(let time): EventTime.format(time)
    case .flag(let flag): flag ? "true" : "false"
    case .list(let cells): cells.map(\.text).joined(separator: ", ")
    }
  }
}
