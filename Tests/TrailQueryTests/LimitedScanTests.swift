import Testing
import TrailEngine
import TrailLanguage
import TrailTestSupport

/// What looks only at one end of time gives the rows that all of it would: with times that many events share, and
/// events that have none.
@Suite struct LimitedScanTests {
  private static let rows = 20_000
  private static let limits = [1, 7, 50, 300]

  /// Events in the order of arrival: when each happened (nil where that is unknown), and whether it is asked for.
  private struct Story {
    var seconds: [Int?] = []
    var isWanted: [Bool] = []

    /// - Parameter kind: 0: few share a second; 1: thousands share the first and the last; 2: few are wanted, all at
    ///   one
    ///   end of time.
    init(seed: UInt64, kind: Int) {
      var random = SeededGenerator(seed: seed)
      for number in 0..<LimitedScanTests.rows {
        var second = number / 4
        if kind == 1, number < 6_000 { second = 0 }
        if kind == 1, number >= 14_000 { second = 9_000 }
        seconds.append(random.chance(1) ? nil : second)
        isWanted.append(kind == 2 ? (number < 400) : random.chance(30))
      }
    }

    var text: String {
      zip(seconds, isWanted).enumerated().map { number, event in
        let time = event.0.map { EventTimes.text($0) } ?? "never"
        return
          #"{"eventTime":"\#(time)","eventName":"\#(event.1 ? "Put" : "Get")","requestParameters":{"n":"\#(number)"}}"#
          + "\n"
      }.joined()
    }

    /// The numbers of the first wanted events in an order of time; those without a time are last, and events of one
    /// time stand as they arrived.
    func numbers(_ limit: Int, newestFirst: Bool) -> [String] {
      let found = seconds.indices.filter { isWanted[$0] }.sorted { left, right in
        switch (seconds[left], seconds[right]) {
        case (nil, nil): left < right
        case (nil, _): false
        case (_, nil): true
        case (let a?, let b?): a != b ? (a < b) != newestFirst : left < right
        }
      }
      return found.prefix(limit).map(String.init)
    }
  }

  private enum EventTimes {
    static func text(_ second: Int) -> String {
      let (minutes, rest) = (second / 60, second % 60)
      func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
      return "2026-11-20T\(two(minutes / 60)):\(two(minutes % 60)):\(two(rest))Z"
    }
  }

  @Test(arguments: 0..<3)
  func asSortingAll(kind: Int) throws {
    let story = Story(seed: UInt64(kind) + 77_000, kind: kind)
    let store = EventStore()
    try RandomStore.importBytes(Array(story.text.utf8), into: store)
    let snapshot = store.snapshot()
    try #require(
      snapshot.segments.count == 1, "one segment with more rows than are looked at first")
    for limit in Self.limits {
      for newestFirst in [false, true] {
        let sentence =
          "events where name=Put | sort time\(newestFirst ? " desc" : "") | limit \(limit) | select req.n"
        let syntax = try #require(QueryParser.parse(sentence).syntax)
        let answer = try QueryEngine().compile(
          syntax, in: BindingContext(snapshot: snapshot, clock: 0)
        ).run()
        guard case .table(let table) = answer.content else { throw TestFailure("no table") }
        let numbers = table.cells[0].map(\.text)
        #expect(
          numbers == story.numbers(limit, newestFirst: newestFirst), "\(sentence), story \(kind)")
      }
    }
  }
}
