import Testing
import TrailLanguage
import TrailText

/// What bounds a sentence, and the messages at the bounds.
@Suite struct LimitTests {
  /// The codes that no line of `invalid.tq` can show.
  static let codes: Set<String> = [
    SyntaxCode.emptySentence.rawValue, SyntaxCode.sentenceTooLong.rawValue,
    SyntaxCode.nestingTooDeep.rawValue,
  ]

  @Test(arguments: ["", "   ", "\n\n", "# only a comment"])
  func emptySentence(_ text: String) {
    let parsed = QueryParser.parse(text)
    #expect(parsed.syntax == nil)
    #expect(parsed.diagnostics.map(\.code.rawValue) == [SyntaxCode.emptySentence.rawValue])
  }

  @Test func tooLongSentenceIsRejected() {
    let values = String(repeating: "x, ", count: QueryLimits.maximumSentenceBytes / 3 + 1)
    let parsed = QueryParser.parse("events where name in (\(values)x)")
    #expect(parsed.diagnostics.map(\.code.rawValue) == [SyntaxCode.sentenceTooLong.rawValue])
  }

  @Test func longListOfValuesIsRead() {
    let values = (0..<20_000).map { "name-\($0)" }.joined(separator: ", ")
    #expect(QueryParser.parse("events where name in (\(values))").isValid)
  }

  @Test(arguments: ["(", "not ", "(not "])
  func nestingIsBounded(_ opening: String) {
    let levels = opening == "(not " ? 2 : 1
    let allowed = QueryLimits.maximumNesting / levels
    for (count, isAllowed) in [(allowed, true), (allowed + 1, false), (100_000, false)] {
      let closing = opening.hasPrefix("(") ? String(repeating: ")", count: count) : ""
      let text = "events where " + String(repeating: opening, count: count) + "denied" + closing
      let codes = QueryParser.parse(text).diagnostics.map(\.code.rawValue)
      #expect(codes.contains(SyntaxCode.nestingTooDeep.rawValue) != isAllowed, "\(count)")
    }
  }

  @Test func diagnosticsAreBounded() {
    let text = "events where " + (0..<100).map { "x\($0) <> 1" }.joined(separator: " && ")
    #expect(QueryParser.parse(text).diagnostics.count == QueryLimits.maximumDiagnostics)
  }
}
