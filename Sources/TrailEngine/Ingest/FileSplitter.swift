import Glibc

/// Cuts a large plain NDJSON file into parts at line ends, so that several cores can read it.
enum FileSplitter {
  /// Bytes of a part: about a segment of plain text, or fewer where a file has not enough for all cores.
  private static let partBytes = 16 << 20...128 << 20
  /// Parts at least, where there is enough to read, so that all cores have work to the end.
  private static let fewest = 8
  /// Bytes looked at to tell what a file is.
  private static let headBytes = 1 << 16

  static func split(_ item: ImportItem) -> [ImportItem] {
    guard item.byteCount > IngestLimits.splitFileBytes, item.part == nil else { return [item] }
    let descriptor = open(item.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [item] }
    defer { close(descriptor) }
    guard isLines(descriptor) else { return [item] }
    let bytes = min(
      partBytes.upperBound, max(partBytes.lowerBound, item.byteCount / fewest))
    var parts: [ImportItem] = []
    var start = 0
    while start < item.byteCount {
      let wanted = start + bytes
      let end = wanted >= item.byteCount ? item.byteCount : lineEnd(descriptor, from: wanted)
      guard let end else { return [item] }
      parts.append(
        ImportItem(
          path: item.path, byteCount: end - start, part: start..<end, version: item.version,
          deliveredAt: item.deliveredAt, mayGo: item.mayGo))
      start = end
    }
    return parts
  }

  /// True if the file is text whose first two lines are each an object of their own.
  private static func isLines(_ descriptor: Int32) -> Bool {
    var head = [UInt8](repeating: 0, count: headBytes)
    let count = pread(descriptor, &head, headBytes, 0)
    guard count > 0, head[0] == UInt8(ascii: "{") else { return false }
    guard let newline = head[..<count].firstIndex(of: 0x0A), newline + 1 < count else {
      return false
    }
    let line = head[..<newline].last { $0 != 0x0D && $0 != 0x20 }
    return line == UInt8(ascii: "}") && head[newline + 1] == UInt8(ascii: "{")
  }

  /// The offset behind the first line end at or after `offset`.
  private static func lineEnd(_ descriptor: Int32, from offset: Int) -> Int? {
    var piece = [UInt8](repeating: 0, count: headBytes)
    var position = offset
    while true {
      let count = pread(descriptor, &piece, headBytes, position)
      if count < 0 { return nil }
      if count == 0 { return position }
      if let newline = piece[..<count].firstIndex(of: 0x0A) { return position + newline + 1 }
      position += count
    }
  }
}
