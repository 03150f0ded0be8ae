import TrailRecord

/// Work on the rows of a table.
enum TableOperators {
  /// The rows for which the predicate holds.
  static func filter(_ table: TableRows, _ predicate: TablePredicate) -> TableRows {
    var evaluator = PredicateEvaluator(cancellation: Cancellation())
    let cells = table.cells
    let kept: [Int]
    if case .test(let column, let test, _) = predicate {
      // By far the most frequent condition: nothing is made of a row for it.
      kept = cells[column].indices.filter { passes(test, cells[column][$0], &evaluator) }
    } else {
      kept = (0..<table.rowCount).filter { row in
        verdict(predicate, &evaluator) { cells[$0][row] } == true
      }
    }
    return kept.count == table.rowCount ? table : pick(table, kept)
  }

  static func limit(_ table: TableRows, _ count: Int) -> TableRows {
    count >= table.rowCount ? table : pick(table, Array(0..<count))
  }

  /// The rows in the order of `keys`, all of them or the first `limit`.
  static func sort(_ table: TableRows, _ keys: [SortKey], limit: Int? = nil) -> TableRows {
    let columns = keys.compactMap { key -> SortColumn? in
      guard case .column(let index) = key.field else { return nil }
      let kind = table.columns[index].fieldKind
      let cells = table.cells[index]
      return SortColumn(
        kind == .ip ? cells.map { CellReader.groupKey($0, as: kind) } : cells,
        isDescending: key.isDescending)
    }
    func precedes(_ left: Int, _ right: Int) -> Bool {
      for column in columns {
        if let verdict = column.precedes(left, right) { return verdict }
      }
      return left < right
    }
    return pick(table, FirstRows.order(of: table.rowCount, limit: limit, precedes))
  }

  static func select(_ table: TableRows, _ fields: [RowField], _ columns: [TableColumn])
    -> TableRows
  {
    let cells = fields.map { field -> [Cell] in
      guard case .column(let index) = field else { return [] }
      return table.cells[index]
    }
    return TableRows(columns: columns, cells: cells, rowCount: table.rowCount, events: table.events)
  }

  private static func pick(_ table: TableRows, _ rows: [Int]) -> TableRows {
    var events = table.events
    if let references = table.events?.references {
      events?.references = rows.map { references[$0] }
    }
    return TableRows(
      columns: table.columns, cells: table.cells.map { cells in rows.map { cells[$0] } },
      rowCount: rows.count, events: events)
  }

  /// Whether the predicate holds of a row of which some cells are not known yet (`nil`); nil where that depends on
  /// them.
  static func verdict(_ predicate: TablePredicate, _ cell: (Int) -> Cell?) -> Bool? {
    var evaluator = PredicateEvaluator(cancellation: Cancellation())
    return verdict(predicate, &evaluator, cell)
  }

  private static func verdict(
    _ predicate: TablePredicate, _ evaluator: inout PredicateEvaluator, _ cell: (Int) -> Cell?
  ) -> Bool? {
    switch predicate {
    case .constant(let flag): return flag
    case .and(let parts):
      var result: Bool? = true
      for part in parts {
        switch verdict(part, &evaluator, cell) {
        case false?: return false
        case true?: break
        case nil: result = nil
        }
      }
      return result
    case .or(let parts):
      var result: Bool? = false
      for part in parts {
        switch verdict(part, &evaluator, cell) {
        case true?: return true
        case false?: break
        case nil: result = nil
        }
      }
      return result
    case .not(let inner): return verdict(inner, &evaluator, cell).map { !$0 }
    case .exists(let column): return cell(column).map { $0 != .missing }
    case .time(let column, let range):
      guard let known = cell(column) else { return nil }
      guard case .time(let time) = known else { return false }
      return range.contains(time)
    case .test(let column, let test, _):
      return cell(column).map { passes(test, $0, &evaluator) }
    }
  }

  private static func passes(
    _ test: ValueTest, _ cell: Cell, _ evaluator: inout PredicateEvaluator
  ) -> Bool {
    switch cell {
    case .missing: return false
    case .list(let cells): return cells.contains { passes(test, $0, &evaluator) }
    case .text(let text): return passes(test, text, .text, &evaluator)
    case .number(let spelling): return passes(test, spelling, .number, &evaluator)
    case .time(let time): return passes(test, EventTime.format(time), .text, &evaluator)
    case .flag(let flag): return passes(test, flag ? "true" : "false", .flag, &evaluator)
    }
  }

  private static func passes(
    _ test: ValueTest, _ text: String, _ kind: ValueKind, _ evaluator: inout PredicateEvaluator
  ) -> Bool {
    var text = text
    return text.withUTF8 { evaluator.matches(test, $0, kind) }
  }
}

/// A column that rows are sorted by.
private struct SortColumn {
  private let cells: [Cell]
  private let isDescending: Bool
  /// The value of each row where all are small integers or times: nearly always.
  private let numbers: [Int64]?

  init(_ cells: [Cell], isDescending: Bool) {
    self.cells = cells
    self.isDescending = isDescending
    var numbers: [Int64] = []
    numbers.reserveCapacity(cells.count)
    var areTimes: Bool?
    for cell in cells {
      let number: Int64?
      let isTime: Bool
      switch cell {
      case .number(let spelling): (number, isTime) = (SmallInteger.value(of: spelling.utf8), false)
      case .time(let time): (number, isTime) = (time, true)
      default: (number, isTime) = (nil, false)
      }
      guard let number, areTimes ?? isTime == isTime else { break }
      areTimes = isTime
      numbers.append(number)
    }
    self.numbers = numbers.count == cells.count ? numbers : nil
  }

  /// Whether one row comes before the other; nil where they are equal. What is missing stays last in both directions.
  func precedes(_ left: Int, _ right: Int) -> Bool? {
    if let numbers {
      let (a, b) = (numbers[left], numbers[right])
      return a == b ? nil : (a < b) != isDescending
    }
    let (a, b) = (cells[left], cells[right])
    if a == .missing || b == .missing { return a == b ? nil : b == .missing }
    if ValueOrder.precedes(a, b) { return !isDescending }
    return ValueOrder.precedes(b, a) ? isDescending : nil
  }
}
