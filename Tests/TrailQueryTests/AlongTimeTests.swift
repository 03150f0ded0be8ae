import TrailEngine
import TrailLanguage
import TrailRecord
import TrailText
import Testing

/// What looks along time, against an evaluator that tries everything, over thousands of small stores.
@Suite struct AlongTimeTests {
  private static let seconds: [Int64] = [30, 60, 90, 120, 300]

  /// A head of a sentence, with what it means.
  struct Head {
    var text = "events"
    var condition: String?
    var window = Int64.min..<Int64.max

    init(_ random: inout SeededGenerator) {
      if random.chance(40) {
        condition = random.pick(["name=A", "not name=B", "user=eve", "ip exists", "req.tags=a"])
      }
      if let condition { text += " where \(condition)" }
      // On the half minute, where events are.
      func moment(_ random: inout SeededGenerator) -> Int64 {
        StoryStore.start + Int64(Int.random(in: 0...16, using: &random)) * 30_000
      }
      var (low, high) = (Int64.min, Int64.max)
      if random.chance(60) {
        low = moment(&random)
        text += " since \(EventTime.format(low))"
      }
      if random.chance(30) {
        let end = max(moment(&random), low == .min ? .min : low)
        high = end + 1000
        text += " until \(EventTime.format(end))"
      }
      window = low..<high
    }

    func naive(_ records: [JSONValue]) -> NaiveAlongTime {
      NaiveAlongTime(
        records: records,
        condition: condition.flatMap { QueryParser.parsePredicate($0).syntax }, window: window)
    }
  }

  /// A stage, with the rows that it must give.
  static func stage(
    _ random: inout SeededGenerator, _ kind: Int
  ) -> (text: String, rows: (NaiveAlongTime) -> [String]) {
    let field = random.pick(NaiveAlongTime.fields)
    let length = random.pick(seconds)
    let groups = random.pick([[], [], ["user"], ["ip"], ["req.tags"], ["user", "ip"]])
    let by = groups.isEmpty ? "" : " by \(groups.joined(separator: ", "))"
    switch kind {
    case 0:
      let per = groups.filter { $0 != field }
      let baseline = random.chance(50) ? length : nil
      return (
        "new \(field)" + (per.isEmpty ? "" : " per \(per.joined(separator: ", "))")
          + (baseline.map { " baseline \($0)s" } ?? ""),
        { $0.new(field, per: per, baseline: baseline.map { $0 * 1000 }) }
      )
    case 1:
      return ("rare \(field) baseline \(length)s", { $0.rare(field, baseline: length * 1000) })
    case 2:
      let count = random.pick([1, 2, 2, 3, 4])
      let distinct = random.chance(50) ? field : nil
      return (
        "burst \(count)" + (distinct.map { " distinct \($0)" } ?? "") + " in \(length)s\(by)",
        { $0.burst(count, distinct: distinct, within: length * 1000, by: groups) }
      )
    case 3: return ("gaps over \(length)s\(by)", { $0.gaps(over: length * 1000, by: groups) })
    default:
      let group = random.chance(60) ? field : nil
      return (
        "count" + (group.map { " by \($0)" } ?? "") + " every \(length)s",
        { $0.count(by: group, every: length * 1000) }
      )
    }
  }

  /// Each seed makes 10 stores, and asks each of all stages twice: 1,600 sentences together.
  @Test(arguments: 0..<16)
  func stagesAgreeWithTryingEverything(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed) + 7_000)
    let engine = QueryEngine()
    var found = 0
    for _ in 0..<10 {
      let store = try StoryStore(&random)
      for kind in Array(0..<5) + Array(0..<5) {
        let head = Head(&random)
        let stage = Self.stage(&random, kind)
        let sentence = "\(head.text) | \(stage.text)"
        let parsed = QueryParser.parse(sentence)
        let syntax = try #require(parsed.syntax)
        #expect(parsed.isValid, "\(sentence): \(parsed.diagnostics.map(\.message))")
        let expected = stage.rows(head.naive(store.records))
        var compiled = try engine.compile(
          syntax, in: BindingContext(snapshot: store.snapshot, clock: StoryStore.start))
        let indexed = Self.lines(try compiled.run())
        compiled.scansOnly = true
        #expect(indexed == Self.lines(try compiled.run()), "\(sentence)")
        found += expected.count
        if indexed != expected {
          let all = store.records.map { String(decoding: JSONWriter.bytes($0), as: UTF8.self) }
          Issue.record(
            "\(sentence)\n\(all.joined(separator: "\n"))\nfound\n  \(indexed.joined(separator: "\n  "))\nnaive\n  \(expected.joined(separator: "\n  "))"
          )
          return
        }
      }
    }
    #expect(found > 60, "the sentences must find something")
  }

  static func lines(_ answer: Answer) -> [String] {
    guard case .table(let table) = answer.content else { return ["no table"] }
    return (0..<table.rowCount).map { row in
      table.cells.map { $0[row] == .missing ? "-" : $0[row].text }.joined(separator: " | ")
    }
  }
}
