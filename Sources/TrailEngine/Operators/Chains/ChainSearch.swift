import TrailRecord

/// Looks up events by the hashes of a field's values, many at once.
///
/// It only narrows down: what is equal has equal hashes, and whoever asks compares what was found.
struct ChainSearch {
  let snapshot: StoreSnapshot
  let cancellation: Cancellation
  /// What else an event must be; nil for nothing.
  let condition: BoundPredicate?

  struct Found {
    /// In the order of time.
    var events: [EventReference] = []
    /// Those of the wanted hashes that some event has.
    var hashes: Set<UInt64> = []
  }

  func events(_ sequences: [[String]], among texts: [String]) throws -> [EventReference] {
    let hashes = texts.map { FoldedHash.hash(ofFolded: CaseFolding.folded(Array($0.utf8))) }
    return try find(sequences, hashes).events
  }

  /// The events whose field has a value with one of some folded hashes.
  ///
  /// - Complexity: O(hashes × segments) look-ups, and the events found.
  func find(_ sequences: [[String]], _ wanted: [UInt64]) throws -> Found {
    guard !wanted.isEmpty else { return Found() }
    let wanted = wanted.sorted()
    let parts = try SegmentWorkers.map(
      snapshot.segments, work: wanted.count * snapshot.segments.count / Self.lookUpsPerRow
    ) { _, segment in
      try cancellation.check()
      var rows = RowSet.none(of: segment.rowCount)
      var met: [UInt64] = []
      let fields = FieldColumns(segment: segment)
      for path in fields.leafPaths(sequences) {
        guard let (field, known) = fields.hashes(path) else { continue }
        let codes = known.codes(among: wanted[...])
        if !codes.isEmpty {
          met += codes.map { known.hashes[Int($0)] }
          let set = CodeSet(codes, of: field.column.distinctCount)
          rows = rows.union(field.column.rows(in: set, within: 0..<segment.rowCount))
        }
      }
      guard let condition else { return (rows, met) }
      var evaluator = PredicateEvaluator(cancellation: cancellation)
      return (try evaluator.rows(condition, in: segment, among: rows), met)
    }
    return Found(
      events: EventOrder.ascending(parts.map(\.0), in: snapshot), hashes: Set(parts.flatMap(\.1)))
  }

  /// A look-up of a hash that is not there costs about as much as so small a part of a row's work.
  private static let lookUpsPerRow = 4
}
