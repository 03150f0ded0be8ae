import Testing
import TrailText

@testable import TrailLanguage

@Suite struct LexerTests {
  private static func lex(_ text: String) -> [(TokenKind, String)] {
    let bytes = Array(text.utf8)
    return Lexer.tokens(of: bytes).map {
      ($0.kind, String(decoding: bytes[$0.offset..<$0.endOffset], as: UTF8.self))
    }
  }

  @Test(arguments: [
    "0.0.0.0/0", "10.0.0.0/8", "arn:aws:iam::1:user/bob", "AKIA*", "2001:db8::/32",
    "s3.amazonaws.com",
    "a-b_c@d", "*foo*", "O'Brien", "O’Brien", "a#b", "hello!", "a&b", "DOMAIN\\user", "/aws/lambda",
    "日本語",
    "x.y", "$1", "2026-11-20T10:05:30.123+01:00", "👩‍👩‍👧",
  ])
  func wordsAreWhole(_ word: String) {
    #expect(Self.lex(word).map(\.0) == [.word, .endOfText])
    #expect(Self.lex(" \(word) ")[0].1 == word)
    #expect(Self.lex("=\(word))").map(\.0) == [.equal, .word, .rightParenthesis, .endOfText])
  }

  @Test(
    arguments: [
      ("a=b", ["a", "=", "b"]), ("a!=b", ["a", "!=", "b"]),
      ("a!~/x y/i)", ["a", "!~", "/x y/i", ")"]),
      ("a<=1", ["a", "<=", "1"]), ("a<>1", ["a", "<>", "1"]), ("a==b", ["a", "==", "b"]),
      ("a=~/b c/", ["a", "=~", "/b c/"]), ("a&&b||!c", ["a", "&&", "b", "||", "!", "c"]),
      ("in(a,b)", ["in", "(", "a", ",", "b", ")"]), ("a|b;c", ["a", "|", "b", ";", "c"]),
      ("req.\"x y\".z", ["req.", "\"x y\"", ".z"]), ("a # b\nc", ["a", "# b", "\n", "c"]),
      ("\"a\\\"b\" c", ["\"a\\\"b\"", "c"]), ("“a b” c", ["“a b”", "c"]),
      ("“a\" c", ["“a\"", "c"]),
      ("a\u{A0}b\u{3000}c\u{FEFF}d\u{200B}e", ["a", "b", "c", "d", "e"]),
      ("~ /a\\/b/ /c", ["~", "/a\\/b/", "/c"]),
      ("\"open\nnext", ["\"open", "\n", "next"]), ("a\u{0}b", ["a", "\u{0}", "b"]),
    ] as [(String, [String])])
  func tokens(_ text: String, _ expected: [String]) {
    #expect(Self.lex(text).dropLast().map(\.1) == expected)
  }

  @Test func tokensCoverAllButSpaces() {
    let text = "events where a='x y' # c\n| count; @q “z” \\ & % 12"
    let bytes = Array(text.utf8)
    var end = 0
    for token in Lexer.tokens(of: bytes) {
      #expect(bytes[end..<token.offset].allSatisfy { $0 == UInt8(ascii: " ") })
      end = token.endOffset
    }
    #expect(end == bytes.count)
  }

  @Test(
    arguments: [
      (#""a\*b""#, #"a\*b"#, [.text("a*b")]),
      (#""a\\*b""#, #"a\\*b"#, [.text(#"a\"#), .anyCharacters, .text("b")]),
      (#""a\\\*""#, #"a\\\*"#, [.text(#"a\*"#)]),
      (#""a\\b""#, #"a\b"#, [.text(#"a\b"#)]),
      (#""\u{2a}*""#, #"\**"#, [.text("*"), .anyCharacters]),
      (#""\u{5c}*""#, #"\\*"#, [.text(#"\"#), .anyCharacters]),
      (#"a\*b"#, #"a\*b"#, [.text("a*b")]), (#"a\\*"#, #"a\\*"#, [.text(#"a\"#), .anyCharacters]),
      ("**", "**", [.anyCharacters, .anyCharacters]), (#"a\"#, #"a\"#, [.text(#"a\"#)]),
    ] as [(String, String, [ValueSyntax.PatternPiece])])
  func starsAndBackslashes(_ source: String, _ text: String, _ pieces: [ValueSyntax.PatternPiece]) {
    let parsed = QueryParser.parse("events where x = \(source)")
    guard case .comparison(_, _, let value, _) = parsed.syntax?.predicate else {
      Issue.record("no comparison")
      return
    }
    #expect(value.text == text)
    #expect(value.patternPieces == pieces)
  }

  @Test(arguments: ["a*b", #"\*"#, #"a\"#, #"\\*\*"#, "", "plain", "**"])
  func literalValuesMeanThemselves(_ text: String) {
    let value = ValueSyntax.literal(text, range: SourceRange(0, 0))
    #expect(!value.hasWildcard)
    #expect(value.literalText == text)
  }
}
