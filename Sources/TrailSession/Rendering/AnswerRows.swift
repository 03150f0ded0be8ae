internal import TrailEngine

/// The cells of some rows, by column.
struct CellBatch: Sendable {
  private let whole: [[Cell]]
  /// The rows of the batch in `whole`, of which nothing is copied.
  private let range: Range<Int>

  init(_ whole: [[Cell]], _ range: Range<Int>) {
    self.whole = whole
    self.range = range
  }

  /// Columns that were made for the batch.
  init(_ columns: [[Cell]]) {
    self.init(columns, 0..<(columns.first?.count ?? 0))
  }

  var columns: [ArraySlice<Cell>] { whole.map { $0[range] } }

  subscript(column: Int, row: Int) -> Cell { whole[column][range.lowerBound + row] }

  func appendRow(_ row: Int, to cells: inout [Cell]) {
    for column in whole { cells.append(column[range.lowerBound + row]) }
  }
}

/// An answer as named columns that are read a batch of rows at a time: what every renderer of rows works on.
///
/// Reading a batch costs what its cells cost; nothing is kept of it, so a million rows stream through.
struct AnswerRows {
  var columns: [TableColumn]
  var rowCount: Int
  /// The cells of some rows, by column.
  var cells: @Sendable (Range<Int>) -> CellBatch
  /// Appends the original record of a row, where the answer's rows are whole events.
  var appendRecord: (@Sendable (Int, inout [UInt8]) -> Void)?
  /// True where `open N` can open a row.
  var canBeOpened: Bool

  init(
    columns: [TableColumn], rowCount: Int, cells: @escaping @Sendable (Range<Int>) -> CellBatch,
    appendRecord: (@Sendable (Int, inout [UInt8]) -> Void)? = nil, canBeOpened: Bool = false
  ) {
    self.columns = columns
    self.rowCount = rowCount
    self.cells = cells
    self.appendRecord = appendRecord
    self.canBeOpened = canBeOpened
  }

  /// Calls `body` for one row after another, reading them in batches.
  func forEachRow(
    in range: Range<Int>? = nil, _ body: (_ index: Int, _ cells: [Cell]) throws -> Void
  ) throws {
    let range = range ?? 0..<rowCount
    var row: [Cell] = []
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(start + OutputLimits.rowsPerBatch, range.upperBound)
      let batch = cells(start..<end)
      for offset in 0..<(end - start) {
        row.removeAll(keepingCapacity: true)
        batch.appendRow(offset, to: &row)
        try body(start + offset, row)
      }
      start = end
    }
  }
}

extension AnswerRows {
  /// - Parameter showsRecords: True where events are shown as their records: then nobody asks what columns they have.
  init(_ answer: Answer, showsRecords: Bool = false) {
    switch answer.content {
    case .events(let rows) where showsRecords: self.init(rows)
    case .events(let rows): self = InsightColumns.rows(rows) ?? AnswerRows(rows)
    case .timeline(let rows): self.init(rows)
    case .matches(let matches), .matchTimeline(let matches): self = matches.rows
    case .chain(let chain): self.init(chain.rows)
    case .table(let rows), .chart(let rows): self.init(rows)
    case .facets(let facets): self.init(facets)
    }
  }

  /// Whole events: the columns that nearly every question wants to see.
  init(_ events: EventRows) {
    self.init(
      columns: EventColumns.standard.map(EventColumns.description), rowCount: events.count,
      cells: {
        CellBatch(EventColumns.cells(of: EventColumns.standard, events: events, range: $0))
      },
      appendRecord: { events.appendRecord(at: $0, to: &$1) }, canBeOpened: true)
  }

  init(_ table: TableRows) {
    self.init(
      columns: table.columns, rowCount: table.rowCount,
      cells: { CellBatch(table.cells, $0) },
      canBeOpened: table.events != nil)
  }

  /// Facets, one row a value.
  init(_ facets: [Facet]) {
    var fields: [Cell] = []
    var values: [Cell] = []
    var counts: [Cell] = []
    for facet in facets {
      for (value, count) in facet.values {
        fields.append(.text(facet.field))
        values.append(value)
        counts.append(.number(String(count)))
      }
    }
    let columns = [
      TableColumn(name: "field", kind: .text), TableColumn(name: "value", kind: .text),
      TableColumn(name: "count", kind: .number),
    ]
    let cells = [fields, values, counts]
    self.init(
      columns: columns, rowCount: fields.count,
      cells: { CellBatch(cells, $0) })
  }
}
