internal import Dispatch
internal import Glibc
internal import Synchronization
internal import TrailEngine
internal import TrailRecord

/// Rows as JSON: whole events as the records that came in, everything else as objects with the column names.
struct JSONRenderer: ResultRenderer, Sendable {
  enum Style: Sendable {
    /// One object a line.
    case lines
    /// One array, one element a line.
    case array
  }
  var style: Style

  func render(_ rows: AnswerRows, to writer: DataWriter) throws -> RenderingReport {
    if style == .array { writer.append("[") }
    if let appendRecord = rows.appendRecord {
      try writeRecords(rows.rowCount, appendRecord, to: writer)
    } else {
      try writeObjects(rows, to: writer)
    }
    if style == .array { writer.append(rows.rowCount == 0 ? "]\n" : "\n]\n") }
    return RenderingReport()
  }

  /// Bytes that are set aside at a time for rows that are still to come.
  private static let mostReserved = 4 * OutputLimits.chunkBytes

  /// Rows whose records one thread writes at a time.
  private static let recordsPerPiece = 1024

  /// Writes table rows as objects.
  private func writeObjects(_ rows: AnswerRows, to writer: DataWriter) throws {
    let keys = rows.columns.enumerated().map { index, column in
      [UInt8(ascii: index == 0 ? "{" : ",")] + Self.key(column)
    }
    try writePieces(of: OutputLimits.rowsPerBatch, rows.rowCount, to: writer) {
      [cells = rows.cells] range, bytes in
      append(cells(range), of: range, keys, to: &bytes)
    }
  }

  /// Appends a batch of table rows.
  private func append(
    _ batch: CellBatch, of range: Range<Int>, _ keys: [[UInt8]], to bytes: inout [UInt8]
  ) {
    // Rows of one time follow each other, as those of `every` do.
    var times = keys.map { _ in TimeText() }
    for offset in 0..<range.count {
      let start = bytes.count
      if style == .array {
        bytes.append(contentsOf: separator(before: range.lowerBound + offset).utf8)
      }
      for column in keys.indices {
        bytes.append(contentsOf: keys[column])
        let cell = batch[column, offset]
        if case .time(let time) = cell {
          times[column].append(time, to: &bytes)
        } else {
          CellText.appendJSON(cell, to: &bytes)
        }
      }
      bytes.append(contentsOf: (keys.isEmpty ? "{}" : "}").utf8)
      if style == .lines { bytes.append(UInt8(ascii: "\n")) }
      // Rows are about as long as the first one, unless that is very long.
      if offset == 0 {
        bytes.reserveCapacity(
          bytes.count + min((bytes.count - start) * range.count, Self.mostReserved))
      }
    }
  }

  /// A time as JSON, spelled anew where it is another than the last one.
  private struct TimeText {
    private var time: Int64?
    private var text: [UInt8] = []

    mutating func append(_ time: Int64, to bytes: inout [UInt8]) {
      if time != self.time {
        self.time = time
        text.removeAll(keepingCapacity: true)
        CellText.appendJSON(.time(time), to: &text)
      }
      bytes += text
    }
  }

  private func writeRecords(
    _ count: Int, _ appendRecord: @escaping @Sendable (Int, inout [UInt8]) -> Void,
    to writer: DataWriter
  ) throws {
    try writePieces(of: Self.recordsPerPiece, count, to: writer) { range, bytes in
      for index in range {
        if style == .array { bytes.append(contentsOf: separator(before: index).utf8) }
        appendRecord(index, &bytes)
        if style == .lines { bytes.append(UInt8(ascii: "\n")) }
      }
    }
  }

  /// Writes rows that the processor's cores spell side by side, in their order.
  private func writePieces(
    of rowsPerPiece: Int, _ count: Int, to writer: DataWriter,
    _ append: @Sendable (Range<Int>, inout [UInt8]) -> Void
  ) throws {
    let rowsPerRound = rowsPerPiece * Processors.count
    for start in stride(from: 0, to: count, by: rowsPerRound) {
      let end = min(start + rowsPerRound, count)
      let pieceCount = (end - start + rowsPerPiece - 1) / rowsPerPiece
      @Sendable func range(ofPiece piece: Int) -> Range<Int> {
        let first = start + piece * rowsPerPiece
        return first..<min(first + rowsPerPiece, end)
      }
      if pieceCount == 1 {
        // A buffer of its own: no bytes are appended through a reference.
        var bytes: [UInt8] = []
        append(range(ofPiece: 0), &bytes)
        try writer.write(bytes)
        continue
      }
      let pieces = Mutex([[UInt8]](repeating: [], count: pieceCount))
      DispatchQueue.concurrentPerform(iterations: pieceCount) { piece in
        var bytes: [UInt8] = []
        append(range(ofPiece: piece), &bytes)
        pieces.withLock { [bytes] in $0[piece] = bytes }
      }
      for piece in pieces.withLock({ $0 }) {
        try writer.write(piece)
      }
    }
  }

  /// What stands before a row of the array.
  private func separator(before index: Int) -> String { index == 0 ? "\n" : ",\n" }

  /// `"name":` as bytes.
  private static func key(_ column: TableColumn) -> [UInt8] {
    var bytes: [UInt8] = []
    JSONWriter.appendString(column.name.utf8, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    return bytes
  }
}
