import Testing

@testable import TrailEngine

/// The same event twice counts once; the same eventID with other content does not.
@Suite struct DuplicateTests {
  let folder = ScratchFolder()
  static let id = "00000000-0000-4000-8000-000000000001"

  private func record(_ members: String) -> String {
    #"{"eventTime":"2026-11-20T10:00:00Z","eventID":"\#(Self.id)",\#(members)}"#
  }

  @Test func equalContentCountsOnceWhateverTheKeyOrder() {
    let a = record(#""requestParameters":{"x":1,"y":[1,2]},"eventName":"A""#)
    let b = record(#""eventName":"A","requestParameters":{"y":[1,2],"x":1}"#)
    folder.write("1.json", a)
    folder.write("2.json", b)
    let store = EventStore()
    let report = store.importLogs([folder.path])
    #expect(store.snapshot().records == [a])
    #expect(report.duplicates == 1 && report.events == 1 && report.conflictingDuplicates == 0)
  }

  @Test(arguments: [
    #""eventName":"B","requestParameters":{"x":[1,2]}"#,
    #""eventName":"A","requestParameters":{"x":[2,1]}"#,
    #""eventName":"A","requestParameters":{"x":[1,2.0]}"#,
    #""eventName":"A","requestParameters":{"x":[1,"2"]}"#,
    #""eventName":"A","requestParameters":{"x":[1,2],"y":null}"#,
    #""eventName":"A","requestParameters":{"x":[1,2],"y":{}}"#,
    #""eventName":"A","requestParameters":{"x":[[1,2]]}"#,
  ])
  func otherContentIsKeptAndSaid(other: String) {
    let a = record(#""eventName":"A","requestParameters":{"x":[1,2]}"#)
    let store = EventStore()
    let report = store.importLogs([folder.write("log.json", a + "\n" + record(other))])
    #expect(store.snapshot().records == [a, record(other)])
    #expect(report.duplicates == 0 && report.conflictingDuplicates == 1)
  }

  @Test func aSecondImportKnowsTheFirst() {
    let text = record(#""eventName":"A""#)
    let store = EventStore()
    _ = store.importLogs([folder.write("log.json", text)])
    let report = store.importLogs([folder.write("copy.json", text)])
    #expect(report.duplicates == 1 && report.events == 0)
    #expect(store.snapshot().rowCount == 1)
  }

  @Test func eventIDsThatAreNoUUIDsCountToo() {
    let text = #"{"eventID":"EXAMPLE-1","eventName":"A"}"#
    let store = EventStore()
    let report = store.importLogs([folder.write("log.json", text + "\n" + text)])
    #expect(report.duplicates == 1)
    folder.write("copy.json", text + "\n" + text)
    #expect(store.importLogs([folder.path]).duplicates == 2)
  }

  private static func numbered(_ number: Int, _ name: String = "A") -> String {
    let digits = String(number)
    let id = "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    return #"{"eventID":"\#(number % 10 == 3 ? "text-\(number)" : id)","eventName":"\#(name)"}"#
  }

  /// A small import looks its events up in the segments; a large one has a table made of them.
  @Test(arguments: [(2_000, 40), (2_000, 2_000), (40, 2_000)])
  func importsOfAnySizeKnowStoresOfAnySize(before: Int, after: Int) {
    let store = EventStore()
    var number = 0
    for (file, share) in [2, 3, 4, 5].enumerated() {
      let next = file == 3 ? before : number + before / share / 2
      let lines = (number..<next).map { Self.numbered($0) }
      let report = store.importLogs([folder.write("\(file).json", lines.joined(separator: "\n"))])
      #expect(report.duplicates == 0 && report.events == lines.count)
      number = next
    }
    // A third is known, a third has other content under a known eventID, a third is new.
    let lines = (0..<after).map { index in
      switch index % 3 {
      case 0: Self.numbered(index * 7 % before)
      case 1: Self.numbered(index * 7 % before, "B\(index)")
      default: Self.numbered(before + index)
      }
    }
    let report = store.importLogs([folder.write("last.json", lines.joined(separator: "\n"))])
    #expect(report.duplicates == (after + 2) / 3)
    #expect(report.conflictingDuplicates == (after + 1) / 3)
    #expect(store.snapshot().rowCount == before + after - report.duplicates)
    // Within one import, and beside what is known.
    let twice = [Self.numbered(9_999), Self.numbered(9_999), Self.numbered(3), Self.numbered(4)]
    let again = store.importLogs([folder.write("twice.json", twice.joined(separator: "\n"))])
    #expect(again.duplicates == 3 && again.events == 1)
  }

  @Test func whatArrivedLiveIsKnownAndStaysOpen() throws {
    let store = EventStore()
    for number in 0..<20 { try store.append(record: Array(Self.numbered(number).utf8)) }
    store.takeIn(Array(Self.numbered(20).utf8), .unrecorded)
    let lines = (10..<30).map { Self.numbered($0) }
    let report = store.importLogs([folder.write("log.json", lines.joined(separator: "\n"))])
    // What nobody recorded is in no log that could hold it twice.
    #expect(report.duplicates == 10 && report.events == 10)
    for number in 30..<40 { try store.append(record: Array(Self.numbered(number).utf8)) }
    // One segment of the import, and one of all that arrived.
    #expect(store.snapshot().segments.map(\.rowCount) == [10, 30])
    let more = (25..<45).map { Self.numbered($0) }
    let second = store.importLogs([folder.write("more.json", more.joined(separator: "\n"))])
    #expect(second.duplicates == 15 && second.events == 5)
  }

  @Test func recordsWithoutEventIDAreAllKept() {
    let text = #"{"eventName":"A","eventTime":"2026-11-20T10:00:00Z"}"#
    let store = EventStore()
    let report = store.importLogs([folder.write("log.json", text + "\n" + text)])
    #expect(report.events == 2 && report.duplicates == 0)
  }
}
