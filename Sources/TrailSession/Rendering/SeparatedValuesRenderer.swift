internal import TrailEngine

/// Rows with a header line, for spreadsheets and loaders.
struct SeparatedValuesRenderer: ResultRenderer {
  enum Style {
    /// RFC 4180, but with lines that end in a plain newline, as pipes expect.
    case commas
    /// Tab-separated; tab, newline, carriage return and backslash are written as escapes.
    case tabs
  }
  var style: Style

  func render(_ rows: AnswerRows, to writer: DataWriter) throws -> RenderingReport {
    writeLine(rows.columns.map(\.name), to: writer)
    try rows.forEachRow { _, cells in
      writeLine(cells.map(CellText.exact), to: writer)
      try writer.flushIfLarge()
    }
    return RenderingReport()
  }

  private func writeLine(_ values: [String], to writer: DataWriter) {
    for (index, value) in values.enumerated() {
      switch style {
      case .commas:
        if index > 0 { writer.append(UInt8(ascii: ",")) }
        writeQuotedIfNeeded(value, to: writer)
      case .tabs:
        if index > 0 { writer.append(UInt8(ascii: "\t")) }
        writeEscaped(value, to: writer)
      }
    }
    writer.endLine()
  }

  private func writeQuotedIfNeeded(_ value: String, to writer: DataWriter) {
    let needsQuotes = value.utf8.contains { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
    }
    guard needsQuotes else { return writer.append(value) }
    writer.append(UInt8(ascii: "\""))
    for byte in value.utf8 {
      if byte == UInt8(ascii: "\"") { writer.append(byte) }
      writer.append(byte)
    }
    writer.append(UInt8(ascii: "\""))
  }

  private func writeEscaped(_ value: String, to writer: DataWriter) {
    for byte in value.utf8 {
      switch byte {
      case 0x09: writer.append(#"\t"#)
      case 0x0A: writer.append(#"\n"#)
      case 0x0D: writer.append(#"\r"#)
      case UInt8(ascii: "\\"): writer.append(#"\\"#)
      default: writer.append(byte)
      }
    }
  }
}
