internal import TrailEngine
internal import TrailRecord

/// Rows as JSON: whole events as the records that came in, everything else as objects with the column names.
struct JSONRenderer: ResultRenderer {
  enum Style {
    /// One object a line.
    case lines
    /// One array, one element a line.
    case array
  }
  var style: Style

  func render(_ rows: AnswerRows, to writer: DataWriter) throws -> RenderingReport {
    if style == .array { writer.append("[") }
    if let appendRecord = rows.appendRecord {
      for index in 0..<rows.rowCount {
        startRow(index, writer)
        appendRecord(index, &writer.bytes)
        try endRow(writer)
      }
    } else {
      let keys = rows.columns.map(Self.key)
      try rows.forEachRow { index, cells in
        startRow(index, writer)
        for (column, cell) in cells.enumerated() {
          writer.append(UInt8(ascii: column == 0 ? "{" : ","))
          writer.bytes.append(contentsOf: keys[column])
          CellText.appendJSON(cell, to: &writer.bytes)
        }
        writer.append(cells.isEmpty ? "{}" : "}")
        try endRow(writer)
      }
    }
    if style == .array { writer.append(rows.rowCount == 0 ? "]\n" : "\n]\n") }
    return RenderingReport()
  }

  private func startRow(_ index: Int, _ writer: DataWriter) {
    if style == .array { writer.append(index == 0 ? "\n" : ",\n") }
  }

  private func endRow(_ writer: DataWriter) throws {
    if style == .lines { writer.endLine() }
    try writer.flushIfLarge()
  }

  /// `"name":` as bytes.
  private static func key(_ column: TableColumn) -> [UInt8] {
    var bytes: [UInt8] = []
    JSONWriter.appendString(column.name.utf8, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    return bytes
  }
}
