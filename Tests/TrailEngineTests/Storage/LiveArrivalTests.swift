import Testing

@testable import TrailEngine

/// Records that arrive in numbers are indexed beside whoever brings them.
@Suite struct LiveArrivalTests {
  /// Enough for many batches, so that a thread takes them.
  private static let count = 30_000

  private func lines(seed: UInt64) -> [String] {
    var generator = RecordGenerator(seed: seed)
    return (0..<Self.count).map { generator.record($0) }
  }

  @Test func everyRecordIsOnItsShelf() {
    let store = EventStore()
    let lines = lines(seed: 5)
    for (index, line) in lines.enumerated() {
      store.takeIn(Array(line.utf8), index % 3 == 0 ? .unrecorded : .recorded)
    }
    let recorded = lines.indices.filter { $0 % 3 != 0 }.map { lines[$0] }
    let unrecorded = lines.indices.filter { $0 % 3 == 0 }.map { lines[$0] }
    #expect(store.snapshot().records.sorted() == recorded.sorted())
    #expect(store.unrecorded().records.sorted() == unrecorded.sorted())
    #expect(store.calls().records.sorted() == lines.sorted())
  }

  /// A snapshot holds all that came before it, whatever a thread is still doing.
  @Test func snapshotsOnTheWayLackNothing() {
    let store = EventStore()
    var kept: [(count: Int, snapshot: StoreSnapshot)] = []
    for (index, line) in lines(seed: 6).enumerated() {
      store.takeIn(Array(line.utf8), .recorded)
      if index % 4_999 == 17 { kept.append((index + 1, store.snapshot())) }
    }
    for (count, snapshot) in kept { #expect(snapshot.rowCount == count) }
    #expect(store.snapshot().rowCount == Self.count)
  }

  @Test func recordsOneByOneAndInNumbersKeepTheirOrder() throws {
    let store = EventStore()
    for number in 0..<5_000 {
      let line = #"{"eventName":"x","eventTime":"2026-11-20T10:00:00Z","n":\#(number)}"#
      if number % 7 == 0 {
        try store.append(record: Array(line.utf8))
      } else {
        store.takeIn(Array(line.utf8), .recorded)
      }
    }
    let numbers = store.snapshot().records.compactMap { line in
      line.split(separator: #""n":"#).last.flatMap { Int($0.dropLast()) }
    }
    #expect(numbers == Array(0..<5_000))
  }
}
