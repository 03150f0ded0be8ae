import Testing
import TrailEngine
import TrailLanguage
import TrailRecord
import TrailText

/// Sequences: the search against every combination tried, over thousands of small stores.
@Suite struct SequenceTests {
  static let start: Int64 = 1_795_200_000_000

  private static func text(_ text: String) -> JSONValue { .string(Array(text.utf8)) }

  /// A few events with ties in time, missing fields and arrays.
  static func records(_ random: inout SeededGenerator) -> [JSONValue] {
    var time = start
    return (0..<Int.random(in: 3...9, using: &random)).map { _ in
      time += Int64(random.pick([0, 0, 1, 1, 2, 5])) * 1000
      var members = [
        JSONMember("eventTime", text(EventTime.format(time))),
        JSONMember("eventName", text(random.pick(["A", "B", "C"]))),
        JSONMember("sourceIPAddress", text(random.pick(["10.0.0.1", "10.0.0.2"]))),
      ]
      if random.chance(85) {
        members.append(
          JSONMember(
            "userIdentity",
            .object([
              JSONMember("type", text("IAMUser")),
              JSONMember("userName", text(random.pick(["u", "v"]))),
            ])))
      }
      return .object(members)
    }
  }

  private static func step(
    _ random: inout SeededGenerator, names: [String]
  ) -> String {
    var text = random.pick([
      "name=A", "name=B", "name=C", "name in (A, B)", "(name=A or ip=10.0.0.1)", "not name=C",
    ])
    if let name = names.randomElement(using: &random), random.chance(60) {
      text += random.pick([
        " and ip = \(name).ip", " and ip != \(name).ip", " and not (user = \(name).user)",
        " and (user = \(name).user or name=B)",
      ])
    }
    return text
  }

  static func sentence(_ random: inout SeededGenerator) -> String {
    var names: [String] = []
    var text = ""
    let count = random.pick([1, 2, 2, 2, 3, 3, 4])
    for index in 0..<count {
      let isAbsent = index > 0 && random.chance(25)
      if index > 0 { text += isAbsent ? " then no " : " then " }
      let own = step(&random, names: names)
      // A step alone is a sequence only where it is repeated.
      let isRepeated = count == 1 || random.chance(25)
      text += isRepeated ? "(\(own)) x\(random.pick([2, 3]))" : own
      if !isAbsent, random.chance(50) {
        names.append("k\(index)")
        text += " as k\(index)"
      }
    }
    text = "events where \(text) within \(random.pick([1, 2, 4, 8, 30]))s"
    return text + random.pick(["", " by user", " by user, ip", " by ip"])
  }

  @Test(arguments: 0..<20)
  func searchFindsAllMatches(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed) + 900)
    let engine = QueryEngine()
    var found = 0
    for _ in 0..<20 {
      let (snapshot, all, isSimulated) = try Self.store(&random)
      for _ in 0..<4 {
        let sentence = Self.sentence(&random)
        let parsed = QueryParser.parse(sentence)
        let syntax = try #require(parsed.syntax, "\(sentence): \(parsed.diagnostics)")
        #expect(parsed.isValid, "\(sentence): \(parsed.diagnostics.map(\.message))")
        var naive = Self.naive(syntax, all)
        naive.isSimulated = isSimulated
        let expected = naive.matches()
        var compiled = try engine.compile(
          syntax, in: BindingContext(snapshot: snapshot, clock: Self.start))
        let indexed = try Self.numbers(compiled.run(), among: all)
        compiled.scansOnly = true
        #expect(indexed == (try Self.numbers(compiled.run(), among: all)), "\(sentence)")
        found += expected.count
        if indexed != expected {
          let lines = all.map { String(decoding: JSONWriter.bytes($0), as: UTF8.self) }
          Issue.record(
            "\(sentence)\n\(lines.joined(separator: "\n"))\nsimulated \(isSimulated)\nfound \(indexed), naive \(expected)"
          )
          return
        }
      }
    }
    #expect(found > 5, "the sentences must match something")
  }

  /// Some events from files, whose lines are in any order, and some simulated ones: those of one time may be of both.
  private static func store(
    _ random: inout SeededGenerator
  ) throws -> (StoreSnapshot, [JSONValue], isSimulated: [Bool]) {
    let store = EventStore()
    var parts = [[JSONValue]](repeating: [], count: 3)
    let isMixed = random.chance(50)
    for record in records(&random) {
      parts[isMixed ? Int.random(in: 0..<3, using: &random) : 0].append(record)
    }
    let simulatedPart = random.pick([0, 1, 1, 2])
    var all: [(time: Int64, record: JSONValue, isSimulated: Bool)] = []
    let evaluator = NaiveEvaluator(clock: start)
    for (number, part) in parts.enumerated() where !part.isEmpty {
      let isSimulated = number == simulatedPart
      let part = part.shuffled(using: &random)
      if isSimulated {
        for record in part { store.takeIn(JSONWriter.bytes(record), .recorded) }
        _ = store.snapshot()
      } else {
        try RandomStore.importRecords(part, into: store)
      }
      all += part.map { (evaluator.time($0) ?? .max, $0, isSimulated) }
    }
    let ordered = all.enumerated().sorted {
      ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
    }.map(\.element)
    return (store.snapshot(), ordered.map(\.record), ordered.map(\.isSimulated))
  }

  static func naive(_ syntax: QuerySyntax, _ records: [JSONValue]) -> NaiveSequences {
    var within: Int64 = 0
    var keys: [FieldSyntax] = []
    for clause in syntax.clauses {
      switch clause.kind {
      case .within(let duration): within = duration.milliseconds
      case .by(let fields): keys = fields.compactMap(\.fields.first)
      case .since, .until, .between, .at, .asOf: break
      }
    }
    let steps =
      syntax.sequence.isEmpty
      ? syntax.predicate.map { [StepSyntax($0, range: $0.range)] } ?? [] : syntax.sequence
    return NaiveSequences(
      evaluator: NaiveEvaluator(clock: start), records: records, steps: steps, within: within,
      keys: keys)
  }

  /// The matches by the numbers of their records; equal records are told apart by their order.
  static func numbers(_ answer: Answer, among records: [JSONValue]) throws -> [[Int]] {
    guard case .matches(let matches) = answer.content else { return [] }
    let snapshot = matches.snapshot
    let order = (0..<snapshot.segments.count).flatMap { segment in
      (0..<snapshot.segments[segment].rowCount).map {
        EventReference(segment: UInt32(segment), row: UInt32($0))
      }
    }.sorted { left, right in
      let a = snapshot.segments[Int(left.segment)]
      let b = snapshot.segments[Int(right.segment)]
      return (a.times[Int(left.row)], a.arrivals[Int(left.row)])
        < (b.times[Int(right.row)], b.arrivals[Int(right.row)])
    }
    return (0..<matches.count).map { match in
      matches.events(of: match).map { order.firstIndex(of: $0) ?? -1 }
    }
  }
}
