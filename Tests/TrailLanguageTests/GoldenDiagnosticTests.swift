import Testing
import TrailLanguage
import TrailTestSupport
import TrailText

/// The text of every message that the parser can give: one file, to be read from top to bottom.
@Suite struct GoldenDiagnosticTests {
  @Test func messagesOfInvalidSentences() throws {
    let rendered = try Samples.invalid().map { Self.render($0.sentence) }
    let difference = try GoldenFile("diagnostics/invalid-sentences.txt")
      .difference(from: rendered.joined(separator: "\n"))
    #expect(difference == nil)
  }

  @Test func messagesAtTheLimits() throws {
    let deep = String(repeating: "(", count: QueryLimits.maximumNesting + 1)
    let rendered = ["", "events where \(deep)denied"].map(Self.render).joined(separator: "\n")
    let difference = try GoldenFile("diagnostics/limits.txt").difference(from: rendered)
    #expect(difference == nil)
  }

  /// In a script the same messages come with their place and code.
  @Test func messagesOfAScript() throws {
    let script = """
      # two statements, both wrong
      events where nmae = x sinse 1h
      events
        where user bob
        | cuont by user
      """
    let source = SourceText(script, name: "hunt.trailq")
    let rendered = StatementSplitter.split(script).map { statement in
      let parsed = QueryParser.parse(statement.text, offset: statement.range.lowerBound)
      return DiagnosticRenderer().render(
        parsed.diagnostics, in: source, statement: statement.range)
    }
    let difference = try GoldenFile("diagnostics/script.txt").difference(from: rendered.joined())
    #expect(difference == nil)
  }

  private static func render(_ sentence: String) -> String {
    let diagnostics = QueryParser.parse(sentence).diagnostics
    return "trailq> \(sentence)\n"
      + DiagnosticRenderer().render(diagnostics, in: SourceText(sentence))
  }
}
