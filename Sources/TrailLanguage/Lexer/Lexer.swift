/// Cuts UTF-8 text into tokens: total on any bytes, one pass, nothing copied.
///
/// Rules that are not obvious:
/// * `#` begins a comment only where a token could begin, so `a#b` is one word.
/// * An apostrophe between letters or digits belongs to the word (`O'Brien`); any other quote begins a string.
/// * `/…/` is a regex only after `~` or `!~`; elsewhere `/` is a letter like any other (`/aws/lambda`).
/// * Strings may span lines. A quote that is never closed ends with its line, so that the rest is still read.
/// * Unicode's spaces, the byte order mark among them, are spaces: text is pasted from everywhere.
struct Lexer {
  /// Texts longer than a token's offsets can say are read up to here.
  static let maximumBytes = Int(UInt32.max)

  let bytes: [UInt8]
  private let end: Int
  private var position = 0
  /// True after an operator that a regex follows.
  private var wantsRegex = false
  /// Quotes known never to close again; their strings are then sought on one line only, or a text full of
  /// them would be read once for each.
  private var hopelessQuotes: Set<UInt8> = []
  private var measuredLine = 0..<0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    self.end = min(bytes.count, Self.maximumBytes)
  }

  /// Returns all tokens of a text, spaces left out, the end marked.
  static func tokens(of bytes: [UInt8]) -> [Token] {
    var lexer = Lexer(bytes)
    var tokens: [Token] = []
    tokens.reserveCapacity(bytes.count / 4 + 1)
    while true {
      let token = lexer.next()
      tokens.append(token)
      if token.kind == .endOfText { return tokens }
    }
  }

  /// Returns the next token; at the end, `endOfText` again and again.
  mutating func next() -> Token {
    skipSpaces()
    guard position < end else { return Token(.endOfText, offset: end, endOffset: end) }
    let start = position
    let kind = scan()
    assert(position > start, "a token must take at least one byte")
    if !kind.isTrivia { wantsRegex = isMatchOperator(kind) }
    return Token(kind, offset: start, endOffset: position)
  }

  private mutating func skipSpaces() {
    while position < end {
      let length = spaceLength(at: position)
      if length == 0 { return }
      position += length
    }
  }

  private mutating func scan() -> TokenKind {
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: "\n"), UInt8(ascii: "\r"): return scanNewline()
    case UInt8(ascii: "#"): return scanComment()
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return scanString(quote: byte)
    case UInt8(ascii: "("): return take(1, .leftParenthesis)
    case UInt8(ascii: ")"): return take(1, .rightParenthesis)
    case UInt8(ascii: "["), UInt8(ascii: "{"): return take(1, .leftBracket)
    case UInt8(ascii: "]"), UInt8(ascii: "}"): return take(1, .rightBracket)
    case UInt8(ascii: ","): return take(1, .comma)
    case UInt8(ascii: ";"): return take(1, .semicolon)
    case UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: "~"), UInt8(ascii: "|"), UInt8(ascii: "&"):
      return scanOperator() ?? scanWord()
    case UInt8(ascii: "/") where wantsRegex: return scanRegex()
    case 0..<0x20, 0x7F: return take(1, .unknown)
    default:
      if byte >= 0x80 {
        if let close = curlyQuoteClosings(at: position) { return scanCurlyString(closing: close) }
        if characterLength(at: position) == 0 { return take(1, .unknown) }
      }
      return scanWord()
    }
  }

  private mutating func take(_ count: Int, _ kind: TokenKind) -> TokenKind {
    position += count
    return kind
  }

  private mutating func scanNewline() -> TokenKind {
    let isReturn = bytes[position] == UInt8(ascii: "\r")
    position += 1
    if isReturn, peek(0) == UInt8(ascii: "\n") { position += 1 }
    return .newline
  }

  private mutating func scanComment() -> TokenKind {
    position = endOfLine(from: position)
    return .comment
  }
}

// MARK: Operators

extension Lexer {
  /// Every operator, longest first among those that share a beginning.
  private static let operators: [(spelling: StaticString, kind: TokenKind)] = [
    ("===", .foreignOperator), ("==", .identical), ("=~", .foreignOperator),
    ("=>", .foreignOperator), ("=<", .foreignOperator), ("=", .equal),
    ("!==", .foreignOperator), ("!=", .notEqual), ("!~", .notMatches), ("!", .foreignOperator),
    ("<>", .foreignOperator), ("<=", .lessOrEqual), ("<", .less),
    (">=", .greaterOrEqual), (">", .greater), ("~", .matches),
    ("||", .foreignOperator), ("|", .bar), ("&&", .foreignOperator),
  ]

  /// Returns the operator at the position and passes it; `nil` for a lone `&`, which is a letter.
  private mutating func scanOperator() -> TokenKind? {
    for (spelling, kind) in Self.operators where matches(spelling) {
      return take(spelling.utf8CodeUnitCount, kind)
    }
    return nil
  }

  /// True for `~`, `!~`, and the `=~` of other languages, which has just been passed.
  private func isMatchOperator(_ kind: TokenKind) -> Bool {
    kind == .matches || kind == .notMatches
      || kind == .foreignOperator && bytes[position - 1] == UInt8(ascii: "~")
  }

  private func matches(_ spelling: StaticString) -> Bool {
    guard position + spelling.utf8CodeUnitCount <= end else { return false }
    return spelling.withUTF8Buffer { text in
      for offset in 0..<text.count where unsafe text[offset] != bytes[position + offset] {
        return false
      }
      return true
    }
  }
}

// MARK: Words

extension Lexer {
  private mutating func scanWord() -> TokenKind {
    let start = position
    while position < end {
      let length = wordCharacterLength(at: position, isFirst: position == start)
      if length == 0 { break }
      position += length
    }
    return .word
  }

  /// Returns the bytes of the word character at an offset, 0 where a word ends.
  private func wordCharacterLength(at offset: Int, isFirst: Bool) -> Int {
    let byte = bytes[offset]
    switch byte {
    case 0...0x20, 0x7F, UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ","), UInt8(ascii: ";"),
      UInt8(ascii: "|"), UInt8(ascii: "\""), UInt8(ascii: "="), UInt8(ascii: "<"),
      UInt8(ascii: ">"), UInt8(ascii: "~"):
      return 0
    case UInt8(ascii: "!"):
      let next = byteAt(offset + 1)
      return next == UInt8(ascii: "=") || next == UInt8(ascii: "~") ? 0 : 1
    case UInt8(ascii: "&"): return !isFirst && byteAt(offset + 1) == UInt8(ascii: "&") ? 0 : 1
    case UInt8(ascii: "'"):
      return !isFirst && isLetterOrDigit(byteAt(offset - 1)) && isLetterOrDigit(byteAt(offset + 1))
        ? 1 : 0
    case 0..<0x80: return 1
    default:
      if spaceLength(at: offset) > 0 { return 0 }
      // A typographic apostrophe inside a word is a letter; the other curly quotes end it.
      if curlyQuoteClosings(at: offset) != nil,
        isFirst || bytes[offset + 2] != Self.rightSingleQuoteTail
      {
        return 0
      }
      return characterLength(at: offset)
    }
  }

  private func isLetterOrDigit(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return byte >= 0x80 || ASCII.isLetter(byte) || ASCII.isDigit(byte)
  }
}

// MARK: Strings and regexes

extension Lexer {
  private mutating func scanString(quote: UInt8) -> TokenKind {
    let lineEnd = endOfLine(from: position)
    let limit = hopelessQuotes.contains(quote) ? lineEnd : end
    if let close = closing(quote, from: position + 1, to: limit) {
      position = close + 1
      return .string
    }
    hopelessQuotes.insert(quote)
    position = lineEnd
    return .unterminatedString
  }

  private mutating func scanRegex() -> TokenKind {
    let lineEnd = endOfLine(from: position)
    guard let close = closing(UInt8(ascii: "/"), from: position + 1, to: lineEnd) else {
      position = lineEnd
      return .unterminatedRegex
    }
    position = close + 1
    // Flags, and whatever else stands where flags would: the parser says what is wrong with it.
    while position < end {
      let length = wordCharacterLength(at: position, isFirst: false)
      if length == 0 { break }
      position += length
    }
    return .regex
  }

  /// Returns the offset of the next `delimiter` that no backslash stands before.
  private func closing(_ delimiter: UInt8, from start: Int, to limit: Int) -> Int? {
    var offset = start
    while offset < limit {
      if bytes[offset] == delimiter { return offset }
      offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  private mutating func scanCurlyString(closing: [UInt8]) -> TokenKind {
    let lineEnd = endOfLine(from: position)
    position += 3
    while position < lineEnd {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        return .curlyString
      }
      if curlyQuoteClosings(at: position) != nil, closing.contains(bytes[position + 2]) {
        position += 3
        return .curlyString
      }
      position += max(1, characterLength(at: position))
    }
    position = min(position, lineEnd)
    return .curlyString
  }

  /// The last byte of ’ (E2 80 99).
  private static let rightSingleQuoteTail: UInt8 = 0x99

  /// Returns the last bytes of what can close the curly quote at an offset; `nil` where there is none.
  ///
  /// The quotes are ‘ ’ ‚ “ ” „, which are E2 80 and 98, 99, 9A, 9C, 9D, 9E.
  private func curlyQuoteClosings(at offset: Int) -> [UInt8]? {
    guard bytes[offset] == 0xE2, byteAt(offset + 1) == 0x80 else { return nil }
    switch byteAt(offset + 2) {
    case 0x98, 0x99, 0x9A: return [0x98, 0x99]
    case 0x9C, 0x9D, 0x9E: return [0x9C, 0x9D]
    default: return nil
    }
  }
}

// MARK: Characters

extension Lexer {
  private func peek(_ distance: Int) -> UInt8? { byteAt(position + distance) }

  private func byteAt(_ offset: Int) -> UInt8? {
    offset >= 0 && offset < end ? bytes[offset] : nil
  }

  /// Returns where the line that holds `start` ends. A line is measured once, however many quotes are in it.
  private mutating func endOfLine(from start: Int) -> Int {
    if measuredLine.contains(start) { return measuredLine.upperBound }
    var offset = start
    while offset < end, bytes[offset] != UInt8(ascii: "\n"), bytes[offset] != UInt8(ascii: "\r") {
      offset += 1
    }
    measuredLine = start..<offset
    return offset
  }

  /// Returns the length of the space at an offset, 0 where there is none; line ends are no spaces.
  private func spaceLength(at offset: Int) -> Int {
    switch bytes[offset] {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0B, 0x0C: return 1
    case 0xC2: return byteAt(offset + 1) == 0xA0 ? 2 : 0
    case 0xE1: return byteAt(offset + 1) == 0x9A && byteAt(offset + 2) == 0x80 ? 3 : 0
    case 0xE2:
      guard let second = byteAt(offset + 1), let third = byteAt(offset + 2) else { return 0 }
      // U+2000…U+200B, U+2028, U+2029, U+202F, and U+205F, U+2060.
      let isSpace =
        second == 0x80
        ? (0x80...0x8B).contains(third) || third == 0xA8 || third == 0xA9 || third == 0xAF
        : second == 0x81 && (third == 0x9F || third == 0xA0)
      return isSpace ? 3 : 0
    case 0xE3: return byteAt(offset + 1) == 0x80 && byteAt(offset + 2) == 0x80 ? 3 : 0
    case 0xEF: return byteAt(offset + 1) == 0xBB && byteAt(offset + 2) == 0xBF ? 3 : 0
    default: return 0
    }
  }

  /// Returns the bytes of the UTF-8 character at an offset, 0 where the bytes are none.
  private func characterLength(at offset: Int) -> Int {
    let lead = bytes[offset]
    let length: Int
    switch lead {
    case 0..<0x80: return 1
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF: length = 3
    case 0xF0...0xF4: length = 4
    default: return 0
    }
    for distance in 1..<length {
      guard let byte = byteAt(offset + distance), byte & 0xC0 == 0x80 else { return 0 }
    }
    return length
  }
}
