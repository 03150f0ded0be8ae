internal import CAPICatalogue
internal import Glibc

/// The catalogue's text, which lies in the program; its README describes the format.
///
/// Nothing is copied: a place in the text is a range of bytes, and only what is asked for becomes a string.
@safe struct CatalogueText: @unchecked Sendable {
  /// Constant memory of the program, which is why it may be shared.
  private let bytes: UnsafeBufferPointer<UInt8>

  /// The whole catalogue.
  static let standard = CatalogueText()

  private init() {
    unsafe bytes = UnsafeBufferPointer(
      start: trailq_api_catalogue(), count: trailq_api_catalogue_size())
  }

  var count: Int { unsafe bytes.count }

  subscript(_ range: Range<Int>) -> String {
    unsafe String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }

  subscript(_ offset: Int) -> UInt8 { unsafe bytes[offset] }

  /// The end of the line that begins at `offset`: the place of its newline, or `limit`.
  func endOfLine(from offset: Int, limit: Int) -> Int { place(of: 0x0A, in: offset..<limit) }

  /// The first place of a byte in a range; the range's end where there is none.
  func place(of byte: UInt8, in range: Range<Int>) -> Int {
    guard !range.isEmpty, let base = unsafe bytes.baseAddress else { return range.upperBound }
    let start = unsafe base + range.lowerBound
    guard let found = unsafe memchr(start, Int32(byte), range.count) else {
      return range.upperBound
    }
    return unsafe range.lowerBound + (UnsafeRawPointer(found) - UnsafeRawPointer(start))
  }

  /// Calls `body` with each line of a range, without its newline.
  func forEachLine(in range: Range<Int>, _ body: (Range<Int>) -> Void) {
    var line = range.lowerBound
    while line < range.upperBound {
      let end = endOfLine(from: line, limit: range.upperBound)
      if end > line { body(line..<end) }
      line = end + 1
    }
  }

  /// The words of a line, which single spaces separate.
  func words(in line: Range<Int>) -> [String] {
    var words: [String] = []
    var start = line.lowerBound
    while start < line.upperBound {
      let end = place(of: 0x20, in: start..<line.upperBound)
      if end > start { words.append(self[start..<end]) }
      start = end + 1
    }
    return words
  }
}
