/// Makes text from anywhere safe to show on one line of a terminal.
package enum DisplayText {
  /// Returns the text with a tab as a space and other controls as their pictures (`␛`), so that nothing in it can
  /// move the cursor or colour the screen.
  package static func visible(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(visible(scalar)) }
    return String(result)
  }

  private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x09: " "
    case 0x00..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
    case 0x7F: "\u{2421}"
    // C1 controls, and the marks that reorder what is shown.
    case 0x80..<0xA0, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: "\u{FFFD}"
    default: scalar
    }
  }

  /// The longest text between back quotes that a message shows whole.
  private static let longestExcerpt = 60
  private static let excerptHead = 40
  private static let excerptTail = 15

  /// Returns a message in which long texts between back quotes are cut in their middle.
  package static func shorteningQuotes(in message: String) -> String {
    guard message.utf8.count > longestExcerpt else { return message }
    let parts = message.split(separator: "`", omittingEmptySubsequences: false)
    return parts.enumerated().map { index, part in
      let isQuoted = index % 2 == 1 && index < parts.count - 1
      guard isQuoted, part.count > longestExcerpt else { return String(part) }
      return "\(part.prefix(excerptHead))…\(part.suffix(excerptTail))"
    }.joined(separator: "`")
  }
}
