import Testing

@testable import TrailSession

/// Objects and arrays as values of a field: JSON shows them as they are in the record, other formats their text.
@Suite struct StructureTests {
  private static let parameters =
    #"{"o":{},"a":[],"one":["x"],"two":["x",1.0],"nested":[[1,2.0],[]],"mixed":[{"k":[]},null],"deep":{"b":[{}],"t":"é\"q"},"many":[{"id":1},{"id":[2]}],"text":"{}","none":null}"#

  private func answer(_ sentence: String, format: String) throws -> String {
    let test = try TestSession(records: [
      SampleRecords.record(
        "2026-11-21T13:02:11Z", "A", "bob", id: 1,
        more: #","requestParameters":\#(Self.parameters)"#),
      SampleRecords.record("2026-11-21T13:02:12Z", "B", "bob", id: 2),
    ])
    return test.run("output \(format)\n\(sentence)")
  }

  @Test(arguments: [
    ("o", "{}"), ("a", "[]"), ("one", #"["x"]"#), ("two", #"["x",1.0]"#),
    ("nested", "[[1,2.0],[]]"), ("mixed", #"[{"k":[]},null]"#),
    ("deep", #"{"b":[{}],"t":"é\"q"}"#), ("deep.b", "[{}]"), ("many", #"[{"id":1},{"id":[2]}]"#),
    // Through an array, several values are a list.
    ("many.id", "[1,[2]]"), ("text", #""{}""#), ("none", "null"), ("nothing", "null"),
  ])
  func jsonKeepsTheForm(field: String, value: String) throws {
    for format in ["ndjson", "json"] {
      let text = try answer("events | select requestParameters.\(field) as v", format: format)
      let lines = text.split(separator: "\n").map { $0.hasSuffix(",") ? $0.dropLast() : $0 }
      #expect(lines.filter { $0.hasPrefix("{") } == [#"{"v":\#(value)}"#, #"{"v":null}"#])
    }
  }

  @Test func theWholeMemberIsAsItIs() throws {
    let text = try answer("events where name=A | select req, name", format: "ndjson")
    #expect(text == #"{"req":\#(Self.parameters),"name":"A"}"# + "\n")
  }

  @Test func separatedValuesShowTheText() throws {
    let text = try answer("events where name=A | select req.o, req.deep", format: "csv")
    #expect(text == "req.o,req.deep\n" + #"{},"{""b"":[{}],""t"":""é\""q""}""# + "\n")
  }

  @Test func stagesBehindFindValues() throws {
    let text = try answer("events | select req.one as v, name | where v = x", format: "ndjson")
    #expect(text == #"{"v":["x"],"name":"A"}"# + "\n")
  }
}
