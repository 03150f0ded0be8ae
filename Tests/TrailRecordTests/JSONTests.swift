import Testing
import TrailRecord

@Suite struct JSONTests {
  @Test(arguments: [
    #"{"a":1.0,"b":[true,false,null,"x"],"a":-0e5}"#, "[]", "{}", #""\\\"\n\r\t\u0000\u001f""#,
    #"{"é":"日本","":{"":[{}]}}"#, #""\ud800""#, #"["\udc00x","\ud83d"]"#,
  ])
  func writesBackWhatItRead(_ text: String) throws {
    let value = try JSONParser.parse(text)
    #expect(String(decoding: JSONWriter.bytes(value), as: UTF8.self) == text)
  }

  @Test func joinsSurrogatePairs() throws {
    #expect(try JSONParser.parse(#""\ud83d\ude00""#) == .string("😀"))
  }

  @Test(arguments: [
    "", "{", "[1,]", "01", "1.", "1e", "+1", "nul", "\"\\x\"", "\"\u{1}\"", "{1:2}", "{\"a\" 1}",
    "1 2",
    "\"\\u12\"", "[1 2]", "-",
  ])
  func refusesWhatIsNoJSON(_ text: String) {
    #expect(throws: JSONError.self) { try JSONParser.parse(text) }
  }

  @Test func refusesBadUTF8() {
    #expect(throws: JSONError.self) { try JSONParser.parse([0x22, 0xC0, 0xAF, 0x22]) }
    #expect(throws: JSONError.self) { try JSONParser.parse([0x22, 0xED, 0xA0, 0x80, 0x22]) }
  }

  @Test func nestsAsDeepAsTheLimitSays() throws {
    let deep = String(repeating: "[", count: JSONParser.maximumDepth)
    let closed = deep + "1" + String(repeating: "]", count: JSONParser.maximumDepth)
    let value = try JSONParser.parse(closed)
    #expect(JSONWriter.bytes(value).count == closed.utf8.count)
    #expect(throws: JSONError.self) { try JSONParser.parse("[" + closed + "]") }
  }
}
