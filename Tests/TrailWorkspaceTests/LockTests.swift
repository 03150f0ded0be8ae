import Foundation
import Glibc
import Testing
import TrailTestSupport

@testable import TrailEngine
@testable import TrailWorkspace

/// Who may write a file, and what SQLite must know of who reads it.
@Suite struct LockTests {
  let folder: ScratchFolder
  var path: String { folder.path + "/kept" }

  init() throws { folder = try ScratchFolder() }

  private func makeWorkspace(events: Int) throws {
    _ = try Workspace.save(
      Sample.store([events], in: folder), WorkspaceState(), [], to: path)
  }

  private func problem(_ body: () throws -> Void) -> WorkspaceProblem? {
    do {
      try body()
      return nil
    } catch { return error as? WorkspaceProblem }
  }

  private func rowCount(_ path: String) throws -> Int {
    let workspace = try Workspace(path, .readOnly)
    defer { workspace.close() }
    #expect(workspace.check().isClean)
    return try workspace.makeStore().snapshot().rowCount
  }

  // MARK: Saving over a workspace

  /// From the beginning of a save to its end nobody writes what it replaces, and who reads it goes on reading it.
  @Test func nobodyWritesWhatASaveReplaces() throws {
    try makeWorkspace(events: 30)
    let saved = try SavedFile(path)
    #expect(problem { _ = try Workspace(path, .existing) } == .inUse(pid: getpid()))
    let new = try Workspace(saved.temporaryPath, .create)
    try new.commit(Sample.store([5], in: folder).allChanges(), WorkspaceState(), [])
    new.close()
    // Who comes before the end, and goes on reading, keeps it from being replaced.
    let reader = try Workspace(path, .readOnly)
    let store = try reader.makeStore()
    #expect(problem { _ = try saved.commit() } == .inUse(pid: nil))
    #expect(store.snapshot().texts.count == 30)
    reader.close()
    #expect(try saved.commit())
    let writer = try Workspace(path, .existing)
    let live = try writer.makeStore()
    live.takeIn(Sample.record(9_000), .recorded)
    try writer.commit(live.unkeptChanges(), WorkspaceState(), [])
    #expect(access(path + "-wal", F_OK) == 0)
    #expect(try rowCount(path) == 6)
    writer.close()
    #expect(try rowCount(path) == 6)
  }

  @Test func aSaveThatIsGivenUpLetsOthersWrite() throws {
    try makeWorkspace(events: 30)
    do {
      let saved = try SavedFile(path)
      saved.abandon()
    }
    // It has its log still: who reads it hinders nobody who writes.
    let reader = try Workspace(path, .readOnly)
    defer { reader.close() }
    let writer = try Workspace(path, .existing)
    #expect(access(path + "-wal", F_OK) == 0)
    writer.close()
    #expect(try rowCount(path) == 30)
  }

  @Test func aSaveReplacesNothingThatCameMeanwhile() throws {
    let saved = try SavedFile(path)
    let temporary = try Workspace(saved.temporaryPath, .create)
    try temporary.commit(Sample.store([5], in: folder).allChanges(), WorkspaceState(), [])
    temporary.close()
    let other = try Workspace(path, .create)
    try other.commit(Sample.store([30], in: folder).allChanges(), WorkspaceState(), [])
    other.close()
    let log = folder.write("kept-wal", "")
    #expect(
      problem { _ = try saved.commit() }
        == .unreachable("another program has made a file of this name meanwhile"))
    #expect(access(log, F_OK) == 0, "the log of the other program's file")
    saved.abandon()
    #expect(try rowCount(path) == 30)
  }

  @Test func aSaveThroughALinkLeavesTheLink() throws {
    try makeWorkspace(events: 30)
    let link = folder.path + "/link"
    #expect(symlink(path, link) == 0)
    #expect(try Workspace.save(Sample.store([5], in: folder), WorkspaceState(), [], to: link))
    var status = stat()
    #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    #expect(try rowCount(path) == 5)
  }

  @Test func aLinkThatLeadsNowhereIsToldAtOnce() throws {
    let link = folder.path + "/link"
    #expect(symlink(path, link) == 0)
    #expect(
      problem { _ = try SavedFile(link) }
        == .unreachable("it is a link to a file that is not there"))
  }

  /// Whoever goes on reading a file that he wrote lets others write it.
  @Test func theLockIsGivenUpThoughTheFileIsOpen() throws {
    try makeWorkspace(events: 30)
    let writer = try Workspace(path, .existing)
    let reader = try Workspace(path, .readOnly)
    writer.close()
    try Workspace(path, .existing).close()
    #expect(try reader.makeStore().snapshot().texts.count == 30)
    reader.close()
  }

  // MARK: SQLite's own locks

  /// `F_OFD_GETLK`, which the system's headers show to GNU's C only.
  private static let getDescriptorsLock: Int32 = 36
  /// Where SQLite says that a connection is there: https://www.sqlite.org/lockingv3.html
  private static let sharedPlace: off_t = 0x4000_0000 + 2
  private static let sharedBytes: off_t = 510

  /// True where SQLite's lock is on the file. To close the descriptor would be to give it up.
  private func isLocked(_ descriptor: Int32) -> Bool {
    var question = flock()
    question.l_type = Int16(F_WRLCK)
    question.l_whence = Int16(SEEK_SET)
    question.l_start = Self.sharedPlace
    question.l_len = Self.sharedBytes
    return fcntl(descriptor, Self.getDescriptorsLock, &question) == 0
      && question.l_type != Int16(F_UNLCK)
  }

  @Test(arguments: [false, true]) func nothingGivesUpSQLitesLocks(isReadOnly: Bool) throws {
    try makeWorkspace(events: 30)
    let workspace = try Workspace(path, isReadOnly ? .readOnly : .existing)
    let store = try workspace.makeStore()
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    #expect(isLocked(descriptor))
    // To look at it again, to open it again, to ask for its lock and to let it go.
    #expect(try FileProbe.look(at: path) == .workspace)
    do { try Workspace(path, .readOnly).close() }
    if isReadOnly {
      try Workspace(path, .existing).close()
    } else {
      #expect(problem { _ = try Workspace(path, .existing) } == .inUse(pid: getpid()))
    }
    #expect(isLocked(descriptor))
    // To import the folder that has it, by its name and by another.
    #expect(link(path, folder.path + "/other-name") == 0)
    _ = folder.write("log.json", Sample.lines(count: 3, from: 5_000).joined(separator: "\n"))
    let report = store.importLogs([folder.path, path])
    #expect(report.events == 3 && report.problemCount == 0)
    #expect(report.notLogs.contains { $0.file == path })
    #expect(Set(report.notLogs.map(\.reason)) == ["this session's own workspace"])
    #expect(isLocked(descriptor))
    workspace.close()
    #expect(!isLocked(descriptor))
  }
}
