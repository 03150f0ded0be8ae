import TrailLanguage
import TrailRecord

/// Decides conditions between events. Remembers nothing of single events: it is asked about few.
struct LinkEvaluator {
  private let snapshot: StoreSnapshot
  /// The links of each step, with what reading them takes.
  private var links: [[Link]] = []
  private var readers: [FieldReader] = []
  /// The place of each field in `readers`.
  private var readerOfField: [BoundField: Int] = [:]

  /// A `LinkPredicate` whose fields have readers, so that nothing is looked up for an event.
  private indirect enum Link {
    case and([Link])
    case or([Link])
    case not(Link)
    /// The rows of each segment for which a condition on one event alone holds.
    case own([RowSet])
    case compare(Comparison)
  }

  /// A `LinkComparison` by the places of its fields' readers.
  private struct Comparison {
    let comparison: ComparisonOperator
    let step: Int
    let field: Int
    let other: Int
  }

  init(_ sequence: BoundSequence, in snapshot: StoreSnapshot, _ cancellation: Cancellation) throws {
    self.snapshot = snapshot
    // The rows of each condition on one event alone, by its text.
    var own: [String: [RowSet]] = [:]
    for predicate in sequence.steps.flatMap(\.links).flatMap(\.ownPredicates)
    where own[predicate.text] == nil {
      own[predicate.text] = try snapshot.segments.map { segment in
        var evaluator = PredicateEvaluator(cancellation: cancellation)
        return try evaluator.rows(predicate, in: segment, among: .all(of: segment.rowCount))
      }
    }
    for step in sequence.steps { links.append(step.links.map { link($0, own) }) }
  }

  private mutating func link(_ predicate: LinkPredicate, _ own: [String: [RowSet]]) -> Link {
    switch predicate {
    case .and(let parts): return .and(parts.map { link($0, own) })
    case .or(let parts): return .or(parts.map { link($0, own) })
    case .not(let inner): return .not(link(inner, own))
    case .own(let predicate): return .own(own[predicate.text] ?? [])
    case .compare(let comparison):
      return .compare(
        Comparison(
          comparison: comparison.comparison, step: comparison.step,
          field: reader(of: comparison.field), other: reader(of: comparison.other)))
    }
  }

  private mutating func reader(of field: BoundField) -> Int {
    if let known = readerOfField[field] { return known }
    readerOfField[field] = readers.count
    readers.append(FieldReader(field, in: snapshot))
    return readers.count - 1
  }

  /// Whether an event fulfils all links of a step.
  ///
  /// - Parameter events: The event of each step; nil where that step comes later, so that nothing holds.
  func holds(_ step: Int, _ reference: EventReference, _ events: [EventReference?]) -> Bool {
    links[step].allSatisfy { holds($0, reference, events) }
  }

  private func holds(
    _ link: Link, _ reference: EventReference, _ events: [EventReference?]
  ) -> Bool {
    switch link {
    case .and(let parts): return parts.allSatisfy { holds($0, reference, events) }
    case .or(let parts): return parts.contains { holds($0, reference, events) }
    case .not(let inner): return !holds(inner, reference, events)
    case .own(let rows): return rows[Int(reference.segment)].contains(Int(reference.row))
    case .compare(let comparison):
      guard let other = events[comparison.step] else { return false }
      return holds(comparison, reference, other)
    }
  }

  private func holds(
    _ comparison: Comparison, _ reference: EventReference, _ other: EventReference
  ) -> Bool {
    ComparableValue.holds(
      comparison.comparison,
      (readers[comparison.field].cell(reference), readers[comparison.field].field.kind),
      (readers[comparison.other].cell(other), readers[comparison.other].field.kind))
  }

  /// The forms of a field's values in an event, for finding equal ones.
  func forms(_ field: BoundField, _ reference: EventReference) -> [String] {
    guard let reader = readerOfField[field] else { return [] }
    return ComparableValue.forms(readers[reader].cell(reference), kind: field.kind)
  }
}
