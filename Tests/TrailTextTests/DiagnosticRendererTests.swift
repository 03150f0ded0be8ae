import Testing
import TrailText

@Suite struct DiagnosticRendererTests {
  private static func diagnostic(
    _ lower: Int, _ upper: Int, label: String? = nil, fix: String? = nil
  ) -> Diagnostic {
    let range = SourceRange(lower, upper)
    return Diagnostic(
      "some-code", "it is wrong", at: range, label: label,
      fixIt: fix.map { FixIt(replace: range, with: $0) })
  }

  @Test func promptForm() {
    let source = SourceText("events where nmae=x")
    let text = DiagnosticRenderer().render(
      [Self.diagnostic(13, 17, label: "did you mean `name`?", fix: "name")], in: source)
    #expect(
      text == """
        error: it is wrong
          events where nmae=x
                       ^^^^ did you mean `name`?
        try:  events where name=x

        """)
  }

  @Test func scriptForm() {
    let source = SourceText("last\n  events foo\n", name: "a.trailq", firstLine: 3)
    let text = DiagnosticRenderer().render([Self.diagnostic(14, 17)], in: source)
    #expect(
      text == """
        a.trailq:4:10: error[some-code]: it is wrong
            events foo
                   ^^^

        """)
  }

  @Test func underlineCountsColumns() {
    let source = SourceText("日本\tx = é")
    let text = DiagnosticRenderer().render([Self.diagnostic(7, 8)], in: source)
    #expect(text.contains("\n  日本 x = é\n       ^\n"))
  }

  @Test(arguments: [(0, 3), (500, 510), (990, 1_000), (100, 900)])
  func longLinesAreCut(_ lower: Int, _ upper: Int) {
    let source = SourceText(String(repeating: "0123456789", count: 100))
    let renderer = DiagnosticRenderer(width: 60)
    let lines = renderer.render([Self.diagnostic(lower, upper)], in: source).split(separator: "\n")
    #expect(lines.allSatisfy { DisplayWidth.of($0) <= 60 })
    // The first mark stands under the first character of the range.
    let column = lines[2].prefix { $0 == " " }.count
    #expect(Array(lines[1])[column] == Character(String(lower % 10)))
  }

  @Test func controlCharactersAreShownNotSent() {
    let source = SourceText("a \u{1B}[31m\u{7}b")
    let text = DiagnosticRenderer().render([Self.diagnostic(2, 3)], in: source)
    #expect(!text.contains("\u{1B}"))
    #expect(text.contains("␛[31m␇"))
  }

  @Test func noSuggestionWhereSomethingCannotBeMended() {
    let source = SourceText("abc")
    let both = [Self.diagnostic(0, 1, fix: "x"), Self.diagnostic(1, 2)]
    #expect(!DiagnosticRenderer().render(both, in: source).contains("try:"))
    let mended = [Self.diagnostic(2, 3, fix: "z"), Self.diagnostic(0, 1, fix: "x")]
    #expect(DiagnosticRenderer().render(mended, in: source).hasSuffix("try:  xbz\n"))
  }

  @Test func overlappingMendsAreLeftOut() {
    let fixIts = [
      FixIt(replace: SourceRange(0, 3), with: "X"), FixIt(replace: SourceRange(1, 2), with: "Y"),
      FixIt(replace: SourceRange(3, 3), with: "Z"), FixIt(replace: SourceRange(9, 12), with: "no"),
    ]
    #expect(FixIt.apply(fixIts, to: "abcdef", in: SourceRange(0, 6)) == "XZdef")
    #expect(FixIt.apply(fixIts, to: "abcdef", in: SourceRange(2, 4)) == "cZd")
  }

  @Test func coloursChangeNoLayout() {
    let source = SourceText("events where nmae=x")
    let list = [Self.diagnostic(13, 17, label: "here", fix: "name")]
    let coloured = DiagnosticRenderer(decorator: ANSIDecorator()).render(list, in: source)
    #expect(coloured.contains("\u{1B}[1;31merror:\u{1B}[0m"))
    let stripped = coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "")
    #expect(stripped == DiagnosticRenderer().render(list, in: source))
  }

  @Test func longWordsInMessagesAreCut() {
    let word = String(repeating: "w", count: 500)
    let diagnostic = Diagnostic("some-code", "unknown field `\(word)`", at: SourceRange(0, 1))
    let text = DiagnosticRenderer().render([diagnostic], in: SourceText("x"))
    #expect(text.split(separator: "\n")[0].count < 100)
  }
}
