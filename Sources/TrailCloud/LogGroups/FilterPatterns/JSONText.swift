internal import TrailRecord

/// JSON as bytes, without making values of it.
enum JSONText {
  /// Whether bytes are one JSON object or array and nothing else but white space around it. O(bytes), no stack for
  /// nesting.
  static func isContainer(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    var checker = JSONChecker(bytes, range)
    return checker.isContainer()
  }

  /// Where a string ends that begins with the quote at `start`: behind its closing quote. `hasEscapes` tells whether
  /// there is a backslash in it.
  static func endOfString(
    _ bytes: [UInt8], at start: Int, end: Int
  ) -> (end: Int, hasEscapes: Bool) {
    var offset = start + 1
    var hasEscapes = false
    while offset < end {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\"") { return (offset + 1, hasEscapes) }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        offset += 2
      } else {
        offset += 1
      }
    }
    return (end, hasEscapes)
  }

  /// Where the value ends that begins at `start`; brackets in strings do not count.
  static func endOfValue(_ bytes: [UInt8], at start: Int, end: Int) -> Int {
    guard start < end else { return end }
    switch bytes[start] {
    case UInt8(ascii: "\""): return endOfString(bytes, at: start, end: end).end
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      var depth = 0
      var offset = start
      while offset < end {
        switch bytes[offset] {
        case UInt8(ascii: "\""):
          offset = endOfString(bytes, at: offset, end: end).end
          continue
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
          depth -= 1
          if depth == 0 { return offset + 1 }
        default: break
        }
        offset += 1
      }
      return end
    default:
      var offset = start
      while offset < end, !isDelimiter(bytes[offset]) { offset += 1 }
      return offset
    }
  }

  /// What a string says whose content is `range`.
  static func unescaped(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(range.count)
    var offset = range.lowerBound
    while offset < range.upperBound {
      let byte = bytes[offset]
      offset += 1
      guard byte == UInt8(ascii: "\\"), offset < range.upperBound else {
        text.append(byte)
        continue
      }
      let code = bytes[offset]
      offset += 1
      switch code {
      case UInt8(ascii: "b"): text.append(0x08)
      case UInt8(ascii: "f"): text.append(0x0C)
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "r"): text.append(0x0D)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "u"):
        UTF8Bytes.append(codePoint(bytes, &offset, range.upperBound), to: &text)
      default: text.append(code)
      }
    }
    return text
  }

  /// The character whose four hexadecimal digits stand at `offset`, with the second half of a pair.
  private static func codePoint(_ bytes: [UInt8], _ offset: inout Int, _ end: Int) -> UInt32 {
    func unit(at place: Int) -> UInt32? {
      guard place + 4 <= end else { return nil }
      return UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
    }
    let first = unit(at: offset) ?? 0xFFFD
    offset = min(offset + 4, end)
    guard first & 0xFC00 == 0xD800, offset + 6 <= end, bytes[offset] == UInt8(ascii: "\\"),
      bytes[offset + 1] == UInt8(ascii: "u"), let second = unit(at: offset + 2),
      second & 0xFC00 == 0xDC00
    else { return first }
    offset += 6
    return 0x10000 + (first & 0x3FF) << 10 + (second & 0x3FF)
  }

  private static func isDelimiter(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
      || PatternScanner.isSpace(byte)
  }
}

/// Follows the grammar of RFC 8259.
private struct JSONChecker {
  private let bytes: [UInt8]
  private let end: Int
  private var offset: Int
  /// The containers that are open: true for objects.
  private var open: [Bool] = []

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    offset = range.lowerBound
    end = range.upperBound
  }

  mutating func isContainer() -> Bool {
    skipSpace()
    guard let first = byte, first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
      value()
    else { return false }
    skipSpace()
    return offset == end
  }

  private var byte: UInt8? { offset < end ? bytes[offset] : nil }

  private mutating func skipSpace() {
    while let byte, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { offset += 1 }
  }

  private mutating func take(_ wanted: UInt8) -> Bool {
    guard byte == wanted else { return false }
    offset += 1
    return true
  }

  private mutating func value() -> Bool {
    while true {
      // At the beginning of a value.
      skipSpace()
      guard let byte, open.count <= JSONParser.maximumDepth else { return false }
      var isFinished = true
      switch byte {
      case UInt8(ascii: "{"):
        offset += 1
        skipSpace()
        if !take(UInt8(ascii: "}")) {
          open.append(true)
          guard memberName() else { return false }
          isFinished = false
        }
      case UInt8(ascii: "["):
        offset += 1
        skipSpace()
        if !take(UInt8(ascii: "]")) {
          open.append(false)
          isFinished = false
        }
      case UInt8(ascii: "\""): guard string() else { return false }
      case UInt8(ascii: "t"): guard literal("true") else { return false }
      case UInt8(ascii: "f"): guard literal("false") else { return false }
      case UInt8(ascii: "n"): guard literal("null") else { return false }
      default: guard number() else { return false }
      }
      if isFinished, let isOK = closed() { return isOK }
    }
  }

  /// Goes on behind a value: true at the end of all, false for what is no JSON, nil where another value begins.
  private mutating func closed() -> Bool? {
    while let isObject = open.last {
      skipSpace()
      if take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
        open.removeLast()
        continue
      }
      guard take(UInt8(ascii: ",")) else { return false }
      skipSpace()
      return isObject && !memberName() ? false : nil
    }
    return true
  }

  private mutating func memberName() -> Bool {
    guard byte == UInt8(ascii: "\""), string() else { return false }
    skipSpace()
    return take(UInt8(ascii: ":"))
  }

  private mutating func literal(_ word: StaticString) -> Bool {
    let wanted = "\(word)".utf8
    guard bytes[offset..<end].starts(with: wanted) else { return false }
    offset += wanted.count
    return true
  }

  private mutating func number() -> Bool {
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")), digits() == 0 { return false }
    if take(UInt8(ascii: ".")), digits() == 0 { return false }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      if digits() == 0 { return false }
    }
    return true
  }

  private mutating func digits() -> Int {
    let start = offset
    while let byte, byte &- 0x30 < 10 { offset += 1 }
    return offset - start
  }

  private mutating func string() -> Bool {
    offset += 1
    while let byte {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return true
      case UInt8(ascii: "\\"): guard escape() else { return false }
      case 0..<0x20: return false
      case 0x20..<0x80: offset += 1
      default: guard scalar() else { return false }
      }
    }
    return false
  }

  private mutating func escape() -> Bool {
    offset += 1
    guard let code = byte else { return false }
    offset += 1
    guard code == UInt8(ascii: "u") else { return "\"\\/bfnrt".utf8.contains(code) }
    for _ in 0..<4 {
      guard let byte, Self.isHexDigit(byte) else { return false }
      offset += 1
    }
    return true
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
  }

  /// A character beyond ASCII, as UTF-8 has it.
  private mutating func scalar() -> Bool {
    let first = bytes[offset]
    let width = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard first >= 0xC2, first <= 0xF4, offset + width <= end else { return false }
    let second = bytes[offset + 1]
    let least: UInt8 = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80
    let most: UInt8 = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF
    guard second >= least, second <= most else { return false }
    for byte in bytes[(offset + 2)..<(offset + width)] where byte & 0xC0 != 0x80 { return false }
    offset += width
    return true
  }
}
