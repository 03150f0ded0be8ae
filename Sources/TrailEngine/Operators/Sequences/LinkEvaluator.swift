import TrailLanguage
import TrailRecord

/// Decides conditions between events. Of each comparison it remembers the last event that others were compared with:
/// one event of a step is compared with many of a later one.
struct LinkEvaluator {
  private let snapshot: StoreSnapshot
  /// The links of each step, with what reading them takes.
  private var links: [[Link]] = []
  private var readers: [FieldReader] = []
  /// The place of each field in `readers`.
  private var readerOfField: [BoundField: Int] = [:]
  /// By the numbers of comparisons.
  private var remembered: [Remembered?] = []

  private struct Remembered {
    let event: EventReference
    let value: ComparableValue
  }

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
    let number: Int
    let comparison: ComparisonOperator
    let step: Int
    let field: Int
    let kind: BoundField.Kind
    let other: Int
    let otherKind: BoundField.Kind
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
      remembered.append(nil)
      return .compare(
        Comparison(
          number: remembered.count - 1, comparison: comparison.comparison, step: comparison.step,
          field: reader(of: comparison.field), kind: comparison.field.kind,
          other: reader(of: comparison.other), otherKind: comparison.other.kind))
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
  mutating func holds(_ step: Int, _ reference: EventReference, _ events: [EventReference?]) -> Bool
  {
    for link in links[step] where !holds(link, reference, events) { return false }
    return true
  }

  private mutating func holds(
    _ link: Link, _ reference: EventReference, _ events: [EventReference?]
  ) -> Bool {
    switch link {
    case .and(let parts):
      for part in parts where !holds(part, reference, events) { return false }
      return true
    case .or(let parts):
      for part in parts where holds(part, reference, events) { return true }
      return false
    case .not(let inner): return !holds(inner, reference, events)
    case .own(let rows): return rows[Int(reference.segment)].contains(Int(reference.row))
    case .compare(let comparison):
      guard let other = events[comparison.step] else { return false }
      let cell = readers[comparison.field].cell(reference)
      return value(of: other, for: comparison).holds(comparison.comparison, cell, comparison.kind)
    }
  }

  /// What others are compared with.
  private mutating func value(
    of event: EventReference, for comparison: Comparison
  ) -> ComparableValue {
    if let known = remembered[comparison.number], known.event == event { return known.value }
    let value = ComparableValue(
      readers[comparison.other].cell(event), kind: comparison.otherKind,
      for: comparison.comparison)
    remembered[comparison.number] = Remembered(event: event, value: value)
    return value
  }

  /// The forms of a field's values in an event, for finding equal ones.
  func forms(_ field: BoundField, _ reference: EventReference) -> [String] {
    guard let reader = readerOfField[field] else { return [] }
    return ComparableValue.forms(readers[reader].cell(reference), kind: field.kind)
  }
}
