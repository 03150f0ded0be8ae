package import TrailLanguage

/// A condition on a match of a sequence, of which a part speaks of the events of single steps.
package indirect enum MatchPredicate: Sendable {
  case and([MatchPredicate])
  case or([MatchPredicate])
  case not(MatchPredicate)
  /// A condition on the last event.
  case last(BoundPredicate)
  /// A condition on the event of a step, with the step's name.
  case step(Int, name: String, BoundPredicate)
  /// `ip != k.ip`: two fields of the match's events. Never `!=`, which is the negation of `=`.
  case compare(RowField, ComparisonOperator, RowField, text: String)

  /// As a plan shows it.
  var text: String {
    switch self {
    case .and(let parts): parts.map(\.nestedText).joined(separator: " and ")
    case .or(let parts): parts.map(\.nestedText).joined(separator: " or ")
    case .not(let inner): "not \(inner.nestedText)"
    case .last(let predicate): predicate.text
    case .step(_, let name, .test(let test)): "\(name).\(test.text)"
    case .step(_, let name, let predicate): "\(name): \(predicate.text)"
    case .compare(_, _, _, let text): text
    }
  }

  private var nestedText: String {
    switch self {
    case .and, .or, .last(.and), .last(.or): "(\(text))"
    default: text
    }
  }

  /// The fields that it reads.
  var fields: [BoundField] {
    switch self {
    case .and(let parts), .or(let parts): parts.flatMap(\.fields)
    case .not(let inner): inner.fields
    case .last, .step: []
    case .compare(let left, _, let right, _): [left, right].compactMap(\.bound)
    }
  }

  /// The conditions on single events in it.
  var predicates: [BoundPredicate] {
    switch self {
    case .and(let parts), .or(let parts): parts.flatMap(\.predicates)
    case .not(let inner): inner.predicates
    case .last(let predicate), .step(_, _, let predicate): [predicate]
    case .compare: []
    }
  }
}
