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
  private static let manyEvents = 512
  /// The same where both values are of one field: parting the events by it is cheap.
  private static let manyEventsToPart = 16_384
  /// Of these so many more than of the events whose values they must have: what is about as frequent shares nearly all
  /// values, and nothing would be left out.
  private static let partedForEachOther = 4
  /// To read the values of so many events costs about as much as to look up one value and the rows that have it.
  private static let eventsPerLookUp = 16
  /// Distinct values by which a step is narrowed down where hashes cannot do it.
  private static let fewValues = 1_024

  let sequence: BoundSequence
  let snapshot: StoreSnapshot
  let cache: QueryCache
  let cancellation: Cancellation
  var scansOnly = false
  /// For each step the segments that can have such events, nil where any can; empty where nothing is known.
  var stepSegments: [SegmentSet?] = []
  /// False where what becomes of the matches does not depend on their order.
  var putsInOrder = true

  struct Result {
    var matches: MatchRows
    /// Events that satisfy each step by themselves.
    var stepRows: [Int]
  }

  /// - Parameter base: The events of which the sentence asks.
  /// - Parameter beyond: Those and the later ones that a step at the end must not have; nil where these are all there.
  func run(_ base: [RowSet], beyond: [RowSet]? = nil) throws -> Result {
    let end = sequence.presentSteps.last ?? 0
    let selections = try sequence.steps.enumerated().map { index, step in
      try rows(
        of: step.predicate, among: index > end ? beyond ?? base : base,
        in: stepSegments.isEmpty ? nil : stepSegments[index])
    }
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
    let parts = try SequenceParts(
      sequence: sequence, snapshot: snapshot, cache: cache, cancellation: cancellation
    ).parts(of: steps)
    var search = MatchSearch(
      sequence: sequence, steps: parts, links: links, in: snapshot, cancellation: cancellation)
    try search.run(into: &matches)
    if putsInOrder || parts.sharesEvents {
      matches.putInOrder(removesRepeats: parts.sharesEvents)
    }
    return Result(matches: matches, stepRows: counts)
  }

  private func rows(
    of predicate: BoundPredicate, among base: [RowSet], in segments: SegmentSet? = nil
  ) throws -> [RowSet] {
    if case .constant(true) = predicate { return base }
    return try SegmentWorkers.map(
      snapshot.segments, work: base.reduce(0) { $0 + $1.count } / 8
    ) { index, segment in
      if let segments, !segments.contains(index) { return .none(of: segment.rowCount) }
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
    var rows = selections
    var steps = [StepEvents](repeating: StepEvents(), count: sequence.steps.count)
    guard let rarest = order.first else { return steps }
    steps[rarest] = StepEvents(selections[rarest], in: snapshot)
    for (position, step) in order.enumerated().dropFirst() {
      let spans = TimeSpans(
        around: steps[rarest], TimeReach(of: step, from: rarest, distance: sequence.within))
      for (index, segment) in snapshot.segments.enumerated() {
        rows[step][index] = spans.rows(rows[step][index], in: segment)
      }
      for join in joins(of: step, with: order[..<position]) {
        let count = rows[step].reduce(0) { $0 + $1.count }
        guard join.isWorthwhile(for: count, others: steps[join.step].count) else { continue }
        rows[step] = try self.rows(of: step, rows[step], joining: join, steps[join.step])
      }
      steps[step] = StepEvents(rows[step], in: snapshot)
    }
    // What the later ones left narrows the earlier ones in turn.
    for (position, step) in order.enumerated().reversed() {
      for join in joins(of: step, with: order[(position + 1)...]) {
        let (own, others) = (steps[step], steps[join.step])
        guard own.count > others.count, join.isWorthwhile(for: own.count, others: others.count)
        else { continue }
        // Events that were left out by themselves are among the rows still.
        let rowsAreOwn = rows[step].reduce(0) { $0 + $1.count } == own.count
        if rowsAreOwn, own.count > others.count * Self.eventsPerLookUp {
          rows[step] = try self.rows(of: step, rows[step], joining: join, others)
          if rows[step].reduce(0, { $0 + $1.count }) < own.count {
            steps[step] = StepEvents(rows[step], in: snapshot)
          }
        } else if let values = ValueJoin(join.theirs, of: others, in: snapshot) {
          steps[step] = values.events(join.own, among: own) ?? own
        }
      }
    }
    return steps
  }

  /// A field of a step that shares a value with a field of another step, in every match.
  private struct Join {
    var own: BoundField
    var step: Int
    var theirs: BoundField

    /// Whether so many events are narrowed down by the values of so many others.
    func isWorthwhile(for events: Int, others: Int) -> Bool {
      own == theirs
        ? events
          > max(SequenceOperator.manyEventsToPart, others * SequenceOperator.partedForEachOther)
        : events > SequenceOperator.manyEvents
    }
  }

  /// What an event of a step shares with those of other present steps.
  private func joins(of step: Int, with others: ArraySlice<Int>) -> [Join] {
    var joins: [Join] = []
    for other in others where !sequence.steps[other].isAbsent {
      joins += sequence.keys.map { key in
        Join(own: key[step], step: other, theirs: key[other])
      }
      for case .compare(let link) in sequence.steps[step].links
      where link.step == other && joinsByValues(link) {
        joins.append(Join(own: link.field, step: other, theirs: link.other))
      }
      // A later step looks at the last event of a repeated one; the events before it need not have the value.
      for case .compare(let link) in sequence.steps[other].links
      where link.step == step && sequence.steps[step].count == 1 && joinsByValues(link) {
        joins.append(Join(own: link.other, step: other, theirs: link.field))
      }
    }
    return joins
  }

  /// True where events that fulfil the link share a stored value: objects compare by their whole text.
  private func joinsByValues(_ link: LinkComparison) -> Bool {
    link.isEquality && !FieldReader.readsObjects(link.field, in: snapshot)
      && !FieldReader.readsObjects(link.other, in: snapshot)
  }

  /// The rows that share a value with some events, as far as that can be told.
  private func rows(
    of step: Int, _ rows: [RowSet], joining join: Join, _ events: StepEvents
  ) throws -> [RowSet] {
    let reach = TimeReach(of: join.step, from: step, distance: sequence.within)
    if let values = ValueJoin(join.theirs, of: events, in: snapshot),
      let found = values.rows(join.own, among: rows, within: reach)
    {
      return found
    }
    guard let test = test(of: join, events) else { return rows }
    return try self.rows(of: .test(test), among: rows)
  }

  /// The test that a field has one of the values that another has in some events, where they are few texts.
  private func test(of join: Join, _ events: StepEvents) -> FieldTest? {
    if case .time = join.own.source { return nil }
    let reader = FieldReader(join.theirs, in: snapshot)
    // By their bytes: what is the same to Unicode may be another value.
    var literals: Set<[UInt8]> = []
    for reference in events.references {
      for cell in reader.values(reference) {
        guard case .text(let text) = cell else { return nil }
        literals.insert(Array(text.utf8))
      }
      if literals.count > Self.fewValues { return nil }
    }
    let values = literals.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { literal in
      try? EqualityTest(
        ValueSyntax.literal(String(decoding: literal, as: UTF8.self), range: .at(0)).text,
        kind: join.own.kind, period: nil)
    }
    return FieldTest(field: join.own, test: .any(values.map { .equal($0) }), text: "")
  }
}

extension LinkComparison {
  var isEquality: Bool { comparison == .equal || comparison == .identical }
}
