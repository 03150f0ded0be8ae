import TrailLanguage

/// Adds the rows of `every` in whose bucket a group has no events, so that a silence is seen.
struct BucketFill {
  /// More rows than this are not made for silences.
  static let maximumRows = 100_000

  let aggregation: BoundAggregation
  let every: Int64
  /// The window that the sentence leaves; unbounded ends are those of the rows.
  let window: Range<Int64>

  /// The rows with those that were missing, or as they are where there would be too many of them.
  func filled(_ table: TableRows) -> (rows: TableRows, isComplete: Bool) {
    var rowsOfBucket: [Int64: [Int]] = [:]
    var rest: [Int] = []
    for row in 0..<table.rowCount {
      if case .time(let time) = table.cells[0][row] {
        rowsOfBucket[AggregateOperator.bucket(time, every), default: []].append(row)
      } else {
        rest.append(row)
      }
    }
    guard let buckets = bounds(rowsOfBucket.keys) else { return (table, true) }
    let groups = self.groups(in: table)
    guard buckets.count <= Self.maximumRows / max(1, groups.count) else { return (table, false) }
    var cells = [[Cell]](repeating: [], count: table.columns.count)
    for bucket in buckets {
      let rows = rowsOfBucket[bucket] ?? []
      for row in rows { append(row, of: table, to: &cells) }
      let present = Set(rows.map { group(of: $0, in: table) })
      for group in groups where !present.contains(group) { append(group, bucket, to: &cells) }
    }
    for row in rest { append(row, of: table, to: &cells) }
    return (
      TableRows(columns: table.columns, cells: cells, rowCount: cells[0].count), true
    )
  }

  private func bounds(_ buckets: some Collection<Int64>) -> ClosedRange<Int64>? {
    guard let first = buckets.min(), let last = buckets.max() else { return nil }
    let start =
      window.lowerBound == .min
      ? first : min(first, AggregateOperator.bucket(window.lowerBound, every))
    let end =
      window.upperBound == .max
      ? last : max(last, AggregateOperator.bucket(window.upperBound - 1, every))
    return start...end
  }

  private func group(of row: Int, in table: TableRows) -> [Cell] {
    aggregation.groups.indices.map { table.cells[$0 + 1][row] }
  }

  /// All groups in the order of their values; without `by`, the one group of everything.
  private func groups(in table: TableRows) -> [[Cell]] {
    Set((0..<table.rowCount).map { group(of: $0, in: table) }).sorted { left, right in
      for (a, b) in zip(left, right) where a != b {
        return b == .missing || a != .missing && ValueOrder.precedes(a, b)
      }
      return false
    }
  }

  private func append(_ row: Int, of table: TableRows, to cells: inout [[Cell]]) {
    for column in cells.indices { cells[column].append(table.cells[column][row]) }
  }

  private func append(_ group: [Cell], _ bucket: Int64, to cells: inout [[Cell]]) {
    let values: [Cell] = aggregation.aggregates.map { aggregate in
      switch aggregate.function {
      case .count, .distinct: .number("0")
      case .values: .list([])
      case .sum, .avg, .min, .max, .first, .last, .p50, .p90, .p99: .missing
      }
    }
    for (column, cell) in ([.time(bucket * every)] + group + values).enumerated() {
      cells[column].append(cell)
    }
  }
}
