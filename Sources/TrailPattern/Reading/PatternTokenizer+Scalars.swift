internal import TrailRecord

/// Strings and numbers of a pattern.
extension PatternTokenizer {
  /// Reads on from behind an opening quote to behind the closing one; the content's UTF-8, with lone surrogates
  /// as the three bytes of their number.
  mutating func quoted(
    inside place: String, end message: String
  ) throws(EventPatternProblem) -> [UInt8] {
    var content: [UInt8] = []
    while true {
      guard next < units.count else { throw end(message) }
      var scalar = UInt32(units[next])
      next += 1
      switch scalar {
      case UInt32(Unit.quote): return content
      case UInt32(Unit.backslash): scalar = try escape()
      case 0..<0x20:
        throw problem(
          "Illegal unquoted character (\(describe(UInt16(scalar)))): has to be escaped using "
            + "backslash to be included in \(place)")
      default: break
      }
      Self.append(scalar, to: &content)
    }
  }

  /// Appends a UTF-16 unit; the second half of a pair joins the first, which stands at the end.
  private static func append(_ unit: UInt32, to content: inout [UInt8]) {
    let count = content.count
    if unit & 0xFC00 == 0xDC00, count >= 3, content[count - 3] == 0xED,
      content[count - 2] & 0xF0 == 0xA0
    {
      let high = UInt32(content[count - 2] & 0x0F) << 6 | UInt32(content[count - 1] & 0x3F)
      content.removeLast(3)
      UTF8Bytes.append(0x10000 + high << 10 + (unit & 0x3FF), to: &content)
    } else {
      UTF8Bytes.append(unit, to: &content)
    }
  }

  private mutating func escape() throws(EventPatternProblem) -> UInt32 {
    let code = try escapeUnit()
    switch Unicode.Scalar(code) {
    case "\"", "\\", "/": return UInt32(code)
    case "b": return 0x08
    case "f": return 0x0C
    case "n": return 0x0A
    case "r": return 0x0D
    case "t": return 0x09
    case "u":
      var value: UInt32 = 0
      for _ in 0..<4 {
        let unit = try escapeUnit()
        guard unit < 0x80, let digit = Character(Unicode.Scalar(UInt8(unit))).hexDigitValue else {
          throw unexpected(unit, "expected a hex-digit for character escape sequence")
        }
        value = value << 4 | UInt32(digit)
      }
      return value
    default: throw problem("Unrecognized character escape \(describe(code))")
    }
  }

  private mutating func escapeUnit() throws(EventPatternProblem) -> UInt16 {
    guard next < units.count else { throw end(" in character escape sequence") }
    next += 1
    return units[next - 1]
  }

  /// Reads a number whose first unit has been read; its spelling.
  ///
  /// A number is read ahead, so that an error inside it is reported behind its first digit, except where that
  /// is a zero.
  mutating func number(
    _ first: UInt16, isAtTop: Bool
  ) throws(EventPatternProblem) -> String {
    let start = next - 1
    var ahead = next
    var lead = first
    if first == Unit.minus {
      guard ahead < units.count, isDigit(units[ahead]) else {
        next = min(ahead + 1, units.count)
        throw numberProblem(
          ahead, "expected digit (0-9) to follow minus sign, for valid numeric value")
      }
      lead = units[ahead]
      ahead += 1
    }
    let isZero = lead == Unit.zero
    if isZero {
      next = ahead
      if ahead < units.count, isDigit(units[ahead]) {
        throw problem("Invalid numeric value: Leading zeroes not allowed")
      }
    }
    skipDigits(&ahead)
    if ahead < units.count, units[ahead] == Unit.point {
      ahead += 1
      guard skipDigits(&ahead) > 0 else {
        if isZero { next = min(ahead + 1, units.count) }
        throw numberProblem(ahead, "Decimal point not followed by a digit")
      }
    }
    if ahead < units.count, units[ahead] == Unit.e || units[ahead] == Unit.upperE {
      ahead += 1
      if ahead < units.count, units[ahead] == Unit.plus || units[ahead] == Unit.minus { ahead += 1 }
      guard skipDigits(&ahead) > 0 else {
        if isZero { next = min(ahead + 1, units.count) }
        throw numberProblem(ahead, "Exponent indicator not followed by a digit")
      }
    }
    next = ahead
    if isAtTop, ahead < units.count, units[ahead] > Unit.space {
      next += 1
      throw unexpected(units[ahead], "Expected space separating root-level values")
    }
    return String(decoding: units[start..<ahead], as: UTF16.self)
  }

  private func numberProblem(_ index: Int, _ comment: String) -> EventPatternProblem {
    guard index < units.count else { return end(" in numeric value") }
    return problem("Unexpected character (\(describe(units[index]))) in numeric value: \(comment)")
  }

  private func isDigit(_ unit: UInt16) -> Bool { unit &- Unit.zero < 10 }

  @discardableResult
  private func skipDigits(_ index: inout Int) -> Int {
    let start = index
    while index < units.count, isDigit(units[index]) { index += 1 }
    return index - start
  }
}
