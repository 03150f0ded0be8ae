/// A place in a text as people count it: both from one.
package struct SourceLocation: Hashable, Sendable {
  package var line: Int
  /// Characters (grapheme clusters), not bytes, from the start of the line.
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// Turns byte offsets into lines and columns.
///
/// Lines end at LF, CR or CRLF. Building the map reads the text once; a look-up is a binary search and a count
/// of one line's characters.
package struct LineMap: Sendable {
  private let bytes: [UInt8]
  /// The offset at which each line begins.
  private let starts: [Int]
  private let firstLine: Int

  /// - Parameter firstLine: The number of the first line, where `text` is a part of a file.
  package init(_ text: String, firstLine: Int = 1) {
    self.bytes = Array(text.utf8)
    self.firstLine = firstLine
    var starts = [0]
    var offset = 0
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\r"), offset < bytes.count, bytes[offset] == UInt8(ascii: "\n") {
        offset += 1
      }
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { starts.append(offset) }
    }
    self.starts = starts
  }

  package init(_ source: SourceText) {
    self.init(source.text, firstLine: source.firstLine)
  }

  package var lineCount: Int { starts.count }

  /// Returns the place of a byte offset; offsets outside the text count as its nearest end.
  ///
  /// - Complexity: O(log *lines* + length of the line).
  package func location(of offset: Int) -> SourceLocation {
    let index = lineIndex(containing: offset)
    let start = starts[index]
    let end = min(max(offset, start), bytes.count)
    let column = String(decoding: bytes[start..<end], as: UTF8.self).count + 1
    return SourceLocation(line: firstLine + index, column: column)
  }

  /// Returns the byte range of the line that holds `offset`, without its line end.
  package func lineRange(containing offset: Int) -> SourceRange {
    let index = lineIndex(containing: offset)
    var end = index + 1 < starts.count ? starts[index + 1] : bytes.count
    while end > starts[index],
      bytes[end - 1] == UInt8(ascii: "\n") || bytes[end - 1] == UInt8(ascii: "\r")
    {
      end -= 1
    }
    return SourceRange(starts[index], end)
  }

  /// Returns the text of a byte range, clamped to the text; bytes that are no UTF-8 become U+FFFD.
  package func text(in range: SourceRange) -> String {
    let lower = min(max(range.lowerBound, 0), bytes.count)
    let upper = min(max(range.upperBound, lower), bytes.count)
    return String(decoding: bytes[lower..<upper], as: UTF8.self)
  }

  private func lineIndex(containing offset: Int) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}
