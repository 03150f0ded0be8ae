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
    for number in state.satisfiedConditions {
      for branch in book.conditions[Int(number)].branches { collect(branch, walk, &found) }
    }
    for node in state.presentNodes {
      for branch in book.branchesOfPresence[Int(node)] { collect(branch, walk, &found) }
    }
    for branch in book.branchesOfAbsence { collect(branch, walk, &found) }
    return Self.sortedOnce(found)
  }

  /// Adds the owners of a branch if the event matches it.
  private func collect(_ number: Int, _ walk: EventWalk, _ found: inout [Int]) {
    let branch = book.branches[number]
    guard !branch.owners.isEmpty else { return }
    for condition in branch.conditions
    where !state.mayHold(condition, book.conditions[condition]) { return }
    if state.hasElements {
      let inElements = branch.conditions.contains { state.isInElements(book.conditions[$0].node) }
      if inElements, !isConsistent(branch, walk) { return }
    }
    found += branch.owners
  }

  /// Whether the conditions hold for values that agree about arrays.
  private func isConsistent(_ branch: IndexedBranch, _ walk: EventWalk) -> Bool {
    let wanted = branch.conditions.map { book.conditions[$0] }
    var occurrences: [Int: [FieldOccurrence]] = [:]
    for condition in wanted { occurrences[condition.node] = [] }
    for value in state.seen where occurrences[Int(value.node)] != nil {
      occurrences[Int(value.node)]?.append(
        FieldOccurrence(value: walk.value(of: value), element: Int(value.element)))
    }
    let steps = wanted.map { condition in
      BranchSearch.Step(condition.tests, condition.node, occurrences[condition.node] ?? [])
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
