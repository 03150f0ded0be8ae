/// Reads a pattern's JSON token by token and keeps the position that AWS's messages name.
///
/// The matcher behind EventBridge (facts §10.2, ER) stops in the middle of a text and reports how far it had
/// read. So this reader goes exactly as far: it reads a member's name together with the first token of its
/// value, and a string's content only when somebody asks for it. Columns count UTF-16 units from 1.
struct PatternTokenizer {
  /// How much of the pattern a message quotes, in UTF-16 units.
  static let quotedUnits = 500
  /// Where a message cuts a word that is no JSON.
  static let quotedWord = 256
  static let values =
    "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"

  let units: [UInt16]
  /// The next unit to read.
  var next = 0
  private var line = 1
  private var lineStart = 0
  /// The token just read was a string, and `next` stands behind its opening quote.
  private var isInsideString = false
  /// The value that was begun together with its name.
  private var begunValue: PatternToken?
  private var scopes: [PatternScope] = [PatternScope(kind: .root, line: 1, column: 0)]
  private let source: String

  init(_ text: String) {
    units = Array(text.utf16)
    source = Self.quotation(of: text)
  }

  /// The next token, or nil where the text ends between values of the top level.
  mutating func nextToken() throws(EventPatternProblem) -> PatternToken? {
    if let value = begunValue {
      begunValue = nil
      open(value)
      return value
    }
    if isInsideString { _ = try string() }
    guard var unit = try skipSpace() else {
      guard let scope = scopes.last, scope.kind != .root else { return nil }
      throw end(
        ": expected close marker for \(scope.kind.rawValue) (start marker at \(place(of: scope)))")
    }
    if unit == Unit.closeBracket || unit == Unit.closeBrace { return try close(unit) }
    if scopes[scopes.count - 1].beginsAfterComma() {
      unit = try skipComma(unit)
    }
    guard scopes.last?.kind == .object else {
      let value = try startOfValue(unit)
      open(value)
      return value
    }
    guard unit == Unit.quote else {
      throw unexpected(unit, "was expecting double-quote to start field name")
    }
    let name = try quoted(inside: "name", end: " in field name")
    begunValue = try startOfValue(try skipColon())
    return .name(name)
  }

  /// The content of the string that was just begun.
  mutating func string() throws(EventPatternProblem) -> [UInt8] {
    isInsideString = false
    return try quoted(
      inside: "string value", end: ": was expecting closing quote for a string value")
  }

  /// An error at the place that has been reached.
  func problem(_ message: String) -> EventPatternProblem {
    EventPatternProblem(message, reason: "\(message)\n at \(place)", offset: offset)
  }

  /// The same error seen from where it was caught, which adds a second position.
  func problem(around inner: EventPatternProblem) -> EventPatternProblem {
    EventPatternProblem(
      inner.summary, reason: "\(inner.reason)\n at \(place)", offset: inner.offset ?? offset)
  }

  // MARK: - Structure

  private mutating func open(_ token: PatternToken) {
    let column = next - lineStart
    if token == .startObject {
      scopes.append(PatternScope(kind: .object, line: line, column: column))
    } else if token == .startArray {
      scopes.append(PatternScope(kind: .array, line: line, column: column))
    }
  }

  private mutating func close(_ unit: UInt16) throws(EventPatternProblem) -> PatternToken {
    let scope = scopes[scopes.count - 1]
    let isArray = unit == Unit.closeBracket
    guard scope.kind == (isArray ? .array : .object) else {
      let expected = isArray ? "}" : "]"
      throw problem(
        "Unexpected close marker '\(isArray ? "]" : "}")': expected '\(expected)' "
          + "(for \(scope.kind.rawValue) starting at \(place(of: scope)))")
    }
    scopes.removeLast()
    return isArray ? .endArray : .endObject
  }

  private mutating func startOfValue(_ unit: UInt16) throws(EventPatternProblem) -> PatternToken {
    switch unit {
    case Unit.quote:
      isInsideString = true
      return .string
    case Unit.openBracket: return .startArray
    case Unit.openBrace: return .startObject
    case Unit.closeBrace: throw unexpected(unit, "expected a value")
    case Unit.t: return try word("true", .bool(true))
    case Unit.f: return try word("false", .bool(false))
    case Unit.n: return try word("null", .null)
    case Unit.minus, Unit.zero...Unit.nine:
      return .number(try number(unit, isAtTop: scopes.last?.kind == .root))
    default:
      if isWordStart(unit) { throw unknownWord(from: next - 1) }
      throw unexpected(unit, "expected a valid value \(Self.values)")
    }
  }

  private mutating func word(
    _ word: String, _ token: PatternToken
  ) throws(EventPatternProblem) -> PatternToken {
    let start = next - 1
    for unit in word.utf16.dropFirst() {
      guard next < units.count, units[next] == unit else { throw unknownWord(from: start) }
      next += 1
    }
    if next < units.count, isWordPart(units[next]) { throw unknownWord(from: start) }
    return token
  }

  private mutating func unknownWord(from start: Int) -> EventPatternProblem {
    while next < units.count, isWordPart(units[next]), next - start < Self.quotedWord { next += 1 }
    let word = String(decoding: units[start..<next], as: UTF16.self)
    let tail = next - start >= Self.quotedWord ? "..." : ""
    return problem("Unrecognized token '\(word)\(tail)': was expecting \(Self.values)")
  }

  // MARK: - Between tokens

  /// The first unit that is no white space, or nil at the end.
  private mutating func skipSpace() throws(EventPatternProblem) -> UInt16? {
    while next < units.count {
      let unit = units[next]
      next += 1
      switch unit {
      case Unit.space, Unit.tab: continue
      case Unit.lineFeed: startLine()
      case Unit.carriageReturn:
        if next < units.count, units[next] == Unit.lineFeed { next += 1 }
        startLine()
      case 0..<Unit.space:
        throw problem(
          "Illegal character (\(describe(unit))): only regular white space (\\r, \\n, \\t) is "
            + "allowed between tokens")
      case Unit.slash:
        throw unexpected(
          unit,
          "maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' "
            + "not enabled for parser)")
      default: return unit
      }
    }
    return nil
  }

  private mutating func startLine() {
    line += 1
    lineStart = next
  }

  private mutating func skipComma(_ unit: UInt16) throws(EventPatternProblem) -> UInt16 {
    let kind = scopes[scopes.count - 1].kind.rawValue
    guard unit == Unit.comma else {
      throw unexpected(unit, "was expecting comma to separate \(kind) entries")
    }
    guard let following = try skipSpace() else { throw end(" within/between \(kind) entries") }
    return following
  }

  private mutating func skipColon() throws(EventPatternProblem) -> UInt16 {
    guard let unit = try skipSpace() else { throw end(" within/between Object entries") }
    guard unit == Unit.colon else {
      throw unexpected(unit, "was expecting a colon to separate field name and value")
    }
    guard let following = try skipSpace() else { throw end(" within/between Object entries") }
    return following
  }

  // MARK: - Messages

  func end(_ where_: String) -> EventPatternProblem { problem("Unexpected end-of-input\(where_)") }

  func unexpected(_ unit: UInt16, _ comment: String) -> EventPatternProblem {
    problem("Unexpected character (\(describe(unit))): \(comment)")
  }

  /// A character and its number, as messages name it.
  func describe(_ unit: UInt16) -> String {
    if unit < 0x20 || (0x7F...0x9F).contains(unit) { return "(CTRL-CHAR, code \(unit))" }
    let character = String(decoding: [unit], as: UTF16.self)
    let hex = unit > 0xFF ? " / 0x\(String(unit, radix: 16))" : ""
    return "'\(character)' (code \(unit)\(hex))"
  }

  private var place: String {
    "[Source: \(source); line: \(line), column: \(next - lineStart + 1)]"
  }

  private func place(of scope: PatternScope) -> String {
    "[Source: \(source); line: \(scope.line), column: \(scope.column)]"
  }

  /// The UTF-8 offset of the last unit read.
  private var offset: Int {
    String(decoding: units[..<max(0, min(next, units.count) - 1)], as: UTF16.self).utf8.count
  }

  /// The pattern as messages quote it: cut, and with control characters escaped.
  private static func quotation(of text: String) -> String {
    let units = Array(text.utf16)
    var shown: [UInt16] = []
    for unit in units.prefix(quotedUnits) {
      let isControl = unit < 0x20 || (0x7F...0x9F).contains(unit)
      if isControl, unit != Unit.lineFeed, unit != Unit.carriageReturn {
        let hex = String(unit, radix: 16, uppercase: true)
        shown += Array("\\u\(String(repeating: "0", count: 4 - hex.count))\(hex)".utf16)
      } else {
        shown.append(unit)
      }
    }
    let rest = units.count - quotedUnits
    let cut = rest > 0 ? "[truncated \(rest) chars]" : ""
    return "(String)\"\(String(decoding: shown, as: UTF16.self))\"\(cut)"
  }

  private func isWordStart(_ unit: UInt16) -> Bool {
    guard let scalar = Unicode.Scalar(unit) else { return false }
    return scalar.properties.isIDStart || unit == Unit.underscore || unit == Unit.dollar
  }

  private func isWordPart(_ unit: UInt16) -> Bool {
    guard let scalar = Unicode.Scalar(unit) else { return false }
    return scalar.properties.isIDContinue || unit == Unit.underscore || unit == Unit.dollar
  }
}

/// UTF-16 units with a meaning in JSON.
enum Unit {
  static let tab: UInt16 = 0x09
  static let lineFeed: UInt16 = 0x0A
  static let carriageReturn: UInt16 = 0x0D
  static let space: UInt16 = 0x20
  static let quote: UInt16 = 0x22
  static let dollar: UInt16 = 0x24
  static let plus: UInt16 = 0x2B
  static let comma: UInt16 = 0x2C
  static let minus: UInt16 = 0x2D
  static let point: UInt16 = 0x2E
  static let slash: UInt16 = 0x2F
  static let zero: UInt16 = 0x30
  static let nine: UInt16 = 0x39
  static let colon: UInt16 = 0x3A
  static let upperE: UInt16 = 0x45
  static let openBracket: UInt16 = 0x5B
  static let backslash: UInt16 = 0x5C
  static let closeBracket: UInt16 = 0x5D
  static let underscore: UInt16 = 0x5F
  static let e: UInt16 = 0x65
  static let f: UInt16 = 0x66
  static let n: UInt16 = 0x6E
  static let t: UInt16 = 0x74
  static let openBrace: UInt16 = 0x7B
  static let closeBrace: UInt16 = 0x7D
}
