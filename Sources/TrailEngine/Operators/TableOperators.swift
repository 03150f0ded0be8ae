import TrailRecord

/// Work on the rows of a table.
enum TableOperators {
  /// The rows for which the predicate holds.
  static func filter(_ table: TableRows, _ predicate: TablePredicate) -> TableRows {
    var evaluator = PredicateEvaluator(cancellation: Cancellation())
    let kept = (0..<table.rowCount).filter { holds(predicate, table, $0, &evaluator) }
    return pick(table, kept)
  }

  static func limit(_ table: TableRows, _ count: Int) -> TableRows {
    count >= table.rowCount ? table : pick(table, Array(0..<count))
  }

  static func sort(_ table: TableRows, _ keys: [SortKey]) -> TableRows {
    let columns = keys.compactMap { key -> (cells: [Cell], isDescending: Bool)? in
      guard case .column(let index) = key.field else { return nil }
      return (table.cells[index], key.isDescending)
    }
    let order = (0..<table.rowCount).sorted { left, right in
      for (cells, isDescending) in columns {
        let (a, b) = (cells[left], cells[right])
        // What is missing stays last in both directions.
        if a == .missing || b == .missing {
          if a != b { return b == .missing }
          continue
        }
        if ValueOrder.precedes(a, b) { return !isDescending }
        if ValueOrder.precedes(b, a) { return isDescending }
      }
      return left < right
    }
    return pick(table, order)
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

  private static func holds(
    _ predicate: TablePredicate, _ table: TableRows, _ row: Int,
    _ evaluator: inout PredicateEvaluator
  ) -> Bool {
    switch predicate {
    case .constant(let flag): return flag
    case .and(let parts): return parts.allSatisfy { holds($0, table, row, &evaluator) }
    case .or(let parts): return parts.contains { holds($0, table, row, &evaluator) }
    case .not(let inner): return !holds(inner, table, row, &evaluator)
    case .exists(let column): return table.cells[column][row] != .missing
    case .time(let column, let range):
      guard case .time(let time) = table.cells[column][row] else { return false }
      return range.contains(time)
    case .test(let column, let test, _): return passes(test, table.cells[column][row], &evaluator)
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
