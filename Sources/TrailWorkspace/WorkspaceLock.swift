import Glibc
import Synchronization

/// Says that this process writes a workspace, to all others.
///
/// It is a lock of the system on one byte of the file, far behind everything that SQLite reads and writes: nobody holds
/// it any more when that process is gone. It belongs to its descriptor, because SQLite lets go of all locks that
/// belong to the process; one of those on the next byte tells others whose it is.
///
/// Closing any descriptor of a file gives up all its locks of the process, SQLite's too. So a file that this process
/// has open is never opened again beside SQLite.
final class WorkspaceLock {
  private static let place: off_t = 1 << 62
  private static let ownersPlace = place + 1
  /// `F_OFD_SETLK`, which the system's headers show to GNU's C only.
  private static let setDescriptorsLock: Int32 = 37
  /// The files that this process holds.
  private static let held = Mutex<Set<FileIdentity>>([])

  private struct FileIdentity: Hashable, Sendable {
    var device: dev_t
    var number: ino_t

    init(_ status: stat) {
      device = status.st_dev
      number = status.st_ino
    }
  }

  private let descriptor: Int32
  private let identity: FileIdentity

  /// Takes the lock of a file that is there. Throws where somebody has it.
  init(_ path: String) throws(WorkspaceProblem) {
    if Self.isHeldHere(path) { throw .inUse(pid: getpid()) }
    descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreachable(String(cString: strerror(errno))) }
    var status = stat()
    fstat(descriptor, &status)
    identity = FileIdentity(status)
    var wanted = Self.lock(at: Self.place)
    guard fcntl(descriptor, Self.setDescriptorsLock, &wanted) == 0 else {
      let owner = Self.owner(descriptor)
      close(descriptor)
      throw .inUse(pid: owner)
    }
    let identity = identity
    Self.held.withLock { _ = $0.insert(identity) }
  }

  deinit {
    let identity = identity
    Self.held.withLock { _ = $0.remove(identity) }
    close(descriptor)
  }

  /// Tells others who holds the lock. SQLite has the file open by now, and keeps a lock of its own as long.
  func showOwner() {
    var sign = Self.lock(at: Self.ownersPlace)
    _ = fcntl(descriptor, F_SETLK, &sign)
  }

  /// True where this process writes the file itself.
  static func isHeldHere(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    let identity = FileIdentity(status)
    return held.withLock { $0.contains(identity) }
  }

  private static func owner(_ descriptor: Int32) -> Int32? {
    var question = lock(at: ownersPlace)
    guard fcntl(descriptor, F_GETLK, &question) == 0, question.l_type != Int16(F_UNLCK) else {
      return nil
    }
    return question.l_pid
  }

  private static func lock(at place: off_t) -> flock {
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = place
    lock.l_len = 1
    return lock
  }
}
