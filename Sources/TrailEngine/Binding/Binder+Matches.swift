import TrailLanguage
import TrailText

// Conditions on the matches of a sequence: a field is the last event's, `k.field` that of step `k`, on either side of
// a comparison.

extension Binder {
  /// The stage that keeps the matches for which a condition holds.
  mutating func filter(
    _ syntax: PredicateSyntax, matchesOf sequence: BoundSequence
  ) -> BoundStage {
    let outer = stepNames
    stepNames = Dictionary(
      sequence.steps.enumerated().compactMap { index, step in step.name.map { ($0, index) } },
      uniquingKeysWith: { first, _ in first })
    defer { stepNames = outer }
    guard speaksOfMatch(syntax) else { return .filterEvents(predicate(syntax, isNegated: false)) }
    return .filterMatches(matchPredicate(syntax, sequence, isNegated: false))
  }

  /// The step that a field names, and its field there.
  private func named(_ syntax: FieldSyntax) -> (step: Int, name: String, field: FieldSyntax)? {
    guard syntax.steps.count > 1, !syntax.quoted[0], let step = stepNames[syntax.steps[0]] else {
      return nil
    }
    let field = FieldSyntax(
      steps: Array(syntax.steps.dropFirst()), quoted: Array(syntax.quoted.dropFirst()),
      range: syntax.range)
    return (step, syntax.steps[0], field)
  }

  private func speaksOfMatch(_ syntax: PredicateSyntax) -> Bool {
    switch syntax {
    case .or(let parts, _), .and(let parts, _): parts.contains(where: speaksOfMatch)
    case .not(let inner, _): speaksOfMatch(inner)
    case .comparison(let field, _, let value, _): named(field) != nil || reference(value) != nil
    case .among(let field, let values, _):
      named(field) != nil || values.contains { reference($0) != nil }
    case .matches(let field, _, _, _), .exists(let field, _): named(field) != nil
    case .word, .about, .invalid: false
    }
  }

  private mutating func matchPredicate(
    _ syntax: PredicateSyntax, _ sequence: BoundSequence, isNegated: Bool
  ) -> MatchPredicate {
    guard speaksOfMatch(syntax) else { return .last(predicate(syntax, isNegated: isNegated)) }
    switch syntax {
    case .or(let parts, _):
      let bound = parts.map { matchPredicate($0, sequence, isNegated: isNegated) }
      return isNegated ? .and(bound) : .or(bound)
    case .and(let parts, _):
      let bound = parts.map { matchPredicate($0, sequence, isNegated: isNegated) }
      return isNegated ? .or(bound) : .and(bound)
    case .not(let inner, _):
      return matchPredicate(inner, sequence, isNegated: !isNegated)
    case .comparison(let field, let comparison, let value, _) where reference(value) != nil:
      return compare(field, comparison, value, sequence, isNegated: isNegated)
    case .among(let field, let values, let range) where values.contains { reference($0) != nil }:
      let parts = values.map { PredicateSyntax.comparison(field, .equal, $0, range: range) }
      return matchPredicate(.or(parts, range: range), sequence, isNegated: isNegated)
    case .comparison(let field, let comparison, let value, let range):
      return step(field, isNegated: isNegated) { .comparison($0, comparison, value, range: range) }
    case .among(let field, let values, let range):
      return step(field, isNegated: isNegated) { .among($0, values, range: range) }
    case .matches(let field, let pattern, let isNot, let range):
      return step(field, isNegated: isNegated) {
        .matches($0, pattern, negated: isNot, range: range)
      }
    case .exists(let field, let range):
      return step(field, isNegated: isNegated) { .exists($0, range: range) }
    case .word, .about, .invalid:
      return .last(predicate(syntax, isNegated: isNegated))
    }
  }

  /// A condition on the event of the step that a field names.
  private mutating func step(
    _ field: FieldSyntax, isNegated: Bool, _ condition: (FieldSyntax) -> PredicateSyntax
  ) -> MatchPredicate {
    guard let named = named(field) else { return .last(.constant(false)) }
    let bound = predicate(condition(named.field), isNegated: isNegated)
    if case .not(let inner) = bound { return .not(.step(named.step, name: named.name, inner)) }
    return .step(named.step, name: named.name, bound)
  }

  private mutating func compare(
    _ syntax: FieldSyntax, _ comparison: ComparisonOperator, _ value: ValueSyntax,
    _ sequence: BoundSequence, isNegated: Bool
  ) -> MatchPredicate {
    guard let reference = reference(value), let own = matchField(syntax, sequence),
      let other = field(reference.field)
    else { return .last(.constant(false)) }
    let isComplement = (comparison == .notEqual) != isNegated
    let positive: ComparisonOperator = comparison == .notEqual ? .equal : comparison
    let bound = MatchPredicate.compare(
      own, positive, .step(reference.step, other),
      text: "\(FieldNames.spelled(syntax.steps)) \(positive.rawValue) \(value.text)")
    return isComplement ? .not(bound) : bound
  }
}
