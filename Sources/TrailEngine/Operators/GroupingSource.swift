import TrailRecord

/// Where grouping finds the numbered values of a field: in a snapshot's segments, or in a table's column.
enum GroupingSource: Sendable {
  case field(FieldOrdinals)
  case cells(CellOrdinals)
  /// The events' times, which are numbers already: only their extremes can be asked for.
  case times

  /// The value behind each ordinal.
  var keys: [Cell] {
    switch self {
    case .field(let field): field.keys
    case .cells(let cells): cells.keys
    case .times: []
    }
  }

  func sortRanks() -> [UInt32] {
    switch self {
    case .field(let field): return field.sortRanks()
    case .cells(let cells):
      let order = cells.keys.indices.sorted { ValueOrder.precedes(cells.keys[$0], cells.keys[$1]) }
      var ranks = [UInt32](repeating: 0, count: order.count)
      for (rank, ordinal) in order.enumerated() { ranks[ordinal] = UInt32(rank) }
      return ranks
    case .times: return []
    }
  }

  /// The numbers of the rows of one batch; a table is one batch.
  func ordinals(batch: Int, rows: SelectedRows) -> RowOrdinals {
    switch self {
    case .field(let field): RowOrdinals(field.columns[batch], rows: rows)
    case .cells(let cells): .single(cells.numbers)
    case .times: .single([])
    }
  }
}

/// The numbered values of a table's column.
struct CellOrdinals: Sendable {
  let keys: [Cell]
  /// For each row: 0 for missing, else the ordinal plus one.
  let numbers: [UInt32]

  init(_ cells: [Cell]) {
    var known: [Cell: UInt32] = [:]
    var keys: [Cell] = []
    numbers = cells.map { cell in
      if case .missing = cell { return RowOrdinals.missing }
      let key = CellReader.groupKey(cell)
      if let number = known[key] { return number }
      keys.append(key)
      known[key] = UInt32(keys.count)
      return UInt32(keys.count)
    }
    self.keys = keys
  }
}

/// Rows that are grouped together: a segment's or a table's.
struct GroupingBatch: Sendable {
  let index: Int
  let rows: SelectedRows
  /// Time of each row of the segment (not of each selected row); nil for a table.
  let segment: Segment?
  /// Times of a table's rows, where buckets are asked for.
  let tableTimes: [Int64]?
}
