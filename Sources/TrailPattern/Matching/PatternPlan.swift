internal import TrailRecord

/// A pattern made ready for events: each condition once, however many branches have it.
final class PatternPlan: Sendable {
  let tree: PathTree
  let conditions: [FieldCondition]
  /// By condition: its field's node.
  let nodes: [Int]
  /// By branch: its conditions, in the order of their paths.
  let branches: [[Int]]

  init(_ patternBranches: [PatternBranch]) {
    var tree = PathTree()
    var conditions: [FieldCondition] = []
    var nodes: [Int] = []
    var numbers: [FieldCondition: Int] = [:]
    branches = patternBranches.map { branch in
      branch.conditions.map { condition in
        if let known = numbers[condition] { return known }
        numbers[condition] = conditions.count
        conditions.append(condition)
        nodes.append(tree.insert(condition.path))
        return conditions.count - 1
      }
    }
    (self.tree, self.conditions, self.nodes) = (tree, conditions, nodes)
  }
}

/// What an event has for each condition of a pattern.
struct PatternFindings {
  let plan: PatternPlan
  let fields: EventFields
  /// By condition.
  let steps: [BranchSearch.Step]

  init(_ event: JSONValue, _ plan: PatternPlan) {
    self.plan = plan
    let fields = EventFields(of: event, in: plan.tree)
    self.fields = fields
    steps = plan.conditions.indices.map { number in
      let node = plan.nodes[number]
      return BranchSearch.Step(plan.conditions[number].tests, node, fields.occurrences[node])
    }
  }

  /// Whether the conditions of a branch hold together.
  func isMatch(_ branch: [Int]) -> Bool {
    guard branch.allSatisfy({ steps[$0].mayHold }) else { return false }
    // Without arrays nothing can keep them apart.
    guard !fields.elements.isEmpty else { return true }
    return BranchSearch(
      branch.map { steps[$0] }, elements: fields.elements, parents: plan.tree.parents
    ).isMatch()
  }
}
