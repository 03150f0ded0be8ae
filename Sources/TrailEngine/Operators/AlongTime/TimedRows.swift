/// Events, or matches of a sequence, in the order of time: a match lies at its last event's time.
struct TimedRows: Sendable {
  /// The event at whose time each row lies.
  let references: [EventReference]
  /// The matches that the rows are; nil where they are events.
  private let matches: MatchRows?

  /// - Parameter events: In the order of time.
  init(events: [EventReference]) {
    references = events
    matches = nil
  }

  /// Matches in any order.
  init(_ matches: MatchRows) {
    var ordered = matches
    ordered.putInOrder(removesRepeats: false)
    self.init(ordered: ordered)
  }

  private init(ordered matches: MatchRows) {
    references = matches.lastEvents
    self.matches = matches
  }

  var count: Int { references.count }
  var isEmpty: Bool { references.isEmpty }

  /// The event in which each row has a field.
  func events(of field: RowField) -> [EventReference] {
    if case .step(let step, _) = field, let matches { return matches.events(ofStep: step) }
    return references
  }

  /// Some rows that lie together.
  subscript(range: Range<Int>) -> TimedRows {
    if range == references.indices { return self }
    if let matches { return TimedRows(ordered: matches.picking(Array(range))) }
    return TimedRows(events: Array(references[range]))
  }
}

/// A field of rows along time, with its values over the whole snapshot numbered.
struct TimedField {
  let field: RowField
  let ordinals: FieldOrdinals

  /// Nil for a column of a table, which no such row has.
  init?(
    _ field: RowField, in snapshot: StoreSnapshot, _ cache: QueryCache,
    _ cancellation: Cancellation
  ) throws(QueryCancelled) {
    guard let bound = field.bound else { return nil }
    self.field = field
    ordinals = try cache.ordinals(bound, in: snapshot, cancellation)
  }

  var keys: OrdinalKeys { ordinals.keys }

  /// The numbers of each row's values.
  func numbers(of rows: TimedRows) -> RowOrdinals {
    RowOrdinals(ordinals, of: rows.events(of: field))
  }
}
