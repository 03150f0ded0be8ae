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
    let groups = TableGroups(table, columns: 1..<(aggregation.groups.count + 1))
    guard buckets.count <= Self.maximumRows / max(1, groups.rows.count) else {
      return (table, false)
    }
    var places: [Place] = []
    places.reserveCapacity(buckets.count * groups.rows.count + rest.count)
    // The bucket that last had each group.
    var lastBucket = [Int64](repeating: .min, count: groups.rows.count)
    for bucket in buckets {
      for row in rowsOfBucket[bucket] ?? [] {
        lastBucket[groups.groupOfRow[row]] = bucket
        places.append(.row(row))
      }
      for group in groups.order where lastBucket[group] != bucket {
        places.append(.silence(bucket: bucket, group: group))
      }
    }
    places += rest.map { .row($0) }
    return (
      TableRows(
        columns: table.columns, cells: cells(of: places, table, groups), rowCount: places.count),
      true
    )
  }

  /// Where a row of the result comes from.
  private enum Place {
    case row(Int)
    case silence(bucket: Int64, group: Int)
  }

  private func cells(
    of places: [Place], _ table: TableRows, _ groups: TableGroups
  ) -> [[Cell]] {
    let silent = Self.silentValues(aggregation)
    return table.cells.enumerated().map { column, cells in
      places.map { place in
        switch place {
        case .row(let row): return cells[row]
        case .silence(let bucket, let group):
          if column == 0 { return .time(AggregateOperator.start(ofBucket: bucket, every)) }
          let value = column - 1 - aggregation.groups.count
          return value < 0 ? cells[groups.rows[group]] : silent[value]
        }
      }
    }
  }

  /// What the aggregates are where nothing happened.
  private static func silentValues(_ aggregation: BoundAggregation) -> [Cell] {
    aggregation.aggregates.map { aggregate in
      switch aggregate.function {
      case .count, .distinct: .number("0")
      case .values: .list([])
      case .sum, .avg, .min, .max, .first, .last, .p50, .p90, .p99: .missing
      }
    }
  }

  /// True where no row of a silent bucket can satisfy `predicate`: then there is no need to make any.
  static func isDropped(by predicate: TablePredicate, _ aggregation: BoundAggregation) -> Bool {
    let silent = silentValues(aggregation)
    let firstValue = 1 + aggregation.groups.count
    let verdict = TableOperators.verdict(predicate) { column in
      column < firstValue ? nil : silent[column - firstValue]
    }
    return verdict == false
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
}

/// The distinct combinations of some columns' values in a table.
private struct TableGroups {
  /// The group of each row.
  private(set) var groupOfRow: [Int]
  /// A row of each group.
  private(set) var rows: [Int] = []
  /// The groups in the order of their values, missing last.
  private(set) var order: [Int] = []

  init(_ table: TableRows, columns: Range<Int>) {
    groupOfRow = [Int](repeating: 0, count: table.rowCount)
    for column in columns {
      // One number a row: a list is one value here.
      let cells = CellOrdinals(table.cells[column], table.columns[column].fieldKind)
      guard case .single(let numbers) = cells.rows else { continue }
      var known: [UInt64: Int] = [:]
      for row in groupOfRow.indices {
        let key = UInt64(groupOfRow[row]) << 32 | UInt64(numbers[row])
        let next = known.count
        let group = known[key, default: next]
        if group == next { known[key] = next }
        groupOfRow[row] = group
      }
    }
    for row in groupOfRow.indices where groupOfRow[row] == rows.count { rows.append(row) }
    order = rows.indices.sorted { left, right in
      for column in columns {
        let (a, b) = (table.cells[column][rows[left]], table.cells[column][rows[right]])
        if a == b { continue }
        return b == .missing || a != .missing && ValueOrder.precedes(a, b)
      }
      return false
    }
  }
}
