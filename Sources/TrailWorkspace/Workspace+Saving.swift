import CSQLite
import Glibc
import Synchronization
package import TrailEngine

// A workspace as a file of its own that appears whole or not at all.

extension Workspace {
  /// Writes all of a session into a file. What is there already must be a workspace that nobody uses.
  ///
  /// - Parameter vfs: the layer below SQLite; tests put faults there.
  /// - Returns: whether a workspace was replaced.
  package static func save(
    _ store: EventStore, _ state: WorkspaceState, _ statements: [KeptStatement], to path: String,
    vfs: String? = nil
  ) throws(WorkspaceProblem) -> Bool {
    let target = try SavedFile(path)
    do throws(WorkspaceProblem) {
      let workspace = try Workspace(target.temporaryPath, .create, vfs: vfs)
      try workspace.commit(store.allChanges(), state, statements)
      // Only what is in the file itself gets its name; a full disk shows here.
      try workspace.emptyLog()
      workspace.close()
      return try target.commit()
    } catch {
      target.abandon()
      throw error
    }
  }

  /// Writes the log back into the file and cuts it to nothing.
  ///
  /// - Throws: `WorkspaceProblem.inUse` where somebody reads the file, so that the log must stay.
  fileprivate func emptyLog() throws(WorkspaceProblem) {
    let isBusy: Bool
    do throws(DatabaseError) {
      isBusy = try database.number("PRAGMA wal_checkpoint(TRUNCATE)") != 0
    } catch { throw error.problem }
    if isBusy { throw .inUse(pid: nil) }
  }

  /// Writes the log back and goes over to having none, which only whoever is alone with the file can do.
  ///
  /// - Throws: `WorkspaceProblem.inUse` where somebody else has it open.
  fileprivate func giveUpLog() throws(WorkspaceProblem) {
    reader.close()
    try setJournal("delete")
  }

  /// Asks whether somebody else has the file open now.
  ///
  /// - Throws: `WorkspaceProblem.inUse` where somebody has.
  fileprivate func checkForUsers() throws(WorkspaceProblem) {
    try giveUpLog()
    try setJournal("wal")
  }

  private func setJournal(_ wanted: String) throws(WorkspaceProblem) {
    var mode = ""
    do throws(DatabaseError) {
      try database.rows("PRAGMA journal_mode = \(wanted)") { mode = $0.text(0) }
    } catch {
      throw error.code & 0xFF == SQLITE_BUSY ? .inUse(pid: nil) : error.problem
    }
    if mode != wanted { throw .inUse(pid: nil) }
  }

  /// Copies this workspace, with all that was committed.
  package func copy(to path: String) throws(WorkspaceProblem) -> Bool {
    let target = try SavedFile(path)
    do throws(WorkspaceProblem) {
      let failure: DatabaseError? = writer.withLock { _ in
        do throws(DatabaseError) {
          try database.run("VACUUM INTO ?", [.text(target.temporaryPath)])
          return nil
        } catch { return error }
      }
      if let failure { throw failure.problem }
      // As all others it has a write-ahead log from the beginning, so that readers hinder nobody who opens it.
      let copy = try Workspace(target.temporaryPath, .existing)
      try copy.emptyLog()
      copy.close()
      return try target.commit()
    } catch {
      target.abandon()
      throw error
    }
  }
}

/// A file that gets its name when it is complete.
///
/// Nobody writes what has the name meanwhile, and nobody reads it through a log: when the last connection to a file is
/// closed, SQLite takes away the log beside it, by its name, and that would be the log of the new file. Who opens the
/// old file before it goes reads it as it is.
final class SavedFile {
  let path: String
  let temporaryPath: String
  private let replaces: Bool
  /// What has the name until then, if it is a workspace: with its log, so that it is as it was should this end early.
  private var old: Workspace?
  /// Of what has the name until then, if anything has.
  private var lock: WorkspaceLock?

  init(_ name: String) throws(WorkspaceProblem) {
    // Where the name is a link, it stays one.
    let path = Self.resolvingLinks(name)
    switch try FileProbe.look(at: path) {
    case .foreign(let isDatabase): throw .foreign(isDatabase: isDatabase)
    case .newer(let format): throw .newerFormat(found: format, known: Schema.format)
    case .workspace:
      let old = try Workspace(path, .existing)
      // Sooner than after all has been written.
      try old.checkForUsers()
      self.old = old
      replaces = true
    case .empty:
      lock = try WorkspaceLock(path)
      replaces = false
    case .absent:
      var status = stat()
      if lstat(path, &status) == 0 {
        throw .unreachable("it is a link to a file that is not there")
      }
      // A log without its file is of no use to anybody, and would be taken for one of the new file.
      for ending in ["-wal", "-shm", "-journal"] { unlink(path + ending) }
      replaces = false
    }
    self.path = path
    temporaryPath = "\(Self.folder(of: path))/.trailq-save-\(getpid())"
    removeTemporary()
  }

  func commit() throws(WorkspaceProblem) -> Bool {
    try sync(temporaryPath)
    if let old {
      try old.giveUpLog()
      lock = old.closeHoldingLock()
      self.old = nil
    }
    if lock == nil {
      try takeFreeName()
    } else if rename(temporaryPath, path) != 0 {
      throw .unreachable(String(cString: strerror(errno)))
    }
    lock = nil
    try sync(Self.folder(of: path))
    return replaces
  }

  /// Gives the file its name where nothing has it: not even what came since it was looked for.
  private func takeFreeName() throws(WorkspaceProblem) {
    guard link(temporaryPath, path) != 0 else {
      unlink(temporaryPath)
      return
    }
    switch errno {
    case EEXIST: throw .unreachable("another program has made a file of this name meanwhile")
    // Some file systems give a file no second name.
    case EPERM, EOPNOTSUPP, ENOSYS, EMLINK:
      if rename(temporaryPath, path) == 0 { return }
    default: break
    }
    throw .unreachable(String(cString: strerror(errno)))
  }

  func abandon() {
    old?.close()
    old = nil
    removeTemporary()
  }

  private func removeTemporary() {
    for ending in ["", "-wal", "-shm", "-journal"] { unlink(temporaryPath + ending) }
  }

  private func sync(_ path: String) throws(WorkspaceProblem) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreachable(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw errno == ENOSPC ? .full : .unreachable(String(cString: strerror(errno)))
    }
  }

  private static func resolvingLinks(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
