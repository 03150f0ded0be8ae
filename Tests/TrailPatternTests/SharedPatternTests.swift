import Foundation
import Testing
import TrailRecord

@testable import TrailPattern

/// Patterns and events that AWS's own matcher was asked about, from `../shared/data`.
@Suite struct SharedPatternTests {
  /// A pattern, an event, and whether AWS's matcher matches them.
  private struct Triple: Decodable {
    let id: Int
    let should_match: Bool
    let pattern_text: String?
    let event_text: String?
  }

  private struct Verdicts: Decodable {
    struct Verdict: Decodable {
      let source: String
      let pattern_text: String
      let valid: Bool
      let error: String?
    }
    let invalid: [Verdict]
    let valid: [Verdict]
  }

  @Test func everyTripleIsDecidedAsByAWS() throws {
    guard let bytes = Self.file("triples.json") else { return }
    let triples = try JSONDecoder().decode([Triple].self, from: Data(bytes))
    guard case .array(let values) = try JSONParser.parse(bytes) else {
      Issue.record("triples.json is no list")
      return
    }
    #expect(triples.count == values.count && triples.count > 300)
    for (triple, value) in zip(triples, values) {
      let written = try #require(value["pattern"])
      let text = triple.pattern_text ?? Self.text(written)
      let writtenEvent = try #require(value["event"])
      let eventText = Array((triple.event_text ?? Self.text(writtenEvent)).utf8)
      let event = try JSONParser.parse(eventText)
      let pattern = try EventPattern(text)
      #expect(pattern.matches(event) == triple.should_match, "\(triple.id): \(text)")
      var index = EventPatternIndex()
      index.add(pattern, id: 7)
      #expect(index.matches(eventText) == (triple.should_match ? [7] : []), "\(triple.id): \(text)")
      let explanation = pattern.explanation(of: event)
      #expect(explanation.allSatisfy { $0.outcome == .matches } == triple.should_match)
    }
  }

  @Test func everyVerdictIsAWSs() throws {
    guard let bytes = Self.file("validity.json") else { return }
    let verdicts = try JSONDecoder().decode(Verdicts.self, from: Data(bytes))
    #expect(verdicts.invalid.count > 50 && verdicts.valid.count > 30)
    for verdict in verdicts.valid {
      #expect(throws: Never.self, "\(verdict.pattern_text)") {
        try EventPattern(verdict.pattern_text)
      }
    }
    for verdict in verdicts.invalid {
      do throws(EventPatternProblem) {
        _ = try EventPattern(verdict.pattern_text)
        Issue.record("accepted: \(verdict.pattern_text)")
      } catch {
        #expect(error.message.hasPrefix("Event pattern is not valid. Reason: "))
        guard let expected = verdict.error else { continue }
        // What localstack asks was printed anew before AWS's matcher saw it.
        let text =
          verdict.source.hasPrefix("localstack")
          ? Self.text(try JSONParser.parse(verdict.pattern_text))
          : verdict.pattern_text
        let reason = #expect(throws: EventPatternProblem.self) { try EventPattern(text) }?.reason
        #expect(reason == expected, "\(verdict.pattern_text)")
      }
    }
  }

  private static func text(_ value: JSONValue) -> String {
    String(decoding: JSONWriter.bytes(value), as: UTF8.self)
  }

  /// The file's bytes; where the data is not, a line says so.
  private static func file(_ name: String) -> [UInt8]? {
    // …/<package>/Tests/TrailPatternTests/SharedPatternTests.swift
    let folder = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()
    let path = "\(folder)/shared/data/event-patterns/\(name)"
    if let data = FileManager.default.contents(atPath: path) { return Array(data) }
    print("SKIPPED: event patterns that AWS's matcher decided: there is no \(path)")
    return nil
  }
}
