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

  /// The first version's segments had row numbers of 32 bits, the second's times of 64, the third's texts as they are;
  /// these files were written by them.
  @Test(arguments: [1, 2, 3]) func segmentsOfOlderVersionsAreRead(version: Int) throws {
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

  // MARK: Damage

  /// A closed workspace of three segments and a few loose events.
  private func made() throws {
    let workspace = try Workspace(path, .create)
    let store = try workspace.makeStore()
    for part in 0..<3 {
      let file = folder.write(
        "part\(part)", Sample.lines(count: 200, from: part * 200).joined(separator: "\n"))
      _ = store.importLogs([file])
    }
    store.takeIn(Sample.record(5_000), .recorded)
    try workspace.commit(
      store.unkeptChanges(), Sample.state(1), (0..<3).map { Sample.statement($0) })
    workspace.close()
  }

  private func change(_ sql: String) throws {
    let database = try Database(path, flags: SQLITE_OPEN_READWRITE, vfs: nil)
    try database.run(sql)
    try database.run("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
  }

  @Test func aDamagedPartIsLocatedAndTheRestIsThere() throws {
    try made()
    try change(
      "UPDATE part SET bytes = zeroblob(length(bytes)) WHERE id = \(PartNumber.of(segment: 2, part: 3, chunk: 0))"
    )
    let workspace = try Workspace(path, .existing)
    let report = workspace.check()
    #expect(report.problems == [])
    #expect(report.damagedSegments.map(\.entry.id) == [2])
    #expect(report.damagedSegments.first?.entry.rowCount == 200)
    #expect(report.damagedSegments.first?.reasons == ["the checksum of part 3 differs"])
    let store = try workspace.makeStore()
    _ = store.snapshot().texts
    #expect(workspace.takeDamage().map(\.segment) == [2])
    #expect(store.snapshot().rowCount == 401)
    #expect(!store.snapshot().texts.contains("{}"))
    // It can still be written.
    store.takeIn(Sample.record(6_000), .recorded)
    try workspace.commit(store.unkeptChanges(), Sample.state(2), [])
  }

  /// It spares nothing any more; the events are all there.
  @Test(arguments: [
    "UPDATE filter SET piece = zeroblob(length(piece)) WHERE id >> 16 = 2",
    "UPDATE filter SET piece = x'00' WHERE id >> 16 = 2",
  ])
  func aDamagedFilterLosesNothing(sql: String) throws {
    try made()
    let texts = try Workspace(path, .readOnly).makeStore().snapshot().texts
    try change(sql)
    let workspace = try Workspace(path, .existing)
    let report = workspace.check()
    #expect(report.damagedSegments == [])
    #expect(
      report.problems == [
        "segment 2: its filter of identifiers is damaged; its events are not, and `save FILE` writes it anew"
      ])
    let store = try workspace.makeStore()
    #expect(store.snapshot().texts == texts && workspace.takeDamage() == [])
    let copy = folder.path + "/copy"
    _ = try Workspace.save(store, WorkspaceState(), [], to: copy)
    #expect(try Workspace(copy, .readOnly).check().isClean)
  }

  /// A file of the format that had no filters is read, and what comes to it has one.
  @Test func theSecondFormatHasNoFilters() throws {
    try made()
    let texts = try Workspace(path, .readOnly).makeStore().snapshot().texts
    try change("DROP TABLE filter")
    try change("PRAGMA user_version = 2")
    let before = try Workspace(path, .readOnly)
    #expect(before.check().isClean)
    #expect(try before.makeStore().snapshot().texts == texts)
    before.close()
    let workspace = try Workspace(path, .existing)
    let store = try workspace.makeStore()
    store.takeIn(Sample.record(6_000), .recorded)
    let changes = store.unkeptChanges(sealing: true)
    store.noteKept(changes, as: try workspace.commit(changes, Sample.state(2), []))
    #expect(workspace.check().isClean)
    workspace.close()
    let database = try Database(path, flags: SQLITE_OPEN_READONLY, vfs: nil)
    #expect(try database.number("SELECT count(*) FROM filter") ?? 0 > 0)
    database.close()
  }

  @Test(arguments: [
    "DELETE FROM contents WHERE segment = 1", "DELETE FROM part WHERE id >> 28 = 1",
    "UPDATE contents SET bytes = x'0011' WHERE segment = 1",
  ])
  func aSegmentWithoutItsPartsIsLocated(sql: String) throws {
    try made()
    try change(sql)
    let workspace = try Workspace(path, .existing)
    #expect(workspace.check().damagedSegments.map(\.entry.id) == [1])
    let store = try workspace.makeStore()
    _ = store.snapshot().texts
    #expect(store.snapshot().rowCount == 401)
  }

  @Test(arguments: [
    "UPDATE segment SET events = events + 1 WHERE id = 2",
    "UPDATE path SET key = 'x' WHERE id = 4", "DELETE FROM path WHERE id = 3",
    "UPDATE entry SET value = 'y'",
  ])
  func aDamagedDirectoryOpensReadOnly(sql: String) throws {
    try made()
    try change(sql)
    let workspace = try Workspace(path, .existing)
    #expect(workspace.isReadOnly)
    #expect(workspace.warnings.count == 1)
    #expect(!workspace.check().isClean)
    let store = try workspace.makeStore()
    _ = store.snapshot().texts
    _ = store.snapshot().texts
  }

  @Test func aDamagedJournalEndsBeforeTheDamage() throws {
    try made()
    try change("UPDATE statement SET text = 'simulate s3:DeleteBucket' WHERE id = 2")
    let workspace = try Workspace(path, .existing)
    let journal = try workspace.statements()
    #expect(journal.damagedAt == 2 && journal.statements.count == 1 && journal.count == 3)
    #expect(workspace.check().problems == ["statement 2 of the journal is damaged"])
  }

  /// A page of one table that cannot be read takes what lies on it, and nothing of the others.
  @Test(arguments: [
    ("segment", 1), ("path", 1), ("entry", 601), ("arrival", 600), ("statement", 601),
    ("file", 601), ("problem", 601),
  ])
  func aPageThatCannotBeReadLeavesTheRest(table: String, events: Int) throws {
    try made()
    let database = try Database(path, flags: SQLITE_OPEN_READWRITE, vfs: nil)
    let page = try database.number(
      "SELECT rootpage FROM sqlite_master WHERE name = ?", [.text(table)])
    database.close()
    var damaged = try bytes()
    let start = (Int(try #require(page)) - 1) * Schema.pageBytes
    for place in start..<start + Schema.pageBytes { damaged[place] = 0xFF }
    try write(damaged)
    for access in [Workspace.Access.existing, .readOnly] {
      let workspace = try Workspace(path, access)
      defer { workspace.close() }
      let report = workspace.check()
      #expect(!report.isClean)
      let store = try workspace.makeStore()
      _ = store.snapshot().texts
      let texts = store.snapshot().texts
      #expect(texts.count == events && Set(texts).count == events)
      if ["segment", "path", "entry", "arrival", "statement"].contains(table) {
        #expect(workspace.isReadOnly && workspace.warnings.count == 1, "\(workspace.warnings)")
      }
      if table != "entry" { #expect(workspace.state.settings == Sample.state(1).settings) }
    }
  }

  /// Pages in the middle of a large directory: what lies on both sides of them is there.
  @Test func aDirectoryIsReadFromBothEnds() throws {
    let workspace = try Workspace(path, .create)
    workspace.close()
    let database = try Database(path, flags: SQLITE_OPEN_READWRITE, vfs: nil)
    let count = 2_000
    try database.transaction { () throws(DatabaseError) in
      for number in 1...Int64(count) {
        let entry = KeptSegmentEntry(
          id: number, home: .imported, rowCount: 7, timedRowCount: 7,
          timeRange: number...number + 9,
          firstArrival: UInt64(number), lastArrival: UInt64(number))
        try database.run(
          """
          INSERT INTO segment(id, home, events, timed_events, first_time, last_time, first_arrival,
            last_arrival, bytes, checksum) VALUES(?, 0, 7, 7, ?, ?, ?, ?, 100, ?)
          """,
          [number, number, number + 9, number, number, entry.checksum].map { .integer($0) })
      }
    }
    try database.run("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    // A leaf's first byte is 13; one in the middle of all of the table's pages.
    var damaged = try bytes()
    let leaves = stride(from: Schema.pageBytes, to: damaged.count, by: Schema.pageBytes).filter {
      damaged[$0] == 13 && damaged[$0 + 3...$0 + 4].reduce(0) { $0 << 8 | Int($1) } > 100
    }
    try #require(leaves.count > 3)
    let start = leaves[leaves.count / 2]
    for place in start..<start + Schema.pageBytes { damaged[place] = 0xFF }
    try write(damaged)
    let opened = try Workspace(path, .existing)
    #expect(opened.isReadOnly)
    let numbers = opened.segments.map(\.id)
    #expect(numbers.first == 1 && numbers.last == Int64(count))
    #expect(numbers.count > count / 2 && numbers.count < count)
    #expect(numbers == numbers.sorted())
  }

  /// Counts that no segment can have overflow nothing.
  @Test func impossibleCountsAreLeftOut() throws {
    try made()
    let database = try Database(path, flags: SQLITE_OPEN_READWRITE, vfs: nil)
    for number in Int64(2)...3 {
      let entry = KeptSegmentEntry(
        id: number, home: .imported, rowCount: .max, timedRowCount: 0, timeRange: nil,
        firstArrival: UInt64(number), lastArrival: UInt64(number))
      try database.run(
        """
        UPDATE segment SET home = 0, events = ?, timed_events = 0, first_time = NULL, last_time = NULL,
          first_arrival = ?, last_arrival = ?, checksum = ? WHERE id = ?
        """,
        [.max, number, number, entry.checksum, number].map { .integer($0) })
    }
    database.close()
    let workspace = try Workspace(path, .existing)
    #expect(workspace.eventCount == 201 && workspace.isReadOnly)
    #expect(try workspace.makeStore().snapshot().texts.count == 201)
  }

  @Test func damagedPagesNeverEndTheProgram() throws {
    try made()
    let whole = try bytes()
    for seed in 0..<60 {
      var damaged = whole
      var place = seed &* 7_919 &+ 13
      for _ in 0..<40 {
        place = (place &* 48_271 &+ 11) % damaged.count
        damaged[place] ^= UInt8(truncatingIfNeeded: place | 1)
      }
      try write(damaged)
      guard let workspace = try? Workspace(path, .readOnly) else { continue }
      #expect(!workspace.check().isClean, "seed \(seed)")
      if let store = try? workspace.makeStore() { _ = store.snapshot().texts }
      workspace.close()
    }
    // Cut short.
    for share in 1..<8 {
      try write(Array(whole[..<(whole.count * share / 8)]))
      guard let workspace = try? Workspace(path, .readOnly) else { continue }
      #expect(!workspace.check().isClean, "\(share)/8")
      if let store = try? workspace.makeStore() { _ = store.snapshot().texts }
      workspace.close()
    }
  }

  private func bytes() throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: Int(lseek(descriptor, 0, SEEK_END)))
    lseek(descriptor, 0, SEEK_SET)
    let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    try #require(count == bytes.count)
    return bytes
  }

  private func write(_ bytes: [UInt8]) throws {
    folder.remove("kept")
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    try #require(count == bytes.count)
  }
}
