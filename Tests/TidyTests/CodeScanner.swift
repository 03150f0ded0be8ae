/// Finds out which characters of a Swift text are code.
///
/// It knows line and block comments, and string literals with any number of `#` and either kind of quote. What is
/// interpolated counts as part of the literal: the rules that it serves need no more.
struct CodeScanner {
  /// The same text with comments and the contents of string literals replaced by spaces, line ends kept.
  static func blankingOutNonCode(of text: String) -> String {
    var scanner = CodeScanner(bytes: Array(text.utf8))
    scanner.scan()
    return String(decoding: scanner.bytes, as: UTF8.self)
  }

  private var bytes: [UInt8]
  private var position = 0

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func scan() {
    while position < bytes.count {
      if starts("//") {
        while position < bytes.count, !starts("\n") { blank(1) }
      } else if starts("/*") {
        blankBlockComment()
      } else if bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "#") {
        blankLiteral()
      } else {
        position += 1
      }
    }
  }

  private mutating func blankBlockComment() {
    var depth = 0
    repeat {
      if starts("/*") {
        depth += 1
        blank(2)
      } else if starts("*/") {
        depth -= 1
        blank(2)
      } else {
        blank(1)
      }
    } while depth > 0 && position < bytes.count
  }

  /// Blanks what stands between the quotes; a `#` that begins no literal is stepped over.
  private mutating func blankLiteral() {
    let hashes = bytes[position...].prefix { $0 == UInt8(ascii: "#") }.count
    let pounds = String(repeating: "#", count: hashes)
    position += hashes
    guard starts("\"") else { return }
    let quotes = starts("\"\"\"") ? "\"\"\"" : "\""
    position += quotes.utf8.count
    // An escaped quote ends nothing; nor does an escaped backslash escape the quote behind it.
    let escape = "\\" + pounds
    while position < bytes.count, !starts(quotes + pounds) {
      blank(starts(escape) ? escape.utf8.count + 1 : 1)
    }
    position += quotes.utf8.count + hashes
  }

  private mutating func blank(_ count: Int) {
    for _ in 0..<count where position < bytes.count {
      if bytes[position] != UInt8(ascii: "\n") { bytes[position] = UInt8(ascii: " ") }
      position += 1
    }
  }

  private func starts(_ text: String) -> Bool {
    bytes[position...].starts(with: text.utf8)
  }
}
