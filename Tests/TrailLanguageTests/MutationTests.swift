import Testing
import TrailLanguage
import TrailTestSupport
import TrailText

/// Broken sentences: the parser must end, must not trap, and must say what is wrong.
@Suite struct MutationTests {
  private static let pieces = [
    "(", ")", "and", "or", "not", "|", ",", "=", "~", "in", "exists", "by", "where", "since", "1h",
    "\"", "'", "/", "[", "]", ";", "#", "\n", "“", "”", "@", "\\", "!", "&&", "events", "count",
    "*",
    "\u{0}", "\u{301}", "日本", "\u{1F468}\u{200D}\u{1F469}", "$1", "every", "as", "as x", "..",
    "between",
  ]

  private static func check(_ text: String) {
    let parsed = QueryParser.parse(text)
    if parsed.syntax == nil { #expect(!parsed.diagnostics.isEmpty, "\(text.debugDescription)") }
    let length = text.utf8.count
    for diagnostic in parsed.diagnostics {
      let range = diagnostic.range ?? SourceRange(0, 0)
      #expect(range.lowerBound >= 0 && range.upperBound <= length, "\(text.debugDescription)")
    }
    // What is read without an error is printed as something that is read without an error.
    if parsed.isValid, let syntax = parsed.syntax {
      let printed = SyntaxPrinter.text(of: syntax)
      let again = QueryParser.parse(printed)
      #expect(
        again.syntax?.withoutPlaces == syntax.withoutPlaces, "\(text.debugDescription)\n\(printed)")
    }
    _ = DiagnosticRenderer(width: 40).render(parsed.diagnostics, in: SourceText(text))
    let spans = SyntaxClassifier.classify(text)
    #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.range.upperBound <= $1.range.lowerBound })
    for statement in StatementSplitter.split(text) {
      #expect(statement.range.count == statement.text.utf8.count)
    }
    let middle = text.utf8.index(text.utf8.startIndex, offsetBy: length / 2)
    let site = CompletionSite(
      in: text, cursor: text.utf8.distance(from: text.startIndex, to: middle))
    #expect(site.range.upperBound <= length)
  }

  @Test(arguments: try Samples.valid())
  func tokensDroppedDoubledAndInserted(_ sentence: String) {
    var random = SeededGenerator(seed: UInt64(sentence.utf8.count))
    let words = sentence.split(separator: " ").map(String.init)
    for index in words.indices {
      var dropped = words
      dropped.remove(at: index)
      Self.check(dropped.joined(separator: " "))
      var doubled = words
      doubled.insert(words[index], at: index)
      Self.check(doubled.joined(separator: " "))
      for _ in 0..<3 {
        var inserted = words
        inserted.insert(Self.pieces.randomElement(using: &random) ?? "", at: index)
        Self.check(inserted.joined(separator: " "))
      }
      Self.check(words[...index].joined(separator: " "))
    }
  }

  /// A mark makes one character with the sign before it, which must not hide the sign.
  @Test(arguments: try Samples.valid())
  func marksThatCombineWithWhatStandsBefore(_ sentence: String) {
    for place in sentence.unicodeScalars.indices {
      var marked = sentence.unicodeScalars
      marked.insert("\u{301}", at: place)
      Self.check(String(marked))
    }
  }

  @Test(arguments: 0..<10)
  func piecesInAnyOrder(_ batch: Int) {
    var random = SeededGenerator(seed: UInt64(1_000 + batch))
    for _ in 0..<200 {
      let count = Int.random(in: 0...12, using: &random)
      let separator = Bool.random(using: &random) ? " " : ""
      let text = (0..<count).map { _ in Self.pieces.randomElement(using: &random) ?? "" }
      Self.check("events where " + text.joined(separator: separator))
      Self.check(text.joined(separator: separator))
    }
  }

  @Test(arguments: 0..<5)
  func randomBytes(_ batch: Int) {
    var random = SeededGenerator(seed: UInt64(2_000 + batch))
    for _ in 0..<200 {
      let count = Int.random(in: 0...60, using: &random)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      Self.check(String(decoding: bytes, as: UTF8.self))
    }
  }

  /// Texts whose reading could take a time that grows with the square of their length.
  @Test(arguments: ["\"", "'", "\\\"\n", "(", ")", "“", "a ", "a=", "|", "x\"y ", "/ ~/ "])
  func longRepetitionsEnd(_ piece: String) {
    let text = String(repeating: piece, count: 5_000)
    let parsed = QueryParser.parse("events where " + text)
    #expect(parsed.diagnostics.count <= QueryLimits.maximumDiagnostics)
    #expect(!StatementSplitter.split(text).isEmpty || piece == "#")
    _ = SyntaxClassifier.classify(text)
  }
}
