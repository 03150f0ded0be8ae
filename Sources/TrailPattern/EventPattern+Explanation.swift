package import TrailRecord

/// What became of one field of a pattern when it was held against an event.
package struct FieldVerdict: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable {
    case matches
    /// The event has values there, and none passes.
    case differs
    /// The event has no value there: nothing at all, or only empty arrays.
    case isMissing
    /// The event has an object there, and patterns ask for values.
    case isObject
    /// A value is there that must not be.
    case isPresent
    /// It matches alone, and not in the same element of an array as the other fields.
    case matchesElsewhere
  }

  /// The names on the way, joined by points.
  package let path: String
  /// The pattern's alternatives for it, as JSON.
  package let expected: String
  /// What the event has there, in no particular nesting: an array gives its elements.
  package let found: [JSONValue]
  package let outcome: Outcome
  /// Which combination of `$or`s this is part of, from 0.
  package let branch: Int
}

extension EventPattern {
  /// Field by field, sorted by path, what an event makes of the pattern.
  ///
  /// With `$or`, it is about the combination that comes nearest: one that matches, or else the first of those
  /// with the fewest fields in the way. All verdicts are `matches` where the pattern matches, and only there.
  package func explanation(of event: JSONValue) -> [FieldVerdict] {
    explanations(of: event).first ?? []
  }

  /// The same about each combination of `$or`s that comes as near as any other, in their order: the first that matches,
  /// or else all with the fewest fields in the way.
  package func explanations(of event: JSONValue) -> [[FieldVerdict]] {
    let findings = PatternFindings(event, plan)
    var nearest: [Int] = []
    var fewest = Int.max
    for (number, conditions) in plan.branches.enumerated() {
      if findings.isMatch(conditions) {
        return [verdicts(of: number, findings, isMatch: true)]
      }
      let failing = max(1, conditions.count { !findings.holdsAlone($0) })
      if failing < fewest { nearest = [] }
      if failing <= fewest { nearest.append(number) }
      fewest = min(fewest, failing)
    }
    return nearest.map { verdicts(of: $0, findings, isMatch: false) }
  }

  private func verdicts(
    of branch: Int, _ findings: PatternFindings, isMatch: Bool
  ) -> [FieldVerdict] {
    let conditions = plan.branches[branch]
    let holdAlone = conditions.allSatisfy { findings.holdsAlone($0) }
    return conditions.map { condition in
      let verdict = findings.verdict(condition, branch: branch)
      if isMatch { return verdict.with(.matches) }
      // Where each would match alone, it is arrays that keep them apart.
      let isInArray = findings.steps[condition].all.contains { $0 >= 0 }
      return holdAlone && isInArray ? verdict.with(.matchesElsewhere) : verdict
    }
  }
}

extension PatternFindings {
  /// Whether a condition would hold if it were the only one.
  fileprivate func holdsAlone(_ condition: Int) -> Bool {
    let step = steps[condition]
    return !step.passing.isEmpty || step.wantsAbsence && step.all.isEmpty
  }

  /// What became of a condition that is looked at alone.
  fileprivate func verdict(_ condition: Int, branch: Int) -> FieldVerdict {
    let node = plan.nodes[condition]
    let occurrences = fields.occurrences[node]
    let asked = plan.conditions[condition]
    let outcome: FieldVerdict.Outcome =
      if holdsAlone(condition) {
        .matches
      } else if !occurrences.isEmpty {
        asked.tests == [.absent] ? .isPresent : .differs
      } else {
        fields.objects.contains(node) ? .isObject : .isMissing
      }
    return FieldVerdict(
      path: String(decoding: asked.path, as: UTF8.self),
      expected: PatternPrinter.text(asked.alternatives), found: occurrences.map(\.value.json),
      outcome: outcome, branch: branch)
  }
}

extension FieldVerdict {
  fileprivate func with(_ outcome: Outcome) -> FieldVerdict {
    FieldVerdict(path: path, expected: expected, found: found, outcome: outcome, branch: branch)
  }
}

extension FieldValue {
  fileprivate var json: JSONValue {
    switch self {
    case .string(let text): .string(text)
    case .number(let spelling): .number(spelling)
    case .bool(let flag): .bool(flag)
    case .null: .null
    }
  }
}
