/// A pattern of terms that a message must have or must not have, wherever they stand in it: `ERROR -"timed out"`.
///
/// Letter case counts. All plain terms must be there; `-` before a term means that it must not, and terms with `?` are
/// alternatives, which count only where there is nothing but them.
struct TermPattern: Sendable {
  enum Match: Hashable, Sendable {
    case text([UInt8])
    case regex(FilterRegex)

    func found(in bytes: [UInt8], _ range: Range<Int>) -> Bool {
      switch self {
      case .text(let text): ByteText.find(text, in: bytes, range) != nil
      case .regex(let regex): regex.matches(bytes, range)
      }
    }
  }
  enum Role: Hashable, Sendable { case wanted, unwanted, alternative }

  struct Term: Sendable {
    var role: Role
    var match: Match
    /// Where it stands in the pattern.
    var range: Range<Int>
  }

  let terms: [Term]

  /// True where terms with `?` count.
  var hasAlternatives: Bool { terms.allSatisfy { $0.role == .alternative } }

  var regexCount: Int {
    terms.count { if case .regex = $0.match { true } else { false } }
  }

  func matches(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    if hasAlternatives { return terms.contains { $0.match.found(in: bytes, range) } }
    return terms.allSatisfy { term in
      switch term.role {
      case .wanted: term.match.found(in: bytes, range)
      case .unwanted: !term.match.found(in: bytes, range)
      case .alternative: true
      }
    }
  }

  /// The pattern, or nil where it is `" "`, which every event matches.
  static func parse(
    _ bytes: [UInt8], _ range: Range<Int>
  ) throws(FilterPatternError) -> TermPattern? {
    var scanner = PatternScanner(bytes, range)
    var terms: [Term] = []
    while true {
      scanner.skipSpace()
      guard !scanner.isAtEnd else { break }
      terms.append(try term(&scanner))
    }
    if terms.count == 1, terms[0].role == .wanted, case .text(let text) = terms[0].match,
      text.allSatisfy(PatternScanner.isSpace)
    {
      return nil
    }
    return TermPattern(terms: terms)
  }

  private static func term(_ scanner: inout PatternScanner) throws(FilterPatternError) -> Term {
    let start = scanner.offset
    var role = Role.wanted
    if scanner.take("-") { role = .unwanted } else if scanner.take("?") { role = .alternative }
    switch scanner.byte {
    case UInt8(ascii: "\""):
      let text = try scanner.quoted().text
      return Term(role: role, match: .text(text), range: start..<scanner.offset)
    case UInt8(ascii: "%"):
      let regex = try scanner.regex().regex
      return Term(role: role, match: .regex(regex), range: start..<scanner.offset)
    default:
      let first = scanner.offset
      while let byte = scanner.byte, !PatternScanner.isSpace(byte), byte != UInt8(ascii: "\"") {
        scanner.offset += 1
      }
      let word = Array(scanner.bytes[first..<scanner.offset])
      let range = start..<scanner.offset
      guard !word.isEmpty, word.allSatisfy(PatternScanner.isWord) else {
        let term = scanner.text(range)
        throw .characters(
          in: term,
          word.isEmpty
            ? "a term must follow `\(term)`"
            : "a term with anything but letters, digits and _ stands in double quotes: "
              + "\"\(scanner.text(first..<scanner.offset))\"", at: range)
      }
      return Term(role: role, match: .text(word), range: range)
    }
  }
}

/// Texts within bytes.
enum ByteText {
  /// Where a text begins first; nil where it is not there. O(text × bytes) at worst, and O(bytes) as a rule.
  static func find(_ text: [UInt8], in bytes: [UInt8], _ range: Range<Int>) -> Int? {
    guard let first = text.first else { return range.lowerBound }
    let last = range.upperBound - text.count
    var offset = range.lowerBound
    while offset <= last {
      if bytes[offset] == first, has(text, in: bytes, at: offset) { return offset }
      offset += 1
    }
    return nil
  }

  /// Whether a text stands at a place where there is room for it.
  static func has(_ text: [UInt8], in bytes: [UInt8], at offset: Int) -> Bool {
    for index in text.indices where bytes[offset + index] != text[index] { return false }
    return true
  }
}
