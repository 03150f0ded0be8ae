import Testing
import TrailRecord
import TrailText

@testable import TrailSession

/// What commands with keywords read their arguments with.
@Suite struct ArgumentReaderTests {
  private func reader(_ text: String) throws -> ArgumentReader {
    let statement = PlacedStatement("echo " + text)
    let echo = try #require(CommandTable.find("echo"))
    return ArgumentReader(
      Invocation(
        session: Session(), command: echo, statement: statement, rest: statement.tail(from: 4),
        output: CollectedOutput()))
  }

  @Test(
    arguments: [
      ("a b", ["a", "b"]), ("  'a b' \"c\\\"d\"", ["a b", "c\"d"]), ("a # rest", ["a"]),
      ("a#b", ["a#b"]), (#"{"a": [1, "}"]} b"#, [#"{"a": [1, "}"]}"#, "b"]),
      ("[1,\n 2] x", ["[1,\n 2]", "x"]), (#"t={"a": "b c"} d"#, [#"t={"a": "b c"}"#, "d"]),
      ("'[1, 2]'", ["[1, 2]"]), ("{n}.gz k={n}.gz", ["{n}.gz", "k={n}.gz"]), ("", []),
      (#"{"a\"}": 1}"#, [#"{"a\"}": 1}"#]), (#"a\ b"#, ["a b"]),
    ] as [(String, [String])])
  func pieces(text: String, expected: [String]) throws {
    var reader = try reader(text)
    var pieces: [String] = []
    while let piece = try reader.next() { pieces.append(piece.text) }
    #expect(pieces == expected)
    #expect(reader.isAtEnd)
  }

  @Test(
    arguments: [
      ("key=a.csv", "key", "a.csv", Argument.Form.bare), ("key=", "key", "", .bare),
      ("key='a b'", "key", "a b", .quoted), ("key = x", "key", "x", .bare),
      (#"tags=[{"Key": "a"}]"#, "tags", #"[{"Key": "a"}]"#, .bracketed),
      ("url=https://x/?a=b", "url", "https://x/?a=b", .bare),
      ("key={n}.gz", "key", "{n}.gz", .bare),
      ("a.b=1", "a.b", "1", .bare),
    ] as [(String, String, String, Argument.Form)])
  func pairs(text: String, name: String, value: String, form: Argument.Form) throws {
    var reader = try reader(text + " rest")
    let pair = try #require(try reader.pair())
    #expect(pair.name.text == name)
    #expect(pair.value.text == value)
    #expect(pair.value.form == form)
    #expect(try reader.next()?.text == "rest")
  }

  @Test(arguments: ["as bob", "https://x/?a=b", "'a=b'", "{\"a\"=1}", ""])
  func whatIsNoPairStaysWhereItIs(text: String) throws {
    var reader = try reader(text)
    #expect(try reader.pair() == nil)
    #expect(reader.tail.text.hasPrefix(text))
  }

  @Test(arguments: [
    ("\"x", "unclosed-quote"), ("{\"a\": 1", "unclosed-bracket"), ("k=[1", "unclosed-bracket"),
  ])
  func whatIsNeverClosedIsAnError(text: String, code: String) throws {
    var reader = try reader(text)
    let error = try #require(throws: Diagnostics.self) { try reader.next() }
    #expect(error.list.map(\.code.rawValue) == [code])
  }

  @Test func typedValuesAreReadOrExplained() throws {
    var reader = try reader("1,000 15m 2026-01-05T10:00Z '{\"a\":1}' s3://logs/a/b logs")
    #expect(try reader.number("count") == 1000)
    #expect(try reader.duration("delay") == 900_000)
    #expect(try reader.time("time") == 1_767_607_200_000)
    #expect(try reader.json("value").value == .object([JSONMember("a", .number("1"))]))
    let path = try reader.s3Path("place")
    #expect(path.bucket == "logs" && path.key == "a/b")
    #expect(try reader.s3Path("place").bucket == "logs")
    #expect(throws: Diagnostics.self) { try reader.number("count") }
  }

  @Test func theErrorForAnUnknownPieceKnowsNearKeywords() throws {
    let reader = try reader("frm 1.2.3.4")
    let error = try #require(try reader.unexpected(["from IP", "as WHO"]))
    #expect(error.list[0].label == "did you mean `from`?")
    #expect(error.list[0].range == SourceRange(5, 8))
    #expect(error.list[0].notes.contains("possible: from IP, as WHO"))
  }

  @Test func badJSONIsPointedAt() throws {
    var reader = try reader("{\"a\": nope}")
    let error = try #require(throws: Diagnostics.self) { try reader.json("value") }
    #expect(error.list[0].code == "bad-json")
    #expect(error.list[0].range?.lowerBound == 5 + 7)
  }
}
