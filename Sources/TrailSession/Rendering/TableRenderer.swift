internal import TrailEngine

/// Rows as aligned columns that fit the reader's width.
struct TableRenderer: ResultRenderer {
  var options: RenderingOptions

  func render(_ rows: AnswerRows, to writer: DataWriter) throws -> RenderingReport {
    guard rows.rowCount > 0, !rows.columns.isEmpty else { return RenderingReport() }
    let shownRows =
      options.traits.isInteractive ? min(rows.rowCount, options.rowLimit) : rows.rowCount
    let sampleEnd = min(shownRows, OutputLimits.rowsPerBatch)
    let numbers = rowNumberWidth(rows, shownRows)
    let layout = layOut(rows, sample: rows.cells(0..<sampleEnd), reserved: numbers)
    writeHeading(rows.columns, layout, numbers: numbers, to: writer)
    try rows.forEachRow(in: 0..<shownRows) { index, cells in
      var line = LineBuilder(palette: options.palette)
      if numbers > 0 {
        line.add(String(index + 1), width: numbers - TableLayout.gap, as: .faint, right: true)
      }
      for column in layout.columns {
        let cell = cells[column.index]
        let description = rows.columns[column.index]
        let text = TerminalText.sanitised(CellText.readable(cell, kind: description.kind))
        line.add(
          options.traits.width == nil ? text : TerminalText.cut(text, to: column.width),
          width: column.width, as: CellMeaning.of(cell, in: description),
          right: Self.isRightAligned(description))
      }
      writer.append(line.text)
      writer.endLine()
      try writer.flushIfLarge()
    }
    return RenderingReport(
      hiddenRows: rows.rowCount - shownRows,
      hiddenColumns: layout.hidden.map { rows.columns[$0].name })
  }

  /// Columns taken by the numbers in front of rows, which tell people what `open N` opens.
  private func rowNumberWidth(_ rows: AnswerRows, _ shownRows: Int) -> Int {
    guard options.traits.isInteractive, rows.canBeOpened else { return 0 }
    return String(shownRows).utf8.count + TableLayout.gap
  }

  private func layOut(_ rows: AnswerRows, sample: CellBatch, reserved: Int) -> TableLayout {
    let widths = zip(rows.columns, sample.columns).map { column, cells in
      cells.reduce(TerminalText.width(Self.heading(column))) { widest, cell in
        let text = TerminalText.sanitised(CellText.readable(cell, kind: column.kind))
        return max(widest, TerminalText.width(text))
      }
    }
    return TableLayout(
      columns: rows.columns, naturalWidths: widths, reserved: reserved,
      available: options.traits.width)
  }

  private func writeHeading(
    _ columns: [TableColumn], _ layout: TableLayout, numbers: Int, to writer: DataWriter
  ) {
    var line = LineBuilder(palette: options.palette)
    if numbers > 0 { line.add("#", width: numbers - TableLayout.gap, as: .faint, right: true) }
    for column in layout.columns {
      let description = columns[column.index]
      let text = TerminalText.cut(Self.heading(description), to: column.width)
      line.add(text, width: column.width, as: .heading, right: Self.isRightAligned(description))
    }
    writer.append(line.text)
    writer.endLine()
  }

  private static func heading(_ column: TableColumn) -> String {
    TerminalText.sanitised(column.name.uppercased())
  }

  private static func isRightAligned(_ column: TableColumn) -> Bool {
    column.kind == .number || column.kind == .duration
  }
}

/// One line of padded cells, without spaces at its end.
struct LineBuilder {
  private let palette: Palette
  private var pendingSpaces = 0
  private var isFirst = true
  private(set) var text = ""

  init(palette: Palette) {
    self.palette = palette
  }

  mutating func add(_ cell: String, width: Int, as meaning: Meaning, right: Bool = false) {
    if !isFirst { pendingSpaces += TableLayout.gap }
    isFirst = false
    let padding = max(0, width - TerminalText.width(cell))
    if right { pendingSpaces += padding }
    if !cell.isEmpty {
      text += String(repeating: " ", count: pendingSpaces)
      pendingSpaces = 0
      text += palette.paint(cell, as: meaning)
    }
    if !right { pendingSpaces += padding }
  }
}
