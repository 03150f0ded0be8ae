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

  /// What is gone before it was read is a problem where it was asked for by its name.
  @Test func aFileThatIsGoneIsNoProblemWhereNobodyNamedIt() {
    let path = folder.path + "/1.json.tmp"
    #expect(store.importLogs([path], filesMayGo: true).problemCount == 0)
    #expect(store.importLogs([path]).problemCount == 1)
    for mayGo in [true, false] {
      let worker = ImportWorker(
        cancellation: Cancellation(), memory: MemoryGuard(limit: nil), counters: ImportCounters()
      ) { _, _ in }
      let item = ImportItem(path: path, byteCount: 10, mayGo: mayGo)
      let report = worker.read([item], unit: 0, arrival: 0)
      #expect(report.problemCount == (mayGo ? 0 : 1) && report.files == (mayGo ? 0 : 1))
    }
    // A link that leads nowhere is there.
    #expect(symlink(path, folder.path + "/2.json") == 0)
    #expect(store.importLogs([folder.path], filesMayGo: true).problemCount == 1)
  }

  /// What a workspace knows, with a count of how it was asked.
  private final class CountingHistory: ImportHistory {
    let known: Set<FileVersion>
    let lookUps = Atomic<Int>(0)
    let readings = Atomic<Int>(0)

    init(_ known: Set<FileVersion>) { self.known = known }

    func knows(_ file: FileVersion) -> Bool {
      lookUps.add(1, ordering: .relaxed)
      return known.contains(file)
    }
    func knownFiles() -> [FileVersion] {
      readings.add(1, ordering: .relaxed)
      return known.sorted()
    }
    func oddFiles() -> OddFiles { OddFiles() }
  }

  /// A few files are looked up one by one; for many the list is read, once.
  @Test func whatAWorkspaceKnowsIsReadWhenManyAskForIt() {
    let files = (0..<10_000).map { FileVersion(time: Int64($0), hash: -Int64($0)) }
    let history = CountingHistory(Set(files[..<9_000]))
    let known = KnownFiles()
    known.attach(history)
    for _ in 0..<10 {
      known.beginImport(damagedSegments: 0)
      #expect(files[8_990..<9_010].count { known.contains($0) } == 10)
    }
    #expect(history.lookUps.load(ordering: .relaxed) == 200)
    #expect(history.readings.load(ordering: .relaxed) == 0)
    known.add(Set(files[9_000..<9_005]))
    known.beginImport(damagedSegments: 0)
    #expect(files.count { known.contains($0) } == 9_005)
    known.beginImport(damagedSegments: 0)
    #expect(files.count { known.contains($0) } == 9_005)
    #expect(history.lookUps.load(ordering: .relaxed) == 200 + KnownFiles.mostLookUps)
    #expect(history.readings.load(ordering: .relaxed) == 1)
    #expect(Set(known.unkept) == Set(files[9_000..<9_005]))
    known.noteKept(5)
    #expect(known.unkept == [] && known.all.count == 9_005)
  }

  /// A digest is told with each import, and listed once; what a file had is forgotten when it was read again.
  @Test func whatIsOddIsListedOnce() {
    folder.write("1_CloudTrail-Digest_2.json", "{}")
    let file = folder.write("cut.json", event(1) + "\n{\"eventName\":")
    for _ in 0..<3 { #expect(store.importLogs([folder.path]).notLogs.count == 1) }
    #expect(store.notLogs.count == 1 && store.problems.count == 1 && store.problemCount == 1)
    folder.write("cut.json", event(1) + "\n" + event(2) + "\n{")
    #expect(store.importLogs([file]).problemCount == 1)
    #expect(store.problems.count == 1 && store.problemCount == 1)
    folder.write("cut.json", event(1) + "\n" + event(2))
    _ = store.importLogs([file])
    #expect(store.notLogs.count == 1 && store.problems == [] && store.problemCount == 0)
    // A folder that could not be read is no problem any more when it can.
    _ = store.importLogs([folder.path + "/late"])
    #expect(store.problems.count == 1)
    folder.write("late/3.json", event(3))
    _ = store.importLogs([folder.path + "/late"])
    #expect(store.problems == [])
  }
}
