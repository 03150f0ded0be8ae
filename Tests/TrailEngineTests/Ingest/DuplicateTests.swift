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

  @Test func recordsWithoutEventIDAreAllKept() {
    let text = #"{"eventName":"A","eventTime":"2026-11-20T10:00:00Z"}"#
    let store = EventStore()
    let report = store.importLogs([folder.write("log.json", text + "\n" + text)])
    #expect(report.events == 2 && report.duplicates == 0)
  }
}
