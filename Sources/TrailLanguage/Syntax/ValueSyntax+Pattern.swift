package import TrailText

/// The pattern form of a value's text, in which a star is told from a wildcard.
///
/// A run of backslashes directly before a `*` is read in pairs, each a backslash; one that is left over makes the
/// star a star. All other backslashes are themselves. So `a\*` is the text `a*`, `a\\*` is `a\` and then anything,
/// and `a\b` is `a\b`. Quoted and bare values with the same meaning have the same text.
extension ValueSyntax {
  package enum PatternPiece: Hashable, Sendable {
    case text(String)
    case anyCharacters
  }

  /// The value as literal texts and wildcards, in turn.
  package var patternPieces: [PatternPiece] {
    var pieces: [PatternPiece] = []
    var literal: [UInt8] = []
    var backslashes = 0
    let flush = { (pieces: inout [PatternPiece], literal: inout [UInt8]) in
      if !literal.isEmpty { pieces.append(.text(String(decoding: literal, as: UTF8.self))) }
      literal.removeAll(keepingCapacity: true)
    }
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\\") {
        backslashes += 1
        continue
      }
      let isStar = byte == UInt8(ascii: "*")
      literal.append(
        contentsOf: repeatElement(UInt8(ascii: "\\"), count: isStar ? backslashes / 2 : backslashes)
      )
      if isStar, backslashes % 2 == 0 {
        flush(&pieces, &literal)
        pieces.append(.anyCharacters)
      } else {
        literal.append(byte)
      }
      backslashes = 0
    }
    literal.append(contentsOf: repeatElement(UInt8(ascii: "\\"), count: backslashes))
    flush(&pieces, &literal)
    return pieces
  }

  /// True where some `*` stands for any characters.
  package var hasWildcard: Bool { patternPieces.contains(.anyCharacters) }

  /// The text that the value spells where a star is only ever a star, as after `==`.
  package var literalText: String {
    patternPieces.map { piece in
      switch piece {
      case .text(let text): text
      case .anyCharacters: "*"
      }
    }.joined()
  }

  /// Returns a value that means exactly `literal`, its stars included: for sentences made by the program.
  package static func literal(_ literal: String, range: SourceRange) -> ValueSyntax {
    var text: [UInt8] = []
    var backslashes = 0
    for byte in literal.utf8 {
      if byte == UInt8(ascii: "*") {
        text.append(contentsOf: repeatElement(UInt8(ascii: "\\"), count: backslashes + 1))
      }
      backslashes = byte == UInt8(ascii: "\\") ? backslashes + 1 : 0
      text.append(byte)
    }
    return ValueSyntax(String(decoding: text, as: UTF8.self), isQuoted: false, range: range)
  }
}
