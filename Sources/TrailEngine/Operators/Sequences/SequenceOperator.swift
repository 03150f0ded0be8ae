import TrailLanguage
import TrailRecord
import TrailText

/// Finds the matches of a sequence among the events that a scan left.
///
/// The step with the fewest events is looked at first; of the others only those count that lie near enough to one of
/// its events, and that share its values where few values occur. What is left is parted by key values, and in each
/// part all matches are enumerated in the order of time.
struct SequenceOperator {
  /// Matches that one answer may have.
  static let maximumMatches = 1_000_000
  /// A step with more events than this is first narrowed down by the values of another.
  private static let manyEvents = 2_048
  /// Distinct values by which a step is narrowed down.
  private static let fewValues = 1_024

  let sequence: BoundSequence
  let snapshot: StoreSnapshot
  let cancellation: Cancellation
  var scansOnly = false

  struct Result {
    var matches: MatchRows
    /// Events that satisfy each step by themselves.
    var stepRows: [Int]
  }

  func run(_ base: [RowSet]) throws -> Result {
    let selections = try sequence.steps.map { try rows(of: $0.predicate, among: base) }
    let counts = selections.map { $0.reduce(0) { $0 + $1.count } }
    let present = sequence.presentSteps
    var matches = MatchRows(sequence: sequence, snapshot: snapshot)
    guard present.allSatisfy({ counts[$0] >= sequence.steps[$0].count }) else {
      return Result(matches: matches, stepRows: counts)
    }
    let steps = try narrowed(selections, counts)
    guard present.allSatisfy({ steps[$0].count >= sequence.steps[$0].count }) else {
      return Result(matches: matches, stepRows: counts)
    }
    let links = try LinkEvaluator(sequence, in: snapshot, cancellation)
    let parts = try partitions(steps)
    for part in parts {
      var search = MatchSearch(
        sequence: sequence, steps: part, links: links, cancellation: cancellation)
      try search.run(into: &matches)
    }
    matches.putInOrder(removesRepeats: parts.count > 1)
    return Result(matches: matches, stepRows: counts)
  }

  private func rows(of predicate: BoundPredicate, among base: [RowSet]) throws -> [RowSet] {
    if case .constant(true) = predicate { return base }
    return try SegmentWorkers.map(
      snapshot.segments, work: base.reduce(0) { $0 + $1.count } / 8
    ) { index, segment in
      var evaluator = PredicateEvaluator(cancellation: cancellation, scansOnly: scansOnly)
      return try predicate.conjuncts.reduce(base[index]) { rows, conjunct in
        try evaluator.rows(conjunct, in: segment, among: rows)
      }
    }
  }

  // MARK: Narrowing

  /// The events of each step that can be in a match.
  private func narrowed(_ selections: [[RowSet]], _ counts: [Int]) throws -> [StepEvents] {
    let present = sequence.presentSteps
    // The rarest present step first, then the rest from rare to common: each may narrow those after it.
    let order = sequence.steps.indices.sorted { left, right in
      let (a, b) = (present.contains(left), present.contains(right))
      return a != b ? a : (counts[left], left) < (counts[right], right)
    }
    var steps = [StepEvents](repeating: StepEvents(), count: sequence.steps.count)
    guard let rarest = order.first else { return steps }
    steps[rarest] = StepEvents(selections[rarest], in: snapshot)
    let spans = TimeSpans(around: steps[rarest], distance: sequence.within)
    var settled = [rarest]
    for step in order.dropFirst() {
      var rows = selections[step].enumerated().map { spans.rows($1, in: snapshot.segments[$0]) }
      for test in joinTests(of: step, with: settled, steps) {
        guard rows.reduce(0, { $0 + $1.count }) > Self.manyEvents else { break }
        rows = try self.rows(of: .test(test), among: rows)
      }
      steps[step] = StepEvents(rows, in: snapshot)
      settled.append(step)
    }
    return steps
  }

  /// Tests that an event of a step passes if it can be in a match with the events of steps that are settled.
  private func joinTests(
    of step: Int, with settled: [Int], _ steps: [StepEvents]
  ) -> [FieldTest] {
    var tests: [FieldTest] = []
    for other in settled where !sequence.steps[other].isAbsent {
      guard steps[other].count <= Self.manyEvents else { continue }
      for key in sequence.keys {
        add(key[step], equalTo: key[other], of: steps[other], to: &tests)
      }
      for case .compare(let link) in sequence.steps[step].links
      where link.step == other && link.isEquality {
        add(link.field, equalTo: link.other, of: steps[other], to: &tests)
      }
      for case .compare(let link) in sequence.steps[other].links
      where link.step == step && link.isEquality {
        add(link.other, equalTo: link.field, of: steps[other], to: &tests)
      }
    }
    return tests
  }

  /// Adds the test that a field has one of the values that another has in some events, where they are few texts.
  private func add(
    _ field: BoundField, equalTo other: BoundField, of events: StepEvents,
    to tests: inout [FieldTest]
  ) {
    if case .time = field.source { return }
    let reader = FieldReader(other, in: snapshot)
    var literals: Set<String> = []
    for reference in events.references {
      for cell in Self.parts(reader.cell(reference)) {
        guard case .text(let text) = cell else { return }
        literals.insert(text)
      }
      if literals.count > Self.fewValues { return }
    }
    let values = literals.sorted().compactMap { literal in
      try? EqualityTest(
        ValueSyntax.literal(literal, range: .at(0)).text, kind: field.kind, period: nil)
    }
    tests.append(FieldTest(field: field, test: .any(values.map { .equal($0) }), text: ""))
  }

  private static func parts(_ cell: Cell) -> [Cell] {
    switch cell {
    case .missing: []
    case .list(let cells): cells
    default: [cell]
    }
  }

  // MARK: Parts

  /// The events of all steps, parted by their key values; an event with several values is in several parts.
  private func partitions(_ steps: [StepEvents]) throws -> [[StepEvents]] {
    guard !sequence.keys.isEmpty else { return [steps] }
    var numbering = KeyNumbering(keyCount: sequence.keys.count, in: snapshot)
    var places: [[UInt32]: Int] = [:]
    var parts: [[StepEvents]] = []
    for step in steps.indices {
      for index in steps[step].references.indices {
        if index & 0xFFFF == 0 { try cancellation.check() }
        let reference = steps[step].references[index]
        var tuples: [[UInt32]] = [[]]
        for key in sequence.keys.indices {
          let values = numbering.values(key, sequence.keys[key][step], reference)
          tuples = tuples.flatMap { tuple in values.map { tuple + [$0] } }
          if tuples.isEmpty { break }
        }
        for tuple in tuples {
          let place = places[tuple] ?? parts.count
          if place == parts.count {
            places[tuple] = place
            parts.append([StepEvents](repeating: StepEvents(), count: steps.count))
          }
          parts[place][step].append(steps[step], at: index)
        }
      }
    }
    return parts.filter { part in
      sequence.presentSteps.allSatisfy { part[$0].count >= sequence.steps[$0].count }
    }
  }
}

extension LinkComparison {
  var isEquality: Bool { comparison == .equal || comparison == .identical }
}
