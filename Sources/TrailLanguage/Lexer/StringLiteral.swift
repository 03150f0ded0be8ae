import TrailText

/// Resolves the quotes and escapes of a string token.
struct StringLiteral {
  /// What the string stands for, which decides what its backslashes mean.
  enum Role {
    /// A name or a time: `\*` is a star.
    case plain
    /// A value, kept in the form that `ValueSyntax.text` describes.
    case value
    /// A regex, whose escapes are left to the regex; only the quote and `/` lose their backslash.
    case regex
  }

  struct Problem {
    let message: String
    /// The escape, as offsets in the sentence; its backslash is the first byte.
    let range: SourceRange
  }

  private(set) var text = ""
  private(set) var problems: [Problem] = []
  private var output: [UInt8] = []
  /// Literal backslashes at the end of `output`: doubled if a star follows.
  private var trailingBackslashes = 0

  /// - Parameter token: A string token of any kind, closed or not.
  static func decode(_ bytes: [UInt8], _ token: Token, as role: Role) -> StringLiteral {
    var literal = StringLiteral()
    let body = bodyRange(of: token, in: bytes)
    if role == .regex {
      literal.decodeRegex(bytes, body)
    } else {
      literal.decodeEscapes(bytes, body, isValue: role == .value)
    }
    literal.text = String(decoding: literal.output, as: UTF8.self)
    return literal
  }

  /// Returns where the text between the quotes is.
  static func bodyRange(of token: Token, in bytes: [UInt8]) -> SourceRange {
    guard token.kind == .curlyString else {
      let end = token.kind == .string ? token.endOffset - 1 : token.endOffset
      return SourceRange(token.offset + 1, end)
    }
    // A curly quote is three bytes long; a straight one may close it.
    let start = token.offset + 3
    var end = token.endOffset
    if end > start, bytes[end - 1] == UInt8(ascii: "\"") {
      end -= 1
    } else if end - 3 >= start, bytes[end - 3] == 0xE2, bytes[end - 2] == 0x80,
      (0x98...0x9E).contains(bytes[end - 1])
    {
      end -= 3
    }
    return SourceRange(min(start, end), end)
  }

  private mutating func decodeRegex(_ bytes: [UInt8], _ body: SourceRange) {
    let quote = bytes[max(0, body.lowerBound - 1)]
    var offset = body.lowerBound
    while offset < body.upperBound {
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\n") {
        output.append(contentsOf: "\\n".utf8)
      } else if byte == UInt8(ascii: "\r") {
        output.append(contentsOf: "\\r".utf8)
      } else if byte == UInt8(ascii: "\\"), offset < body.upperBound {
        let escaped = bytes[offset]
        offset += 1
        if escaped != quote, escaped != UInt8(ascii: "/") { output.append(byte) }
        output.append(escaped)
      } else {
        output.append(byte)
      }
    }
  }

  private mutating func decodeEscapes(_ bytes: [UInt8], _ body: SourceRange, isValue: Bool) {
    var offset = body.lowerBound
    while offset < body.upperBound {
      let byte = bytes[offset]
      guard byte == UInt8(ascii: "\\") else {
        if byte == UInt8(ascii: "*"), isValue { doubleBackslashes() }
        append(byte)
        offset += 1
        continue
      }
      let start = offset
      offset += 1
      guard offset < body.upperBound else {
        appendBackslash()
        return
      }
      let escaped = bytes[offset]
      offset += 1
      switch escaped {
      case UInt8(ascii: "\\"): appendBackslash()
      case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "/"): append(escaped)
      case UInt8(ascii: "n"): append(UInt8(ascii: "\n"))
      case UInt8(ascii: "t"): append(UInt8(ascii: "\t"))
      case UInt8(ascii: "r"): append(UInt8(ascii: "\r"))
      case UInt8(ascii: "*"):
        if isValue { appendLiteralStar() } else { append(escaped) }
      case UInt8(ascii: "u"):
        offset = decodeUnicode(bytes, from: start, to: body.upperBound, isValue: isValue)
      default:
        // The escaped character may be several bytes long; they follow as they are.
        appendBackslash()
        offset -= 1
        problems.append(
          Problem(
            message: "a backslash before this character means nothing",
            range: SourceRange(start, start + 1)))
      }
    }
  }

  /// Reads `\u{…}` from its backslash on, and returns the offset after it.
  private mutating func decodeUnicode(
    _ bytes: [UInt8], from start: Int, to end: Int, isValue: Bool
  ) -> Int {
    var offset = start + 2
    if offset < end, bytes[offset] == UInt8(ascii: "{"),
      let close = bytes[offset..<min(end, offset + 10)].firstIndex(of: UInt8(ascii: "}"))
    {
      let digits = String(decoding: bytes[(offset + 1)..<close], as: UTF8.self)
      if let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) {
        if scalar == "\\" {
          appendBackslash()
        } else if scalar == "*", isValue {
          appendLiteralStar()
        } else {
          for byte in String(Character(scalar)).utf8 { append(byte) }
        }
        return close + 1
      }
      offset = close + 1
    }
    problems.append(
      Problem(
        message: "`\\u` needs a character's number, as in \\u{e9}",
        range: SourceRange(start, min(offset, end))))
    appendBackslash()
    return start + 1
  }

  private mutating func append(_ byte: UInt8) {
    output.append(byte)
    trailingBackslashes = 0
  }

  private mutating func appendBackslash() {
    output.append(UInt8(ascii: "\\"))
    trailingBackslashes += 1
  }

  private mutating func appendLiteralStar() {
    doubleBackslashes()
    output.append(UInt8(ascii: "\\"))
    append(UInt8(ascii: "*"))
  }

  /// Before a star, each literal backslash is written twice: see `ValueSyntax.text`.
  private mutating func doubleBackslashes() {
    output.append(contentsOf: repeatElement(UInt8(ascii: "\\"), count: trailingBackslashes))
    trailingBackslashes = 0
  }
}
