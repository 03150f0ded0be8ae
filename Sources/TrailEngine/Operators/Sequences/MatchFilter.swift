/// Finds the matches for which a condition holds.
struct MatchFilter {
  let matches: MatchRows
  private let snapshot: StoreSnapshot
  private var evaluator: PredicateEvaluator

  init(_ matches: MatchRows, _ cancellation: Cancellation, scansOnly: Bool = false) {
    self.matches = matches
    snapshot = matches.snapshot
    evaluator = PredicateEvaluator(cancellation: cancellation, scansOnly: scansOnly)
  }

  /// Those of some matches, by number in any order, for which the condition holds, in the same order.
  mutating func holding(_ predicate: MatchPredicate, among numbers: [Int]) throws -> [Int] {
    switch predicate {
    case .and(let parts):
      return try parts.reduce(numbers) { try holding($1, among: $0) }
    case .or(let parts):
      var found: Set<Int> = []
      for part in parts {
        found.formUnion(try holding(part, among: numbers.filter { !found.contains($0) }))
      }
      return numbers.filter { found.contains($0) }
    case .not(let inner):
      let found = Set(try holding(inner, among: numbers))
      return numbers.filter { !found.contains($0) }
    case .last(let predicate):
      let last = matches.lastEvents
      return try holding(predicate, among: numbers) { last[$0] }
    case .step(let step, _, let predicate):
      let events = matches.events(ofStep: step)
      return try holding(predicate, among: numbers) { events[$0] }
    case .compare(let left, let comparison, let right, _):
      guard let left = MatchReader(left, of: matches), let right = MatchReader(right, of: matches)
      else { return [] }
      return numbers.filter { number in
        ComparableValue(right.cell(number), kind: right.kind, for: comparison)
          .holds(comparison, left.cell(number), left.kind)
      }
    }
  }

  /// The matches of which an event satisfies a condition: it is decided for all these events together.
  private mutating func holding(
    _ predicate: BoundPredicate, among numbers: [Int], in event: (Int) -> EventReference
  ) throws -> [Int] {
    let selection = EventOrder.selection(Set(numbers.map(event)), in: snapshot)
    var passing: [RowSet] = []
    for (index, rows) in selection.enumerated() {
      passing.append(try evaluator.rows(predicate, in: snapshot.segments[index], among: rows))
    }
    return numbers.filter { number in
      let event = event(number)
      return passing[Int(event.segment)].contains(Int(event.row))
    }
  }
}

/// Reads a field of matches.
private struct MatchReader {
  let kind: BoundField.Kind
  private let reader: FieldReader
  private let events: [EventReference]

  /// Nil for a column of a table, which no match has.
  init?(_ field: RowField, of matches: MatchRows) {
    guard let bound = field.bound else { return nil }
    kind = bound.kind
    reader = FieldReader(bound, in: matches.snapshot)
    if case .step(let step, _) = field {
      events = matches.events(ofStep: step)
    } else {
      events = matches.lastEvents
    }
  }

  func cell(_ match: Int) -> Cell { reader.cell(events[match]) }
}
