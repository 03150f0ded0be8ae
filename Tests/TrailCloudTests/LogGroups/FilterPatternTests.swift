import Testing
import TrailTestSupport

@testable import TrailCloud

/// Filter patterns (facts §7.2).
@Suite struct FilterPatternTests {
  /// A pattern of the conformance file, and what must come of it.
  struct Case: CustomTestStringConvertible, Sendable {
    var line: Int
    var pattern: String
    var matching: [String] = []
    var others: [String] = []
    var refusal: String?

    var testDescription: String { "line \(line): \(pattern)" }
  }

  static let cases: [Case] = {
    let text = (try? PackageFiles.text("Tests/Conformance/filter-patterns.txt")) ?? ""
    var cases: [Case] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let rest = String(line.dropFirst(2))
      switch line.first {
      case "=": cases.append(Case(line: index + 1, pattern: rest))
      case "+": cases[cases.count - 1].matching.append(rest)
      case "-": cases[cases.count - 1].others.append(rest)
      case "!": cases[cases.count - 1].refusal = rest.isEmpty ? FilterPatternError.general : rest
      default: break
      }
    }
    return cases
  }()

  @Test func theConformanceFileIsRead() {
    #expect(Self.cases.count > 120)
    #expect(
      Self.cases.allSatisfy { !$0.matching.isEmpty || !$0.others.isEmpty || $0.refusal != nil })
  }

  @Test(arguments: cases) func patternsMatchWhatTheFileSays(_ example: Case) throws {
    do {
      let pattern = try FilterPattern(example.pattern)
      #expect(example.refusal == nil)
      for event in example.matching { #expect(pattern.matches(event), "\(event)") }
      for event in example.others { #expect(!pattern.matches(event), "\(event)") }
    } catch {
      #expect(error.message == example.refusal, "\(error.detail)")
      let length = example.pattern.utf8.count
      #expect(error.range.upperBound <= length && !error.detail.isEmpty)
      #expect(error.detail.first?.isUppercase == false && !error.detail.hasSuffix("."))
    }
  }

  /// All patterns of the file together give the same as each alone.
  @Test func manyPatternsAreOneWalk() throws {
    let patterns = Self.cases.compactMap { try? FilterPattern($0.pattern) }
    let set = FilterPatternSet(patterns)
    for event in Self.cases.flatMap({ $0.matching + $0.others }) {
      let bytes = Array(event.utf8)
      let expected = patterns.indices.filter { patterns[$0].matches(event) }
      #expect(set.matching(bytes, 0..<bytes.count, isJSON: nil) == expected, "\(event)")
    }
  }

  /// The error points at what it is about.
  @Test(arguments: [
    ("{ $.a = 1 && b = 2 }", "b"), ("{ $.a = x/y }", "x/y"), ("ERROR time-out", "time-out"),
    ("{ $.a > \"5\" }", "\"5\""), ("[a = 1 && b = 2]", "b"), ("{ $.a IS MISSING }", "IS MISSING"),
    ("{ $.a = %x(y)% }", "("), ("{ $.a[*] = 1 && $.b.*.* = 1 }", "$.b.*.*"),
    ("{ ($.a = 1 }", "("), ("{ $.a = 1 ) }", ")"),
  ])
  func errorsTellTheirPlace(pattern: String, place: String) throws {
    let error = try #require(throws: FilterPatternError.self) { try FilterPattern(pattern) }
    let bytes = Array(pattern.utf8)
    #expect(String(decoding: bytes[error.range], as: UTF8.self) == place, "\(error.detail)")
  }

  /// Facts §7.2: 1,024 characters, not bytes.
  @Test func aPatternHasALimit() throws {
    #expect(throws: Never.self) { try FilterPattern(String(repeating: "é", count: 0) + "a") }
    let long = "\"" + String(repeating: "é", count: 1022) + "\""
    #expect(try FilterPattern(long).source == long)
    let error = try #require(throws: FilterPatternError.self) {
      try FilterPattern(String(repeating: "X", count: 1025))
    }
    #expect(
      error.message.hasSuffix(
        "at 'filterPattern' failed to satisfy constraint: Member must have length less than or equal to 1024"
      ))
  }

  // MARK: What is found

  /// The examples of TestMetricFilter in AWS's API reference.
  @Test func columnsAreExtractedByNameOrNumber() throws {
    let line =
      #"127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /apache_pb.gif HTTP/1.0" 200 1534"#
    func values(_ pattern: String) throws -> [String: String] {
      Dictionary(
        try FilterPattern(pattern).extractedValues(from: line).map { ($0.name, $0.value) }
      ) { first, _ in first }
    }
    #expect(
      try values("[ip, identity, user_id, timestamp, request, status_code, size]") == [
        "$status_code": "200", "$identity": "-", "$request": "GET /apache_pb.gif HTTP/1.0",
        "$size": "1534", "$user_id": "frank", "$ip": "127.0.0.1",
        "$timestamp": "10/Oct/2000:13:25:15 -0700",
      ])
    let numbered = [
      "$6": "200", "$4": "10/Oct/2000:13:25:15 -0700", "$5": "GET /apache_pb.gif HTTP/1.0",
      "$2": "-", "$3": "frank", "$1": "127.0.0.1",
    ]
    #expect(try values("[..., size]") == numbered.merging(["$size": "1534"]) { $1 })
    #expect(try values("[]") == numbered.merging(["$7": "1534"]) { $1 })
  }

  @Test func selectorsAreExtractedAsTheyAreWritten() throws {
    let pattern = try FilterPattern(
      #"{ ($.a.b = "x*") && ($.n > 1) && $.n < 9 && $.list[*] = 2 && $.none NOT EXISTS }"#)
    let found = pattern.extractedValues(from: #"{"a":{"b":"x\ty"},"n":2.50,"list":[{},2]}"#)
    #expect(found.map(\.name) == ["$.a.b", "$.n", "$.list[*]"])
    #expect(found.map(\.value) == ["x\ty", "2.50", "2"])
  }

  @Test func everyPartIsExplained() throws {
    let pattern = try FilterPattern(
      #"{ ($.eventName = "StopLogging") && ($.errorCode NOT EXISTS || $.a = 1) }"#)
    let parts = pattern.parts(in: #"{"eventName":"StartLogging","errorCode":"x","a":{}}"#)
    #expect(parts.map(\.holds) == [false, false, false])
    #expect(parts[0].text == #"$.eventName = "StopLogging""#)
    #expect(parts.map(\.found) == [#"it is "StartLogging""#, #"it is "x""#, "it is an object"])
    #expect(try FilterPattern("?A ?B C").parts(in: "B C").map(\.isIgnored) == [true, true, false])
    #expect(try FilterPattern("[a, b, c]").parts(in: "x")[0].found == "it has 1")
    #expect(try FilterPattern("{ $.a = 1 }").parts(in: "x")[0].holds == false)
  }
}
