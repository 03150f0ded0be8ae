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

  /// Writes table rows as objects.
  ///
  /// A buffer of its own and cells read where they stand: an answer of ten thousand short rows is written as fast
  /// as it is worked out.
  private func writeObjects(_ rows: AnswerRows, to writer: DataWriter) throws {
    let keys = rows.columns.enumerated().map { index, column in
      [UInt8(ascii: index == 0 ? "{" : ",")] + Self.key(column)
    }
    var bytes: [UInt8] = []
    // Rows of one time follow each other, as those of `every` do.
    var times = rows.columns.map { _ in TimeText() }
    for start in stride(from: 0, to: rows.rowCount, by: OutputLimits.rowsPerBatch) {
      let end = min(start + OutputLimits.rowsPerBatch, rows.rowCount)
      let batch = rows.cells(start..<end)
      bytes.removeAll(keepingCapacity: true)
      for offset in 0..<(end - start) {
        if style == .array { bytes.append(contentsOf: separator(before: start + offset).utf8) }
        for column in keys.indices {
          bytes.append(contentsOf: keys[column])
          if case .time(let time) = batch[column][offset] {
            times[column].append(time, to: &bytes)
          } else {
            CellText.appendJSON(batch[column][offset], to: &bytes)
          }
        }
        bytes.append(contentsOf: (keys.isEmpty ? "{}" : "}").utf8)
        if style == .lines { bytes.append(UInt8(ascii: "\n")) }
      }
      writer.bytes += bytes
      try writer.flushIfLarge()
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

  /// Rows whose records one thread writes at a time.
  private static let rowsPerPiece = 1024

  /// Writes records, which the processor's cores rebuild side by side, in their order.
  private func writeRecords(
    _ count: Int, _ appendRecord: @escaping @Sendable (Int, inout [UInt8]) -> Void,
    to writer: DataWriter
  ) throws {
    let rowsPerRound = Self.rowsPerPiece * Processors.count
    for start in stride(from: 0, to: count, by: rowsPerRound) {
      let end = min(start + rowsPerRound, count)
      let pieceCount = (end - start + Self.rowsPerPiece - 1) / Self.rowsPerPiece
      @Sendable func append(piece: Int, to bytes: inout [UInt8]) {
        let first = start + piece * Self.rowsPerPiece
        for index in first..<min(first + Self.rowsPerPiece, end) {
          if style == .array { bytes.append(contentsOf: separator(before: index).utf8) }
          appendRecord(index, &bytes)
          if style == .lines { bytes.append(UInt8(ascii: "\n")) }
        }
      }
      if pieceCount == 1 {
        append(piece: 0, to: &writer.bytes)
        try writer.flushIfLarge()
        continue
      }
      let pieces = Mutex([[UInt8]](repeating: [], count: pieceCount))
      DispatchQueue.concurrentPerform(iterations: pieceCount) { piece in
        var bytes: [UInt8] = []
        append(piece: piece, to: &bytes)
        pieces.withLock { [bytes] in $0[piece] = bytes }
      }
      for piece in pieces.withLock({ $0 }) {
        writer.bytes += piece
        try writer.flushIfLarge()
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
