internal import TrailEngine

/// Rows one field a line: for rows that are wider than any screen.
struct LinesRenderer: ResultRenderer {
  var options: RenderingOptions

  func render(_ rows: AnswerRows, to writer: DataWriter) throws -> RenderingReport {
    let palette = options.palette
    let names = rows.columns.map { TerminalText.sanitised($0.name) }
    let nameWidth = names.map(TerminalText.width).max() ?? 0
    try rows.forEachRow { index, cells in
      if index > 0 { writer.endLine() }
      if options.traits.isInteractive, rows.canBeOpened {
        writer.append(palette.paint("# \(index + 1)", as: .faint) + "\n")
      }
      for (column, cell) in cells.enumerated() {
        let kind = rows.columns[column].kind
        let text = TerminalText.sanitised(CellText.readable(cell, kind: kind))
        writer.append(palette.paint(names[column], as: .heading))
        if !text.isEmpty {
          let padding = nameWidth - TerminalText.width(names[column]) + TableLayout.gap
          writer.append(repeating: UInt8(ascii: " "), count: padding)
          writer.append(palette.paint(text, as: CellMeaning.of(cell, in: rows.columns[column])))
        }
        writer.endLine()
      }
      try writer.flushIfLarge()
    }
    return RenderingReport()
  }
}
