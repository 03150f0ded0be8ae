package import TrailText

/// A piece of text and what it is.
package struct SyntaxSpan: Hashable, Sendable {
  package var range: SourceRange
  package var kind: SyntaxClass

  package init(_ kind: SyntaxClass, _ range: SourceRange) {
    self.kind = kind
    self.range = range
  }
}

/// Says what each piece of a text is, for colours: total on any text, broken, half typed or no sentence at all.
///
/// Sentences are read by the parser itself, so what is coloured as a field is what would be read as one. Commands
/// are coloured by their tokens alone.
package enum SyntaxClassifier {
  /// - Parameters:
  ///   - text: Any number of statements.
  ///   - commands: The first words of commands, in lower case.
  /// - Returns: Spans in the order of the text, none overlapping; spaces have none.
  /// - Complexity: O(length of `text`).
  package static func classify(_ text: String, commands: Set<String> = []) -> [SyntaxSpan] {
    let bytes = Array(text.utf8)
    var spans = Lexer.tokens(of: bytes).compactMap { token -> SyntaxSpan? in
      switch token.kind {
      case .comment: SyntaxSpan(.comment, token.range)
      case .semicolon: SyntaxSpan(.operator, token.range)
      default: nil
      }
    }
    for statement in StatementSplitter.split(text) {
      spans += classify(statement, commands)
    }
    var end = 0
    return spans.sorted { $0.range.lowerBound < $1.range.lowerBound }.filter { span in
      defer { end = max(end, span.range.upperBound) }
      return span.range.lowerBound >= end
    }
  }

  private static func classify(_ statement: Statement, _ commands: Set<String>) -> [SyntaxSpan] {
    let bytes = Array(statement.text.utf8)
    let base = statement.range.lowerBound
    let tokens = Lexer.tokens(of: bytes).filter { !$0.kind.isTrivia && $0.kind != .endOfText }
    guard let first = tokens.first else { return [] }
    if tokens.count == 1, isBeginning(first, commands, bytes) {
      return [SyntaxSpan(.keyword, first.range.shifted(by: base))]
    }
    if isSource(first, in: bytes) || first.kind != .word || !isCommand(first, commands, bytes) {
      return sentence(bytes, base)
    }
    var spans = [SyntaxSpan(.keyword, first.range.shifted(by: base))]
    guard tokens.count > 1 else { return spans }
    if isSource(tokens[1], in: bytes) {
      let offset = tokens[1].offset
      return spans + sentence(Array(bytes[offset...]), base + offset)
    }
    spans += tokens.dropFirst().map { token in
      SyntaxSpan(lexicalClass(of: token, in: bytes), token.range.shifted(by: base))
    }
    return spans
  }

  private static func sentence(_ bytes: [UInt8], _ base: Int) -> [SyntaxSpan] {
    var parser = Parser(bytes)
    _ = parser.parseQuery()
    return zip(parser.tokens, parser.classes).compactMap { token, kind in
      guard token.kind != .endOfText else { return nil }
      return SyntaxSpan(kind ?? lexicalClass(of: token, in: bytes), token.range.shifted(by: base))
    }
  }

  private static func isSource(_ token: Token, in bytes: [UInt8]) -> Bool {
    guard token.kind == .word else { return false }
    if bytes[token.offset] == UInt8(ascii: "@") { return true }
    let text = String(decoding: bytes[token.offset..<token.endOffset], as: UTF8.self).lowercased()
    return Keyword.sources.contains { $0.rawValue == text }
  }

  private static func isCommand(_ token: Token, _ commands: Set<String>, _ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes[token.offset..<token.endOffset], as: UTF8.self)
    return commands.contains(text.lowercased())
  }

  /// True for a word that may yet become a source or a command: while it is typed, it is no mistake.
  private static func isBeginning(_ token: Token, _ commands: Set<String>, _ bytes: [UInt8]) -> Bool
  {
    guard token.kind == .word else { return false }
    let text = String(decoding: bytes[token.offset..<token.endOffset], as: UTF8.self).lowercased()
    return Keyword.sources.contains { $0.rawValue.hasPrefix(text) }
      || commands.contains { $0.hasPrefix(text) }
  }

  /// What a token is where no grammar tells.
  private static func lexicalClass(of token: Token, in bytes: [UInt8]) -> SyntaxClass {
    switch token.kind {
    case .word:
      Parser.classOfBareValue(
        String(decoding: bytes[token.offset..<token.endOffset], as: UTF8.self))
    case .string, .regex: .string
    case .unterminatedString, .unterminatedRegex, .curlyString, .unknown: .error
    case .leftParenthesis, .rightParenthesis, .leftBracket, .rightBracket: .bracket
    case .newline, .comment: .comment
    default: .operator
    }
  }
}
