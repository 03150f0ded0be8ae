import Glibc

/// Cuts a large plain NDJSON file into parts at line ends, so that several cores can read it.
enum FileSplitter {
  /// Bytes of a part: about a segment of plain text, or fewer where a file has not enough for all cores.
  private static let partBytes = 16 << 20...128 << 20
  /// Parts at least, where there is enough to read, so that all cores have work to the end.
  private static let fewest = 8
  /// Bytes looked at to tell what a file is.
  private static let headBytes = 1 << 16

  /// - Parameter largest: Bytes up to which a file is left whole.
  static func split(
    _ item: ImportItem, largest: Int = IngestLimits.splitFileBytes,
    partBytes: ClosedRange<Int> = partBytes
  ) -> [ImportItem] {
    guard item.byteCount > largest, item.part == nil else { return [item] }
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
      let end =
        wanted >= item.byteCount
        ? item.byteCount : cut(descriptor, from: wanted, to: item.byteCount)
      guard let end else { return [item] }
      parts.append(
        ImportItem(
          path: item.path, byteCount: end - start, part: start..<end,
          endsFile: end == item.byteCount, version: item.version, deliveredAt: item.deliveredAt,
          mayGo: item.mayGo))
      start = end
    }
    return parts
  }

  /// True if the file is text whose first two lines are each an object of their own: where the others are is seen at
  /// each cut.
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

  /// Where a part can end after `offset`: the next line that begins with an object while another ends on the line
  /// before, without a comma; or else `end`.
  ///
  /// However a file goes on after its first lines, in JSON this stands only between two objects that are in no other.
  private static func cut(_ descriptor: Int32, from offset: Int, to end: Int) -> Int? {
    var piece = [UInt8](repeating: 0, count: headBytes)
    var position = offset
    /// The last byte that is no white space, and whether a line ended behind it just now.
    var (last, isLineStart) = (UInt8(0), false)
    while position < end {
      let count = pread(descriptor, &piece, headBytes, position)
      if count < 0 { return nil }
      if count == 0 { return end }
      for index in 0..<count {
        let byte = piece[index]
        if byte == 0x0A {
          isLineStart = true
        } else if byte != 0x0D && byte != 0x20 {
          if isLineStart, byte == UInt8(ascii: "{"), last == UInt8(ascii: "}") {
            return min(position + index, end)
          }
          (last, isLineStart) = (byte, false)
        } else if byte == 0x20 {
          isLineStart = false
        }
      }
      position += count
    }
    return end
  }
}
