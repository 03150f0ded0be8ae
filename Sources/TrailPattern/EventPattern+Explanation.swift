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
    let tree = PathTree(branches)
    let fields = EventFields(of: event, in: tree)
    var nearest: [FieldVerdict] = []
    var fewest = Int.max
    for (number, branch) in branches.enumerated() {
      let isMatch = BranchSearch(branch, fields: fields, in: tree).isMatch()
      var verdicts = branch.conditions.map { Self.verdict($0, number, fields, tree) }
      if isMatch { return verdicts.map { $0.with(.matches) } }
      let failing = verdicts.count { $0.outcome != .matches }
      if failing == 0 {
        // Each would match alone, so it is arrays that keep them apart.
        for (index, condition) in branch.conditions.enumerated() {
          let node = tree.node(of: condition.path) ?? PathTree.root
          let isInArray = fields.occurrences[node].contains { $0.element >= 0 }
          if isInArray { verdicts[index] = verdicts[index].with(.matchesElsewhere) }
        }
      }
      if max(failing, 1) < fewest { (nearest, fewest) = (verdicts, max(failing, 1)) }
    }
    return nearest
  }

  /// A condition looked at alone.
  private static func verdict(
    _ condition: FieldCondition, _ branch: Int, _ fields: EventFields, _ tree: PathTree
  ) -> FieldVerdict {
    let node = tree.node(of: condition.path) ?? PathTree.root
    let occurrences = fields.occurrences[node]
    let passes =
      occurrences.isEmpty
      ? condition.tests.contains(.absent)
      : occurrences.contains { occurrence in
        condition.tests.contains { $0.passes(occurrence.value) }
      }
    let outcome: FieldVerdict.Outcome =
      if passes {
        .matches
      } else if !occurrences.isEmpty {
        condition.tests == [.absent] ? .isPresent : .differs
      } else {
        fields.objects.contains(node) ? .isObject : .isMissing
      }
    return FieldVerdict(
      path: String(decoding: condition.path, as: UTF8.self),
      expected: PatternPrinter.text(condition.alternatives), found: occurrences.map(\.value.json),
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
