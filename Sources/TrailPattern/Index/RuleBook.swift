/// A condition that at least one rule has, told apart by its field and its tests.
struct IndexedCondition: Sendable {
  let node: Int
  let tests: [ValueTest]
  /// Positive tests decide alone: no value is left out, and neither presence nor absence is enough.
  let isDecidedByTests: Bool
  let acceptsPresence: Bool
  let acceptsAbsence: Bool
  /// The numbers of its `anything-but`s.
  let exclusions: [Int]
  /// How many branches have it.
  var uses = 0
  /// The branches that are looked at when a value satisfies it.
  var branches: [Int] = []
}

/// Conditions that must hold together, with the rules that have them.
struct IndexedBranch: Sendable {
  /// In the order of the paths.
  let conditions: [Int]
  /// Rules' ids; a rule may have several branches.
  var owners: [Int] = []
}

/// The rules of an index, taken apart: equal conditions and equal branches are kept once.
struct RuleBook: Sendable {
  private(set) var tree = PathTree()
  private(set) var conditions: [IndexedCondition] = []
  private(set) var branches: [IndexedBranch] = []
  /// How many `anything-but`s there are.
  private(set) var exclusionCount = 0
  /// By node: branches that only presence of a value there can begin.
  private(set) var branchesOfPresence: [[Int]] = [[]]
  /// Branches that an event may match without having any of their fields.
  private(set) var branchesOfAbsence: [Int] = []
  /// By node: the conditions on it.
  private(set) var conditionsOfNode: [[Int]] = [[]]
  /// Nodes whose conditions have changed since they were last asked for.
  private(set) var changedNodes: Set<Int> = []
  /// Branches without an owner; they stay until there are too many of them.
  private(set) var deadBranches = 0

  private struct ConditionKey: Hashable {
    var node: Int
    var tests: [ValueTest]
  }

  private var conditionNumbers: [ConditionKey: Int] = [:]
  private var branchNumbers: [[Int]: Int] = [:]

  mutating func add(_ pattern: EventPattern, id: Int) {
    for branch in pattern.branches {
      let numbers = branch.conditions.map { number(of: $0) }
      if let known = branchNumbers[numbers] {
        if branches[known].owners.isEmpty { deadBranches -= 1 }
        branches[known].owners.append(id)
        continue
      }
      branchNumbers[numbers] = branches.count
      branches.append(IndexedBranch(conditions: numbers, owners: [id]))
      register(branches.count - 1)
    }
  }

  mutating func remove(_ pattern: EventPattern, id: Int) {
    for branch in pattern.branches {
      let numbers = branch.conditions.map { number(of: $0) }
      guard let known = branchNumbers[numbers],
        let place = branches[known].owners.firstIndex(of: id)
      else { continue }
      branches[known].owners.remove(at: place)
      if branches[known].owners.isEmpty { deadBranches += 1 }
    }
  }

  mutating func forgetChanges() { changedNodes = [] }

  /// The number of a condition, which is made where it is new.
  private mutating func number(of condition: FieldCondition) -> Int {
    let node = tree.insert(condition.path)
    while conditionsOfNode.count < tree.count {
      conditionsOfNode.append([])
      branchesOfPresence.append([])
    }
    let key = ConditionKey(node: node, tests: condition.tests)
    if let known = conditionNumbers[key] { return known }
    var exclusions: [Int] = []
    for case .butNot in condition.tests {
      exclusions.append(exclusionCount)
      exclusionCount += 1
    }
    let acceptsPresence = condition.tests.contains(.present)
    let acceptsAbsence = condition.tests.contains(.absent)
    conditions.append(
      IndexedCondition(
        node: node, tests: condition.tests,
        isDecidedByTests: exclusions.isEmpty && !acceptsPresence && !acceptsAbsence,
        acceptsPresence: acceptsPresence, acceptsAbsence: acceptsAbsence, exclusions: exclusions))
    conditionNumbers[key] = conditions.count - 1
    conditionsOfNode[node].append(conditions.count - 1)
    changedNodes.insert(node)
    return conditions.count - 1
  }

  /// Puts a new branch where it is found: at the rarest of its conditions, so that the common ones are only looked
  /// at for few branches.
  private mutating func register(_ branch: Int) {
    let numbers = branches[branch].conditions
    for number in numbers { conditions[number].uses += 1 }
    let decided = numbers.filter { conditions[$0].isDecidedByTests }
    if let rarest = decided.min(by: { rarity(of: $0) < rarity(of: $1) }) {
      conditions[rarest].branches.append(branch)
    } else if let present = numbers.first(where: { !conditions[$0].acceptsAbsence }) {
      branchesOfPresence[conditions[present].node].append(branch)
    } else {
      branchesOfAbsence.append(branch)
    }
  }

  /// Smaller for conditions that fewer branches have, and then for fields with more conditions.
  private func rarity(of number: Int) -> (Int, Int) {
    let condition = conditions[number]
    let uses = condition.uses * condition.tests.count
    return (uses, -conditionsOfNode[condition.node].count)
  }
}
