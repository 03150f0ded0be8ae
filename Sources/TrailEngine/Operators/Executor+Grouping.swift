import TrailLanguage
import TrailRecord
import TrailText

// Stages that group: all of them are one aggregation and what is made of its groups.

extension Executor {
  /// Time buckets that one answer may span; more are refused rather than numbered.
  static let maximumBuckets: Int64 = 1 << 30

  /// - Parameter next: the step that follows: where that keeps the first rows, no others are made.
  /// - Returns: the rows, and how many there would be if all were made.
  func aggregate(
    _ rows: Rows, _ aggregation: BoundAggregation, before next: BoundStage?
  ) throws -> (table: TableRows, rowCount: Int) {
    if aggregation.onlyCountsRows { return (aggregation.table(ofCount: rows.count), 1) }
    var limit: Int?
    if case .limit(let count)? = next, aggregation.isCompleteInFirstRows { limit = count }
    let (grouping, state) = try group(
      rows, by: aggregation.groups,
      aggregates: aggregation.aggregates.map { ($0.function, $0.field) },
      every: aggregation.every, timeColumn: aggregation.timeColumn)
    let groups = grouping.groups(of: state, limit: limit)
    let table = TableRows(
      columns: aggregation.columns, cells: grouping.cells(of: groups, in: state),
      rowCount: groups.list.count)
    return (table, groups.total)
  }

  /// Says of which fields `sum` and its kin found no number in any row.
  func noteNoNumbers(
    _ table: TableRows, _ aggregation: BoundAggregation, _ outcome: inout Outcome
  ) {
    guard table.rowCount > 0 else { return }
    let first = aggregation.columns.count - aggregation.aggregates.count
    for (index, aggregate) in aggregation.aggregates.enumerated() {
      guard aggregate.function.needsNumbers,
        table.cells[first + index].allSatisfy({ $0 == .missing })
      else { continue }
      let name =
        switch aggregate.field {
        case .event(let field), .step(_, let field): field.name
        case .column(let column): columnName(column, outcome.rows)
        case nil: ""
        }
      outcome.notes.append(
        Note(
          "No value of `\(name)` is a number, so `\(aggregate.function.rawValue)` has none to work with."
        ))
    }
  }

  private func columnName(_ column: Int, _ rows: Rows) -> String {
    guard case .table(let table) = rows else { return "" }
    return table.columns[column].name
  }

  /// The rows with those of silent buckets, where `every` asks for buckets.
  func filled(
    _ table: TableRows, _ aggregation: BoundAggregation, _ outcome: inout Outcome
  ) -> TableRows {
    guard let every = aggregation.every else { return table }
    let fill = BucketFill(aggregation: aggregation, every: every, window: aggregation.window)
    let (rows, isComplete) = fill.filled(table)
    if !isComplete {
      outcome.notes.append(
        Note(
          "Buckets without events are left out: there would be more than \(BucketFill.maximumRows) rows."
        ))
    }
    return rows
  }

  /// The most frequent values, with each one's share of the events that have any, in percent.
  func top(
    _ rows: Rows, _ field: RowField, _ limit: Int, _ columns: [TableColumn]
  ) throws -> TableRows {
    let (grouping, state) = try group(rows, by: [field], aggregates: [(.count, nil)])
    var groups = grouping.groups(of: state)
    let present = groups.list.filter { groups.number($0, 0) != RowOrdinals.missing }
    let total = present.reduce(0) { $0 + $1.count }
    groups.list = Array(present.prefix(limit))
    let shares = groups.list.map { group -> Cell in
      let share = (ExactNumber(group.count) * 100).divided(by: total, decimals: 1)
      return .number(share.description)
    }
    return TableRows(
      columns: columns, cells: grouping.cells(of: groups, in: state) + [shares],
      rowCount: groups.list.count)
  }

  func rare(_ rows: Rows, _ field: RowField, _ columns: [TableColumn]) throws -> TableRows {
    let (grouping, state) = try group(rows, by: [field], aggregates: [(.count, nil)])
    var groups = grouping.groups(of: state)
    let seldom = groups.list.filter {
      groups.number($0, 0) != RowOrdinals.missing && $0.count <= Self.rareCount
    }
    // Most first with ties by value becomes rarest first with ties by value.
    groups.list = (1...Self.rareCount).flatMap { count in seldom.filter { $0.count == count } }
    return TableRows(
      columns: columns, cells: grouping.cells(of: groups, in: state), rowCount: groups.list.count)
  }

  /// Each combination once, in the order of values.
  func distinct(_ rows: Rows, _ fields: [RowField], _ columns: [TableColumn]) throws -> TableRows {
    let (grouping, state) = try group(rows, by: fields, aggregates: [])
    let groups = grouping.groups(of: state)
    let table = TableRows(
      columns: columns, cells: grouping.cells(of: groups, in: state), rowCount: groups.list.count)
    let keys = columns.indices.map {
      SortKey(field: .column($0), name: columns[$0].name, isDescending: false)
    }
    return TableOperators.sort(table, keys)
  }

  private func group(
    _ rows: Rows, by groups: [RowField],
    aggregates: [(function: AggregateFunction, field: RowField?)], every: Int64? = nil,
    timeColumn: Int? = nil
  ) throws -> (AggregateOperator, AggregateOperator.State) {
    let batches = batches(rows, timeColumn: timeColumn)
    var firstBucket: Int64 = 0
    var bucketCount = 0
    if let every {
      let times = batches.compactMap(Self.timeBounds)
      if let low = times.map(\.lowerBound).min(), let high = times.map(\.upperBound).max() {
        firstBucket = AggregateOperator.bucket(low, every)
        let count = AggregateOperator.bucket(high, every) - firstBucket + 1
        guard count <= Self.maximumBuckets else {
          throw Diagnostics(
            Diagnostic(
              BindingCode.tooManyBuckets, "these events would take \(count) buckets of time",
              notes: ["use a longer `every`, or a shorter window"]))
        }
        bucketCount = Int(count)
      }
    }
    let segments = Set(batches.map(\.index))
    let operation = AggregateOperator(
      groups: try groups.map { try source($0, rows, segments) },
      aggregates: try aggregates.map { function, field in
        if isExtremeTime(function, field, rows) { return (function, .times) }
        if function == .count, let sets = try presence(field, rows) {
          return (function, .presence(sets))
        }
        return (function, try field.map { try source($0, rows, segments) })
      }, every: every, firstBucket: firstBucket, bucketCount: bucketCount,
      rowCount: rows.count)
    return (operation, try state(of: operation, batches, rowCount: rows.count))
  }

  /// True for the earliest or latest time of events, which needs no numbering of times as values.
  private func isExtremeTime(
    _ function: AggregateFunction, _ field: RowField?, _ rows: Rows
  ) -> Bool {
    guard function == .min || function == .max, case .event(let bound)? = field,
      case .time = bound.source
    else { return false }
    switch rows {
    case .selection, .ordered: return true
    case .matches, .table, .facets: return false
    }
  }

  /// The rows of each segment that have a stored field; nil where its values are counted instead.
  private func presence(_ field: RowField?, _ rows: Rows) throws -> [RowSet]? {
    guard case .event(let bound)? = field, case .any = bound.source else { return nil }
    switch rows {
    case .matches, .table, .facets: return nil
    case .selection, .ordered: break
    }
    return try snapshot.segments.map { segment in
      var evaluator = PredicateEvaluator(cancellation: cancellation)
      return try evaluator.rows(.exists(bound), in: segment, among: .all(of: segment.rowCount))
    }
  }

  private func state(
    of operation: AggregateOperator, _ batches: [GroupingBatch], rowCount: Int
  ) throws -> AggregateOperator.State {
    var merged = operation.makeState()
    let isHeavy = rowCount >= SegmentWorkers.smallestSharedWork
    if !isHeavy || batches.count < 2 {
      for batch in batches {
        try cancellation.check()
        operation.add(batch, to: &merged)
      }
      return merged
    }
    let states = try SegmentWorkers.accumulate(
      batches, cancellation, make: operation.makeState
    ) { batch, state in operation.add(batch, to: &state) }
    for state in states { operation.merge(state, into: &merged) }
    return merged
  }

  private func batches(_ rows: Rows, timeColumn: Int?) -> [GroupingBatch] {
    switch rows {
    case .table(let table):
      let times = timeColumn.map { column in
        table.cells[column].map { cell -> Int64 in
          if case .time(let time) = cell { time } else { Segment.noTime }
        }
      }
      return [
        GroupingBatch(
          index: 0, rows: .range(0..<table.rowCount), segment: nil, tableTimes: times)
      ]
    case .selection(let sets): return batches(sets)
    case .matches(let matches):
      let times = matches.lastEvents.map { snapshot.time($0) }
      return [
        GroupingBatch(index: 0, rows: .range(0..<matches.count), segment: nil, tableTimes: times)
      ]
    case .ordered(let references):
      return batches(EventOrder.selection(references, in: snapshot))
    case .facets: return []
    }
  }

  private func batches(_ sets: [RowSet]) -> [GroupingBatch] {
    sets.indices.filter { !sets[$0].isEmpty }.map { index in
      GroupingBatch(
        index: index, rows: SelectedRows(sets[index]), segment: snapshot.segments[index],
        tableTimes: nil)
    }
  }

  private static func timeBounds(_ batch: GroupingBatch) -> ClosedRange<Int64>? {
    if let times = batch.tableTimes?.filter({ $0 != Segment.noTime }) {
      guard let low = times.min(), let high = times.max() else { return nil }
      return low...high
    }
    guard let segment = batch.segment, batch.rows.count > 0 else { return nil }
    let low = segment.times[batch.rows[0]]
    if low == Segment.noTime { return nil }
    var last = batch.rows.count - 1
    while segment.times[batch.rows[last]] == Segment.noTime { last -= 1 }
    return low...segment.times[batch.rows[last]]
  }

  /// - Parameter segments: The numbers of those in which the rows lie, where they are events.
  private func source(
    _ field: RowField, _ rows: Rows, _ segments: Set<Int>
  ) throws -> GroupingSource {
    switch field {
    case .event(let bound), .step(_, let bound):
      guard case .matches(let matches) = rows else {
        return .field(try cache.ordinals(bound, in: snapshot, of: segments, cancellation))
      }
      let references = references(field, matches)
      if bound.isWorthNumbering(in: snapshot) {
        let ordinals = try cache.ordinals(bound, in: snapshot, cancellation)
        return .events(ordinals, RowOrdinals(ordinals, of: references))
      }
      let reader = FieldReader(bound, in: snapshot)
      return .cells(CellOrdinals(values: references.map { reader.values($0) }, bound.kind))
    case .column(let index):
      guard case .table(let table) = rows else { return .cells(CellOrdinals([], nil)) }
      return .cells(CellOrdinals(table.cells[index], table.columns[index].fieldKind))
    }
  }
}
