package import TrailRecord

/// Many rules' patterns, and which of them an event matches.
///
/// The event's text is walked once. Each value in it finds the conditions that it satisfies; a branch is looked
/// at when the rarest of its conditions is satisfied. So an event's cost grows with its length and with the
/// rules that it nearly matches, and hardly with the number of rules.
package struct EventPatternIndex: Sendable {
  /// When so many branches belong to no rule any more, and more than the others, they are cleared away.
  private static let toleratedDeadBranches = 256

  private var patterns: [Int: EventPattern] = [:]
  private var book = RuleBook()
  private var tables = IndexTables()
  private var state = MatchState()

  package init() {}

  /// How many rules there are.
  package var count: Int { patterns.count }

  /// Adds a rule, in place of one with the same id.
  ///
  /// O(size of the pattern); the next event pays for new conditions with O(conditions on the same fields).
  package mutating func add(_ pattern: EventPattern, id: Int) {
    remove(id: id)
    patterns[id] = pattern
    book.add(pattern, id: id)
  }

  /// Takes a rule out; nothing happens where there is none. O(size of the pattern) in the long run.
  package mutating func remove(id: Int) {
    guard let pattern = patterns.removeValue(forKey: id) else { return }
    book.remove(pattern, id: id)
    let dead = book.deadBranches
    guard dead > Self.toleratedDeadBranches, 2 * dead > book.branches.count else { return }
    book = RuleBook()
    tables = IndexTables()
    state = MatchState()
    for (id, pattern) in patterns.sorted(by: { $0.key < $1.key }) { book.add(pattern, id: id) }
  }

  /// The ids of the rules that an event matches, in ascending order.
  package mutating func matches(_ event: JSONValue) -> [Int] {
    matches(JSONWriter.bytes(event))
  }

  /// The same for an event's JSON text, which is walked as it is.
  ///
  /// What a text matches that is no JSON is not specified; it does no harm.
  package mutating func matches(_ eventBytes: [UInt8]) -> [Int] {
    eventBytes.withUnsafeBufferPointer { matches($0) }
  }

  /// The same for bytes that lie elsewhere.
  package mutating func matches(_ eventBytes: UnsafeBufferPointer<UInt8>) -> [Int] {
    tables.update(&book)
    state.begin(book, nodeCount: tables.count)
    guard var walk = EventWalk(eventBytes), walk.run(tables, &state) else { return [] }
    var found: [Int] = []
    for number in state.satisfiedConditions { visitHome(Int(number), walk, &found) }
    for node in state.presentNodes {
      for branch in book.branchesOfPresence[Int(node)] { collect(Int(branch), walk, &found) }
    }
    for branch in book.branchesOfAbsence { collect(Int(branch), walk, &found) }
    return Self.sortedOnce(found)
  }

  /// Looks at the branches that have their home at a condition, which is satisfied.
  private mutating func visitHome(_ number: Int, _ walk: EventWalk, _ found: inout [Int]) {
    book.countHit(number)
    // From the end, because branches may move away.
    var place = book.homes[number].count
    while place > 0 {
      place -= 1
      let branch = Int(book.homes[number][place])
      if let check = collect(branch, walk, &found) {
        book.learn(from: check, of: branch, at: place, in: number)
      }
    }
  }

  /// Adds the owners of a branch if the event matches it; else tells which check failed, if it was a check.
  @discardableResult
  private func collect(_ number: Int, _ walk: EventWalk, _ found: inout [Int]) -> Int? {
    for check in book.branches[number].checks {
      let condition = Int(book.checks[check])
      guard state.isSatisfied(condition) || state.mayHold(book.conditions[condition]) else {
        return check
      }
    }
    if state.hasElements {
      let branch = book.branches[number]
      let inElements = branch.conditions.contains { state.isInElements(book.conditions[$0].node) }
      if inElements, !isConsistent(branch, walk) { return nil }
    }
    if let owner = book.branches[number].onlyOwner {
      found.append(owner)
    } else {
      found += book.branches[number].owners
    }
    return nil
  }

  /// Whether the conditions hold for values that agree about arrays.
  private func isConsistent(_ branch: IndexedBranch, _ walk: EventWalk) -> Bool {
    var occurrences: [Int: [FieldOccurrence]] = [:]
    for condition in branch.conditions { occurrences[book.conditions[condition].node] = [] }
    for value in state.seen where occurrences[Int(value.node)] != nil {
      occurrences[Int(value.node)]?.append(
        FieldOccurrence(value: walk.value(of: value), element: Int(value.element)))
    }
    let steps = branch.conditions.map { condition in
      let node = book.conditions[condition].node
      return BranchSearch.Step(book.tests[condition], node, occurrences[node] ?? [])
    }
    return BranchSearch(steps, elements: state.elements, parents: book.tree.parents).isMatch()
  }

  private static func sortedOnce(_ ids: [Int]) -> [Int] {
    guard ids.count > 1 else { return ids }
    var sorted: [Int] = []
    sorted.reserveCapacity(ids.count)
    for id in ids.sorted() where id != sorted.last { sorted.append(id) }
    return sorted
  }
}
