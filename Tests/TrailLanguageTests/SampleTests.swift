import Testing
import TrailLanguage
import TrailText
import TrailTestSupport

/// The sentences of `Grammar/valid.tq` and `Grammar/invalid.tq`.
@Suite struct SampleTests {
  @Test(arguments: try Samples.valid())
  func validSentenceIsReadAndPrintedBack(_ sentence: String) throws {
    let parsed = QueryParser.parse(sentence)
    #expect(parsed.diagnostics.map(\.message) == [])
    let syntax = try #require(parsed.syntax)
    let printed = SyntaxPrinter.text(of: syntax)
    let again = QueryParser.parse(printed)
    #expect(again.diagnostics.map(\.message) == [], "\(printed)")
    #expect(again.syntax?.withoutPlaces == syntax.withoutPlaces, "\(printed)")
    #expect(again.syntax.map(SyntaxPrinter.text(of:)) == printed)
  }

  @Test(arguments: try Samples.invalid())
  func invalidSentenceGetsItsCodes(_ sample: InvalidSample) {
    let parsed = QueryParser.parse(sample.sentence)
    #expect(parsed.diagnostics.map(\.code.rawValue) == sample.codes)
  }

  /// What a message offers to run must run.
  @Test(arguments: try Samples.invalid())
  func mendedSentenceIsValid(_ sample: InvalidSample) throws {
    let parsed = QueryParser.parse(sample.sentence)
    guard let mended = Samples.suggestion(for: parsed, sample.sentence) else { return }
    #expect(QueryParser.parse(mended).diagnostics.map(\.message) == [], "\(mended)")
  }

  @Test func everyCodeHasASample() throws {
    let sampled = Set(try Samples.invalid().flatMap(\.codes)).union(LimitTests.codes)
    #expect(SyntaxCode.allCases.map(\.rawValue).filter { !sampled.contains($0) } == [])
  }
}
