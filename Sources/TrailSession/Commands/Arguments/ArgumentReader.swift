internal import TrailEngine
internal import TrailLanguage
internal import TrailRecord
internal import TrailText

/// Reads what follows a command, piece by piece.
///
/// Pieces are parted by white space, as in people's shells: quotes keep white space together, `\` keeps the next
/// character, a `#` that begins a piece begins a comment. A piece may be a pair `name=value`, and a piece or value that
/// begins with `{` or `[` is taken to the bracket that closes it, as it stands.
struct ArgumentReader {
  let invocation: Invocation
  private let bytes: [UInt8]
  private var offset: Int

  init(_ invocation: Invocation) {
    self.invocation = invocation
    bytes = Array(invocation.statement.text.utf8)
    offset = bytes.count - invocation.rest.text.utf8.count
  }

  // MARK: Pieces

  /// The next piece, which stays where it is; nil at the end. Throws `Diagnostics` for a quote or bracket that is
  /// never closed.
  func peek() throws -> Argument? {
    var copy = self
    return try copy.next()
  }

  /// Takes the next piece.
  mutating func next() throws -> Argument? {
    skipSpace()
    guard offset < bytes.count else { return nil }
    return try piece()
  }

  var isAtEnd: Bool {
    var copy = self
    copy.skipSpace()
    return copy.offset >= bytes.count
  }

  /// Where the next piece begins.
  var place: SourceRange {
    var copy = self
    copy.skipSpace()
    return .at(copy.offset)
  }

  /// What has not been read yet, as a statement in the same source.
  var tail: PlacedStatement { invocation.statement.tail(from: place.lowerBound) }

  // MARK: What pieces mean

  /// Takes the next piece where it is one of these words, in any letter case and without quotes.
  mutating func take(_ words: String...) throws -> Argument? {
    try take(among: words)
  }

  /// The same for words in a list; the result's text is spelt as there.
  mutating func take(among words: [String]) throws -> Argument? {
    guard let piece = try peek(), piece.form == .bare,
      let word = words.first(where: { $0 == piece.text.lowercased() })
    else { return nil }
    _ = try next()
    return Argument(word, range: piece.range)
  }

  /// Takes the next piece, whatever it is. Throws `Diagnostics` at the end.
  mutating func word(_ meaning: String) throws -> Argument {
    guard let piece = try next() else { throw missing(meaning) }
    return piece
  }

  /// Takes a pair such as `key=a.csv` or `key = a.csv`, where the next piece is one.
  mutating func pair() throws -> ArgumentPair? {
    var ahead = self
    ahead.skipSpace()
    guard let name = ahead.pairName() else { return nil }
    ahead.offset += 1
    if ahead.offset < bytes.count, Self.isSpace(bytes[ahead.offset]), name.hasSpace {
      ahead.skipSpace()
    }
    let start = ahead.offset
    let value =
      ahead.offset < bytes.count && !Self.isSpace(bytes[ahead.offset])
      ? try ahead.piece() : Argument("", range: .at(start))
    self = ahead
    return ArgumentPair(name: name.argument, value: value)
  }

  /// Takes a whole number of at least `least`.
  mutating func number(_ meaning: String, least: Int = 1) throws -> Int {
    let piece = try word(meaning)
    guard let number = Int(piece.text.filter { $0 != "," && $0 != "_" }), number >= least else {
      throw wrong(
        "`\(piece.text)` is no \(meaning): a whole number from \(least) is needed", at: piece.range)
    }
    return number
  }

  /// Takes a length of time, in milliseconds.
  mutating func duration(_ meaning: String) throws -> Int64 {
    try ClockArgument.duration(try word(meaning), invocation)
  }

  /// Takes a time by the simulated world's clock, in milliseconds since 1970 UTC.
  mutating func time(_ meaning: String) throws -> Int64 {
    try ClockArgument.time(try word(meaning), now: invocation.session.worldTime, invocation)
  }

  /// Takes a JSON value, in brackets or in quotes.
  mutating func json(_ meaning: String) throws -> (value: JSONValue, argument: Argument) {
    let piece = try word(meaning)
    return (try piece.json(), piece)
  }

  /// Takes a place in S3: `s3://bucket` or `s3://bucket/key`; a bare bucket name is understood too.
  mutating func s3Path(_ meaning: String) throws -> S3Path {
    let piece = try word(meaning)
    guard let path = S3Path(piece.text, range: piece.range) else {
      throw wrong(
        "`\(piece.text)` is no place in S3: s3://BUCKET or s3://BUCKET/KEY", at: piece.range)
    }
    return path
  }

  // MARK: What is wrong

  /// Throws where anything is left.
  func finish(expected: [String] = []) throws {
    if let error = try unexpected(expected) { throw error }
  }

  /// The error for the next piece, which is none of what could stand there; nil at the end.
  ///
  /// - Parameter expected: as help writes it: `from IP`, `name=value`. Its first words are what a typing error is
  ///   compared with.
  func unexpected(_ expected: [String]) throws -> Diagnostics? {
    guard let piece = try peek() else { return nil }
    let words = expected.compactMap { $0.split(whereSeparator: { " [=|".contains($0) }).first }
      .map(String.init)
    let near =
      piece.form == .bare
      ? NearestNames.find(piece.text, in: words).first ?? Self.begun(piece.text, words) : nil
    let shown = piece.form == .bracketed ? "this value in brackets" : "`\(piece.text)`"
    let message =
      expected.isEmpty
      ? "nothing more is expected here than `\(invocation.command.name)` has already"
      : "\(shown) is nothing that `\(invocation.command.name)` knows here"
    var notes: [String] = []
    if !expected.isEmpty { notes.append("possible: " + expected.joined(separator: ", ")) }
    notes.append("`help \(invocation.command.name)` explains")
    return Diagnostics(
      Diagnostic(
        "usage", message, at: piece.range, label: near.map { "did you mean `\($0)`?" },
        notes: notes, fixIt: near.map { FixIt(replace: piece.range, with: $0) }))
  }

  /// The only word that begins so, where a word was left unfinished.
  private static func begun(_ text: String, _ words: [String]) -> String? {
    let begun = Set(words.filter { text.utf8.count > 1 && $0.hasPrefix(text.lowercased()) })
    return begun.count == 1 ? begun.first : nil
  }

  private func missing(_ meaning: String) -> Diagnostics {
    wrong("expected here: \(meaning)", at: .at(invocation.statement.text.utf8.count))
  }

  /// The error for a piece that is wrong by itself: with the right form where that is short, else where to find it.
  func wrong(_ message: String, at range: SourceRange) -> Diagnostics {
    let command = invocation.command
    let notes =
      command.forms.count == 1
      ? ["usage: \(command.forms[0])"] : ["`help \(command.name)` explains"]
    return Diagnostics(Diagnostic("usage", message, at: range, notes: notes))
  }
}

/// `name=value` as it was written.
struct ArgumentPair: Hashable {
  var name: Argument
  var value: Argument
}

/// A place in S3.
struct S3Path: Hashable {
  var bucket: String
  /// What follows the bucket's name and a slash; empty for the bucket itself.
  var key: String
  var range: SourceRange

  init?(_ text: String, range: SourceRange) {
    let rest = text.hasPrefix("s3://") ? text.dropFirst(5) : text[...]
    let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let bucket = parts.first, !bucket.isEmpty, !rest.contains("://") else { return nil }
    self.bucket = String(bucket)
    key = parts.count > 1 ? String(parts[1]) : ""
    self.range = range
  }
}

extension Argument {
  /// The JSON value that the text is. Throws `Diagnostics` that points at the byte where it stops being JSON.
  func json() throws -> JSONValue {
    do {
      return try JSONParser.parse(text)
    } catch {
      let start = form == .bracketed ? min(range.lowerBound + error.offset, range.upperBound) : nil
      throw Diagnostics(
        Diagnostic(
          "bad-json", "this is no JSON: \(error.reason.rawValue)",
          at: start.map { SourceRange($0, max($0, range.upperBound)) } ?? range))
    }
  }
}

// MARK: Scanning

extension ArgumentReader {
  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  private mutating func skipSpace() {
    while offset < bytes.count {
      if Self.isSpace(bytes[offset]) {
        offset += 1
      } else if bytes[offset] == UInt8(ascii: "#") {
        while offset < bytes.count, bytes[offset] != 0x0A { offset += 1 }
      } else {
        return
      }
    }
  }

  /// Passes the name of a pair up to its `=`; nil, and nothing is passed that matters, where there is none.
  private mutating func pairName() -> (argument: Argument, hasSpace: Bool)? {
    let start = offset
    while offset < bytes.count, Self.belongsToName(bytes[offset]) { offset += 1 }
    let end = offset
    guard end > start else { return nil }
    while offset < bytes.count, bytes[offset] == 0x20 { offset += 1 }
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: "=") else { return nil }
    let name = String(decoding: bytes[start..<end], as: UTF8.self)
    return (Argument(name, range: SourceRange(start, end)), offset > end)
  }

  private static func belongsToName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "."), UInt8(ascii: ":"):
      true
    default: false
    }
  }

  private mutating func piece() throws -> Argument {
    let start = offset
    let first = bytes[start]
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "["), !isPlaceholder(at: start) {
      return try bracketed()
    }
    var word: [UInt8] = []
    var quote: (mark: UInt8, offset: Int)?
    while offset < bytes.count {
      let byte = bytes[offset]
      if let open = quote {
        if byte == open.mark {
          quote = nil
        } else if byte == UInt8(ascii: "\\"), offset + 1 < bytes.count,
          bytes[offset + 1] == open.mark || bytes[offset + 1] == UInt8(ascii: "\\")
        {
          offset += 1
          word.append(bytes[offset])
        } else {
          word.append(byte)
        }
      } else if Self.isSpace(byte) {
        break
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = (byte, offset)
      } else if byte == UInt8(ascii: "\\"), offset + 1 < bytes.count {
        offset += 1
        word.append(bytes[offset])
      } else if byte == UInt8(ascii: "="), isBracket(at: offset + 1), !isPlaceholder(at: offset + 1)
      {
        // The value of a pair; as a piece it is taken whole.
        word.append(byte)
        offset += 1
        word += Array(try bracketed().text.utf8)
        continue
      } else {
        word.append(byte)
      }
      offset += 1
    }
    if let quote {
      throw Diagnostics(
        Diagnostic(
          "unclosed-quote", "this quote is never closed", at: SourceRange(quote.offset, bytes.count)
        ))
    }
    let isQuoted = first == UInt8(ascii: "\"") || first == UInt8(ascii: "'")
    return Argument(
      String(decoding: word, as: UTF8.self), range: SourceRange(start, offset),
      form: isQuoted ? .quoted : .bare)
  }

  private func isBracket(at place: Int) -> Bool {
    place < bytes.count
      && (bytes[place] == UInt8(ascii: "{") || bytes[place] == UInt8(ascii: "["))
  }

  /// `{n}`, which repeated calls count with.
  private func isPlaceholder(at place: Int) -> Bool {
    bytes[place...].starts(with: "{n}".utf8)
  }

  /// Takes a value in brackets as it stands; brackets in JSON's strings do not count.
  private mutating func bracketed() throws -> Argument {
    let start = offset
    var depth = 0
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "\""):
        offset += 1
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
          offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
        }
      default: break
      }
      offset += 1
      if depth == 0 {
        offset = min(offset, bytes.count)
        return Argument(
          String(decoding: bytes[start..<offset], as: UTF8.self),
          range: SourceRange(start, offset), form: .bracketed)
      }
    }
    offset = bytes.count
    throw Diagnostics(
      Diagnostic(
        "unclosed-bracket", "this bracket is never closed", at: SourceRange(start, start + 1)))
  }
}
