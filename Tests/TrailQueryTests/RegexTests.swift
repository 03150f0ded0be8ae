import Testing
import TrailEngine

@Suite struct RegexTests {
  static func isFound(_ pattern: String, _ flags: String = "", in text: String) throws -> Bool {
    let matcher = RegexMatcher(try RegexProgram(pattern, flags: flags))
    return Array(text.utf8).withUnsafeBufferPointer { matcher.isFound(in: $0) }
  }

  @Test(arguments: [
    ("abc", "", "xxabcx", true), ("^abc$", "", "abc", true), ("^b", "", "ab", false),
    ("a|^b", "", "xb", false),
    ("a.c", "", "a\nc", false), ("a.c", "s", "a\nc", true), ("^c", "m", "a\nc", true),
    ("a$", "m", "a\nc", true),
    ("É", "i", "été", true), ("[à-ü]+x", "", "éx", true), ("[^a]", "", "a", false),
    ("日.語", "", "日本語", true),
    (#"\bcat\b"#, "", "a cat!", true), (#"\bcat\b"#, "", "concat", false),
    (#"\Bcat"#, "", "concat", true),
    (#"\d{3}-\d{4}"#, "", "tel 555-0199", true), ("a{2,3}b", "", "ab", false),
    ("(ab){2}", "", "abab", true),
    ("x*", "", "", true), ("(a|b)*?c", "", "ababc", true),
    (#"[\w.-]+@\w+"#, "", "bob.x@corp", true),
    (#"\x41\u{e9}"#, "", "Aé", true), ("[[:digit:]]", "", "a1", true), ("a{,2}b", "", "b", true),
    ("(?<name>a)(?:b)", "", "ab", true), ("[]a]", "", "]", true), ("a{x", "", "a{x", true),
    ("", "", "", true),
    (#"\s"#, "", "5\u{202F}PM", true), ("aab", "", "aaab", true),
    ("lit.*end", "", "a lit b lit end", true),
  ])
  func finds(_ pattern: String, _ flags: String, _ text: String, _ expected: Bool) throws {
    #expect(try Self.isFound(pattern, flags, in: text) == expected)
  }

  @Test(arguments: [
    ("(", 0), ("a)", 1), ("[a", 0), ("*a", 0), (#"(a)\1"#, 3), ("(?=a)", 0),
    ("(?<!a)", 0),
    ("a{5,2}", 1), ("a{1001}", 1), ("[b-a]", 1), (#"\q"#, 0), ("é(", 2), ("a++", 2),
  ])
  func refuses(_ pattern: String, _ offset: Int) {
    #expect { try RegexProgram(pattern) } throws: { ($0 as? RegexError)?.offset == offset }
  }

  @Test func refusesWhatWouldBeTooLarge() {
    #expect(throws: RegexError.self) { try RegexProgram("((a{900}){900}){900}") }
    #expect(throws: RegexError.self) { try RegexProgram(String(repeating: "(", count: 100_000)) }
  }

  /// A backtracking engine would need longer than the universe has.
  @Test func staysLinear() throws {
    let text = String(repeating: "a", count: 100_000)
    #expect(!(try Self.isFound("(a*)*b", in: text)))
    #expect(!(try Self.isFound("(a|a)*(a|a)*(a|a)*$b", in: text)))
    #expect(!(try Self.isFound("(a?){50}a{50}c", in: text)))
  }

  @Test func agreesWithTheStandardLibrary() throws {
    var generator = SeededGenerator(seed: 7)
    let parts = ["a", "b", "c", ".", "[ab]", "[^a]", "(a|bc)", "(?:ab)", "^", "$", "é"]
    for _ in 0..<400 {
      var pattern = ""
      for _ in 0..<generator.pick([1, 2, 3, 4]) {
        let part = generator.pick(parts)
        let canRepeat = part != "^" && part != "$"
        pattern += part + (canRepeat ? generator.pick(["", "", "*", "+", "?", "{2}"]) : "")
      }
      let standard = try Regex(pattern)
      for _ in 0..<8 {
        let length = Int.random(in: 0..<6, using: &generator)
        let text = (0..<length).map { _ in generator.pick(["a", "b", "c", "é", " "]) }.joined()
        let expected = try standard.firstMatch(in: text) != nil
        #expect(try Self.isFound(pattern, in: text) == expected, "/\(pattern)/ in \(text)")
      }
    }
  }
}
