/// Looks up events by the exact values of a field, many values at once.
struct ChainSearch {
  let snapshot: StoreSnapshot
  let cancellation: Cancellation

  /// The events whose field has one of some values, in the order of time.
  func events(_ field: BoundField, among values: Set<String>) throws -> [EventReference] {
    guard !values.isEmpty else { return [] }
    let tests = values.sorted().map { ValueTest.identical(Array($0.utf8)) }
    let test = FieldTest(field: field, test: .any(tests), text: "")
    let selection = try SegmentWorkers.map(
      snapshot.segments, work: values.count * snapshot.segments.count
    ) { _, segment in
      var evaluator = PredicateEvaluator(cancellation: cancellation)
      return try evaluator.rows(.test(test), in: segment, among: .all(of: segment.rowCount))
    }
    return EventOrder.ascending(selection, in: snapshot)
  }
}
