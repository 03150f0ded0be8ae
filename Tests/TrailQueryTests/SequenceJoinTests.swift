import Testing
import TrailEngine
import TrailLanguage
import TrailRecord

/// Sequences over steps of so many events that they are joined by hashes, against all pairs tried.
@Suite struct SequenceJoinTests {
  private struct Event {
    var time: Int64
    var name: String
    var key: String
    var issued: String?
    var number: Int

    var record: JSONValue {
      var members = [
        JSONMember("eventTime", .string(EventTime.format(time))),
        JSONMember("eventName", .string(name)),
        JSONMember(
          "userIdentity", .object([JSONMember("accessKeyId", .string(key))])),
        JSONMember(
          "requestParameters",
          .object([JSONMember("number", .number(String(number)))])),
      ]
      if let issued {
        members.append(
          JSONMember(
            "responseElements",
            .object([JSONMember("accessKey", .object([JSONMember("accessKeyId", .string(issued))]))]
            )
          ))
      }
      return .object(members)
    }
  }

  /// Some issue a key, some use one, in letter case of any kind; in three segments that overlap in time.
  private static func events(_ random: inout SeededGenerator) -> [Event] {
    (0..<2_400).map { index in
      let issues = random.chance(30)
      let key = Int.random(in: 0..<1_500, using: &random)
      let spelling = random.chance(50) ? "AKIA\(key)X" : "akia\(key)x"
      return Event(
        time: 1_795_200_000_000 + Int64(Int.random(in: 0..<20_000, using: &random)) * 1000,
        name: issues ? "Issue" : "Use", key: spelling, issued: issues ? "AKIA\(key)X" : nil,
        number: key % 50)
    }
  }

  /// `time, name` of both events of each pair that makes a match.
  private static func pairs(
    _ events: [Event], within: Int64, _ holds: (Event, Event) -> Bool
  ) -> [String] {
    // One time in a thousand is shared: of that time, whatever arrived first.
    let ordered = events.sorted { $0.time < $1.time }
    let times = ordered.map(\.time)
    var pairs: [String] = []
    for first in ordered where first.issued != nil {
      let start = times.firstIndex(of: first.time) ?? 0
      for second in ordered[start...] where second.name == "Use" {
        if second.time - first.time > within { break }
        if holds(first, second) {
          pairs.append("\(first.issued ?? "") \(first.time) \(second.key) \(second.time)")
        }
      }
    }
    return pairs.sorted()
  }

  @Test(arguments: 0..<2)
  func manyEventsAreJoined(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let events = Self.events(&random)
    let store = EventStore()
    for start in stride(from: 0, to: events.count, by: 800) {
      try RandomStore.importRecords(events[start..<(start + 800)].map(\.record), into: store)
    }
    let cases: [(String, (Event, Event) -> Bool)] = [
      (
        "events where name=Issue as k then name=Use and key=k.newkey within 1h",
        { $0.issued?.lowercased() == $1.key.lowercased() }
      ),
      (
        "events where name=Issue as k then name=Use and key==k.newkey within 1h",
        { $0.issued == $1.key }
      ),
      (
        "events where name=Issue as k then name=Use within 1h by newkey = key",
        { $0.issued == $1.key }
      ),
      // Numbers are no texts, and many have one.
      (
        "events where name=Issue as k then name=Use and req.number=k.req.number within 60s",
        { $0.number == $1.number }
      ),
      ("events where name=Issue as k then name=Use within 5m by key", { $0.key == $1.key }),
    ]
    for (sentence, holds) in cases {
      let parsed = QueryParser.parse(sentence + " | select k.newkey, k.time, key, time")
      let syntax = try #require(parsed.syntax)
      let context = BindingContext(snapshot: store.snapshot(), clock: 0)
      let answer = try QueryEngine().compile(syntax, in: context).run()
      guard case .table(let table) = answer.content else { throw TestFailure(sentence) }
      let actual = (0..<table.rowCount).map { row in
        table.cells.map { cells in
          if case .time(let time) = cells[row] { "\(time)" } else { cells[row].text }
        }.joined(separator: " ")
      }
      let within: Int64 =
        sentence.contains("60s") ? 60_000 : sentence.contains("5m") ? 300_000 : 3_600_000
      let expected = Self.pairs(events, within: within, holds)
      #expect(!expected.isEmpty, "\(sentence)")
      #expect(actual.sorted() == expected, "\(sentence)")
    }
  }

  /// A store of these records, a record a second.
  private static func store(_ records: [String]) throws -> EventStore {
    let lines = records.enumerated().map { index, record in
      let time = EventTime.format(1_795_200_000_000 + Int64(index) * 1000)
      return #"{"eventTime":"\#(time)",\#(record)}"#
    }
    let store = EventStore()
    try RandomStore.importBytes(Array(lines.joined(separator: "\n").utf8), into: store)
    return store
  }

  private static func count(_ sentence: String, _ store: EventStore) throws -> String {
    let syntax = try #require(QueryParser.parse(sentence + " | count").syntax)
    let context = BindingContext(snapshot: store.snapshot(), clock: 0)
    let answer = try QueryEngine().compile(syntax, in: context).run()
    guard case .table(let table) = answer.content else { throw TestFailure(sentence) }
    return table.cells[0][0].text
  }

  /// What one join found out of a column's values is not taken for what another asks.
  @Test func joinsDoNotAnswerForOthers() throws {
    let many = (0..<1_500).map { index in
      let name = ["AAA", "BBB", "CCC"][index % 3]
      return
        #""eventName":"\#(name)","recipientAccountId":"\#(index % 3 == 2 ? "222222222222" : "111111111111")""#
        + #","userIdentity":{"accountId":"\#(index % 3 == 2 ? "222222222222" : "111111111111")"}"#
    }
    let store = try Self.store(many)
    let sentences = ["AAA", "CCC"].map {
      "events where name=\($0) as a then name=\($0) and recipient = a.recipient within 3s"
    }
    for sentence in sentences + sentences.reversed() {
      #expect(try Self.count(sentence, store) == "499", "\(sentence)")
    }
  }

  /// Of a repeated step only the last event is compared.
  @Test func runsMayHaveOtherValuesBefore() throws {
    var records = (0..<1_200).map {
      #""eventName":"AAA","requestParameters":{"key":"k\#($0)"}"#
    }
    records.append(#""eventName":"BBB","requestParameters":{"key":"k1199"}"#)
    let store = try Self.store(records)
    let sentence =
      "events where name=AAA x2 as a then name=BBB and req.key = a.req.key within 2h"
    #expect(try Self.count(sentence, store) == "1")
  }

  /// Objects compare by their whole text, whatever is in them.
  @Test(arguments: [#"{"a":{"name":"x"},"n":"5"}"#, #"{"a":{},"b":{}}"#, #"{"a":{"name":"x"}}"#])
  func objectsAreJoined(object: String) throws {
    let records = (0..<1_400).map { index in
      #""eventName":"\#(index % 2 == 0 ? "AAA" : "BBB")","requestParameters":\#(object)"#
    }
    let store = try Self.store(records)
    let sentence =
      "events where name=AAA as a then name=BBB and requestParameters = a.requestParameters within 1s"
    #expect(try Self.count(sentence, store) == "700")
  }

  /// What must not come between is looked for among the events that share its value, not among all.
  @Test func absentStepsAreLookedUp() throws {
    let records = (0..<6_000).map { index in
      #""eventName":"Read","sourceIPAddress":"10.0.\#(index % 2_000 / 200).\#(index % 200)""#
    }
    let store = try Self.store(records)
    let sentence = "events where name=Read as k then no (name=Read and ip=k.ip) within 1h"
    // Each address comes three times, 2,000 seconds apart.
    #expect(try Self.count(sentence, store) == "2000")
  }
}
