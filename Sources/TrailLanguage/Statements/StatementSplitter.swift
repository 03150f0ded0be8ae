package import TrailText

/// One statement of a script or of a line at the prompt.
package struct Statement: Hashable, Sendable {
  /// The statement's own text, without the `;` that ends it and the comment after it.
  package var text: String
  package var range: SourceRange

  package init(text: String, range: SourceRange) {
    self.text = text
    self.range = range
  }
}

/// Cuts a text into statements.
///
/// A statement ends at a `;`, or at the end of its line, unless a bracket or quote is open, the line ends in `|`,
/// `,`, `and`, `or`, `not` or an operator, or the next line begins with `|`. Comments and empty lines between the
/// lines of one statement do not end it. The pieces are those of the language (see `Lexer`), for commands as well.
package enum StatementSplitter {
  /// - Complexity: O(length of `text`).
  package static func split(_ text: String) -> [Statement] {
    let bytes = Array(text.utf8)
    var state = State()
    var statements: [Statement] = []
    let tokens = Lexer.tokens(of: bytes)
    for (index, token) in tokens.enumerated() {
      switch token.kind {
      case .comment: continue
      case .newline where !state.continues && !beginsWithBar(tokens, after: index): break
      case .newline: continue
      case .semicolon where state.depth == 0: break
      case .endOfText: break
      default:
        state.pass(token, in: bytes)
        continue
      }
      if let range = state.range {
        let text = String(decoding: bytes[range.lowerBound..<range.upperBound], as: UTF8.self)
        statements.append(Statement(text: text, range: range))
      }
      state = State()
    }
    return statements
  }

  /// True where what was typed so far cannot be a whole statement: a bracket or quote is open, or the last line
  /// ends in something that must go on.
  package static func needsMoreInput(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    var state = State()
    for token in Lexer.tokens(of: bytes) {
      switch token.kind {
      case .comment, .newline, .endOfText: continue
      case .semicolon where state.depth == 0: state = State()
      default: state.pass(token, in: bytes)
      }
    }
    return state.continues || state.isQuoteOpen
  }

  private static func beginsWithBar(_ tokens: [Token], after index: Int) -> Bool {
    var next = index + 1
    while tokens[next].kind.isTrivia { next += 1 }
    return tokens[next].kind == .bar
  }

  /// What is known of the statement being passed.
  private struct State {
    var range: SourceRange?
    var depth = 0
    var isQuoteOpen = false
    private var endsOpen = false

    /// True where a line's end does not end the statement.
    var continues: Bool { depth > 0 || endsOpen }

    mutating func pass(_ token: Token, in bytes: [UInt8]) {
      range = range.map { $0.union(token.range) } ?? token.range
      endsOpen = false
      switch token.kind {
      case .leftParenthesis, .leftBracket: depth += 1
      case .rightParenthesis, .rightBracket: depth = max(0, depth - 1)
      case .bar, .comma, .foreignOperator: endsOpen = true
      case .unterminatedString: isQuoteOpen = true
      case .word: endsOpen = StatementSplitter.isConnective(token, in: bytes)
      default: endsOpen = token.kind.isComparison
      }
    }
  }

  private static func isConnective(_ token: Token, in bytes: [UInt8]) -> Bool {
    guard token.endOffset - token.offset <= 4 else { return false }
    let text = String(decoding: bytes[token.offset..<token.endOffset], as: UTF8.self)
    return ["and", "or", "not", "then"].contains(text.lowercased())
  }
}
