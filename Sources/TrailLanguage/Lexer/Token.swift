import TrailText

/// What kind of token it is, as far as its characters tell: keywords, fields and values are all words.
enum TokenKind: UInt8, Sendable {
  /// A run of characters up to a space, operator, bracket, comma, bar, semicolon or quote.
  case word
  /// `"…"` or `'…'`.
  case string
  /// A quote that nothing closes; the token ends with its line.
  case unterminatedString
  /// “…” or ‘…’, as word processors write quotes.
  case curlyString
  /// `/…/flags` after `~` or `!~`.
  case regex
  /// A regex that its line does not close.
  case unterminatedRegex

  case equal, notEqual, identical, less, lessOrEqual, greater, greaterOrEqual
  case matches, notMatches
  /// An operator of other languages, such as `&&` or `<>`, kept for a message that teaches ours.
  case foreignOperator

  case leftParenthesis, rightParenthesis
  /// `[`, `]`, `{` or `}`: no part of a sentence, but they keep a statement open across lines.
  case leftBracket, rightBracket
  case comma, bar, semicolon
  case newline, comment
  /// A control character, or bytes that are no UTF-8.
  case unknown
  case endOfText

  var isTrivia: Bool { self == .newline || self == .comment }

  /// True for `=`, `<`, `~` and their kin: after a field, a comparison follows.
  var isComparison: Bool {
    switch self {
    case .equal, .notEqual, .identical, .less, .lessOrEqual, .greater, .greaterOrEqual, .matches,
      .notMatches:
      true
    default: false
    }
  }

  var isAnyString: Bool {
    self == .string || self == .unterminatedString || self == .curlyString
  }
}

/// One token: what and where, in nine bytes (twelve with padding). Its text is looked up when asked for.
struct Token: Hashable, Sendable {
  var kind: TokenKind
  private var start: UInt32
  private var length: UInt32

  init(_ kind: TokenKind, offset: Int, endOffset: Int) {
    self.kind = kind
    self.start = UInt32(offset)
    self.length = UInt32(endOffset - offset)
  }

  var offset: Int { Int(start) }
  var endOffset: Int { Int(start) + Int(length) }
  var range: SourceRange { SourceRange(offset, endOffset) }
}
