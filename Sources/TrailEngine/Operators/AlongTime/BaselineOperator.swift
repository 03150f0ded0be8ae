import TrailRecord

/// Compares the values of a window with those of the time before it: `new`, and `rare` with a baseline.
struct BaselineOperator {
  let comparison: BaselineComparison
  let snapshot: StoreSnapshot
  let cache: QueryCache
  let cancellation: Cancellation
  var scansOnly = false

  struct Result {
    var rows: TableRows
    var notes: [Note]
  }

  private struct Seen {
    /// Events with the value in the window, the first and the last of them.
    var count = 0
    var first: EventReference
    var last: EventReference
    /// Events with the value before the window.
    var before = 0
  }

  /// Values that the window has and the time before it has not.
  func new(_ references: [EventReference], _ columns: [TableColumn]) throws -> Result {
    let numbering = self.numbering
    var found = try seen(references, numbering).filter { $0.value.before == 0 }.map { $0 }
    found.sort {
      snapshot.place($0.value.first) < snapshot.place($1.value.first)
        || $0.value.first == $1.value.first && $0.key.lexicographicallyPrecedes($1.key)
    }
    var cells = (0...comparison.groups.count).map { field in
      found.map { numbering.cell(field, $0.key[field]) }
    }
    cells.append(found.map { .time(snapshot.time($0.value.first)) })
    cells.append(found.map { .number(String($0.value.count)) })
    return Result(
      rows: TableRows(
        columns: columns, cells: cells, rowCount: found.count,
        events: EventRows(snapshot: snapshot, references: found.map(\.value.first))),
      notes: notes())
  }

  /// Values of the window that are seldom in it and in the time before it together.
  func rare(_ references: [EventReference], _ columns: [TableColumn]) throws -> Result {
    let numbering = self.numbering
    let found = try seen(references, numbering)
      .filter { $0.value.count + $0.value.before <= Executor.rareCount }
      .sorted { left, right in
        let (a, b) = (left.value.count + left.value.before, right.value.count + right.value.before)
        if a != b { return a < b }
        return ValueOrder.precedes(
          numbering.cell(0, left.key[0]), numbering.cell(0, right.key[0]))
      }
    let cells: [[Cell]] = [
      found.map { numbering.cell(0, $0.key[0]) },
      found.map { .number(String($0.value.count + $0.value.before)) },
      found.map { .time(snapshot.time($0.value.last)) },
    ]
    return Result(
      rows: TableRows(
        columns: columns, cells: cells, rowCount: found.count,
        events: EventRows(snapshot: snapshot, references: found.map(\.value.last))),
      notes: notes())
  }

  private var numbering: EventNumbering {
    EventNumbering([comparison.field] + comparison.groups, in: snapshot, cache)
  }

  /// When the window begins: as the sentence says, else a baseline after the first event.
  private var windowStart: Int64? {
    if let start = comparison.windowStart { return start }
    guard let first = snapshot.timeRange?.lowerBound else { return nil }
    return comparison.baseline.map { first + $0 } ?? first
  }

  private func seen(
    _ references: [EventReference], _ numbering: EventNumbering
  ) throws -> [[UInt32]: Seen] {
    let count = 1 + comparison.groups.count
    let start = windowStart ?? .min
    var seen: [[UInt32]: Seen] = [:]
    for (index, reference) in references.enumerated() {
      if index & 0xFFFF == 0 { try cancellation.check() }
      let time = snapshot.time(reference)
      guard time != Segment.noTime, time >= start else { continue }
      for tuple in numbering.tuples(reference, count: count) {
        seen[tuple, default: Seen(first: reference, last: reference)].count += 1
        seen[tuple]?.last = reference
      }
    }
    guard !seen.isEmpty else { return seen }
    for (index, reference) in try history(before: start).enumerated() {
      if index & 0xFFFF == 0 { try cancellation.check() }
      for tuple in numbering.tuples(reference, count: count) { seen[tuple]?.before += 1 }
    }
    return seen
  }

  /// The events before the window that count, in any order.
  private func history(before start: Int64) throws -> [EventReference] {
    let begin = comparison.baseline.map { start.subtractingReportingOverflow($0) }
    let from = begin.map { $0.overflow ? .min : $0.partialValue } ?? .min
    let selection = try SegmentWorkers.map(snapshot.segments, work: snapshot.rowCount) {
      _, segment in
      var evaluator = PredicateEvaluator(cancellation: cancellation, scansOnly: scansOnly)
      let window = RowSet.range(segment.rows(from: from, until: start), of: segment.rowCount)
      return try comparison.history.conjuncts.reduce(window) {
        try evaluator.rows($1, in: segment, among: $0)
      }
    }
    var references: [EventReference] = []
    for (index, rows) in selection.enumerated() {
      rows.forEach {
        references.append(EventReference(segment: UInt32(index), row: UInt32($0)))
      }
    }
    return references
  }

  /// What the reader must know of how far back the data reach.
  private func notes() -> [Note] {
    guard let first = snapshot.timeRange?.lowerBound, let start = windowStart else { return [] }
    if comparison.windowStart == nil, comparison.baseline == nil {
      return [
        Note(
          "Without a window every value is new at its first event.",
          suggestion: "events since 1d | new \(comparison.text)")
      ]
    }
    guard first < start else {
      return [
        Note(
          "The data begin at \(EventTime.format(first)), so there is nothing before the window to compare with."
        )
      ]
    }
    guard let baseline = comparison.baseline, first > start - baseline else { return [] }
    return [
      Note(
        "The data begin at \(EventTime.format(first)) and reach back over \(WindowText.length(start - first)) of the baseline's \(WindowText.length(baseline))."
      )
    ]
  }
}
