/// The values that a field has in some events, by folded hash: what events of another step must share one of.
///
/// It only narrows down: what is equal has equal hashes, and what has equal hashes is compared afterwards.
struct ValueJoin {
  private let snapshot: StoreSnapshot
  /// Ascending, without repeats.
  private let wanted: [UInt64]

  /// Nil where values of the field can be equal though their texts differ.
  init?(_ field: BoundField, of events: StepEvents, in snapshot: StoreSnapshot) {
    guard let reader = HashReader(field, in: snapshot) else { return nil }
    var hashes: Set<UInt64> = []
    for reference in events.references {
      guard reader.forEachHash(of: reference, { hashes.insert($0) }) else { return nil }
    }
    self.snapshot = snapshot
    wanted = hashes.sorted()
  }

  /// The rows whose field has one of the values; nil where that cannot be told by hashes.
  func rows(_ field: BoundField, among selection: [RowSet]) -> [RowSet]? {
    guard let reader = HashReader(field, in: snapshot) else { return nil }
    var found: [RowSet] = []
    for (index, rows) in selection.enumerated() {
      guard !rows.isEmpty, let (column, hashes) = reader.column(index) else {
        found.append(.none(of: rows.universe))
        continue
      }
      if hashes.hasNumbers { return nil }
      let codes = CodeSet(hashes.codes(among: wanted), of: column.column.distinctCount)
      found.append(
        codes.isEmpty
          ? .none(of: rows.universe)
          : column.column.rows(in: codes, within: rows.bounds).intersection(rows))
    }
    return found
  }

  /// The events whose field has one of the values; nil where that cannot be told by hashes.
  func events(_ field: BoundField, among events: StepEvents) -> StepEvents? {
    guard let reader = HashReader(field, in: snapshot) else { return nil }
    let wanted = Set(wanted)
    var kept = StepEvents()
    for index in events.references.indices {
      var isWanted = false
      guard
        reader.forEachHash(
          of: events.references[index], { if wanted.contains($0) { isWanted = true } })
      else { return nil }
      if isWanted { kept.append(events, at: index) }
    }
    return kept
  }
}

/// Reads the hashes of one field's values.
private final class HashReader {
  private typealias Source = (column: FieldColumn, hashes: ColumnHashes)
  private let field: BoundField
  private let snapshot: StoreSnapshot
  /// By segment; nil where nothing was asked yet.
  private var sources: [Source??]

  init?(_ field: BoundField, in snapshot: StoreSnapshot) {
    // Other kinds have several spellings for one value.
    guard [.text, .principal, .role].contains(field.kind) else { return nil }
    if case .time = field.source { return nil }
    if case .any(let sequences) = field.source {
      // A column of identifiers would be the size of the store.
      let hasIdentifiers = snapshot.segments.contains { segment in
        FieldColumns(segment: segment).leafPaths(sequences)
          .contains { segment.identifiers($0) != nil }
      }
      if hasIdentifiers { return nil }
    }
    self.field = field
    self.snapshot = snapshot
    sources = Array(repeating: nil, count: snapshot.segments.count)
  }

  func column(_ segment: Int) -> (column: FieldColumn, hashes: ColumnHashes)? {
    if let known = sources[segment] { return known }
    let made = FieldColumns(segment: snapshot.segments[segment]).hashes(field)
    sources[segment] = .some(made)
    return made
  }

  /// False where the event's segment has values that hashes cannot tell apart or together.
  func forEachHash(of reference: EventReference, _ body: (UInt64) -> Void) -> Bool {
    guard let (column, hashes) = column(Int(reference.segment)) else { return true }
    if hashes.hasNumbers { return false }
    for entry in column.column.entries(at: Int(reference.row)) {
      body(hashes.hashes[Int(column.column.codes[entry])])
    }
    return true
  }
}
