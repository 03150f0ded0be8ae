import CSQLite
import Testing
import TrailEngine
import TrailTestSupport

@testable import TrailWorkspace

/// Segments that are merged while a workspace has them: nothing is there twice, and nothing is lost.
@Suite struct MergedSegmentTests {
  private let folder: ScratchFolder
  private var path: String { folder.path + "/kept" }

  init() throws { folder = try ScratchFolder() }

  private func importFile(_ number: Int, _ count: Int, into store: EventStore) {
    let lines = Sample.lines(count: count, from: number * 1_000)
    let name = "1_CloudTrail_us-east-1_20261120T10\(10 + number % 50)Z_\(number).json"
    let file = folder.write(name, lines.joined(separator: "\n"))
    let report = store.importLogs([file])
    #expect(report.events == count)
  }

  private func commit(_ store: EventStore, _ workspace: Workspace, _ number: Int) throws {
    let changes = store.unkeptChanges()
    store.noteKept(changes, as: try workspace.commit(changes, Sample.state(number), []))
    #expect(store.unkeptChanges().isEmpty)
  }

  /// What lies in the file, and how many parts are of no segment there.
  private func directory() throws -> (segments: Int, contents: Int, lostParts: Int) {
    let database = try Database(path, flags: SQLITE_OPEN_READONLY, vfs: nil)
    defer { database.close() }
    return (
      Int(try database.number("SELECT count(*) FROM segment") ?? 0),
      Int(try database.number("SELECT count(*) FROM contents") ?? 0),
      Int(
        try database.number(
          """
          SELECT (SELECT count(*) FROM part WHERE id >> 28 NOT IN (SELECT id FROM segment))
            + (SELECT count(*) FROM filter WHERE id >> 16 NOT IN (SELECT id FROM segment))
            + (SELECT count(*) FROM segment WHERE id NOT IN (SELECT id >> 16 FROM filter))
          """) ?? -1)
    )
  }

  /// One process a file, one process for all files, and now and then a new one: the same is there in the end.
  @Test(arguments: 0..<4)
  func whatIsImportedPieceByPieceIsThere(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var workspace = try Workspace(path, .create)
    var store = try workspace.makeStore()
    var total = 0
    for number in 0..<40 {
      let count = Int.random(in: 1...(number % 7 == 0 ? 300 : 30), using: &generator)
      importFile(number, count, into: store)
      total += count
      // Some statements end without a commit that works; the next one has it all.
      if Int.random(in: 0..<4, using: &generator) > 0 {
        try commit(store, workspace, number)
        if seed == 0 || Int.random(in: 0..<6, using: &generator) == 0 {
          workspace.close()
          workspace = try Workspace(path, .existing)
          store = try workspace.makeStore()
        }
      }
    }
    try commit(store, workspace, 40)
    let texts = store.snapshot().texts.sorted()
    #expect(texts.count == total && Set(texts).count == total)
    workspace.close()
    let found = try directory()
    #expect(found.segments <= 12 && found.contents == found.segments && found.lostParts == 0)
    let again = try Workspace(path, .readOnly)
    #expect(again.check().isClean)
    #expect(again.segments.reduce(0) { $0 + $1.rowCount } == total)
    #expect(try again.makeStore().snapshot().texts.sorted() == texts)
    // Each event still knows its file.
    let deliveries = try again.makeStore().snapshot().segments.compactMap(\.deliveries)
    #expect(deliveries.count == again.segments.count)
    #expect(Set(deliveries.flatMap(\.times)).count == 40)
  }

  /// Pages that merging leaves are used again, and a copy has none.
  @Test func freePagesAreFew() throws {
    func pages(_ path: String) throws -> (free: Int64, all: Int64) {
      let database = try Database(path, flags: SQLITE_OPEN_READONLY, vfs: nil)
      defer { database.close() }
      return (
        try database.number("PRAGMA freelist_count") ?? 0,
        try database.number("PRAGMA page_count") ?? 0
      )
    }
    let workspace = try Workspace(path, .create)
    let store = try workspace.makeStore()
    var most: Int64 = 0
    for number in 0..<60 {
      importFile(number, 100, into: store)
      try commit(store, workspace, number)
      most = max(most, try pages(path).free)
    }
    let found = try pages(path)
    #expect(most > 0 && found.all > 30 && most * 3 < found.all, "\(most) of \(found)")
    #expect(try !workspace.copy(to: folder.path + "/copy"))
    workspace.close()
    let copy = try pages(folder.path + "/copy")
    #expect(copy.free == 0 && copy.all <= found.all - found.free)
  }

  /// One short of what is merged.
  private func makeThreeSegments() throws {
    let workspace = try Workspace(path, .create)
    let store = try workspace.makeStore()
    for number in 0..<3 {
      importFile(number, 100, into: store)
      try commit(store, workspace, number)
    }
    workspace.close()
  }

  /// Whoever looked before a merge goes on looking: in this process, and in another.
  @Test func whoeverLookedBeforeGoesOnLooking() throws {
    try makeThreeSegments()
    let other = try Workspace(path, .readOnly)
    let otherStore = try other.makeStore()
    let workspace = try Workspace(path, .existing)
    let store = try workspace.makeStore()
    // Nothing of it was read yet.
    let earlier = store.snapshot()
    #expect(earlier.segments.count == 3)
    importFile(3, 100, into: store)
    #expect(store.snapshot().segments.count == 1)
    try commit(store, workspace, 3)
    #expect(try directory().segments == 1)
    let expected = (0..<3).flatMap { Sample.lines(count: 100, from: $0 * 1_000) }.sorted()
    #expect(earlier.texts.sorted() == expected)
    #expect(workspace.takeDamage() == [])
    #expect(otherStore.snapshot().texts.sorted() == expected)
    #expect(other.takeDamage() == [] && other.check().isClean)
    #expect(workspace.check().isClean)
    other.close()
    workspace.close()
  }

  /// A damaged segment is not merged with others: it stays where `check` finds it, and so do they.
  @Test func whatIsDamagedIsLeftAsItIs() throws {
    try makeThreeSegments()
    let database = try Database(path, flags: SQLITE_OPEN_READWRITE, vfs: nil)
    try database.run(
      "UPDATE part SET bytes = zeroblob(length(bytes)) WHERE id = \(PartNumber.of(segment: 2, part: 3, chunk: 0))"
    )
    try database.run("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    let workspace = try Workspace(path, .existing)
    let store = try workspace.makeStore()
    for number in 3..<12 {
      importFile(number, 100, into: store)
      try commit(store, workspace, number)
    }
    let report = workspace.check()
    #expect(report.damagedSegments.map(\.entry.id) == [2])
    #expect(report.problems == [] && report.events == 1_200)
    #expect(report.segments < 9)
    #expect(store.snapshot().rowCount == 1_100)
    workspace.close()
  }

  /// What earlier versions left: many segments that nobody merged.
  @Test func manySmallSegmentsOfAnEarlierVersionAreMerged() throws {
    do {
      let workspace = try Workspace(path, .create)
      for number in 0..<30 {
        let store = EventStore()
        // Their arrival numbers are those of one store.
        for _ in 0..<number { _ = store.importLogs([folder.write("none.json", "{}")]) }
        importFile(number, 10, into: store)
        let changes = store.unkeptChanges()
        try workspace.commit(changes, Sample.state(number), [])
      }
      workspace.close()
    }
    #expect(try directory().segments == 30)
    let workspace = try Workspace(path, .existing)
    let store = try workspace.makeStore()
    importFile(30, 10, into: store)
    try commit(store, workspace, 30)
    workspace.close()
    let found = try directory()
    #expect(found.segments == 1 && found.lostParts == 0)
    let again = try Workspace(path, .readOnly)
    #expect(try again.makeStore().snapshot().rowCount == 310)
    #expect(again.check().isClean)
  }

  /// Segments that live events leave are merged too, and their records are in no other place.
  @Test func liveSegmentsAreMerged() throws {
    let workspace = try Workspace(path, .create)
    let store = try workspace.makeStore()
    var count = 0
    for round in 0..<6 {
      for _ in 0..<EventStore.openRows {
        store.takeIn(Sample.record(count), .recorded)
        count += 1
      }
      try commit(store, workspace, round)
    }
    store.takeIn(Sample.record(count), .recorded)
    try commit(store, workspace, 6)
    #expect(store.snapshot().rowCount == count + 1)
    workspace.close()
    #expect(try directory().segments < 6)
    let again = try Workspace(path, .readOnly)
    #expect(again.openEventCount == 1)
    #expect(try again.makeStore().snapshot().rowCount == count + 1)
    #expect(Set(try again.makeStore().snapshot().texts).count == count + 1)
    #expect(again.check().isClean)
  }
}
