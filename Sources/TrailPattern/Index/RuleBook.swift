/// A condition that at least one rule has, told apart by its field and its tests.
struct IndexedCondition: Sendable {
  let node: Int
  /// Positive tests decide alone: no value is left out, and neither presence nor absence is enough.
  let isDecidedByTests: Bool
  let acceptsPresence: Bool
  let acceptsAbsence: Bool
  /// The numbers of its `anything-but`s.
  let exclusions: Range<Int>
  /// How many branches have it.
  var uses = 0
}

/// Conditions that must hold together, with the rules that have them.
struct IndexedBranch: Sendable {
  /// In the order of the paths.
  let conditions: [Int]
  /// Where its conditions stand in the book's list for checks.
  let checks: Range<Int>
  /// A rule's id if it is the only one.
  private(set) var onlyOwner: Int?
  /// Rules' ids; a rule may have several branches.
  var owners: [Int] {
    didSet { onlyOwner = owners.count == 1 ? owners[0] : nil }
  }

  init(conditions: [Int], checks: Range<Int>, owner: Int) {
    self.conditions = conditions
    self.checks = checks
    owners = [owner]
    onlyOwner = owner
  }
}

/// The rules of an index, taken apart: equal conditions and equal branches are kept once.
///
/// A branch has a home: a condition without which it cannot match. Only when its home is satisfied is a branch
/// looked at; and where that is in vain, it moves to the condition that failed, if events satisfy that one more
/// rarely. So branches find the rarest of their conditions by themselves.
struct RuleBook: Sendable {
  private(set) var tree = PathTree()
  private(set) var conditions: [IndexedCondition] = []
  /// By condition.
  private(set) var tests: [[ValueTest]] = []
  private(set) var branches: [IndexedBranch] = []
  /// The conditions of all branches, those first that values alone decide.
  private(set) var checks: [Int32] = []
  /// By condition: the branches that have their home there.
  private(set) var homes: [[Int32]] = []
  /// By condition: how many events satisfied it.
  private var hits: [Int32] = []
  /// How many `anything-but`s there are.
  private(set) var exclusionCount = 0
  /// By node: branches that only presence of a value there can begin.
  private(set) var branchesOfPresence: [[Int32]] = [[]]
  /// Branches that an event may match without having any of their fields.
  private(set) var branchesOfAbsence: [Int32] = []
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
      for number in numbers { conditions[number].uses += 1 }
      let start = checks.count
      checks += numbers.sorted { rarity(of: $0) < rarity(of: $1) }.map { Int32($0) }
      branches.append(
        IndexedBranch(conditions: numbers, checks: start..<checks.count, owner: id))
      settle(branches.count - 1)
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
    let firstExclusion = exclusionCount
    for case .butNot in condition.tests { exclusionCount += 1 }
    let exclusions = firstExclusion..<exclusionCount
    let acceptsPresence = condition.tests.contains(.present)
    let acceptsAbsence = condition.tests.contains(.absent)
    conditions.append(
      IndexedCondition(
        node: node,
        isDecidedByTests: exclusions.isEmpty && !acceptsPresence && !acceptsAbsence,
        acceptsPresence: acceptsPresence, acceptsAbsence: acceptsAbsence, exclusions: exclusions))
    tests.append(condition.tests)
    homes.append([])
    hits.append(0)
    conditionNumbers[key] = conditions.count - 1
    conditionsOfNode[node].append(conditions.count - 1)
    changedNodes.insert(node)
    return conditions.count - 1
  }

  /// Smaller for conditions that values alone decide, then for those that fewer branches have, then for fields with
  /// more conditions.
  private func rarity(of number: Int) -> (Int, Int, Int) {
    let condition = conditions[number]
    let uses = condition.uses * tests[number].count
    return (
      condition.isDecidedByTests ? 0 : 1, uses, -conditionsOfNode[condition.node].count
    )
  }
}

/// Where branches are found.
extension RuleBook {
  /// How much more often a home must be satisfied than another condition before a branch moves there, and how
  /// many events that takes at least.
  private static let worthMoving: Int32 = 2
  private static let leastHits: Int32 = 8

  /// Gives a new branch its home.
  private mutating func settle(_ branch: Int) {
    let first = Int(checks[branches[branch].checks.lowerBound])
    if conditions[first].isDecidedByTests {
      homes[first].append(Int32(branch))
      return
    }
    let present = branches[branch].conditions.first { !conditions[$0].acceptsAbsence }
    if let present {
      branchesOfPresence[conditions[present].node].append(Int32(branch))
    } else {
      branchesOfAbsence.append(Int32(branch))
    }
  }

  /// One more event satisfied a condition.
  @inline(__always)
  mutating func countHit(_ condition: Int) {
    hits[condition] &+= 1
    if hits[condition] == Int32.max {
      for index in hits.indices { hits[index] /= 2 }
    }
  }

  /// A branch was looked at and found to lack the condition at `check`: that one is asked first from now on, and
  /// becomes its home if it is rarer.
  mutating func learn(from check: Int, of branch: Int, at place: Int, in home: Int) {
    let failed = Int(checks[check])
    guard conditions[failed].isDecidedByTests else { return }
    checks.swapAt(check, branches[branch].checks.lowerBound)
    let own = hits[home]
    guard own >= Self.leastHits, hits[failed] < own / Self.worthMoving else { return }
    homes[home].swapAt(place, homes[home].count - 1)
    homes[home].removeLast()
    homes[failed].append(Int32(branch))
  }
}
