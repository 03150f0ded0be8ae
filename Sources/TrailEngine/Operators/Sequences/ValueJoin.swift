/// The values that a field has in some events, by folded hash: what events of another step must share one of.
///
/// It only narrows down: what is equal has equal hashes, and what has equal hashes is compared afterwards.
struct ValueJoin {
  private let snapshot: StoreSnapshot
  /// In the order of the events' times, so that those of a span lie side by side.
  private var hashes: [UInt64] = []
  private var times: [Int64] = []

  /// Nil where values of the field can be equal though their texts differ.
  init?(_ field: BoundField, of events: StepEvents, in snapshot: StoreSnapshot) {
    guard let reader = HashReader(field, in: snapshot) else { return nil }
    self.snapshot = snapshot
    hashes.reserveCapacity(events.count)
    times.reserveCapacity(events.count)
    let isTold = reader.forEachHash(of: events.references) { index, hash in
      hashes.append(hash)
      times.append(events.places[index].time)
    }
    guard isTold else { return nil }
  }

  /// The rows whose field has one of the values; nil where that cannot be told by hashes.
  ///
  /// - Parameter reach: How far from a row's time the event may lie that has the value.
  func rows(_ field: BoundField, among selection: [RowSet], within reach: TimeReach) -> [RowSet]? {
    guard let reader = HashReader(field, in: snapshot) else { return nil }
    var distinct: [UInt64]?
    var found: [RowSet] = []
    for (index, rows) in selection.enumerated() {
      guard !rows.isEmpty, let range = snapshot.segments[index].timeRange,
        let (column, known) = reader.column(index)
      else {
        found.append(.none(of: rows.universe))
        continue
      }
      if known.hasNumbers { return nil }
      let span = reach.span(around: range)
      let begin = times.sortedIndex(of: span.lowerBound)
      let end = span.upperBound == .max ? times.count : times.sortedIndex(of: span.upperBound + 1)
      var wanted = hashes[begin..<end]
      if wanted.count > Self.manyHashes {
        let all = distinct ?? distinctHashes()
        distinct = all
        if all.count < wanted.count { wanted = all[...] }
      }
      let codes = CodeSet(known.codes(among: wanted), of: column.column.distinctCount)
      found.append(column.column.rows(in: codes, among: rows))
    }
    return found
  }

  /// The events whose field has one of the values; nil where that cannot be told by hashes.
  func events(_ field: BoundField, among events: StepEvents) -> StepEvents? {
    guard let reader = HashReader(field, in: snapshot) else { return nil }
    let wanted = distinctHashes()
    var isWanted = [Bool](repeating: false, count: events.count)
    let isTold = reader.forEachHash(of: events.references) { index, hash in
      let place = wanted.sortedIndex(of: hash)
      if place < wanted.count, wanted[place] == hash { isWanted[index] = true }
    }
    guard isTold else { return nil }
    return events.picking(isWanted.indices.filter { isWanted[$0] })
  }

  /// Ascending, each once: events are many, and those who made them may be few.
  private func distinctHashes() -> [UInt64] {
    var distinct = hashes.sorted()
    distinct.removeAdjacentRepeats()
    return distinct
  }

  /// More than so many events near a segment are not asked for one by one where they share their values.
  private static let manyHashes = 4_096
}

/// Reads the hashes of one field's values.
private struct HashReader {
  private let field: BoundField
  private let snapshot: StoreSnapshot

  /// Nil for fields of which one value has several spellings, and for identifiers, which have no column.
  init?(_ field: BoundField, in snapshot: StoreSnapshot) {
    guard [.text, .principal, .role].contains(field.kind) else { return nil }
    if case .time = field.source { return nil }
    let hasIdentifiers = snapshot.segments.contains { segment in
      FieldColumns(segment: segment).leafPaths(field).contains { segment.identifiers($0) != nil }
    }
    if hasIdentifiers { return nil }
    self.field = field
    self.snapshot = snapshot
  }

  func column(_ segment: Int) -> (column: FieldColumn, hashes: ColumnHashes)? {
    FieldColumns(segment: snapshot.segments[segment]).hashes(field)
  }

  /// Calls `body` with the place of each event and the hash of each of its values; false where some segment has values
  /// that hashes cannot tell apart or together.
  func forEachHash(of events: [EventReference], _ body: (Int, UInt64) -> Void) -> Bool {
    var known: [Int: (column: Column, hashes: ColumnHashes)?] = [:]
    var isTold = true
    events.forEachRun { segment, range in
      if known[segment] == nil {
        known[segment] = .some(column(segment).map { ($0.column.column, $0.hashes) })
      }
      guard isTold, let found = known[segment], let (column, hashes) = found else { return }
      isTold = !hashes.hasNumbers
      hashes.hashes.withUnsafeBufferPointer { hashes in
        var cursor = 0
        var last = 0
        for index in range {
          let row = Int(events[index].row)
          if row < last { cursor = 0 }
          last = row
          for entry in column.entries(at: row, after: &cursor) {
            body(index, hashes[Int(column.codes[entry])])
          }
        }
      }
    }
    return isTold
  }
}
