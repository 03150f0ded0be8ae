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
    // A line of its own: no bytes are appended through a reference.
    var line: [UInt8] = []
    func endLine() throws {
      line.append(UInt8(ascii: "\n"))
      writer.bytes += line
      line.removeAll(keepingCapacity: true)
      try writer.flushIfLarge()
    }
    for (index, column) in rows.columns.enumerated() {
      append(column.name, inColumn: index, to: &line)
    }
    try endLine()
    try rows.forEachRow { _, cells in
      for (index, cell) in cells.enumerated() {
        append(CellText.exact(cell), inColumn: index, to: &line)
      }
      try endLine()
    }
    return RenderingReport()
  }

  private func append(_ value: String, inColumn column: Int, to line: inout [UInt8]) {
    switch style {
    case .commas:
      if column > 0 { line.append(UInt8(ascii: ",")) }
      appendQuotedIfNeeded(value.utf8, to: &line)
    case .tabs:
      if column > 0 { line.append(UInt8(ascii: "\t")) }
      appendEscaped(value.utf8, to: &line)
    }
  }

  private func appendQuotedIfNeeded(_ value: String.UTF8View, to line: inout [UInt8]) {
    let needsQuotes = value.contains { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
    }
    guard needsQuotes else { return line.append(contentsOf: value) }
    line.append(UInt8(ascii: "\""))
    for byte in value {
      if byte == UInt8(ascii: "\"") { line.append(byte) }
      line.append(byte)
    }
    line.append(UInt8(ascii: "\""))
  }

  private func appendEscaped(_ value: String.UTF8View, to line: inout [UInt8]) {
    let needsEscapes = value.contains { byte in
      byte == 0x09 || byte == 0x0A || byte == 0x0D || byte == UInt8(ascii: "\\")
    }
    guard needsEscapes else { return line.append(contentsOf: value) }
    for byte in value {
      switch byte {
      case 0x09: line.append(contentsOf: #"\t"#.utf8)
      case 0x0A: line.append(contentsOf: #"\n"#.utf8)
      case 0x0D: line.append(contentsOf: #"\r"#.utf8)
      case UInt8(ascii: "\\"): line.append(contentsOf: #"\\"#.utf8)
      default: line.append(byte)
      }
    }
  }
}
