import Testing
import TrailLanguage
import TrailText

@Suite struct SyntaxClassifierTests {
  private static func describe(_ text: String, commands: Set<String> = []) -> String {
    let bytes = Array(text.utf8)
    return SyntaxClassifier.classify(text, commands: commands).map { span in
      let range = span.range.lowerBound..<span.range.upperBound
      return "\(span.kind.rawValue):\(String(decoding: bytes[range], as: UTF8.self))"
    }.joined(separator: " ")
  }

  @Test(arguments: [
    (
      "events where user = bob and not denied since 1h | count by user",
      "keyword:events keyword:where field:user operator:= string:bob operator:and operator:not word:denied "
        + "keyword:since time:1h operator:| stage:count keyword:by field:user"
    ),
    (
      "events where n in (1, \"x\") # note",
      "keyword:events keyword:where field:n operator:in bracket:( number:1 operator:, string:\"x\" bracket:) "
        + "comment:# note"
    ),
    ("events | cuont", "keyword:events operator:| error:cuont"), ("ev", "keyword:ev"),
    ("events; last", "keyword:events operator:; keyword:last"),
    ("import a.json 3 'x y'", "keyword:import string:a.json number:3 string:'x y'"),
    ("explain events where denied", "keyword:explain keyword:events keyword:where word:denied"),
    ("imp", "keyword:imp"), ("", ""), ("  ", ""),
    (
      "events where agent ~ /x y/i",
      "keyword:events keyword:where field:agent operator:~ string:/x y/i"
    ),
  ])
  func classes(_ text: String, _ expected: String) {
    #expect(Self.describe(text, commands: ["import", "explain"]) == expected)
  }

  @Test func aThousandBytesTakeAMoment() {
    let text = "events where " + (0..<40).map { "user = name\($0)" }.joined(separator: " and ")
    let clock = ContinuousClock()
    let best = (0..<5).map { _ in clock.measure { _ = SyntaxClassifier.classify(text) } }.min()
    // A debug build on a busy machine; the release build is some forty times faster.
    #expect(best ?? .zero < .milliseconds(100))
  }
}
