import Testing
import TrailRecord
import TrailTestSupport

@testable import TrailPattern

/// An index of many rules finds what each rule would find alone.
@Suite struct IndexTests {
  /// Rules of one kind on one field, and values that many of them match: all that has a table of its own.
  @Test func manyTestsOnOneField() throws {
    var random = SeededGenerator(seed: 5)
    func word(_ random: inout SeededGenerator) -> String {
      String(
        (0..<Int.random(in: 1...6, using: &random)).map { _ in
          "aAbB/.é*".randomElement(using: &random) ?? "a"
        })
    }
    var texts: [String] = []
    for _ in 0..<250 {
      let first = word(&random).replacing("*", with: "x")
      let second = word(&random).replacing("*", with: "y")
      let number = Int.random(in: -50...50, using: &random)
      let address =
        "10.\(Int.random(in: 0...3, using: &random)).\(Int.random(in: 0...255, using: &random)).7"
      let bits = Int.random(in: 8...31, using: &random)
      texts += [
        #""\#(first)""#, #"{"prefix":"\#(first)"}"#, #"{"suffix":"\#(first)"}"#,
        #"{"equals-ignore-case":"\#(first)"}"#, #"{"prefix":{"equals-ignore-case":"\#(first)"}}"#,
        #"{"suffix":{"equals-ignore-case":"\#(first)"}}"#, #"{"wildcard":"\#(first)*\#(second)"}"#,
        #"{"wildcard":"*\#(first)*"}"#, #"{"wildcard":"a*\#(first)*"}"#,
        #"{"anything-but":{"prefix":"\#(first)"}}"#,
        #"{"numeric":[">=",\#(number),"<",\#(number + 20)]}"#, "\(number).50",
        #"{"cidr":"\#(address)/\#(bits)"}"#,
        #""\#(address)""#, #"{"anything-but":[\#(number),\#(number + 1)]}"#,
      ]
    }
    var index = EventPatternIndex()
    var patterns: [EventPattern] = []
    for (id, text) in texts.enumerated() {
      let pattern = try EventPattern(#"{"x":[\#(text)]}"#)
      patterns.append(pattern)
      index.add(pattern, id: id)
    }
    for turn in 0..<24 {
      let value: JSONValue =
        switch turn % 4 {
        case 0: .number("\(Int.random(in: -60...60, using: &random)).5")
        case 1: .string("10.\(turn % 5).\(Int.random(in: 0...255, using: &random)).7")
        default: .string(word(&random) + word(&random) + word(&random))
        }
      let event = JSONValue.object([JSONMember("x", .array([value, .string(word(&random))]))])
      #expect(index.matches(event) == patterns.indices.filter { patterns[$0].matches(event) })
    }
  }

  /// Rules find new homes as events go by; what they match stays the same.
  @Test func rulesThatNearlyMatchMoveAway() throws {
    var index = EventPatternIndex()
    for id in 0..<500 {
      index.add(
        try EventPattern(#"{"a":["common"],"b":["rare-\#(id)"],"c":[{"prefix":"p\#(id % 7)"}]}"#),
        id: id)
    }
    for round in 0..<50 {
      let rare = round * 10
      let event = #"{"a":"common","b":"rare-\#(rare)","c":"p\#(rare % 7)-x"}"#
      #expect(index.matches(Array(event.utf8)) == [rare])
      #expect(index.matches(Array(#"{"a":"common","b":"rare-\#(rare)","c":"q"}"#.utf8)) == [])
    }
  }

  @Test func rulesComeAndGoInAnyOrder() throws {
    var random = SeededGenerator(seed: 9)
    let patterns = try (0..<60).map { number in
      try EventPattern(
        #"{"a":["v\#(number % 9)"],"$or":[{"b":[\#(number % 5)]},{"c":[{"exists":\#(number % 2 == 0)}]}]}"#
      )
    }
    var index = EventPatternIndex()
    var rules: [Int: Int] = [:]
    for _ in 0..<3_000 {
      let id = Int.random(in: 0..<200, using: &random)
      let number = Int.random(in: 0..<60, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0:
        index.add(patterns[number], id: id)
        rules[id] = number
      case 1:
        index.remove(id: id)
        rules[id] = nil
      default:
        let text = #"{"a":["v\#(number % 9)","v1"],"b":\#(number % 6),"d":0}"#
        let event = try JSONParser.parse(text)
        let expected = rules.filter { patterns[$0.value].matches(event) }.keys.sorted()
        #expect(index.matches(Array(text.utf8)) == expected)
      }
      #expect(index.count == rules.count)
    }
  }

  /// One rule for many ids, ids that are taken again, and a copy that goes its own way.
  @Test func idsAndCopies() throws {
    let pattern = try EventPattern(#"{"a":[1]}"#)
    let other = try EventPattern(#"{"a":[2]}"#)
    var index = EventPatternIndex()
    for id in [7, -3, 5] { index.add(pattern, id: id) }
    #expect(index.matches(Array(#"{"a":1}"#.utf8)) == [-3, 5, 7])
    var copy = index
    copy.add(other, id: 5)
    copy.remove(id: 99)
    #expect(index.matches(Array(#"{"a":1}"#.utf8)) == [-3, 5, 7])
    #expect(copy.matches(Array(#"{"a":1}"#.utf8)) == [-3, 7])
    #expect(copy.matches(Array(#"{"a":[1,2]}"#.utf8)) == [-3, 5, 7])
  }
}
