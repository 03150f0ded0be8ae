/// Looks for values that satisfy all conditions of a branch and agree about arrays: where two of them stand in
/// elements of one array, it is the same element (facts §10.2).
///
/// Conditions are taken in the order of their paths, each with the elements that those before it chose. That a
/// field is absent means that none of its values stands in these elements.
struct BranchSearch {
  /// A condition with what the event has for it.
  struct Step {
    let node: Int
    /// The elements of values that pass.
    let passing: [Int]
    /// The elements of all values.
    let all: [Int]
    let wantsAbsence: Bool

    init(_ tests: [ValueTest], _ node: Int, _ occurrences: [FieldOccurrence]) {
      self.node = node
      passing = occurrences.filter { occurrence in tests.contains { $0.passes(occurrence.value) } }
        .map(\.element)
      all = occurrences.map(\.element)
      wantsAbsence = tests.contains(.absent)
    }

    /// False where no other condition can help: nothing passes, and something is there in any case.
    var mayHold: Bool { !passing.isEmpty || wantsAbsence && !all.contains(-1) }
  }

  private let steps: [Step]
  private let elements: [ArrayElement]
  /// For each step, the nodes that lie above its own field or a later one's: what was chosen elsewhere no longer
  /// matters there.
  private let nodesAhead: [Set<Int>]
  private var failed: Set<State> = []

  private struct State: Hashable {
    var step: Int
    var chosen: [Int]
  }

  /// Steps are in the order of their conditions' paths; `parents` are those of the path tree.
  init(_ steps: [Step], elements: [ArrayElement], parents: [Int]) {
    self.elements = elements
    self.steps = steps
    var ahead: Set<Int> = []
    var sets: [Set<Int>] = []
    for step in steps.reversed() {
      var above = step.node
      while above != PathTree.root {
        ahead.insert(above)
        above = parents[above]
      }
      sets.append(ahead)
    }
    nodesAhead = sets.reversed()
  }

  func isMatch() -> Bool {
    var search = self
    return search.isMatch(from: 0, chosen: [])
  }

  /// Whether the steps from `step` on can be satisfied with the elements already chosen, sorted.
  private mutating func isMatch(from step: Int, chosen: [Int]) -> Bool {
    guard step < steps.count else { return true }
    let relevant = chosen.filter { nodesAhead[step].contains(elements[$0].node) }
    let state = State(step: step, chosen: relevant)
    guard !failed.contains(state) else { return false }
    let current = steps[step]
    if current.wantsAbsence, !current.all.contains(where: { join(relevant, $0) != nil }),
      isMatch(from: step + 1, chosen: relevant)
    {
      return true
    }
    var tried: Set<Int> = []
    for element in current.passing where tried.insert(element).inserted {
      if let joined = join(relevant, element), isMatch(from: step + 1, chosen: joined) {
        return true
      }
    }
    failed.insert(state)
    return false
  }

  /// The elements chosen, with this one and those around it; nil where they disagree about an array.
  private func join(_ chosen: [Int], _ element: Int) -> [Int]? {
    var joined = chosen
    var current = element
    while current >= 0 {
      if !joined.contains(current) {
        let array = elements[current].array
        if joined.contains(where: { elements[$0].array == array }) { return nil }
        joined.append(current)
      }
      current = elements[current].parent
    }
    return joined.sorted()
  }
}
