package import TrailText

/// A sentence that is kept under a name, in which `$1`…`$9` stand for what follows the name.
package struct SavedQuery: Hashable, Sendable {
  /// The sentence as it was defined.
  package var definition: String

  package init(_ definition: String) { self.definition = definition }

  /// True for `$1`…`$9`.
  static func isPlaceholder(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.count == 2 && bytes[0] == UInt8(ascii: "$") && isPlaceholderDigit(bytes[1])
  }

  private static func isPlaceholderDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(byte)
  }

  /// The highest number that the definition uses, 0 where it takes nothing.
  package var argumentCount: Int {
    let bytes = Array(definition.utf8)
    return Self.substitutable(in: bytes).map { Self.highestNumber(in: bytes, $0) }.max() ?? 0
  }

  /// Returns what is wrong with the definition; a placeholder may stand for any value, time, number or field.
  package func check(offset: Int = 0) -> [Diagnostic] {
    var parser = Parser(Array(definition.utf8), base: offset, acceptsPlaceholders: true)
    _ = parser.parseQuery()
    return QueryParser.ordered(parser.diagnostics)
  }

  /// Returns the sentence with its placeholders filled in, or `nil` where there are fewer arguments than it takes.
  ///
  /// A placeholder that is a whole word takes its argument as it was written; inside a longer word or a quoted text,
  /// the argument's text becomes part of that value, quoted anew. Patterns between slashes are left alone, because
  /// `$` has a meaning there.
  package func expand(_ arguments: [ValueSyntax]) -> String? {
    let bytes = Array(definition.utf8)
    guard argumentCount <= arguments.count else { return nil }
    var result: [UInt8] = []
    var end = 0
    for token in Self.substitutable(in: bytes) where Self.highestNumber(in: bytes, token) > 0 {
      result += bytes[end..<token.offset]
      result += Self.fill(bytes, token, arguments).utf8
      end = token.endOffset
    }
    result += bytes[end...]
    return String(decoding: result, as: UTF8.self)
  }

  private static func substitutable(in bytes: [UInt8]) -> [Token] {
    Lexer.tokens(of: bytes).filter { $0.kind == .word || $0.kind == .string }
  }

  private static func highestNumber(in bytes: [UInt8], _ token: Token) -> Int {
    let text = bytes[token.offset..<token.endOffset]
    return zip(text, text.dropFirst()).filter {
      $0 == UInt8(ascii: "$") && isPlaceholderDigit($1)
    }.map { Int($1 - UInt8(ascii: "0")) }.max() ?? 0
  }

  private static func fill(_ bytes: [UInt8], _ token: Token, _ arguments: [ValueSyntax]) -> String {
    let written = String(decoding: bytes[token.offset..<token.endOffset], as: UTF8.self)
    if token.kind == .word, isPlaceholder(written), let number = written.last?.wholeNumberValue {
      return SyntaxPrinter.text(of: arguments[number - 1])
    }
    let isQuoted = token.kind == .string
    let template = isQuoted ? StringLiteral.decode(bytes, token, as: .value).text : written
    // Scalars: a mark that combines with a digit does not hide the placeholder.
    var text = String.UnicodeScalarView()
    var rest = template.unicodeScalars[...]
    while let dollar = rest.firstIndex(of: "$") {
      text += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      guard let byte = rest.first.flatMap({ UInt8(exactly: $0.value) }), isPlaceholderDigit(byte)
      else {
        text.append("$")
        continue
      }
      text += arguments[Int(byte - UInt8(ascii: "1"))].text.unicodeScalars
      rest = rest.dropFirst()
    }
    return SyntaxPrinter.text(
      of: ValueSyntax(String(text + rest), isQuoted: isQuoted, range: .at(0)))
  }
}
