package import TrailText

/// What the grammar allows where the cursor is, and what is known of the rest of the sentence.
///
///     let site = CompletionSite(in: "events where user=bob and name=Del", cursor: 34)
///     site.allowed   // a value of `name`
///     site.prefix    // "Del", at 31..<34
///     site.partial   // events where user = bob
package struct CompletionSite: Sendable {
  /// What may stand here, in the order in which the grammar has it, each once. Empty inside comments and patterns,
  /// and right behind a quote that closes.
  package var allowed: [Expectation]
  /// What has been typed of it, without its quotes, escapes resolved.
  package var prefix: String
  /// What a completion replaces: from the start of what was typed (its quote included) to the cursor.
  package var range: SourceRange
  /// The quote that was typed before it, where there is one; `range` includes it.
  package var quote: Character?
  /// The rest of the sentence as far as it can be read, without gaps: what values are to be counted under.
  package var partial: QuerySyntax?

  /// - Parameters:
  ///   - text: One statement, complete or not, whose first word is its source.
  ///   - cursor: A byte offset; outside the text, its nearest end.
  /// - Complexity: O(length of `text`).
  package init(in text: String, cursor: Int) {
    let bytes = Array(text.utf8)
    let cursor = min(max(cursor, 0), bytes.count)
    let tokens = Lexer.tokens(of: bytes)
    let piece = Piece(tokens, bytes, cursor: cursor)
    range = SourceRange(piece.start, cursor)
    prefix = piece.prefix
    quote = piece.quote
    allowed = []
    if !piece.isOpaque {
      var parser = Parser(Array(bytes[..<piece.start]))
      _ = parser.parseQuery()
      allowed = Self.distinct(parser.expectations).filter { piece.admits($0) }
    }
    partial = Self.partial(of: bytes, without: SourceRange(piece.start, piece.end), allowed)
  }

  private static func distinct(_ expectations: [Expectation]) -> [Expectation] {
    var seen: Set<Expectation> = []
    return expectations.filter { seen.insert($0).inserted }
  }

  /// Reads the sentence with the piece under the cursor blanked, which keeps all places as they are.
  private static func partial(
    of bytes: [UInt8], without piece: SourceRange, _ allowed: [Expectation]
  ) -> QuerySyntax? {
    var blanked = bytes
    for offset in piece.lowerBound..<piece.upperBound { blanked[offset] = UInt8(ascii: " ") }
    var parser = Parser(blanked)
    guard var query = parser.parseQuery() else { return nil }
    for expectation in allowed {
      guard case .comparison(let field) = expectation, field.steps.count == 1,
        !Vocabulary.words.contains(field.steps[0].lowercased())
      else { continue }
      query.predicate = query.predicate?.removingWord(at: field.range)
      query.stages = query.stages.map { $0.removingWord(at: field.range) }
    }
    query.predicate = query.predicate?.withoutGaps()
    // The steps of a sequence are of different events: none of them says anything of another's values.
    query.sequence = []
    // What values there are does not depend on when they could be known.
    query.clauses.removeAll { [.within, .by, .asOf].contains($0.keyword) }
    query.stages = query.stages.compactMap { $0.withoutGaps() }
    return query
  }
}

extension StageSyntax {
  fileprivate func removingWord(at place: SourceRange) -> StageSyntax {
    guard case .filter(let predicate) = kind else { return self }
    return StageSyntax(.filter(predicate.removingWord(at: place)), range: range)
  }

  fileprivate func withoutGaps() -> StageSyntax? {
    guard case .filter(let predicate) = kind else { return self }
    return predicate.withoutGaps().map { StageSyntax(.filter($0), range: range) }
  }
}

/// The piece of text that the cursor is in or behind.
private struct Piece {
  var start: Int
  /// Where the piece ends, behind the cursor where it is in its middle.
  var end: Int
  var prefix = ""
  var quote: Character?
  /// True where nothing can be completed: in a comment or pattern, or right behind a closing quote.
  var isOpaque = false
  /// True for a path with a quoted step.
  private var isQuotedPath = false

  init(_ tokens: [Token], _ bytes: [UInt8], cursor: Int) {
    start = cursor
    end = cursor
    guard let index = tokens.firstIndex(where: { $0.offset < cursor && cursor <= $0.endOffset })
    else { return }
    let token = tokens[index]
    switch token.kind {
    case .comment, .regex, .unterminatedRegex: isOpaque = true
    case .word:
      take(token, from: token.offset)
      prefix = String(decoding: bytes[start..<cursor], as: UTF8.self)
      extendPath(tokens, index, bytes, cursor)
    case .string, .unterminatedString, .curlyString:
      let isClosed = token.kind == .string && cursor == token.endOffset
      if isClosed {
        isOpaque = true
        return
      }
      take(token, from: token.offset)
      let opened = Token(.unterminatedString, offset: token.offset, endOffset: cursor)
      let isCurly = token.kind == .curlyString
      quote = isCurly ? "\"" : Character(Unicode.Scalar(bytes[token.offset]))
      prefix =
        isCurly
        ? String(decoding: bytes[min(token.offset + 3, cursor)..<cursor], as: UTF8.self)
        : StringLiteral.decode(bytes, opened, as: .plain).text
      extendPath(tokens, index, bytes, cursor)
    default: break
    }
  }

  private mutating func take(_ token: Token, from offset: Int) {
    start = offset
    end = token.endOffset
  }

  /// Takes the earlier steps of a path in as well: `req.` of `req."odd`.
  private mutating func extendPath(_ tokens: [Token], _ index: Int, _ bytes: [UInt8], _ cursor: Int)
  {
    var index = index
    while index > 0, tokens[index - 1].endOffset == tokens[index].offset {
      let isAfterDot =
        tokens[index - 1].kind == .word && tokens[index].kind.isAnyString
        && bytes[tokens[index].offset - 1] == UInt8(ascii: ".")
      let isBeforeDot =
        tokens[index - 1].kind == .string && tokens[index].kind == .word
        && bytes[tokens[index].offset] == UInt8(ascii: ".")
      guard isAfterDot || isBeforeDot else { return }
      index -= 1
      start = tokens[index].offset
      prefix = String(decoding: bytes[start..<cursor], as: UTF8.self)
      quote = nil
      isQuotedPath = true
    }
  }

  /// True where what was typed so far could become this.
  func admits(_ expectation: Expectation) -> Bool {
    if isQuotedPath { return expectation == .field }
    guard quote != nil else { return true }
    switch expectation {
    case .value, .name, .argument, .time, .newName, .field: return true
    default: return false
    }
  }
}
