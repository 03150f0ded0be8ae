import TrailLanguage
import TrailRecord

/// Decides conditions between events. Remembers nothing of single events: it is asked about few.
struct LinkEvaluator {
  private let snapshot: StoreSnapshot
  private var readers: [BoundField: FieldReader] = [:]
  /// The rows for which a condition on one event alone holds, by its text.
  private var own: [String: [RowSet]] = [:]

  init(_ sequence: BoundSequence, in snapshot: StoreSnapshot, _ cancellation: Cancellation) throws {
    self.snapshot = snapshot
    for link in sequence.steps.flatMap(\.links) {
      for field in link.fields where readers[field] == nil {
        readers[field] = FieldReader(field, in: snapshot)
      }
      for predicate in link.ownPredicates where own[predicate.text] == nil {
        own[predicate.text] = try snapshot.segments.map { segment in
          var evaluator = PredicateEvaluator(cancellation: cancellation)
          return try evaluator.rows(predicate, in: segment, among: .all(of: segment.rowCount))
        }
      }
    }
  }

  /// - Parameter events: The event of each step; nil where that step comes later, so that nothing holds.
  func holds(
    _ link: LinkPredicate, _ reference: EventReference, _ events: [EventReference?]
  ) -> Bool {
    switch link {
    case .and(let parts): return parts.allSatisfy { holds($0, reference, events) }
    case .or(let parts): return parts.contains { holds($0, reference, events) }
    case .not(let inner): return !holds(inner, reference, events)
    case .own(let predicate):
      return own[predicate.text]?[Int(reference.segment)].contains(Int(reference.row)) ?? false
    case .compare(let comparison):
      guard let other = events[comparison.step] else { return false }
      return holds(comparison, reference, other)
    }
  }

  private func holds(
    _ comparison: LinkComparison, _ reference: EventReference, _ other: EventReference
  ) -> Bool {
    ComparableValue.holds(
      comparison.comparison, (cell(comparison.field, reference), comparison.field.kind),
      (cell(comparison.other, other), comparison.other.kind))
  }

  func cell(_ field: BoundField, _ reference: EventReference) -> Cell {
    readers[field]?.cell(reference) ?? .missing
  }

  /// The forms of a field's values in an event, for finding equal ones.
  func forms(_ field: BoundField, _ reference: EventReference) -> [String] {
    ComparableValue.forms(cell(field, reference), kind: field.kind)
  }
}
