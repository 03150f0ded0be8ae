import TrailRecord

/// Compares the values of a window with those of the time before it: `new`, and `rare` with a baseline.
struct BaselineOperator {
  let comparison: BaselineComparison
  let snapshot: StoreSnapshot
  let cache: QueryCache
  let cancellation: Cancellation
  var scansOnly = false
  /// How matches are found, where the rows are matches.
  var matches: MatchSource?

  struct MatchSource: Sendable {
    /// So far behind its window a sequence looks for what must not follow, in milliseconds.
    let lookahead: Int64
    /// The matches among some events, with those and the later ones that must not follow.
    let find: @Sendable (_ events: [RowSet], _ beyond: [RowSet]?) throws -> MatchRows
  }

  struct Result {
    var rows: TableRows
    var notes: [Note]
  }

  /// The rows before the window: events by segment, or matches.
  private enum History {
    case events([RowSet])
    case matches(TimedRows)

    var count: Int {
      switch self {
      case .events(let rows): rows.reduce(0) { $0 + $1.count }
      case .matches(let rows): rows.count
      }
    }
  }

  /// The rows of the window that have a value, or a combination of values.
  private struct Occurrences {
    /// Indexes among the window's rows.
    var first: Int
    var last: Int
    var count = 0
  }

  /// Values that the window has and the time before it has not.
  func new(_ rows: TimedRows, _ columns: [TableColumn]) throws -> Result {
    let fields = try ([comparison.field] + comparison.groups).compactMap {
      try TimedField($0, in: snapshot, cache, cancellation)
    }
    let window = self.window(rows)
    var found: [(numbers: [UInt32], own: Occurrences)] = []
    if !window.isEmpty {
      let history = try history(before: windowStart ?? .min)
      var slots = GroupSlots(
        sizes: fields.map { $0.keys.count + 1 },
        rowCount: history.count + window.count)
      let seen = try slotsOf(history, fields, &slots)
      let (slotOfEntry, rowOfEntry) = slots.slots(
        fields.map { $0.numbers(of: window) }, rows: window.count)
      var occurrences: [UInt32: Occurrences] = [:]
      for (entry, slot) in slotOfEntry.enumerated() where !seen.contains(slot) {
        let row = rowOfEntry.map { Int($0[entry]) } ?? entry
        occurrences[slot, default: Occurrences(first: row, last: row)].count += 1
      }
      for (slot, own) in occurrences {
        let numbers = slots.numbers(of: Int(slot))
        if !numbers.contains(RowOrdinals.missing) { found.append((numbers, own)) }
      }
    }
    func cell(_ field: Int, _ numbers: [UInt32]) -> Cell {
      fields[field].keys[Int(numbers[field]) - 1]
    }
    found.sort { left, right in
      if left.own.first != right.own.first { return left.own.first < right.own.first }
      for field in fields.indices where left.numbers[field] != right.numbers[field] {
        return ValueOrder.precedes(cell(field, left.numbers), cell(field, right.numbers))
      }
      return false
    }
    var cells = fields.indices.map { field in found.map { cell(field, $0.numbers) } }
    let firsts = found.map { window.references[$0.own.first] }
    cells.append(firsts.map { .time(snapshot.time($0)) })
    cells.append(found.map { .number(String($0.own.count)) })
    return Result(
      rows: TableRows(
        columns: columns, cells: cells, rowCount: found.count,
        events: EventRows(snapshot: snapshot, references: firsts)),
      notes: notes())
  }

  /// Values of the window that are seldom in it and in the time before it together.
  func rare(_ rows: TimedRows, _ columns: [TableColumn]) throws -> Result {
    guard let field = try TimedField(comparison.field, in: snapshot, cache, cancellation) else {
      preconditionFailure("`rare` with a baseline counts a field of events")
    }
    let window = self.window(rows)
    var totals = [Int](repeating: 0, count: field.keys.count + 1)
    // Of each value, its last row in the window.
    var last = [Int](repeating: -1, count: field.keys.count + 1)
    let numbers = field.numbers(of: window)
    for row in 0..<window.count {
      numbers.forEachNumber(ofRow: row) { number in
        totals[Int(number)] += 1
        last[Int(number)] = row
      }
    }
    if !window.isEmpty {
      switch try history(before: windowStart ?? .min) {
      case .events(let sets):
        for (index, rows) in sets.enumerated() where !rows.isEmpty {
          try cancellation.check()
          count(rows, of: field.ordinals.columns[index], to: &totals)
        }
      case .matches(let rows):
        let numbers = field.numbers(of: rows)
        for row in 0..<rows.count { numbers.forEachNumber(ofRow: row) { totals[Int($0)] += 1 } }
      }
    }
    let found = totals.indices.filter { last[$0] >= 0 && totals[$0] <= Executor.rareCount }
      .sorted { left, right in
        if totals[left] != totals[right] { return totals[left] < totals[right] }
        return ValueOrder.precedes(field.keys[left - 1], field.keys[right - 1])
      }
    let cells: [[Cell]] = [
      found.map { field.keys[$0 - 1] },
      found.map { .number(String(totals[$0])) },
      found.map { .time(snapshot.time(window.references[last[$0]])) },
    ]
    return Result(
      rows: TableRows(
        columns: columns, cells: cells, rowCount: found.count,
        events: EventRows(snapshot: snapshot, references: found.map { window.references[last[$0]] })
      ),
      notes: notes())
  }

  /// Counts the values of one segment's rows: codes are counted, and each value is looked at once.
  private func count(
    _ rows: RowSet, of column: FieldOrdinals.SegmentOrdinals?, to totals: inout [Int]
  ) {
    guard let column else { return }
    let stored = column.field.column
    if stored.isMultiValued {
      let numbers = RowOrdinals(column, rows: SelectedRows(rows))
      for row in 0..<rows.count { numbers.forEachNumber(ofRow: row) { totals[Int($0)] += 1 } }
      return
    }
    var counts = [UInt32](repeating: 0, count: stored.distinctCount)
    counts.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { _ = stored.addCounts(over: rows, to: base) }
    }
    for code in counts.indices { totals[Int(column.ordinals[code] &+ 1)] += Int(counts[code]) }
  }

  /// When the window begins: as the sentence says, else a baseline after the first event.
  private var windowStart: Int64? {
    if let start = comparison.windowStart { return start }
    guard let first = snapshot.timeRange?.lowerBound else { return nil }
    return comparison.baseline.map { first + $0 } ?? first
  }

  /// The rows of the window, of those that the sentence found.
  private func window(_ rows: TimedRows) -> TimedRows {
    let start = windowStart ?? .min
    let references = rows.references
    func place(after isBefore: (Int64) -> Bool) -> Int {
      var (low, high) = (0, references.count)
      while low < high {
        let middle = (low + high) / 2
        if isBefore(snapshot.time(references[middle])) { low = middle + 1 } else { high = middle }
      }
      return low
    }
    // Events without a time stand behind all others.
    let first = place { $0 < start }
    let end = max(first, place { $0 != Segment.noTime })
    return rows[first..<end]
  }

  /// The slots of the rows before the window.
  private func slotsOf(
    _ history: History, _ fields: [TimedField], _ slots: inout GroupSlots
  ) throws -> SlotSet {
    switch history {
    case .events(let sets): return try slotsOf(sets, fields.map(\.ordinals), &slots)
    case .matches(let rows):
      var seen = SlotSet()
      let own = slots.slots(fields.map { $0.numbers(of: rows) }, rows: rows.count).slots
      seen.grow(to: slots.count)
      seen.insert(own)
      return seen
    }
  }

  private func slotsOf(
    _ history: [RowSet], _ fields: [FieldOrdinals], _ slots: inout GroupSlots
  ) throws -> SlotSet {
    @Sendable func insert(_ index: Int, _ slots: inout GroupSlots, into seen: inout SlotSet) {
      let rows = SelectedRows(history[index])
      let numbers = fields.map { RowOrdinals($0.columns[index], rows: rows) }
      let own = slots.slots(numbers, rows: rows.count).slots
      seen.grow(to: slots.count)
      seen.insert(own)
    }
    var seen = SlotSet()
    if slots.isDense {
      // Numbers of combinations that are computed are the same in every segment.
      let shared = slots
      let work = history.reduce(0) { $0 + $1.count }
      for part in try SegmentWorkers.map(
        snapshot.segments, work: work,
        { index, _ in
          try cancellation.check()
          var (own, slots) = (SlotSet(), shared)
          if !history[index].isEmpty { insert(index, &slots, into: &own) }
          return own
        })
      {
        seen.formUnion(part)
      }
    } else {
      for index in history.indices where !history[index].isEmpty {
        try cancellation.check()
        insert(index, &slots, into: &seen)
      }
    }
    return seen
  }

  /// The rows before the window that count. Of matches, all events lie there.
  private func history(before start: Int64) throws -> History {
    let events = try events(before: start)
    guard let matches else { return .events(events) }
    let beyond =
      matches.lookahead > 0 ? try self.events(before: start, andAfter: matches.lookahead) : nil
    return .matches(TimedRows(try matches.find(events, beyond)))
  }

  /// The events before the window that count, by segment.
  private func events(before start: Int64, andAfter length: Int64 = 0) throws -> [RowSet] {
    let begin = comparison.baseline.map { start.subtractingReportingOverflow($0) }
    let from = begin.map { $0.overflow ? .min : $0.partialValue } ?? .min
    return try SegmentWorkers.map(snapshot.segments, work: snapshot.rowCount) { _, segment in
      var evaluator = PredicateEvaluator(cancellation: cancellation, scansOnly: scansOnly)
      let window = RowSet.range(
        segment.rows(from: from, until: start + length), of: segment.rowCount)
      return try comparison.history.conjuncts.reduce(window) {
        try evaluator.rows($1, in: segment, among: $0)
      }
    }
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

/// Slots as bits.
private struct SlotSet: Sendable {
  private var words: [UInt64] = []

  mutating func grow(to count: Int) {
    let missing = (count + 63) / 64 - words.count
    if missing > 0 { words.append(contentsOf: repeatElement(0, count: missing)) }
  }

  mutating func insert(_ slots: [UInt32]) {
    words.withUnsafeMutableBufferPointer { words in
      for slot in slots { words[Int(slot >> 6)] |= 1 &<< UInt64(slot & 63) }
    }
  }

  mutating func formUnion(_ other: SlotSet) {
    grow(to: other.words.count * 64)
    for index in other.words.indices { words[index] |= other.words[index] }
  }

  func contains(_ slot: UInt32) -> Bool {
    let word = Int(slot >> 6)
    return word < words.count && words[word] >> UInt64(slot & 63) & 1 == 1
  }
}
