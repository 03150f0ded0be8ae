internal import TrailLanguage
internal import TrailText

/// The word that a statement begins with, which says what kind of statement it is.
struct FirstWord: Hashable {
  var text: String
  /// Where it stands in the statement.
  var range: SourceRange

  /// The first word, or `nil` where there is nothing but white space and comments.
  init?(_ statement: String) {
    let bytes = Array(statement.utf8)
    var start = 0
    while start < bytes.count {
      if Self.isSpace(bytes[start]) || bytes[start] == UInt8(ascii: ";") {
        start += 1
      } else if bytes[start] == UInt8(ascii: "#") {
        while start < bytes.count, bytes[start] != 0x0A { start += 1 }
      } else {
        break
      }
    }
    guard start < bytes.count else { return nil }
    var end = start + 1
    while end < bytes.count, Self.belongsToWord(bytes[end]), bytes[start] != UInt8(ascii: "|") {
      end += 1
    }
    text = String(decoding: bytes[start..<end], as: UTF8.self)
    range = SourceRange(start, end)
  }

  /// True where the statement is a sentence of the query language.
  var beginsQuery: Bool {
    text.hasPrefix("@") || Keyword.sources.contains { $0.rawValue == text.lowercased() }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  private static func belongsToWord(_ byte: UInt8) -> Bool {
    !isSpace(byte) && !"|;#=<>!~()\"',".utf8.contains(byte)
  }
}
