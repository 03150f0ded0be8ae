internal import TrailEngine

/// Rows as a Markdown table, for tickets and reports.
struct MarkdownRenderer: ResultRenderer {
  func render(_ rows: AnswerRows, to writer: DataWriter) throws -> RenderingReport {
    writeLine(rows.columns.map { Self.escaped($0.name) }, to: writer)
    writeLine(rows.columns.map { $0.kind == .number ? "---:" : "---" }, to: writer)
    try rows.forEachRow { _, cells in
      let texts = zip(cells, rows.columns).map { cell, column in
        cell == .missing ? "" : Self.escaped(CellText.readable(cell, kind: column.kind))
      }
      writeLine(texts, to: writer)
      try writer.flushIfLarge()
    }
    return RenderingReport()
  }

  private func writeLine(_ texts: [String], to writer: DataWriter) {
    writer.append("| ")
    writer.append(texts.joined(separator: " | "))
    writer.append(" |\n")
  }

  /// The text with what Markdown or HTML would take as markup escaped.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in TerminalText.sanitised(text) {
      switch character {
      case "|", "\\", "`", "*", "_", "[", "]": result += "\\\(character)"
      case "<": result += "&lt;"
      case "&": result += "&amp;"
      default: result.append(character)
      }
    }
    return result
  }
}
