import Testing
import TrailRecord

@testable import TrailPattern

/// Why an event does not match.
@Suite struct ExplanationTests {
  private func explain(_ pattern: String, _ event: String) throws -> [String] {
    try EventPattern(pattern).explanation(of: try JSONParser.parse(event)).map { verdict in
      let found = String(decoding: JSONWriter.bytes(.array(verdict.found)), as: UTF8.self)
      return "\(verdict.branch) \(verdict.path) \(verdict.expected) \(found) \(verdict.outcome)"
    }
  }

  @Test func everyFieldIsToldSortedByPath() throws {
    #expect(
      try explain(
        #"{"source":["aws.s3"],"detail":{"n":[{"numeric":[">",5]}],"o":[1],"l":["x"],"g":[{"exists":false}]}}"#,
        #"{"source":"aws.s3","detail":{"n":[3,"4"],"o":{"p":1},"l":[],"g":null}}"#) == [
          #"0 detail.g [{"exists":false}] [null] isPresent"#,
          #"0 detail.l ["x"] [] isMissing"#,
          #"0 detail.n [{"numeric":[">",5]}] [3,"4"] differs"#,
          #"0 detail.o [1] [] isObject"#,
          #"0 source ["aws.s3"] ["aws.s3"] matches"#,
        ])
  }

  @Test func elementsThatDisagreeAreTold() throws {
    #expect(
      try explain(#"{"a":{"b":[1],"c":[2]},"d":[3]}"#, #"{"a":[{"b":1},{"c":2}],"d":3}"#) == [
        #"0 a.b [1] [1] matchesElsewhere"#, #"0 a.c [2] [2] matchesElsewhere"#,
        #"0 d [3] [3] matches"#,
      ])
  }

  @Test func theNearestCombinationIsTold() throws {
    let pattern = #"{"s":["x"],"$or":[{"a":[1],"b":[1]},{"a":[2]},{"c":[{"anything-but":["y"]}]}]}"#
    #expect(
      try explain(pattern, #"{"s":"x","a":1}"#) == [
        #"0 a [1] [1] matches"#, #"0 b [1] [] isMissing"#, #"0 s ["x"] ["x"] matches"#,
      ])
    #expect(
      try explain(pattern, #"{"s":"x","c":"y"}"#) == [
        #"1 a [2] [] isMissing"#, #"1 s ["x"] ["x"] matches"#,
      ])
    #expect(
      try explain(pattern, #"{"s":"x","c":"z"}"#) == [
        #"2 c [{"anything-but":"y"}] ["z"] matches"#, #"2 s ["x"] ["x"] matches"#,
      ])
  }
}
