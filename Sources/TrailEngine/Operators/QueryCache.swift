import Synchronization

/// What queries of one session share: the numbering of each field's values.
package final class QueryCache: Sendable {
  /// Numberings kept; a session asks for few fields again and again.
  private static let maximumFields = 64

  private struct Entry: Sendable {
    let segments: [ObjectIdentifier]
    let ordinals: FieldOrdinals
    /// Keeps the segments alive, so that their identity stays theirs.
    let snapshot: StoreSnapshot
  }
  private let entries = Mutex<[BoundField: Entry]>([:])

  package init() {}

  /// - Parameter segments: The numbers of those whose values are wanted; all of them unless told.
  func ordinals(
    _ field: BoundField, in snapshot: StoreSnapshot, of segments: Set<Int>? = nil,
    _ cancellation: Cancellation
  ) throws(QueryCancelled) -> FieldOrdinals {
    // How an address is shown depends on how all records spell it.
    let needed = field.kind == .ip ? nil : segments
    var wanted = needed ?? Set(snapshot.segments.indices)
    let segments = snapshot.segments.map { ObjectIdentifier($0) }
    if let known = entries.withLock({ $0[field] }), known.segments == segments {
      if known.ordinals.numbered.isSuperset(of: wanted) { return known.ordinals }
      wanted.formUnion(known.ordinals.numbered)
    }
    let made = try FieldOrdinals(field, in: snapshot, segments: wanted, cancellation)
    entries.withLock { entries in
      // What was asked before segments were merged would keep their memory.
      entries = entries.filter { !$0.value.snapshot.segments.contains { $0.isReplaced } }
      if entries.count >= Self.maximumFields { entries.removeAll() }
      entries[field] = Entry(segments: segments, ordinals: made, snapshot: snapshot)
    }
    return made
  }
}
