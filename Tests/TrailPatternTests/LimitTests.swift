import Testing
import TrailRecord

@testable import TrailPattern

/// Patterns and events made to hurt: as long, as deep and as many as can be.
@Suite struct LimitTests {
  private static func problem(_ text: String) -> EventPatternProblem? {
    do throws(EventPatternProblem) {
      _ = try EventPattern(text)
      return nil
    } catch {
      return error
    }
  }

  /// The same for the pattern and an index of it alone.
  private static func matches(_ pattern: EventPattern, _ event: String) -> [Bool] {
    var index = EventPatternIndex()
    index.add(pattern, id: 0)
    let value = try? JSONParser.parse(event)
    return [value.map { pattern.matches($0) } ?? false, index.matches(Array(event.utf8)) == [0]]
  }

  @Test func lengthIsCountedInCharacters() throws {
    let frame = #"{"a":[""]}"#
    let longest = frame.replacing(
      "\"\"", with: "\"\(String(repeating: "é", count: 4_096 - frame.count))\"")
    #expect(longest.unicodeScalars.count == EventPattern.maximumLength)
    #expect(Self.problem(longest) == nil)
    let tooLong = try #require(Self.problem(longest + " "))
    #expect(tooLong.code == .validation)
    #expect(tooLong.message.hasPrefix("1 validation error detected: Value '{"))
    #expect(
      tooLong.message.hasSuffix(
        "' at 'eventPattern' failed to satisfy constraint: Member must have length less than or equal to 4096"
      ))
  }

  @Test func depthHasNoLimitButTheLength() throws {
    let depth = 680
    let text =
      String(repeating: #"{"":"#, count: depth) + "[1]" + String(repeating: "}", count: depth)
    let pattern = try EventPattern(text)
    #expect(pattern.description == text)
    #expect(Self.matches(pattern, text) == [true, true])
    let deeper = String(repeating: #"{"":"#, count: 1_020)
    #expect(Self.problem(deeper)?.summary.hasPrefix("Unexpected end-of-input") == true)
    #expect(Self.problem(String(repeating: "[", count: 4_000)) != nil)
    #expect(Self.problem(#"{"a":"# + String(repeating: "[", count: 4_000)) != nil)
    let choices = String(repeating: #"{"$or":["#, count: 500)
    #expect(Self.problem(choices)?.summary.hasPrefix("Unexpected end-of-input") == true)
  }

  @Test func deepEventsAreWalkedAllTheWay() throws {
    let pattern = try EventPattern(#"{"a":[1],"b":[2]}"#)
    let arrays = String(repeating: "[", count: 9_000) + "1" + String(repeating: "]", count: 9_000)
    #expect(Self.matches(pattern, #"{"a":\#(arrays),"b":2}"#) == [true, true])
    let objects =
      String(repeating: #"{"c":"#, count: 9_000) + "1" + String(repeating: "}", count: 9_000)
    #expect(
      Self.matches(pattern, #"{"x":\#(objects),"a":1,"b":\#(objects),"b":2}"#) == [true, true])
    var index = EventPatternIndex()
    index.add(pattern, id: 0)
    // No JSON; nothing is promised but an end.
    for text in [
      "{", #"{"a"#, #"{"a":"#, #"{"a":["#, #"{"a":[1"#, #"{"a":"\"#, #"{"a":1,"b":2"#, "}", "{]",
    ] {
      #expect(index.matches(Array(text.utf8)) == [])
    }
    for count in 0..<40 {
      _ = index.matches(Array(String(repeating: #"{"a":[{"b":"\u12"#, count: count).utf8))
    }
  }

  @Test func combinationsAreCounted() throws {
    func choice(_ fields: Int, _ name: String) -> String {
      (0..<fields).map { #"{"\#(name)\#($0)":[1]}"# }.joined(separator: ",")
    }
    let thousand =
      #"{"$or":[\#(choice(10, "a"))],"b":{"$or":[\#(choice(10, "b"))]},"c":{"$or":[\#(choice(10, "c"))]}}"#
    let pattern = try EventPattern(thousand)
    #expect(pattern.branches.count == 1_000)
    #expect(Self.matches(pattern, #"{"a3":1,"b":{"b9":1},"c":{"c0":1}}"#) == [true, true])
    #expect(Self.matches(pattern, #"{"a3":1,"b":{"b9":2},"c":{"c0":1}}"#) == [false, false])
    let more = thousand.replacing(#"{"a9":[1]}"#, with: #"{"a9":[1]},{"a10":[1]}"#)
    #expect(
      Self.problem(more)?.summary == "Rule is too complex - $or makes more than 1000 combinations")
    // What would be 3 to the power of 300 is refused as soon as it is too much.
    let bomb =
      "{"
      + (0..<100).map { #""x\#($0)":{"$or":[{"a":[1]},{"b":[1]},{"c":[1]}]}"# }.joined(
        separator: ",") + "}"
    #expect(Self.problem(bomb) != nil)
  }

  /// AWS's verdicts as far as they are known: its documentation, and what people report.
  @Test func wildcardsMayNotBeTooAlike() {
    let complaint =
      "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character"
    func list(_ wildcards: [String]) -> String {
      let items = wildcards.map { #"{"wildcard":"\#($0)"}"# }.joined(separator: ",")
      return #"{"a":[\#(items)]}"#
    }
    let kinds = ["bif", "tiff", "tif", "svs"]
    #expect(Self.problem(list(["*:*:*:*:*:event-bus/*"]))?.summary == complaint)
    #expect(Self.problem(list(["*:event-bus/*"])) == nil)
    #expect(Self.problem(list(["/Users/*/dir/dir/dir/dir/dir/doc.txt"])) == nil)
    #expect(Self.problem(list(kinds.map { "*.\($0)" })) == nil)
    #expect(Self.problem(list(kinds.map { "*/datasync/*.\($0)" }))?.summary == complaint)
    #expect(Self.problem(list(kinds.prefix(2).map { "*/datasync/*.\($0)" })) == nil)
    #expect(Self.problem(list([String(repeating: "*a", count: 900)]))?.summary == complaint)
    let leftOut = list([String(repeating: "*a", count: 9)]).replacing(
      #"{"wildcard":"#, with: #"{"anything-but":{"wildcard":"#
    ).replacing(#""}]"#, with: #""}}]"#)
    #expect(Self.problem(leftOut)?.summary == complaint)
    // No position: it is found when all has been read.
    #expect(Self.problem(list(["*:*:*:*:*:event-bus/*"]))?.reason == complaint)
    // Alternatives in different branches of one field count together, different fields do not.
    let apart = #"{"$or":[{"a":[{"wildcard":"*x*x*x"}]},{"a":[{"wildcard":"*x*x*xy"}]}]}"#
    #expect(Self.problem(apart)?.summary == complaint)
    #expect(
      Self.problem(
        apart.replacing(#""a":[{"wildcard":"*x*x*xy"#, with: #""b":[{"wildcard":"*x*x*xy"#)) == nil)
  }

  /// Each piece is looked for once, in linear time, so that even the worst text is done in a moment.
  @Test func wildcardsAreLinear() throws {
    let piece = String(repeating: "a", count: 1_800) + "b"
    let wildcard = try WildcardText(Array("*\(piece)*c".utf8))
    let text = Array(String(repeating: "a", count: 1 << 22).utf8)
    text.withUnsafeBufferPointer { #expect(!wildcard.matches($0)) }
    let many = try WildcardText(Array(String(repeating: "*a", count: 2_000).utf8))
    text.withUnsafeBufferPointer { #expect(many.matches($0)) }
    let pattern = try EventPattern(#"{"x":[{"wildcard":"*ab*"},{"wildcard":"*aab*"}]}"#)
    let event = #"{"x":"\#(String(repeating: "a", count: 1 << 20))"}"#
    #expect(Self.matches(pattern, event) == [false, false])
  }

  /// Many elements in many arrays: what was tried in vain is not tried again.
  @Test func arraysAreNotTriedInAllCombinations() throws {
    let names = (0..<12).map { "f\($0)" }
    let asked = names.map { #""\#($0)":{"x":[1],"y":[1]}"# }.joined(separator: ",")
    let pattern = try EventPattern("{\(asked),\"z\":{\"p\":[1],\"q\":[1]}}")
    let good = (0..<60).map { _ in #"{"x":1,"y":1}"# }.joined(separator: ",")
    let arrays = names.map { #""\#($0)":[\#(good)]"# }.joined(separator: ",")
    #expect(Self.matches(pattern, #"{\#(arrays),"z":[{"p":1},{"q":1}]}"#) == [false, false])
    #expect(
      Self.matches(pattern, #"{\#(arrays),"z":[{"p":1},{"q":1},{"p":1,"q":1}]}"#) == [true, true])
  }

  @Test func repeatedMembersReplaceEachOther() throws {
    let text = "{" + (0..<300).map { #""a":[\#($0)]"# }.joined(separator: ",") + "}"
    let pattern = try EventPattern(text)
    #expect(pattern.description == #"{"a":[299]}"#)
    #expect(Self.matches(pattern, #"{"a":299}"#) == [true, true])
    #expect(Self.matches(pattern, #"{"a":298}"#) == [false, false])
  }
}
