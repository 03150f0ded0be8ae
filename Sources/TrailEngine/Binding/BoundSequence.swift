package import TrailLanguage

/// A sequence with its names resolved: steps in time order that share key values, all within a length of time.
package struct BoundSequence: Sendable {
  package struct Step: Sendable {
    /// What an event must be by itself.
    package var predicate: BoundPredicate
    /// What it must be beside the events of earlier steps; all of them hold.
    package var links: [LinkPredicate]
    /// True for `then no`: no such event may lie there.
    package var isAbsent: Bool
    /// How many events the step is.
    package var count: Int
    package var name: String?
    /// As a plan shows it.
    package var text: String
  }
  package var steps: [Step]
  /// The time from a match's first event to its last, at most, in milliseconds.
  package var within: Int64
  /// What the events of a match have in common: for each key, its field in each step.
  package var keys: [[BoundField]]

  /// The steps that are events, in order.
  package var presentSteps: [Int] { steps.indices.filter { !steps[$0].isAbsent } }

  /// Events of a match.
  package var width: Int { presentSteps.reduce(0) { $0 + steps[$1].count } }

  /// Where a present step's last event stands among a match's events.
  package func place(ofStep step: Int) -> Int {
    presentSteps.reduce(0) { $1 <= step ? $0 + steps[$1].count : $0 } - 1
  }
}

/// A condition on an event that also speaks of events of earlier steps.
package indirect enum LinkPredicate: Sendable {
  case and([LinkPredicate])
  case or([LinkPredicate])
  case not(LinkPredicate)
  case compare(LinkComparison)
  /// A condition on the event alone, inside one that speaks of others.
  case own(BoundPredicate)
}

/// `key = k.newkey`: a field of the event, compared with one of an earlier step's event.
package struct LinkComparison: Sendable {
  package var field: BoundField
  /// Never `!=`, which is the negation of `=`.
  package var comparison: ComparisonOperator
  package var step: Int
  package var other: BoundField
  package var text: String
}

extension LinkPredicate {
  var fields: [BoundField] {
    switch self {
    case .and(let parts), .or(let parts): parts.flatMap(\.fields)
    case .not(let inner): inner.fields
    case .compare(let comparison): [comparison.field, comparison.other]
    case .own: []
    }
  }

  var ownPredicates: [BoundPredicate] {
    switch self {
    case .and(let parts), .or(let parts): parts.flatMap(\.ownPredicates)
    case .not(let inner): inner.ownPredicates
    case .compare: []
    case .own(let predicate): [predicate]
    }
  }
}
