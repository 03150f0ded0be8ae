import Foundation
import Testing
import TrailRecord
import TrailTestSupport

@testable import TrailCloud

/// Random patterns and random events: the real matcher and the naive one must agree.
@Suite struct FilterPatternPropertyTests {
  private struct Maker {
    var random: SeededGenerator

    mutating func pick<T>(_ choices: [T]) -> T {
      choices[Int(random.next() % UInt64(choices.count))]
    }
    mutating func chance(_ one: UInt64, in all: UInt64) -> Bool { random.next() % all < one }

    static let names = ["a", "b", "c-d", "eventName", "x.y", "ü"]
    static let texts = [
      "", "a", "abc", "Access", "AccessDenied", "10", "10.0", "1e1", "true", "null", "ä\"b\\", "-5",
      "\n", "*",
    ]

    mutating func value(_ depth: Int) -> JSONValue {
      switch random.next() % (depth > 3 ? 5 : 8) {
      case 0: .null
      case 1: .bool(chance(1, in: 2))
      case 2, 3: .string(pick(Self.texts))
      case 4: .number(pick(["0", "10", "10.0", "1E1", "-5", "3.25", "1000000000000000000001"]))
      case 5: .array((0..<random.next() % 4).map { _ in value(depth + 1) })
      default: object(depth)
      }
    }

    mutating func object(_ depth: Int) -> JSONValue {
      // Every name once: AWS does not say what a repeated one means.
      var members: [JSONMember] = []
      for name in Self.names where chance(1, in: 2) {
        members.append(JSONMember(name, value(depth + 1)))
      }
      return .object(members)
    }

    mutating func path() -> [NaiveStep] {
      var hasWildcard = false
      return (0...random.next() % 3).map { _ in
        let roll = random.next() % 10
        if roll > 7, !hasWildcard {
          hasWildcard = true
          return roll == 8 ? .anyMember : .anyElement
        }
        return roll > 5 ? .index(Int(random.next() % 3)) : .name(pick(Self.names))
      }
    }

    mutating func condition(_ regexes: inout Int) -> NaiveFilter {
      if chance(1, in: 4) {
        return .word(path(), pick(["NOT EXISTS", "IS NULL", "IS TRUE", "IS FALSE"]))
      }
      if chance(1, in: 6), regexes > 0 {
        regexes -= 1
        return .compare(
          path(), pick(["=", "!="]), .regex(pick(["^A", "[0-9]+", "s$", "c|n", "^a?b*c{0,2}$"])))
      }
      if chance(1, in: 3) {
        return .compare(
          path(), pick(["=", "!=", "<", "<=", ">", ">="]), .bare(pick(["10", "-5", "1e+1", "3.2"])))
      }
      return .compare(
        path(), pick(["=", "!="]),
        chance(1, in: 2)
          ? .quoted(pick(["a*", "*", "*e*s*", "AccessDenied", "10*", "ä\"b*", "", "true"]))
          : .bare(pick(["a", "Acc*", "*.0", "1*", "abc"])))
    }

    mutating func filter(_ depth: Int, _ regexes: inout Int) -> NaiveFilter {
      switch random.next() % (depth > 2 ? 1 : 3) {
      case 0: return condition(&regexes)
      case 1: return .all((0...random.next() % 3).map { _ in filter(depth + 1, &regexes) })
      default: return .any((0...random.next() % 3).map { _ in filter(depth + 1, &regexes) })
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64]) func patternsOnJSONAgree(seed: UInt64) throws {
    var maker = Maker(random: SeededGenerator(seed: seed))
    var tried = 0
    var hits = 0
    for _ in 0..<300 {
      var patterns: [FilterPattern] = []
      var naive: [NaiveFilter] = []
      while patterns.count < 8 {
        var regexes = 2
        let filter = maker.filter(0, &regexes)
        var random = maker.random
        let text = "{ \(filter.text(&random)) }"
        maker.random = random
        // Too long, or too many wildcards.
        guard let pattern = try? FilterPattern(text) else {
          #expect(text.utf8.count > 1024 || text.count(where: { $0 == "*" }) > 3, "\(text)")
          continue
        }
        patterns.append(pattern)
        naive.append(filter)
      }
      let set = FilterPatternSet(patterns)
      for _ in 0..<8 {
        let event = maker.chance(1, in: 10) ? maker.value(0) : maker.object(0)
        let bytes = JSONWriter.bytes(event)
        let isContainer = event.members != nil || event.elements != nil
        let expected = naive.indices.filter { isContainer && naive[$0].matches(event) }
        let found = set.matching(bytes, 0..<bytes.count, isJSON: nil)
        #expect(
          found == expected,
          "\(String(decoding: bytes, as: UTF8.self))\n\(patterns.map(\.source).joined(separator: "\n"))"
        )
        tried += patterns.count
        hits += found.count
      }
    }
    #expect(hits > tried / 20 && hits < tried * 19 / 20)
  }

  /// The engine beside Foundation's, on expressions put together at random.
  @Test func regularExpressionsAgree() throws {
    var maker = Maker(random: SeededGenerator(seed: 7))
    let atoms = ["a", "b", "c", ".", "[ab]", "[^a]", "\\d", "\\w", "1", "[a-c]", "-", "\\.", "\\S"]
    let repeats = ["", "", "", "*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}"]
    for _ in 0..<2000 {
      let branches = (0...maker.random.next() % 2).map { _ in
        var branch = maker.chance(1, in: 4) ? "^" : ""
        for _ in 0...maker.random.next() % 4 { branch += maker.pick(atoms) + maker.pick(repeats) }
        return branch + (maker.chance(1, in: 4) ? "$" : "")
      }
      let source = branches.joined(separator: "|")
      let bytes = Array(source.utf8)
      let regex = try FilterRegex(bytes, 0..<bytes.count)
      for _ in 0..<10 {
        let text = (0..<maker.random.next() % 7).map { _ in
          maker.pick(["a", "b", "c", "1", "-", ".", "€", " "])
        }
        .joined()
        let expected = text.range(of: source, options: .regularExpression) != nil
        let found = Array(text.utf8)
        #expect(regex.matches(found, 0..<found.count) == expected, "%\(source)% on `\(text)`")
      }
    }
  }

  /// Whatever the bytes are, something is answered.
  @Test func randomBytesDoNoHarm() throws {
    var maker = Maker(random: SeededGenerator(seed: 11))
    let seeds = FilterPatternTests.cases.map { Array($0.pattern.utf8) }
    let events = FilterPatternTests.cases.flatMap {
      ($0.matching + $0.others).map { Array($0.utf8) }
    }
    func changed(_ bytes: [UInt8], _ maker: inout Maker) -> [UInt8] {
      var bytes = bytes
      for _ in 0...maker.random.next() % 3 {
        let place = bytes.isEmpty ? 0 : Int(maker.random.next() % UInt64(bytes.count))
        switch maker.random.next() % 4 {
        case 0 where !bytes.isEmpty: bytes.remove(at: place)
        case 1 where !bytes.isEmpty: bytes[place] = UInt8(truncatingIfNeeded: maker.random.next())
        case 2: bytes.insert(maker.pick(Array("{}[]()\"%$.*&|=!<> ,\\1a".utf8)), at: place)
        default: bytes = Array(bytes[..<place])
        }
      }
      return bytes
    }
    var accepted = 0
    for _ in 0..<20_000 {
      let text = String(decoding: changed(maker.pick(seeds), &maker), as: UTF8.self)
      guard let pattern = try? FilterPattern(text) else { continue }
      accepted += 1
      let event = changed(maker.pick(events), &maker)
      let isMatching = pattern.matches(event)
      // What is no JSON is walked too, where somebody says it is.
      _ = pattern.matches(event, 0..<event.count, isJSON: true)
      let message = String(decoding: event, as: UTF8.self)
      if Array(message.utf8) == event { #expect(pattern.matches(message) == isMatching) }
      _ = pattern.parts(in: message)
      _ = pattern.extractedValues(from: message)
    }
    #expect(accepted > 3000)
  }

  /// The check without values says the same as the parser.
  @Test func validityAgreesWithTheParser() {
    var maker = Maker(random: SeededGenerator(seed: 13))
    var valid = 0
    for _ in 0..<20_000 {
      var bytes = JSONWriter.bytes(maker.value(0))
      if maker.chance(2, in: 3), !bytes.isEmpty {
        bytes[Int(maker.random.next() % UInt64(bytes.count))] =
          maker.pick(Array("{}[]\",:0-.eE tfn\\u\u{7f}".utf8) + [0, 0x80, 0xC3, 0xED, 0xF5])
      }
      let parsed = try? JSONParser.parse(bytes)
      let isContainer = parsed.map { $0.members != nil || $0.elements != nil } ?? false
      #expect(
        JSONText.isContainer(bytes, 0..<bytes.count) == isContainer,
        "\(String(decoding: bytes, as: UTF8.self))")
      valid += isContainer ? 1 : 0
    }
    #expect(valid > 1000)
  }
}
