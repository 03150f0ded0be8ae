import TrailEngine
import TrailLanguage
import TrailRecord
import TrailText

/// What stages make of matches, each match looked at by itself.
struct NaiveMatches {
  let sequences: NaiveSequences

  private var present: [Int] {
    sequences.steps.indices.filter { !sequences.steps[$0].isAbsent }
  }

  /// The record of a named step in a match, a repeated step's last.
  private func event(_ name: String, in match: [Int]) -> Int? {
    guard let step = sequences.steps.firstIndex(where: { $0.name?.text == name }) else {
      return nil
    }
    let width = present.filter { $0 <= step }.reduce(0) { $0 + (sequences.steps[$1].count ?? 1) }
    return match[width - 1]
  }

  /// The record and field that `k.field`, or a field of the last event, means.
  private func place(_ steps: [String], in match: [Int]) -> (event: Int, field: FieldSyntax)? {
    if steps.count > 1, let event = event(steps[0], in: match) {
      return (event, FieldSyntax(steps: Array(steps.dropFirst()), range: .at(0)))
    }
    return match.last.map { ($0, FieldSyntax(steps: steps, range: .at(0))) }
  }

  func holds(_ predicate: PredicateSyntax, _ match: [Int]) -> Bool {
    switch predicate {
    case .or(let parts, _): return parts.contains { holds($0, match) }
    case .and(let parts, _): return parts.allSatisfy { holds($0, match) }
    case .not(let inner, _): return !holds(inner, match)
    case .comparison(let field, let comparison, let value, let range):
      let parts = value.text.split(separator: ".").map(String.init)
      if parts.count == 2, event(parts[0], in: match) != nil {
        let own = texts(field.steps, in: match)
        let isShared = texts(parts, in: match).contains { own.contains($0) }
        return comparison == .notEqual ? !isShared : isShared
      }
      return holds(field, match) { .comparison($0, comparison, value, range: range) }
    case .among(let field, let values, let range):
      return holds(field, match) { .among($0, values, range: range) }
    case .exists(let field, let range):
      return holds(field, match) { .exists($0, range: range) }
    case .matches(let field, let pattern, let isNot, let range):
      return holds(field, match) { .matches($0, pattern, negated: isNot, range: range) }
    case .word, .about, .invalid:
      return match.last.map {
        sequences.evaluator.holds(predicate, sequences.records[$0])
      } ?? false
    }
  }

  private func holds(
    _ field: FieldSyntax, _ match: [Int], _ condition: (FieldSyntax) -> PredicateSyntax
  ) -> Bool {
    guard let place = place(field.steps, in: match) else { return false }
    return sequences.evaluator.holds(condition(place.field), sequences.records[place.event])
  }

  private func texts(_ steps: [String], in match: [Int]) -> [String] {
    guard let place = place(steps, in: match) else { return [] }
    return NaiveField(steps: place.field.steps).values(sequences.records[place.event])
      .map { NaiveField.address(NaiveField.text($0)) }
  }

  /// Each match as a record: the last event's, and for each named step a member with what stages ask of its event.
  func records(_ matches: [[Int]]) -> [JSONValue] {
    matches.map { match in
      guard let last = match.last, case .object(var members) = sequences.records[last] else {
        return .null
      }
      for name in sequences.steps.compactMap(\.name?.text) {
        let fields = ["name", "user", "ip"].flatMap { field in
          texts([name, field], in: match).map { JSONMember(field, .string(Array($0.utf8))) }
        }
        members.append(JSONMember(name, .object(fields)))
      }
      return .object(members)
    }
  }
}
