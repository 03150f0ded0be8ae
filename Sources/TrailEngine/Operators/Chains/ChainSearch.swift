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
    let wanted = WantedTexts(values)
    let selection = try SegmentWorkers.map(
      snapshot.segments, work: values.count * snapshot.segments.count
    ) { _, segment in
      try cancellation.check()
      var found = RowSet.none(of: segment.rowCount)
      let fields = FieldColumns(segment: segment)
      for path in fields.leafPaths(sequences) {
        guard let (field, known) = fields.hashes(path) else { continue }
        let codes = known.codes(among: wanted.hashes).filter { code in
          wanted.contains(field.bytes(ofCode: code), known.hashes[Int(code)])
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

/// Texts that are looked for in many columns, in the order of their hashes.
private struct WantedTexts: Sendable {
  private let entries: [(hash: UInt64, bytes: [UInt8])]
  /// Ascending, without repeats.
  let hashes: [UInt64]

  init(_ texts: [String]) {
    let entries = texts.map { text in
      let bytes = Array(text.utf8)
      return (hash: FoldedHash.hash(ofFolded: CaseFolding.folded(bytes)), bytes: bytes)
    }.sorted { $0.hash < $1.hash }
    hashes = entries.indices.filter { $0 == 0 || entries[$0].hash != entries[$0 - 1].hash }
      .map { entries[$0].hash }
    self.entries = entries
  }

  /// Whether one of the texts is these very bytes, whose folded hash is `hash`.
  func contains(_ bytes: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Bool {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].hash < hash { low = middle + 1 } else { high = middle }
    }
    while low < entries.count, entries[low].hash == hash {
      if bytes.elementsEqual(entries[low].bytes) { return true }
      low += 1
    }
    return false
  }
}
