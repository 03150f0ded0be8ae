import Testing
import TrailRecord

@testable import TrailPattern

/// Random patterns on random events: the matcher, the index and a plain matcher of the tests must agree.
@Suite struct RandomPatternTests {
  @Test(arguments: 0..<20)
  func everythingAgrees(part: UInt64) throws {
    var decided = (matches: 0, others: 0)
    for seed in 0..<50 {
      var generator = PatternGenerator(seed: part * 1_000 + UInt64(seed))
      let written = (0..<8).map { _ in generator.pattern() }
      let valid = written.compactMap { json in
        (try? EventPattern(Self.text(json))).map { (pattern: $0, naive: NaiveMatcher(json)) }
      }
      #expect(valid.count > 3)
      var index = EventPatternIndex()
      var present: Set<Int> = []
      for turn in 0..<8 {
        // Rules come and go between events.
        for id in valid.indices {
          if generator.below(3) == 0 {
            index.remove(id: id)
            present.remove(id)
          } else if generator.below(2) == 0 {
            index.add(valid[id].pattern, id: id)
            present.insert(id)
          }
        }
        let event =
          turn % 3 == 0 ? generator.event() : generator.event(near: written[turn % written.count])
        let expected = valid.indices.filter { valid[$0].naive.matches(event) }
        let note = "\(seed): \(Self.text(event))"
        for (id, rule) in valid.enumerated() {
          let isMatch = expected.contains(id)
          #expect(rule.pattern.matches(event) == isMatch, "\(rule.pattern) \(note)")
          let explanation = rule.pattern.explanation(of: event)
          #expect(
            explanation.allSatisfy { $0.outcome == .matches } == isMatch, "\(rule.pattern) \(note)")
          if isMatch { decided.matches += 1 } else { decided.others += 1 }
        }
        let found = index.matches(Array(Self.text(event).utf8))
        #expect(found == expected.filter { present.contains($0) }, "\(note)")
        #expect(index.matches(event) == found)
        #expect(index.count == present.count)
      }
    }
    #expect(decided.matches > 150 && decided.others > 1_000)
  }

  @Test func whatIsPrintedIsThePattern() throws {
    for seed in 0..<2_000 {
      var generator = PatternGenerator(seed: 77_000 + UInt64(seed))
      guard let pattern = try? EventPattern(Self.text(generator.pattern())) else { continue }
      let again = try EventPattern(pattern.description)
      #expect(again.branches == pattern.branches)
      #expect(again.description == pattern.description)
    }
  }

  static func text(_ value: JSONValue) -> String {
    String(decoding: JSONWriter.bytes(value), as: UTF8.self)
  }
}
