import TrailRecord

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
    var wanted: [UInt64: [[UInt8]]] = [:]
    for value in values {
      let bytes = Array(value.utf8)
      wanted[FoldedHash.hash(ofFolded: CaseFolding.folded(bytes)), default: []].append(bytes)
    }
    let hashes = wanted.keys.sorted()
    let byHash = wanted
    let selection = try SegmentWorkers.map(
      snapshot.segments, work: values.count * snapshot.segments.count
    ) { _, segment in
      try cancellation.check()
      var found = RowSet.none(of: segment.rowCount)
      let fields = FieldColumns(segment: segment)
      for path in fields.leafPaths(sequences) {
        guard let (field, known) = fields.hashes(path) else { continue }
        let codes = known.codes(among: hashes).filter { code in
          let bytes = field.bytes(ofCode: code)
          return byHash[known.hashes[Int(code)]]?.contains { bytes.elementsEqual($0) } ?? false
        }
        if !codes.isEmpty {
          let set = CodeSet(codes, of: field.column.distinctCount)
          found = found.union(field.column.rows(in: set, within: 0..<segment.rowCount))
        }
      }
      guard let condition else { return found }
      var evaluator = PredicateEvaluator(cancellation: cancellation)
      return try evaluator.rows(condition, in: segment, among: found)
    }
    return EventOrder.ascending(selection, in: snapshot)
  }
}
