import CSQLite
import Foundation
import Glibc
import Testing
import TrailTestSupport

@testable import TrailEngine
@testable import TrailWorkspace

/// Files that are opened, and files that are not.
@Suite struct WorkspaceTests {
  let folder: ScratchFolder
  var path: String { folder.path + "/kept" }

  init() throws { folder = try ScratchFolder() }

  private func problem(_ body: () throws -> Workspace) -> WorkspaceProblem? {
    do {
      _ = try body()
      return nil
    } catch { return error as? WorkspaceProblem }
  }

  @Test func everythingComesBack() throws {
    let store = Sample.store([700, 300], in: folder)
    var state = Sample.state(12)
    state.queries["mine"] = "events where user=bob"
    state.clock = KeptClock(stoppedAt: 1_795_305_600_000)
    state.world = KeptWorld(
      seed: .max, account: "111122223333", region: "eu-west-1", start: 5, now: 9,
      currentAccount: "123456789012", currentRegion: "us-east-1", calls: 3)
    let statements = (0..<5).map { Sample.statement($0) }
    #expect(try Workspace.save(store, state, statements, to: path) == false)
    let workspace = try Workspace(path, .existing)
    #expect(workspace.state == state)
    #expect(try workspace.statements().statements == statements)
    #expect(try workspace.makeStore().snapshot().texts == store.snapshot().texts)
    #expect(workspace.check().isClean)
    workspace.close()
    #expect(access(path + "-wal", F_OK) != 0)
    // Saved again, it takes the place of the old one.
    #expect(try Workspace.save(store, state, [], to: path))
    #expect(try Workspace(path, .existing).statements().statements == [])
  }

  private static func recordOfAnOlderVersion(_ number: Int) -> String {
    func padded(_ number: Int, _ width: Int, _ radix: Int) -> String {
      let digits = String(number, radix: radix)
      return String(repeating: "0", count: width - digits.count) + digits
    }
    let identifier = padded(number, 8, 16)
    let time = padded(number / 60, 2, 10) + ":" + padded(number % 60, 2, 10)
    return
      #"{"eventVersion":"1.11","eventTime":"2026-11-20T10:\#(time)Z","eventName":"Call\#(number % 7)","#
      + #""awsRegion":"eu-west-1","eventID":"\#(identifier)-0000-4000-8000-000000000000","#
      + #""name":"value \#(number % 280)""#
      + (number % 50 == 0 ? #","seldom":"once \#(number)""# : "")
      + (number % 3 == 0 ? ",\"list\":[\(number % 5),\(number % 4)]" : "")
      + (number % 40 == 0 ? #","requestID":"\#(identifier)-1111-4000-8000-000000000000""# : "")
      + "}"
  }

  /// The first version's segments had row numbers of 32 bits, the second's times of 64, the third's texts as they are,
  /// the fourth's indexes of names another hash; these files were written by them.
  @Test(arguments: [1, 2, 3, 4]) func segmentsOfOlderVersionsAreRead(version: Int) throws {
    let packed = try PackageFiles.bytes(
      "Tests/TrailWorkspaceTests/Data/format-\(version).trailq.gz")
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = packed.withUnsafeBufferPointer { packed in
      bytes.withUnsafeMutableBufferPointer { room in
        room.baseAddress.flatMap {
          Inflater().inflateGzip(packed, into: $0, capacity: room.count)
        }
      }
    }
    let size = try #require(count)
    try Data(bytes.prefix(size)).write(to: URL(fileURLWithPath: path))
    let workspace = try Workspace(path, .existing)
    let snapshot = try workspace.makeStore().snapshot()
    #expect(snapshot.texts == (0..<1_400).map(Self.recordOfAnOlderVersion))
    #expect(workspace.check().isClean)
    let segment = try #require(snapshot.segments.first)
    func column(_ key: String) throws -> Column {
      let path = try #require(snapshot.paths.paths(keys: [key]).first)
      return try #require(segment.column(path))
    }
    let name = try column("name")
    #expect(name.postings != nil)
    let code = try #require(
      (0..<280).first { segment.values.string(of: name.value(ofCode: $0)) == "value 7" })
    #expect(
      name.rows(in: CodeSet([code], of: 280), within: 0..<1_400).rows()
        == [7, 287, 567, 847, 1_127])
    #expect(try column("seldom").presentRows().count == 28)
    // A name is found by the index that was written with it, and no other is.
    let texts = segment.values.packedTexts()
    for number in stride(from: 0, to: 1_400, by: 50) {
      let text = "once \(number)"
      let value = try #require(
        (0..<28).map { try column("seldom").value(ofCode: $0) }.first {
          segment.values.string(of: $0) == text
        })
      let place = texts.place(of: Int(value.rawValue))
      let found = segment.tokenSignatures.candidates(AboutPattern(text).wholeNames)
      #expect(found.contains { $0.contains(place) })
    }
    #expect(segment.tokenSignatures.candidates(AboutPattern("nobody-has-this").wholeNames) == [])
  }

  /// A log that stayed behind is not taken for one of the file that comes in its place.
  @Test func savingOverALogThatStayed() throws {
    let first = try Workspace(path, .create)
    try first.commit(Sample.store([30], in: folder).allChanges(), Sample.state(1), [])
    // Another process has the file open, and ends without a word: its log stays.
    #expect(access(path + "-wal", F_OK) == 0)
    #expect(link(path + "-wal", path + "-log") == 0)
    first.close()
    #expect(unlink(path) == 0)
    try Data(repeating: 7, count: 4_096).write(to: URL(fileURLWithPath: path + "-wal"))
    _ = try Workspace.save(Sample.store([5], in: folder), Sample.state(2), [], to: path)
    let saved = try Workspace(path, .existing)
    #expect(try saved.makeStore().snapshot().rowCount == 5)
    #expect(saved.check().isClean)
  }

  /// While somebody reads the old file, its log cannot be emptied, and the file is not replaced.
  @Test func whatSomebodyReadsIsNotReplaced() throws {
    let writer = try Workspace(path, .create)
    try writer.commit(Sample.store([30], in: folder).allChanges(), Sample.state(1), [])
    let reader = try Workspace(path, .readOnly)
    #expect(try reader.makeStore().snapshot().rowCount == 30)
    let more = Sample.store([7], in: folder)
    try writer.commit(more.allChanges(), Sample.state(2), [])
    writer.close()
    let problem = problem {
      _ = try Workspace.save(Sample.store([5], in: folder), Sample.state(3), [], to: path)
      return reader
    }
    #expect(problem == .inUse(pid: nil))
    reader.close()
    _ = try Workspace.save(Sample.store([5], in: folder), Sample.state(3), [], to: path)
    let saved = try Workspace(path, .existing)
    #expect(try saved.makeStore().snapshot().rowCount == 5)
    #expect(saved.check().isClean)
  }

  @Test func liveEventsAreKeptAndSealed() throws {
    let count = EventStore.openRows + 50
    do {
      let workspace = try Workspace(path, .create)
      let store = try workspace.makeStore()
      for number in 0..<count {
        store.takeIn(Sample.record(number), number % 3 == 0 ? .unrecorded : .recorded)
        if number % 500 == 0 || number == count - 1 {
          let changes = store.unkeptChanges()
          store.noteKept(changes, as: try workspace.commit(changes, Sample.state(number), []))
        }
      }
      workspace.close()
    }
    let workspace = try Workspace(path, .existing)
    let store = try workspace.makeStore()
    #expect(store.calls().rowCount == count)
    #expect(store.unrecorded().rowCount == (count + 2) / 3)
    // What comes next stands behind what was there.
    store.takeIn(Sample.record(count), .recorded)
    for number in count + 1..<count + 3_000 { store.takeIn(Sample.record(number), .recorded) }
    let changes = store.unkeptChanges()
    store.noteKept(changes, as: try workspace.commit(changes, Sample.state(1), []))
    #expect(store.unkeptChanges().isEmpty)
    #expect(workspace.check().isClean)
    workspace.close()
    let again = try Workspace(path, .readOnly)
    #expect(try again.makeStore().calls().rowCount == count + 3_000)
    #expect(again.segments.count >= 1)
  }

  /// More events than are indexed at once, before anybody has asked for those that were there.
  @Test func manyLiveEventsStandBehindThoseThatWereThere() throws {
    let (first, more) = (100, 70_000)
    do {
      let workspace = try Workspace(path, .create)
      let store = try workspace.makeStore()
      for number in 0..<first { store.takeIn(Sample.record(number), .recorded) }
      try workspace.commit(store.unkeptChanges(), Sample.state(0), [])
      workspace.close()
    }
    do {
      let workspace = try Workspace(path, .existing)
      let store = try workspace.makeStore()
      for number in first..<first + more { store.takeIn(Sample.record(number), .recorded) }
      let changes = store.unkeptChanges()
      store.noteKept(changes, as: try workspace.commit(changes, Sample.state(1), []))
      workspace.close()
    }
    let workspace = try Workspace(path, .readOnly)
    let texts = try workspace.makeStore().snapshot().texts
    #expect(texts.count == first + more && Set(texts).count == first + more)
  }

  @Test func importsAreKeptSegmentBySegmentAndKnownAgain() throws {
    let file = folder.write("log.json", Sample.lines(count: 5_000).joined(separator: "\n"))
    do {
      let workspace = try Workspace(path, .create)
      let store = try workspace.makeStore()
      let report = store.importLogs(
        [file],
        keep: { segment, paths in try? workspace.keep(segment, paths) })
      #expect(report.events == 5_000)
      // Only that the file was read is left for the end of the statement: a killed process would have all events.
      #expect(store.unkeptChanges().segments.isEmpty)
    }
    let workspace = try Workspace(path, .existing)
    let store = try workspace.makeStore()
    #expect(store.snapshot().rowCount == 5_000)
    let report = store.importLogs([file])
    #expect(report.duplicates == 5_000 && report.events == 0)
  }

  @Test func othersAreTold() throws {
    let workspace = try Workspace(path, .create)
    #expect(problem { try Workspace(path, .existing) } == .inUse(pid: getpid()))
    let reader = try Workspace(path, .readOnly)
    #expect(reader.isReadOnly)
    #expect(throws: WorkspaceProblem.isReadOnly) {
      try reader.commit(
        StoreChanges(paths: StoreSnapshot.empty.paths), Sample.state(3), [])
    }
    // A reader sees what was there when it came.
    let store = try workspace.makeStore()
    store.takeIn(Sample.record(1), .recorded)
    try workspace.commit(store.unkeptChanges(), Sample.state(4), [])
    #expect(try reader.makeStore().snapshot().rowCount == 0)
    #expect(try Workspace(path, .readOnly).makeStore().snapshot().rowCount == 1)
    workspace.close()
  }

  @Test func whatIsNoWorkspaceIsLeftAlone() throws {
    #expect(problem { try Workspace(path, .existing) } == .absent)
    #expect(problem { try Workspace(folder.path, .create) } == .isFolder)
    let text = folder.write("notes", "some text that is long enough to be looked at, and no header")
    #expect(problem { try Workspace(text, .create) } == .foreign(isDatabase: false))
    let other = folder.path + "/other.db"
    let database = try Database(other, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs: nil)
    try database.run("CREATE TABLE t(x)")
    database.close()
    #expect(problem { try Workspace(other, .create) } == .foreign(isDatabase: true))
    #expect(throws: WorkspaceProblem.foreign(isDatabase: true)) {
      try Workspace.save(EventStore(), WorkspaceState(), [], to: other)
    }
    #expect(throws: WorkspaceProblem.self) {
      try Workspace.save(EventStore(), WorkspaceState(), [], to: folder.path + "/none/kept")
    }
    // An empty file, as `mktemp` makes it, becomes a workspace.
    let empty = folder.write("empty", "")
    #expect(try Workspace(empty, .create).isNew)
  }

  @Test func newerFormatsAreRefused() throws {
    try Workspace(path, .create).close()
    let database = try Database(path, flags: SQLITE_OPEN_READWRITE, vfs: nil)
    try database.run("PRAGMA user_version = 99")
    try database.run("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    #expect(
      problem { try Workspace(path, .existing) } == .newerFormat(found: 99, known: Schema.format))
  }
}
