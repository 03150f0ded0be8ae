import Testing
import TrailLanguage
import TrailText

@Suite struct StatementTests {
  private static func texts(_ script: String) -> [String] {
    StatementSplitter.split(script).map(\.text)
  }

  @Test(
    arguments: [
      ("", []), ("\n \n# note\n", []), ("a\nb", ["a", "b"]), ("a; b ;;c", ["a", "b", "c"]),
      ("a # b\nc", ["a", "c"]), ("a#b", ["a#b"]), ("a '#' b", ["a '#' b"]), ("a\r\nb", ["a", "b"]),
      ("a\n| b\n  | c", ["a\n| b\n  | c"]), ("a |\nb", ["a |\nb"]), ("a,\nb", ["a,\nb"]),
      ("a and\nb OR\nc", ["a and\nb OR\nc"]), ("a =\nb", ["a =\nb"]),
      ("(a\nb)\nc", ["(a\nb)", "c"]),
      ("a\n# note\n\n| b", ["a\n# note\n\n| b"]), ("'x;\ny'; z", ["'x;\ny'", "z"]),
      ("f({\n\"a\": 1;\n})\ng", ["f({\n\"a\": 1;\n})", "g"]), ("a \"x\nb\nc", ["a \"x", "b", "c"]),
      ("a)\nb", ["a)", "b"]),
    ] as [(String, [String])])
  func splitting(_ script: String, _ expected: [String]) {
    #expect(Self.texts(script) == expected)
  }

  @Test func rangesPointIntoTheScript() {
    let script = "\u{FEFF}events  # note\n  last ;  été"
    let bytes = Array(script.utf8)
    for statement in StatementSplitter.split(script) {
      let range = statement.range.lowerBound..<statement.range.upperBound
      #expect(String(decoding: bytes[range], as: UTF8.self) == statement.text)
    }
    #expect(Self.texts(script) == ["events", "last", "été"])
  }

  @Test(arguments: [
    ("events", false), ("events |", true), ("events | # note", true), ("events where (a", true),
    ("events where a and\n", true), ("events where name = \"x", true), ("events; last |", true),
    ("events |;", false), ("", false), ("events where name = 'x'", false), ("select a,", true),
    ("events where user =", true),
  ])
  func needsMoreInput(_ text: String, _ expected: Bool) {
    #expect(StatementSplitter.needsMoreInput(text) == expected)
  }
}

@Suite struct SavedQueryTests {
  private static func value(_ text: String, isQuoted: Bool = false) -> ValueSyntax {
    ValueSyntax(text, isQuoted: isQuoted, range: SourceRange(0, 0))
  }

  @Test(
    arguments: [
      (
        "events where user=$1 since $2 | limit $3", ["bob", "1d", "5"],
        "events where user=bob since 1d | limit 5"
      ),
      ("events where user=$1", ["two words"], "events where user=\"two words\""),
      ("events where user=$1", ["a\"b"], "events where user=\"a\\\"b\""),
      ("events where user=\"$1\"", ["bob"], "events where user=\"bob\""),
      ("events where about *$1*", ["x y"], "events where about \"*x y*\""),
      ("events where key=AKIA$1", ["7"], "events where key=AKIA7"),
      // A mark that makes one character with the digit, or with the sign before it, hides nothing.
      ("events where about \"$1\u{301}x\"", ["a"], "events where about \"a\u{301}x\""),
      ("events where about \"$\u{301}$1\"", ["a"], "events where about \"$\u{301}a\""),
      ("events where agent ~ /x$1/", [], "events where agent ~ /x$1/"),
      ("events | count by $1", ["user"], "events | count by user"),
      ("events where a = $0 and b = $x", [], "events where a = $0 and b = $x"),
      ("events where user=$1", ["and"], "events where user=\"and\""),
      ("events where user=$1", ["x) or (denied"], "events where user=\"x) or (denied\""),
    ] as [(String, [String], String)])
  func expansion(_ definition: String, _ arguments: [String], _ expected: String) {
    let query = SavedQuery(definition)
    #expect(query.argumentCount == arguments.count)
    #expect(query.expand(arguments.map { Self.value($0) }) == expected)
    #expect(QueryParser.parse(expected).isValid)
  }

  @Test func tooFewArguments() {
    #expect(SavedQuery("events where a=$2").expand([Self.value("x")]) == nil)
  }

  @Test func placeholdersMayStandForTimesAndNumbers() {
    let definition =
      "events where user=$1 between $2 and $3 | count every $4 | limit $5 | expect $6"
    #expect(SavedQuery(definition).check() == [])
    #expect(!QueryParser.parse(definition).isValid)
    #expect(SavedQuery("events wher").check() != [])
  }
}
