/// Looks up events by the exact values of a field, many values at once.
struct ChainSearch {
  let snapshot: StoreSnapshot
  let cancellation: Cancellation
  /// What else an event must be; nil for nothing.
  let condition: BoundPredicate?

  /// The events whose field has one of some values, in the order of time.
  ///
  /// - Complexity: O(values × segments) look-ups, and the events found.
  func events(_ sequences: [[String]], among values: [String]) throws -> [EventReference] {
    guard !values.isEmpty else { return [] }
    let wanted = values.map { Array($0.utf8) }
    let selection = try SegmentWorkers.map(
      snapshot.segments, work: values.count * snapshot.segments.count
    ) { _, segment in
      try cancellation.check()
      var found = RowSet.none(of: segment.rowCount)
      for path in FieldColumns(segment: segment).leafPaths(sequences) {
        guard let field = segment.field(path) else { continue }
        let numbers = wanted.flatMap { field.dictionary.values(equalTo: $0) }.sorted()
        let codes = field.column.codeSet(of: numbers)
        if !codes.isEmpty {
          found = found.union(field.column.rows(in: codes, within: 0..<segment.rowCount))
        }
      }
      guard let condition else { return found }
      var evaluator = PredicateEvaluator(cancellation: cancellation)
      return try evaluator.rows(condition, in: segment, among: found)
    }
    return EventOrder.ascending(selection, in: snapshot)
  }
}
