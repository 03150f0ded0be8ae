import Glibc
import Synchronization
import Testing

@testable import TrailEngine

/// A file that was read before costs a `stat`, and a limit of memory keeps files for later.
@Suite struct KnownFileTests {
  let folder = ScratchFolder()
  let store = EventStore()

  private func event(_ number: Int) -> String {
    #"{"eventTime":"2026-11-20T10:00:00Z","eventName":"A\#(number)"}"#
  }

  @Test func aFileThatHasNotChangedIsPassedOver() {
    folder.write("1.json", event(1))
    folder.write("2.json", event(2))
    _ = store.importLogs([folder.path])
    folder.write("3.json", event(3))
    let report = store.importLogs([folder.path])
    #expect(report.knownFiles == 2 && report.files == 1 && report.events == 1)
    // Without eventIDs nothing else would tell that they are the same.
    #expect(store.snapshot().rowCount == 3)
  }

  @Test func aFileThatGrewIsReadAgain() {
    let path = folder.write("1.json", event(1))
    _ = store.importLogs([path])
    folder.write("1.json", event(1) + "\n" + event(2))
    let report = store.importLogs([path])
    #expect(report.knownFiles == 0 && report.files == 1 && report.events == 2)
  }

  @Test func aFileThatWasMovedIsKnown() {
    let path = folder.write("1.json", event(1))
    _ = store.importLogs([path])
    #expect(rename(path, path + ".old") == 0)
    #expect(store.importLogs([folder.path]).knownFiles == 1)
  }

  @Test func aFileThatWasNotThereIsReadWhenItIs() {
    #expect(store.importLogs([folder.path + "/1.json"]).problemCount == 1)
    let report = store.importLogs([folder.write("1.json", event(1))])
    #expect(report.events == 1 && report.knownFiles == 0)
  }

  @Test func whatACancelledImportLeftOutIsReadLater() {
    folder.write("1.json", event(1))
    let cancellation = Cancellation()
    cancellation.cancel()
    #expect(store.importLogs([folder.path], cancellation: cancellation).events == 0)
    #expect(store.importLogs([folder.path]).events == 1)
  }

  @Test func beyondTheMemoryLimitFilesAreLeftForLater() {
    for number in 1...5 { folder.write("\(number).json", event(number)) }
    let refused = store.importLogs([folder.path], memoryLimit: 1)
    #expect(refused.filesBeyondMemory == 5 && refused.events == 0)
    let report = store.importLogs([folder.path], memoryLimit: .max)
    #expect(report.filesBeyondMemory == 0 && report.events == 5)
  }

  /// A file that the limit leaves in the middle is said, and read again later.
  @Test func aFileInWhichMemoryEndsIsLeft() throws {
    let record = #"{"eventTime":"2026-11-20T10:00:00Z","eventName":"x"}"#
    let rows = StorageLimits.rowsPerSegment + 5_000
    let file = folder.write(
      "large.json", String(repeating: record + "\n", count: rows))
    // There is room until the first segment is made.
    let looks = Atomic<Int>(0)
    let memory = MemoryGuard(limit: 100) { looks.add(1, ordering: .relaxed).newValue > 1 ? 100 : 0 }
    let worker = ImportWorker(
      cancellation: Cancellation(), memory: memory, counters: ImportCounters()
    ) { _, _ in }
    var status = stat()
    #expect(stat(file, &status) == 0)
    let item = ImportItem(
      path: file, byteCount: Int(status.st_size), version: FileVersion(status))
    let report = worker.read([item], unit: 0, arrival: 0)
    #expect(report.events == StorageLimits.rowsPerSegment)
    #expect(report.filesBeyondMemory == 1)
    #expect(worker.filesRead.isEmpty)
  }

  @Test func theSystemSaysHowMuchMemoryThereIs() throws {
    let before = try #require(ProcessMemory.residentBytes())
    #expect(before > 1 << 20 && before < ProcessMemory.machineBytes())
    let bytes = 64 << 20
    let block = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 1)
    defer { block.deallocate() }
    memset(block, 1, bytes)
    #expect(try #require(ProcessMemory.residentBytes()) - before > bytes / 2)
  }
}
