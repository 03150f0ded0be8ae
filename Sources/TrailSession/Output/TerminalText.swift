internal import TrailText

/// Text from records made fit for a terminal: harmless, measured and cut.
enum TerminalText {
  /// The text with everything that could steer a terminal spelled out, on one line.
  ///
  /// Values come from whoever made the calls, so escape sequences, control characters and marks that turn
  /// the direction of text are shown as escapes (`\u{1b}`), never sent.
  static func sanitised(_ text: String) -> String {
    if isPlainASCII(text) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += #"\n"#
      case "\r": result += #"\r"#
      case "\t": result += #"\t"#
      default:
        if steersTerminal(scalar) {
          result += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }

  /// Columns that the text takes on a terminal.
  static func width(_ text: String) -> Int {
    isPlainASCII(text) ? text.utf8.count : DisplayWidth.of(text)
  }

  /// The text cut to so many columns, with an ellipsis where something was left out: in the middle of ARNs,
  /// whose ends say most, at the end of everything else.
  static func cut(_ text: String, to columns: Int) -> String {
    let total = width(text)
    if total <= columns { return text }
    if columns <= 1 { return String(repeating: "…", count: max(0, columns)) }
    let room = columns - 1
    guard text.hasPrefix("arn:"), columns >= 12 else { return prefix(text, room) + "…" }
    let tail = room * 2 / 3
    return prefix(text, room - tail) + "…" + suffix(text, tail)
  }

  /// The text in pieces of at most so many columns each, broken behind a space where one is near.
  static func pieces(_ text: String, columns: Int) -> [String] {
    var pieces: [String] = []
    var piece = ""
    var used = 0
    for character in text {
      let own = width(String(character))
      if used + own > columns, !piece.isEmpty {
        var carried = ""
        if let space = piece.lastIndex(of: " "), character != " ",
          width(String(piece[...space])) > columns / 2
        {
          carried = String(piece[piece.index(after: space)...])
          piece = String(piece[..<space])
        }
        pieces.append(piece)
        piece = carried
        used = width(carried)
      }
      piece.append(character)
      used += own
    }
    pieces.append(piece)
    return pieces
  }

  private static func prefix(_ text: String, _ columns: Int) -> String {
    var used = 0
    var end = text.startIndex
    while end < text.endIndex {
      used += width(String(text[end]))
      if used > columns { break }
      end = text.index(after: end)
    }
    return String(text[..<end])
  }

  private static func suffix(_ text: String, _ columns: Int) -> String {
    var used = 0
    var start = text.endIndex
    while start > text.startIndex {
      let before = text.index(before: start)
      used += width(String(text[before]))
      if used > columns { break }
      start = before
    }
    return String(text[start...])
  }

  private static func isPlainASCII(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
  }

  private static func steersTerminal(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: true
    // Line and paragraph separators; embeddings, overrides and isolates of writing direction; marks.
    case 0x2028...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C: true
    default: false
    }
  }
}
