import CSQLite
import Glibc
import Testing

@testable import TrailEngine
@testable import TrailWorkspace

/// What a workspace knows of earlier imports: files that are not read again, and what was odd in others.
@Suite struct HistoryTests {
  private let folder: ScratchFolder
  private var path: String { folder.path + "/kept" }

  init() throws { folder = try ScratchFolder() }

  /// Without eventIDs: only that the files are known tells that they were there.
  private func log(_ number: Int, events: Int = 1) -> String {
    (0..<events).map { #"{"eventTime":"2026-11-20T10:00:00Z","eventName":"A\#(number)-\#($0)"}"# }
      .joined(separator: "\n")
  }

  private func withStore<Value>(
    _ access: Workspace.Access = .create, _ body: (EventStore) throws -> Value
  ) throws -> Value {
    let workspace = try Workspace(path, access)
    defer { workspace.close() }
    let store = try workspace.makeStore()
    let value = try body(store)
    if access != .readOnly {
      let changes = store.unkeptChanges()
      store.noteKept(changes, as: try workspace.commit(changes, WorkspaceState(), []))
      #expect(store.unkeptChanges().isEmpty)
      #expect(workspace.check().isClean)
    }
    return value
  }

  private func change(_ sql: String) throws {
    let database = try Database(path, flags: SQLITE_OPEN_READWRITE, vfs: nil)
    try database.run(sql)
    try database.run("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
  }

  @Test func aFileIsKnownAfterOpening() throws {
    let files = (0..<5).map { folder.write("\($0).json", log($0)) }
    try withStore { #expect($0.importLogs(files).events == 5) }
    try withStore(.existing) { store in
      let report = store.importLogs(files)
      #expect(report.knownFiles == 5 && report.files == 0 && report.events == 0)
      // One that changed is read again, and so is one that has come since.
      folder.write("2.json", log(2, events: 2))
      folder.write("5.json", log(5))
      let more = store.importLogs(files + [folder.path + "/5.json"])
      #expect(more.knownFiles == 4 && more.files == 2 && more.events == 3)
    }
    for access in [Workspace.Access.readOnly, .existing] {
      try withStore(access) { #expect($0.importLogs(files).knownFiles == 5) }
    }
  }

  /// A file is known with its last event, not before.
  @Test func whatIsKeptOfAnImportThatDiedMakesNoFileKnown() throws {
    let file = folder.write("log.json", Sample.lines(count: 5_000).joined(separator: "\n"))
    do {
      let workspace = try Workspace(path, .create)
      let report = try workspace.makeStore().importLogs(
        [file], keep: { segment, paths in try? workspace.keep(segment, paths) })
      #expect(report.events == 5_000)
    }
    try withStore(.existing) { store in
      #expect(store.snapshot().rowCount == 5_000)
      #expect(store.importLogs([file]).duplicates == 5_000)
    }
    try withStore(.existing) { #expect($0.importLogs([file]).knownFiles == 1) }
  }

  @Test func aCopyKnowsFilesAndProblems() throws {
    let files = (0..<3).map { folder.write("\($0).json", log($0)) }
    let odd = folder.write("odd.json", log(9) + "\n{")
    let store = EventStore()
    _ = store.importLogs(files + [odd])
    let saved = folder.path + "/saved"
    _ = try Workspace.save(store, WorkspaceState(), [], to: saved)
    let workspace = try Workspace(saved, .existing)
    let copy = folder.path + "/copy"
    _ = try workspace.copy(to: copy)
    workspace.close()
    // What nobody has looked at yet is passed on too.
    let unread = try Workspace(copy, .readOnly)
    _ = try Workspace.save(unread.makeStore(), WorkspaceState(), [], to: path)
    unread.close()
    for name in [saved, copy, path] {
      let workspace = try Workspace(name, .readOnly)
      defer { workspace.close() }
      let again = try workspace.makeStore()
      #expect(again.problems == store.problems && again.problems.count == 1)
      #expect(again.importLogs(files + [odd]).knownFiles == 4)
    }
  }

  @Test func problemsAreThereAfterOpening() throws {
    let page = folder.write("page.html", "<html><body>Sign in</body></html>")
    let cut = folder.write("cut.json", log(1) + "\n{\"eventName\":")
    let digest = folder.write("1_CloudTrail-Digest_2.json", "{}")
    let (notLogs, problems) = try withStore { store in
      _ = store.importLogs([page, cut, digest, folder.path + "/none"])
      return (store.notLogs, store.problems)
    }
    #expect(notLogs.count == 2 && problems.count == 2)
    for access in [Workspace.Access.readOnly, .existing] {
      try withStore(access) { store in
        #expect(store.notLogs == notLogs && store.problems == problems)
        #expect(store.problemCount == 2)
        // Asked for first by an import that passes most of it over.
        #expect(store.importLogs([page, cut, digest]).knownFiles == 2)
        #expect(store.notLogs == notLogs && store.problems == problems)
      }
    }
    // A file that was mended has none, and what was not there is.
    folder.write("cut.json", log(1, events: 2))
    folder.write("none", log(2))
    try withStore(.existing) { store in
      #expect(store.importLogs([cut, folder.path + "/none"]).events == 3)
      #expect(store.notLogs == notLogs && store.problems == [] && store.problemCount == 0)
    }
    try withStore(.existing) { #expect($0.problems == [] && $0.notLogs == notLogs) }
  }

  /// Problems that are only counted are counted after opening, and not again for a file that was read again.
  @Test func manyProblemsAreCounted() throws {
    let lines = IngestLimits.problemsKeptPerFile + 50
    let text = (0..<lines).map { _ in "{\"a\":}" }.joined(separator: "\n") + "\n" + log(1)
    let file = folder.write("odd.json", text)
    let count = try withStore { store in
      _ = store.importLogs([file])
      #expect(store.problems.count == IngestLimits.problemsKeptPerFile)
      return store.problemCount
    }
    #expect(count > IngestLimits.problemsKeptPerFile)
    try withStore(.existing) { store in
      #expect(store.problemCount == count)
      folder.write("odd.json", text + "\n")
      _ = store.importLogs([file])
      #expect(store.problemCount == count)
      #expect(store.problems.count == IngestLimits.problemsKeptPerFile)
    }
  }

  @Test func problemsThatAreDamagedAreSaid() throws {
    let files = (0..<3).map { folder.write("\($0).json", log($0) + "\n{") }
    try withStore { _ = $0.importLogs(files) }
    try change("UPDATE problem SET reason = 'nothing' WHERE odd_file = 2")
    try change("UPDATE odd_file SET path = 'nowhere' WHERE id = 3")
    let workspace = try Workspace(path, .existing)
    defer { workspace.close() }
    #expect(workspace.warnings == [])
    let store = try workspace.makeStore()
    #expect(workspace.takeDamage() == [])
    #expect(store.problems.map(\.file) == [files[0]])
    #expect(
      workspace.takeDamage().map(\.damage.reason)
        == ["3 problems of earlier imports differ from their checksums"])
    #expect(workspace.check().problems == ["3 problems of earlier imports are damaged"])
    // New ones do not get the numbers of what cannot be read.
    _ = store.importLogs([folder.write("3.json", log(3) + "\n{")])
    let changes = store.unkeptChanges()
    #expect(changes.oddFiles.added.map(\.number) == [4])
    try workspace.commit(changes, WorkspaceState(), [])
  }

  /// What is lost comes back by reading its file again, which therefore counts as unknown.
  @Test func whereEventsAreLostFilesAreReadAgain() throws {
    let files = (0..<3).map { number in
      folder.write(
        "\(number).json", Sample.lines(count: 100, from: number * 100).joined(separator: "\n"))
    }
    for file in files { try withStore { _ = $0.importLogs([file]) } }
    try change(
      "UPDATE part SET bytes = zeroblob(length(bytes)) WHERE id = \(PartNumber.of(segment: 2, part: 3, chunk: 0))"
    )
    let workspace = try Workspace(path, .existing)
    let store = try workspace.makeStore()
    #expect(store.importLogs(files).knownFiles == 3)
    #expect(store.snapshot().texts.count == 300)
    #expect(store.snapshot().rowCount == 200)
    let report = store.importLogs(files)
    #expect(report.knownFiles == 0 && report.events == 100 && report.duplicates == 200)
    #expect(store.importLogs(files).knownFiles == 3)
    workspace.close()
    // A copy that leaves the segment out knows none of its files.
    let damaged = try Workspace(path, .readOnly)
    let copy = folder.path + "/copy"
    _ = try Workspace.save(damaged.makeStore(), WorkspaceState(), [], to: copy)
    damaged.close()
    let saved = try Workspace(copy, .existing)
    #expect(try saved.makeStore().snapshot().rowCount == 200)
    #expect(try saved.makeStore().importLogs(files).events == 100)
    saved.close()
    // Neither does a workspace whose directory has lost a segment.
    try change("UPDATE segment SET events = events + 1 WHERE id = 1")
    try withStore(.readOnly) { #expect($0.importLogs(files).knownFiles == 0) }
  }

  /// A file of the first format that is only read has no tables of this.
  @Test func theFirstFormatKnowsNothing() throws {
    let file = folder.write("1.json", log(1) + "\n{")
    try withStore { _ = $0.importLogs([file]) }
    for table in ["file", "odd_file", "problem", "filter"] { try change("DROP TABLE \(table)") }
    try change("PRAGMA user_version = 1")
    let workspace = try Workspace(path, .readOnly)
    #expect(workspace.check().isClean)
    let store = try workspace.makeStore()
    #expect(store.problems == [] && store.importLogs([file]).knownFiles == 0)
    workspace.close()
    try withStore(.existing) { #expect($0.importLogs([file]).knownFiles == 0) }
    try withStore(.existing) { store in
      #expect(store.problems.count == 1 && store.importLogs([file]).knownFiles == 1)
    }
  }
}
