import TrailText

/// Reads one sentence by recursive descent, and never fails: what is wrong becomes a diagnostic.
///
/// The manners, so that the files beside this one read alike:
/// * One function a production, named `parseX`. Those that pass tokens are `mutating`.
/// * `eat…` tests and passes in one step, so that what was tested is what is passed.
/// * `expecting` says what the grammar allows at this point. It costs nothing until the text has ended there, and
///   then it is what completion offers: completion cannot drift from the grammar.
/// * Whoever reports a mistake also goes on as if it had been mended, or skips, but only tokens that are weaker than
///   those that others wait for (see `Parser+Recovery.swift`).
/// * A loop passes a token each time round (`LoopProgress`), and nesting is counted (`QueryLimits`).
struct Parser {
  let bytes: [UInt8]
  /// Without comments and line ends; the last is `endOfText`.
  let tokens: [Token]
  /// What is added to each offset, where the sentence is a part of a longer text.
  let base: Int
  /// Whether `$1` may stand for a time or a number, as it may in the definition of a saved query.
  let acceptsPlaceholders: Bool

  private(set) var position = 0
  private(set) var diagnostics: [Diagnostic] = []
  private(set) var expectations: [Expectation] = []
  /// True once something was missing at the end of the text: nothing that would come after it is allowed there.
  private var isEndReported = false
  /// What each token passed so far was passed as; `nil` for those not reached.
  private(set) var classes: [SyntaxClass?]
  /// Words that were misspelt keywords, by the position of their token.
  var corrections: [Int: Keyword] = [:]
  var nesting = 0
  /// True once brackets were given up as nested too deep: that they are not closed is no further mistake.
  var hasAbandonedBrackets = false
  /// Where the bar of the first stage is, once there is one.
  var firstBarOffset: Int?

  init(_ bytes: [UInt8], base: Int = 0, acceptsPlaceholders: Bool = false) {
    self.bytes = bytes
    self.base = base
    self.acceptsPlaceholders = acceptsPlaceholders
    self.tokens = Lexer.tokens(of: bytes).filter { !$0.kind.isTrivia }
    self.classes = Array(repeating: nil, count: tokens.count)
  }
}

// MARK: Looking

extension Parser {
  var current: Token { tokens[position] }

  var isAtEnd: Bool { current.kind == .endOfText }

  /// Returns the token `distance` further on, or the end of the text.
  func peek(_ distance: Int) -> Token { tokens[min(position + distance, tokens.count - 1)] }

  func token(at index: Int) -> Token { tokens[min(index, tokens.count - 1)] }

  func at(_ kind: TokenKind) -> Bool { current.kind == kind }

  func at(_ keyword: Keyword) -> Bool { self.keyword(at: position) == keyword }

  /// Returns the keyword that a token spells, or was probably meant to spell.
  func keyword(at index: Int) -> Keyword? {
    let token = token(at: index)
    guard token.kind == .word else { return nil }
    if let correction = corrections[index] { return correction }
    guard token.endOffset - token.offset <= Self.longestKeyword else { return nil }
    return Keyword(rawValue: text(of: token).lowercased())
  }

  private static let longestKeyword = Keyword.allCases.map(\.rawValue.utf8.count).max() ?? 0

  /// Returns the token's bytes as text.
  func text(of token: Token) -> String {
    String(decoding: bytes[token.offset..<token.endOffset], as: UTF8.self)
  }

  /// Returns the text between two offsets of this sentence (without `base`).
  func text(from lower: Int, to upper: Int) -> String {
    String(decoding: bytes[lower..<max(lower, upper)], as: UTF8.self)
  }

  func range(of token: Token) -> SourceRange { token.range.shifted(by: base) }

  /// True where no space lies between a token and the one after it.
  func isJoined(_ index: Int) -> Bool {
    index + 1 < tokens.count && tokens[index + 1].kind != .endOfText
      && tokens[index].endOffset == tokens[index + 1].offset
  }

  /// The place right after the last token passed: where something is missing.
  var placeAfterPrevious: SourceRange {
    SourceRange.at((position == 0 ? 0 : tokens[position - 1].endOffset) + base)
  }

  /// The range from a token passed earlier to the last one passed.
  func range(from start: Int) -> SourceRange {
    let lower = token(at: start).offset
    let upper = position > start ? tokens[position - 1].endOffset : lower
    return SourceRange(lower, max(lower, upper)).shifted(by: base)
  }

  /// How a message names a token.
  func describe(_ token: Token) -> String {
    token.kind == .endOfText ? "the end" : "`\(text(of: token))`"
  }

  /// Notes what the grammar allows here, where the text has ended.
  mutating func expecting(_ allowed: Expectation...) {
    if isAtEnd, !isEndReported { expectations.append(contentsOf: allowed) }
  }
}

// MARK: Passing

extension Parser {
  /// Passes the current token, which is a `class`. The end of the text is never passed.
  @discardableResult
  mutating func advance(as class: SyntaxClass) -> Token {
    let token = current
    if token.kind != .endOfText {
      classes[position] = `class`
      position += 1
    }
    return token
  }

  mutating func eat(_ kind: TokenKind, as class: SyntaxClass) -> Token? {
    at(kind) ? advance(as: `class`) : nil
  }

  /// Passes a keyword if it is here; where the text has ended, notes that it could be.
  mutating func eat(_ keyword: Keyword, as class: SyntaxClass = .keyword) -> Token? {
    expecting(.keyword(keyword.rawValue))
    return at(keyword) ? advance(as: `class`) : nil
  }
}

// MARK: Reporting

extension Parser {
  /// Adds a diagnostic, unless there are enough of them or the last one is about the same place.
  mutating func report(
    _ code: SyntaxCode, _ message: String, at range: SourceRange, severity: Severity = .error,
    label: String? = nil, notes: [String] = [], fixIt: FixIt? = nil
  ) {
    if isAtEnd, severity == .error { isEndReported = true }
    guard diagnostics.count < QueryLimits.maximumDiagnostics else { return }
    if let last = diagnostics.last?.range, last.lowerBound == range.lowerBound,
      !last.isEmpty || range.isEmpty,
      severity == .error
    {
      return
    }
    diagnostics.append(
      Diagnostic(
        code.code, message, at: range, severity: severity, label: label, notes: notes, fixIt: fixIt)
    )
  }

  /// Reports that a token should be written otherwise, and offers that.
  mutating func report(
    _ code: SyntaxCode, _ message: String, replacing range: SourceRange, with replacement: String,
    notes: [String] = []
  ) {
    report(
      code, message, at: range, label: "write `\(replacement)`", notes: notes,
      fixIt: FixIt(replace: range, with: replacement))
  }
}

extension Parser {
  /// Where the last diagnostic is about a bracket that should close at the same place, closes this one with it.
  mutating func closeWithPrevious(at place: SourceRange) -> Bool {
    guard let last = diagnostics.last, last.code == SyntaxCode.unclosedBracket.code,
      last.fixIt?.range == place
    else { return false }
    diagnostics[diagnostics.count - 1].fixIt?.replacement += ")"
    return true
  }
}
