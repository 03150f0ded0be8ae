/// A pattern as it is written: objects of fields, and alternatives at the leaves.
package struct PatternObject: Hashable, Sendable {
  package struct Member: Hashable, Sendable {
    package let name: [UInt8]
    package let content: Content
  }

  package enum Content: Hashable, Sendable {
    case object(PatternObject)
    case alternatives([Alternative])
    /// The member is `$or`: one of the objects must match.
    case anyOf([PatternObject])
  }

  package var members: [Member] = []
}

/// What one field must be like: one of the alternatives.
package struct FieldCondition: Hashable, Sendable {
  /// The names on the way to the field, joined by points: a point in a name separates just the same.
  package let path: [UInt8]
  package let alternatives: [Alternative]
  package let tests: [ValueTest]

  init(path: [UInt8], alternatives: [Alternative]) {
    self.path = path
    self.alternatives = alternatives
    tests = alternatives.map(\.test)
  }
}

/// Fields that must all match: a pattern without `$or` has one branch, others one for each combination.
package struct PatternBranch: Hashable, Sendable {
  /// Sorted by path, one for each.
  package private(set) var conditions: [FieldCondition] = []

  /// Adds a condition; the last one about a field replaces those before it.
  mutating func set(_ condition: FieldCondition) {
    var low = 0
    var high = conditions.count
    while low < high {
      let middle = (low + high) / 2
      if conditions[middle].path.lexicographicallyPrecedes(condition.path) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    if low < conditions.count, conditions[low].path == condition.path {
      conditions[low] = condition
    } else {
      conditions.insert(condition, at: low)
    }
  }
}
