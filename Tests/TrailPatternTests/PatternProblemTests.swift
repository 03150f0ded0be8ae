import Testing
import TrailRecord

@testable import TrailPattern

/// What is wrong with a pattern, in AWS's words and at AWS's positions (facts §10.2).
@Suite struct PatternProblemTests {
  /// A pattern, what is said of it, and the columns that it names, first to last.
  struct Case: CustomTestStringConvertible, Sendable {
    let pattern: String
    let summary: String
    let columns: [Int]

    init(_ pattern: String, _ summary: String, _ columns: Int...) {
      self.pattern = pattern
      self.summary = summary
      self.columns = columns
    }

    var testDescription: String { "\(pattern): \(summary)" }
  }

  static let values = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"

  static let cases: [Case] = [
    // Structure.
    Case("", "Filter is not an object", 1),
    Case("7", "Filter is not an object", 2),
    Case("null", "Filter is not an object", 5),
    Case("{}", "Empty objects are not allowed", 3),
    Case(#"{"a":{}}"#, "Empty objects are not allowed", 8),
    Case(#"{"a":[]}"#, "Empty arrays are not allowed", 8),
    Case(#"{"a":1}"#, #""a" must be an object or an array"#, 7),
    Case(#"{"a":"x"}"#, #""a" must be an object or an array"#, 7),
    Case(#"{"a":null}"#, #""a" must be an object or an array"#, 10),
    Case(#"{"a":[[1]]}"#, "Match value must be String, number, true, false, or null", 8),
    Case(#"{"a":[{}]}"#, "Match expression name not found", 9),
    Case(#"{"a":[{"regex":"x"}]}"#, "Unrecognized match type regex", 17),
    // Strings.
    Case(#"{"a":[{"prefix":"x","b":1}]}"#, "Only one key allowed in match expression", 26),
    Case(#"{"a":[{"prefix":null}]}"#, "prefix match pattern must be a string", 21),
    Case(#"{"a":[{"prefix":{}}]}"#, "Prefix expression name not found", 19),
    Case(#"{"a":[{"suffix":{}}]}"#, "Suffix expression name not found", 19),
    Case(#"{"a":[{"suffix":{"prefix":"x"}}]}"#, "Unsupported suffix pattern: prefix", 28),
    Case(
      #"{"a":[{"prefix":{"equals-ignore-case":"x","b":1}}]}"#,
      "Only one key allowed in match expression", 48),
    Case(
      #"{"a":[{"equals-ignore-case":["x"]}]}"#, "equals-ignore-case match pattern must be a string",
      30),
    Case(#"{"a":[{"wildcard":"a**"}]}"#, "Consecutive wildcard characters at pos 2", 24),
    Case(#"{"a":[{"wildcard":"a\\b"}]}"#, "Invalid escape character at pos 2", 25),
    Case(#"{"a":[{"wildcard":"ab\\"}]}"#, "Invalid escape character at pos 3", 25),
    Case(#"{"a":[{"exists":"true"}]}"#, "exists match pattern must be either true or false.", 18),
    // Numbers.
    Case(#"{"a":[{"numeric":5}]}"#, "Value of numeric must be an array.", 19),
    Case(#"{"a":[{"numeric":[]}]}"#, "Invalid member in numeric match: ]", 20),
    Case(#"{"a":[{"numeric":[5]}]}"#, "Invalid member in numeric match: 5", 20),
    Case(#"{"a":[{"numeric":["~",5]}]}"#, "Unrecognized numeric range operator: ~", 24),
    Case(#"{"a":[{"numeric":[">",5,">",6]}]}"#, "Bad numeric range operator: >", 28),
    Case(#"{"a":[{"numeric":[">",5,6]}]}"#, "Bad value in numeric range: 6", 26),
    Case(#"{"a":[{"numeric":[">",5,"<"]}]}"#, "Value of < must be numeric", 29),
    Case(#"{"a":[{"numeric":[">",5,"<",6,7]}]}"#, "Too many terms in numeric range expression", 32),
    Case(#"{"a":[{"numeric":["=",5,"<",9]}]}"#, "Too many elements in numeric expression", 26),
    Case(#"{"a":[{"numeric":["<=","5"]}]}"#, "Value of <= must be numeric", 25),
    Case(#"{"a":[{"numeric":[">",5,"<=",5]}]}"#, "Bottom must be less than top", 32),
    Case(
      #"{"a":[{"numeric":["=",9007199254740993]}]}"#, "Cannot compare number : 9007199254740993", 40
    ),
    // anything-but. What goes wrong in a list is reported from inside and from outside.
    Case(
      #"{"a":[{"anything-but":[]}]}"#,
      "Inside anything but list, either all values are number or string, mixed type is not supported",
      25),
    Case(
      #"{"a":[{"anything-but":["x",1]}]}"#,
      "Inside anything but list, either all values are number or string, mixed type is not supported",
      30),
    Case(
      #"{"a":[{"anything-but":[null]}]}"#,
      "Inside anything but list, start|null|boolean is not supported.", 28, 28),
    Case(
      #"{"a":[{"anything-but":true}]}"#,
      "Value of anything-but must be an array or single string/number value.", 27),
    Case(#"{"a":[{"anything-but":[1e999]}]}"#, "Cannot compare number : 1e999", 29),
    Case(#"{"a":[{"anything-but":1e999}]}"#, "Cannot compare number : 1e999"),
    Case(#"{"a":[{"anything-but":{}}]}"#, "Anything-But expression name not found", 25),
    Case(
      #"{"a":[{"anything-but":{"numeric":["=",1]}}]}"#, "Unsupported anything-but pattern: numeric",
      35),
    Case(
      #"{"a":[{"anything-but":{"prefix":["x",""]}}]}"#, "Null prefix/suffix not allowed", 40, 40),
    Case(
      #"{"a":[{"anything-but":{"wildcard":["x","**"]}}]}"#,
      "Consecutive wildcard characters at pos 1", 45),
    Case(#"{"a":[{"anything-but":"x","b":1}]}"#, "Too many elements in numeric expression", 32),
    // Blocks of addresses; AWS names no place.
    Case(#"{"a":[{"cidr":"10.0.0.0/24/1"}]}"#, "Malformed CIDR, one '/' required"),
    Case(#"{"a":[{"cidr":"10.0.0.0/"}]}"#, "Malformed CIDR, one '/' required"),
    Case(#"{"a":[{"cidr":"10.0.0.0/x"}]}"#, "Malformed CIDR, mask bits must be an integer"),
    Case(#"{"a":[{"cidr":"10.0.0.0/-1"}]}"#, "Malformed CIDR, mask bits must not be negative"),
    Case(#"{"a":[{"cidr":"10.0.0.0/32"}]}"#, "IPv4 mask bits must be < 32"),
    Case(#"{"a":[{"cidr":"::1/128"}]}"#, "IPv6 mask bits must be < 128"),
    Case(#"{"a":[{"cidr":"10.0.0/8"}]}"#, "Nonstandard IP address: 10.0.0"),
    Case(#"{"a":[{"cidr":"10.0.0.300/8"}]}"#, "Invalid IP address: 10.0.0.300"),
    // $or.
    Case(#"{"$or":[{"a":[1]}]}"#, "There must have at least 2 Objects in $or relationship.", 19),
    Case(
      #"{"$or":[{"a":[1]},[]]}"#, "Only JSON object is allowed in array of $or relationship.", 20),
    Case(#"{"$or":{"a":[1]}}"#, "It must be an Array followed with $or.", 9),
    Case(#"{"$or":[{"a":[1]},{}]}"#, "Empty objects are not allowed", 21),
    Case(
      #"{"$or":[{"prefix":[1]},{"a":[1]}]}"#,
      "prefix is Ruler reserved fieldName which cannot be used inside $or.", 20),
    Case(
      #"{"$or":[{"a":{"<":[1]}},{"a":[1]}]}"#,
      "< is Ruler reserved fieldName which cannot be used inside $or.", 20),
    // The JSON itself.
    Case("nope", "Unrecognized token 'nope': was expecting \(values)", 5),
    Case(
      "{\"a\":[1,]}", "Unexpected character (']' (code 93)): expected a valid value \(values)", 10),
    Case(
      "{\"a\":[1],}",
      "Unexpected character ('}' (code 125)): was expecting double-quote to start field name", 11),
    Case(
      "{a:[1]}",
      "Unexpected character ('a' (code 97)): was expecting double-quote to start field name", 3),
    Case(
      "{\"a\" [1]}",
      "Unexpected character ('[' (code 91)): was expecting a colon to separate field name and value",
      7),
    Case(
      "{\"a\":[1] \"b\":[1]}",
      "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries", 11),
    Case("{\"a\":[01]}", "Invalid numeric value: Leading zeroes not allowed", 8),
    Case(
      "{\"a\":[-x]}",
      "Unexpected character ('x' (code 120)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value",
      9),
    Case("{\"a\":[tru]}", "Unrecognized token 'tru': was expecting \(values)", 10),
    Case(
      "{\"a\":[\"x\u{1}\"]}",
      "Illegal unquoted character ((CTRL-CHAR, code 1)): has to be escaped using backslash to be included in string value",
      10),
    Case(
      "{\"a\":[\"\\u12g4\"]}",
      "Unexpected character ('g' (code 103)): expected a hex-digit for character escape sequence",
      13),
    Case("{\"a", "Unexpected end-of-input in field name", 4),
    Case(
      "{\"a\":[\"x", "Unexpected end-of-input: was expecting closing quote for a string value", 9),
    Case(
      "{\"é\":[\u{20AC}]}",
      "Unexpected character ('€' (code 8364 / 0x20ac)): expected a valid value \(values)", 8),
    Case(
      "}",
      "Unexpected close marker '}': expected ']' (for root starting at [Source: (String)\"}\"; line: 1, column: 0])",
      2),
    Case(
      "{\"a\":[1}",
      "Unexpected close marker '}': expected ']' (for Array starting at [Source: (String)\"{\"a\":[1}\"; line: 1, column: 6])",
      9),
    Case(
      "{\"a\":[1",
      "Unexpected end-of-input: expected close marker for Array (start marker at [Source: (String)\"{\"a\":[1\"; line: 1, column: 6])",
      8),
  ]

  @Test(arguments: cases) func says(_ one: Case) throws {
    let problem = try #require(
      #expect(throws: EventPatternProblem.self) { try EventPattern(one.pattern) })
    #expect(problem.summary == one.summary)
    let positions = one.columns.map {
      "\n at [Source: (String)\"\(one.pattern)\"; line: 1, column: \($0)]"
    }
    let source = one.pattern.replacing("\u{1}", with: "\\u0001")
    #expect(problem.reason == one.summary + positions.joined().replacing(one.pattern, with: source))
    #expect(problem.code == .invalidPattern)
    #expect(problem.message == "Event pattern is not valid. Reason: \(problem.reason)")
    #expect((problem.offset != nil) == !one.columns.isEmpty)
  }

  @Test func positionsCountLinesAndLongPatternsAreCut() throws {
    let text = "{\n\t\"a\": [\r\n  7,\r [\n"
    let problem = try #require(#expect(throws: EventPatternProblem.self) { try EventPattern(text) })
    #expect(problem.reason.hasSuffix("; line: 4, column: 3]"))
    #expect(problem.reason.contains("(String)\"{\n\\u0009\"a\": [\r\n  7,\r [\n\""))
    #expect(problem.offset == text.utf8.count - 2)

    let long = "{\"a\":[\"\(String(repeating: "x", count: 600))\", {}]}"
    let cut = try #require(#expect(throws: EventPatternProblem.self) { try EventPattern(long) })
    #expect(
      cut.reason.contains("\(long.prefix(500))\"[truncated \(long.count - 500) chars]; line: 1"))
  }

  /// AWS reads no further than the pattern's object.
  @Test func whatFollowsThePatternIsNotLookedAt() throws {
    #expect(try EventPattern(#"{"a":[1]} nonsense"#).description == #"{"a":[1]}"#)
  }
}
