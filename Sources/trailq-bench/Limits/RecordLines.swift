import Foundation

/// The records of log files as one file with a record a line.
struct RecordLines {
  var file: URL

  /// Bytes that are gathered before they are written.
  private static let pieceBytes = 8 << 20

  /// Writes the records of all files in the order of the list.
  ///
  /// The file appears under its name only when it is complete.
  ///
  /// - Throws: `BenchError` where a file cannot be inflated or is no log file as the generators write them.
  static func write(_ paths: [String], to file: URL) throws -> RecordLines {
    let unfinished = file.appendingPathExtension("part")
    try Data().write(to: unfinished)
    let output = try FileHandle(forWritingTo: unfinished)
    let buffers = GunzipBuffers(count: pieceBytes)
    var piece = Data(capacity: pieceBytes * 2)
    for path in paths {
      guard let count = buffers.inflate(path) else {
        throw BenchError("\(path) cannot be inflated")
      }
      let text = UnsafeRawBufferPointer(rebasing: buffers.output[..<count])
      guard append(recordsOf: text, to: &piece) else {
        throw BenchError("\(path) does not begin with {\"Records\":[")
      }
      if piece.count >= pieceBytes {
        try output.write(contentsOf: piece)
        piece.removeAll(keepingCapacity: true)
      }
    }
    try output.write(contentsOf: piece)
    try output.close()
    try? FileManager.default.removeItem(at: file)
    try FileManager.default.moveItem(at: unfinished, to: file)
    return RecordLines(file: file)
  }

  private static let head = Array("{\"Records\":[".utf8)

  /// Appends each record with a line end; false where the text does not begin as the generators begin it.
  static func append(recordsOf text: UnsafeRawBufferPointer, to lines: inout Data) -> Bool {
    guard text.count >= head.count, zip(text, head).allSatisfy(==) else { return false }
    // The skipper reads whole words.
    var padded = [UInt8](text)
    let count = padded.count
    padded += [UInt8](repeating: 0, count: JSONSkipper.padding)
    padded.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      var index = head.count
      while index < count, base[index] == UInt8(ascii: "{") {
        let end = JSONSkipper.endOfValue(base, index, count)
        lines.append(base + index, count: end - index)
        lines.append(UInt8(ascii: "\n"))
        index = end
        if index < count, base[index] == UInt8(ascii: ",") { index += 1 }
      }
    }
    return true
  }
}
