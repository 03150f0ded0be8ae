import CSQLite
import Glibc
import Testing
import TrailTestSupport

@testable import TrailEngine
@testable import TrailWorkspace

/// Files that are not as they were written: what is damaged is located, and the rest is there.
@Suite struct DamagedWorkspaceTests {
  let folder: ScratchFolder
  var path: String { folder.path + "/kept" }

  init() throws { folder = try ScratchFolder() }

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
