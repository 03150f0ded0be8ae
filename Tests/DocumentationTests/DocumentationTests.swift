import Foundation
import Testing

/// What the documentation shows is what the program does.
@Suite struct DocumentationTests {
  static func transcripts(of file: String) throws -> [Transcript] {
    let text = try String(contentsOf: TrailqProcess.root.appending(path: file), encoding: .utf8)
    return Transcript.all(in: text)
  }

  @Test func theReadmeOpensWithASession() throws {
    let first = try #require(try Self.transcripts(of: "README.md").first)
    #expect(first.line < 12 && first.statements.count > 0)
  }

  @Test(arguments: try transcripts(of: "README.md"))
  func everyTranscriptIsTrue(transcript: Transcript) throws {
    let outcome = try TrailqProcess.run(
      transcript.command, input: transcript.statements.map { $0 + "\n" }.joined())
    let printed = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(Transcript.comparable(printed) == Transcript.comparable(transcript.answers))
  }
}
