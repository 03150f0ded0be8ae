import Glibc
import Synchronization
import Testing

@testable import TrailEngine

/// An import that is cancelled says nothing of what it left in the middle, and the next one brings the rest.
@Suite struct CancelledImportTests {
  let folder = ScratchFolder()
  let store = EventStore()

  /// Without an eventID, so that a second reading would show.
  private func event(_ number: Int) -> String {
    #"{"eventTime":"2026-11-20T10:00:00Z","eventName":"A\#(number)"}"#
  }

  /// A file of which nothing was understood yet looks as if it were no log.
  @Test func aFileThatWasJustBegunIsNotOdd() {
    folder.write("1.json", event(1))
    folder.write("3.json", event(3))
    // A pipe gives the worker nothing before the test does; it is too little to tell what the text is.
    let path = folder.path + "/2.json"
    #expect(mkfifo(path, 0o600) == 0)
    let pipe = open(path, O_RDWR | O_CLOEXEC)
    let text = Array(event(2).utf8)
    #expect(write(pipe, text, 20) == 20)
    let cancellation = Cancellation()
    let report = store.importLogs(
      [folder.path, path], cancellation: cancellation, workers: 1,
      progress: { _ in
        var waiting: CInt = 0
        guard !cancellation.isCancelled, ioctl(pipe, UInt(FIONREAD), &waiting) == 0, waiting == 0
        else { return }
        cancellation.cancel()
        #expect(write(pipe, Array(text[20...]), text.count - 20) == text.count - 20)
        close(pipe)
      })
    #expect(report.wasCancelled && report.events == 1)
    #expect(report.wholeFiles == 1 && report.filesAsked == 3)
    #expect(report.notLogs == [] && report.problems == [] && report.problemCount == 0)
    #expect(store.notLogs == [] && store.problems == [])
    #expect(unlink(path) == 0)
    folder.write("2.json", event(2))
    let rest = store.importLogs([folder.path])
    #expect(rest.knownFiles == 1 && rest.events == 2)
    #expect(rest.notLogs == [] && rest.problems == [])
    #expect(Set(store.snapshot().records) == Set((1...3).map(event)))
  }

  /// What was read of a file stays, and counts once when the file is read again.
  @Test func aFileThatWasReadInPartIsReadAgain() {
    let rows = StorageLimits.rowsPerSegment + 5_000
    let records = (0..<rows).map { #"{"eventID":"\#($0)","eventName":"A"}"# }
    folder.write("1.json", #"{"Records":[\#(records.joined(separator: ","))]}"#)
    folder.write("2.json", event(2))
    let cancellation = Cancellation()
    // A segment is full: the worker is in the middle of the file.
    let report = store.importLogs(
      [folder.path], cancellation: cancellation, workers: 1,
      keep: { _, _ in
        cancellation.cancel()
        return nil
      })
    #expect(report.wasCancelled && report.events == StorageLimits.rowsPerSegment)
    #expect(report.notLogs == [] && report.problemCount == 0)
    let rest = store.importLogs([folder.path])
    #expect(rest.knownFiles == 0 && rest.events == 5_001)
    #expect(rest.duplicates == StorageLimits.rowsPerSegment && rest.conflictingDuplicates == 0)
    #expect(rest.notLogs == [] && rest.problemCount == 0)
    #expect(store.snapshot().rowCount == rows + 1)
  }
}
