import TrailRecord

/// Where grouping finds the numbered values of a field: in a snapshot's segments, or in a table's column.
enum GroupingSource: Sendable {
  case field(FieldOrdinals)
  /// A field of matches: the numbers of each row.
  case events(FieldOrdinals, RowOrdinals)
  case cells(CellOrdinals)
  /// In which rows of each segment a field is there, whatever it is: an empty object has no value to number.
  case presence([RowSet])
  /// The events' times, which are numbers already: only their extremes can be asked for.
  case times

  private static let present = RowOrdinals.missing + 1

  /// The value behind each ordinal.
  var keys: OrdinalKeys {
    switch self {
    case .field(let field), .events(let field, _): field.keys
    case .cells(let cells): OrdinalKeys(cells.keys)
    case .presence, .times: OrdinalKeys([])
    }
  }

  /// How many ordinals there are.
  var keyCount: Int {
    switch self {
    case .field(let field), .events(let field, _): field.keys.count
    case .cells(let cells): cells.keys.count
    case .presence, .times: 0
    }
  }

  func sortRanks() -> [UInt32] {
    switch self {
    case .field(let field), .events(let field, _): return field.sortRanks()
    case .cells(let cells):
      let order = cells.keys.indices.sorted { ValueOrder.precedes(cells.keys[$0], cells.keys[$1]) }
      var ranks = [UInt32](repeating: 0, count: order.count)
      for (rank, ordinal) in order.enumerated() { ranks[ordinal] = UInt32(rank) }
      return ranks
    case .presence, .times: return []
    }
  }

  /// The numbers of the rows of one batch; a table is one batch.
  func ordinals(batch: Int, rows: SelectedRows) -> RowOrdinals {
    switch self {
    case .field(let field): RowOrdinals(field.columns[batch], rows: rows)
    case .events(_, let numbers): numbers
    case .cells(let cells): cells.rows
    case .presence(let sets):
      .single(
        (0..<rows.count).map { sets[batch].contains(rows[$0]) ? Self.present : RowOrdinals.missing }
      )
    case .times: .single([])
    }
  }
}

/// The numbered values of rows that are no rows of segments: of a table's column, or of a field of matches.
struct CellOrdinals: Sendable {
  var keys: [Cell] { shown.cells }
  private(set) var rows = RowOrdinals.single([])
  private var shown: ShownKeys
  private var known: [Cell: UInt32] = [:]

  /// One cell a row; a list is one value.
  ///
  /// - Parameter kind: of the field that the cells are of; nil where they are of none.
  init(_ cells: [Cell], _ kind: BoundField.Kind?) {
    shown = ShownKeys(kind)
    rows = .single(cells.map { $0 == .missing ? RowOrdinals.missing : number(of: $0, kind) })
    known = [:]
  }

  /// All values of each row: it is in the group of each.
  init(values: [[Cell]], _ kind: BoundField.Kind) {
    shown = ShownKeys(kind)
    var starts: [UInt32] = [0]
    var numbers: [UInt32] = []
    for cells in values {
      let first = numbers.count
      for cell in cells {
        let number = number(of: cell, kind)
        if !numbers[first...].contains(number) { numbers.append(number) }
      }
      starts.append(UInt32(numbers.count))
    }
    rows = .several(starts: starts, values: numbers)
    known = [:]
  }

  private mutating func number(of cell: Cell, _ kind: BoundField.Kind?) -> UInt32 {
    let key = CellReader.groupKey(cell, as: kind)
    let number = known[key] ?? UInt32(known.count + 1)
    known[key] = number
    shown.note(key, Int(number) - 1) { cell }
    return number
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
