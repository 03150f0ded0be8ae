/// Reads a filter pattern byte by byte.
struct PatternScanner {
  let bytes: [UInt8]
  /// What is read of `bytes`.
  let end: Int
  var offset: Int

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    offset = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { offset >= end }
  var byte: UInt8? { offset < end ? bytes[offset] : nil }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (byte >= 0x30 && byte <= 0x39)
  }

  /// What a term may have without double quotes: letters, digits and `_`.
  static func isWord(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || byte == UInt8(ascii: "_") }

  mutating func skipSpace() {
    while let byte, Self.isSpace(byte) { offset += 1 }
  }

  mutating func take(_ text: StaticString) -> Bool {
    let wanted = "\(text)".utf8
    guard bytes[offset..<end].starts(with: wanted) else { return false }
    offset += wanted.count
    return true
  }

  func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  /// What stands here, for a message: a whole character in backquotes, or that the pattern ends.
  var found: String {
    guard let byte else { return "the end of the pattern" }
    var after = offset + 1
    if byte >= 0x80 { while after < end, bytes[after] & 0xC0 == 0x80 { after += 1 } }
    return "`\(text(offset..<after))`"
  }

  /// The place of what stands here.
  var place: Range<Int> { offset..<min(offset + 1, end) }

  func expected(_ what: String) -> FilterPatternError {
    FilterPatternError("expected \(what), found \(found)", at: place)
  }

  /// Takes a text in double quotes, with `\"` and `\\` resolved; the scanner stands at the first quote.
  mutating func quoted() throws(FilterPatternError) -> (text: [UInt8], range: Range<Int>) {
    let start = offset
    var text: [UInt8] = []
    offset += 1
    while let byte {
      offset += 1
      if byte == UInt8(ascii: "\"") { return (text, start..<offset) }
      if byte == UInt8(ascii: "\\"), let next = self.byte,
        next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\")
      {
        text.append(next)
        offset += 1
      } else {
        text.append(byte)
      }
    }
    throw FilterPatternError("this double quote is never closed", at: start..<start + 1)
  }

  /// Takes `%…%`; the scanner stands at the first percentage sign.
  mutating func regex() throws(FilterPatternError) -> (regex: FilterRegex, range: Range<Int>) {
    let start = offset
    offset += 1
    while let byte, byte != UInt8(ascii: "%") { offset += 1 }
    guard !isAtEnd else {
      throw FilterPatternError(
        "this `%` is never closed: a regular expression stands between two",
        at: start..<start + 1)
    }
    offset += 1
    return (try FilterRegex(bytes, start + 1..<offset - 1), start..<offset)
  }
}
