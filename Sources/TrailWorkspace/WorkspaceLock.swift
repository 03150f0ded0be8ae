import Glibc
import TrailEngine

/// Says that this process writes a workspace, to all others.
///
/// It is a lock of the system on one byte of the file, far behind everything that SQLite reads and writes: nobody holds
/// it any more when that process is gone. It belongs to its descriptor, because SQLite lets go of all locks that
/// belong to the process; one of those on the next byte tells others whose it is.
final class WorkspaceLock {
  private static let place: off_t = 1 << 62
  private static let ownersPlace = place + 1
  /// `F_OFD_SETLK`, which the system's headers show to GNU's C only.
  private static let setDescriptorsLock: Int32 = 37
  /// Files that take the place of one another while their lock is asked for, before it is given up.
  private static let mostReplacements = 8

  private let descriptor: Int32
  private let file: FileIdentity
  private var use: OpenFile?

  /// Takes the lock of a file that is there. Throws where somebody has it.
  init(_ path: String) throws(WorkspaceProblem) {
    var replacements = 0
    while true {
      if OpenFiles.isWritten(path) { throw .inUse(pid: getpid()) }
      let (descriptor, file) = try Self.take(path)
      // Whoever saves gives a new file the path, and lets the lock of the old one go then.
      if FileIdentity(at: path) == file {
        self.descriptor = descriptor
        self.file = file
        use = OpenFile(file, writes: true)
        return
      }
      Self.letGo(descriptor, of: file)
      replacements += 1
      if replacements > Self.mostReplacements { throw .inUse(pid: nil) }
    }
  }

  deinit {
    use = nil
    Self.letGo(descriptor, of: file)
  }

  /// Gives the lock up, though its descriptor may have to stay open.
  private static func letGo(_ descriptor: Int32, of file: FileIdentity) {
    var ours = lock(at: place)
    ours.l_type = Int16(F_UNLCK)
    _ = fcntl(descriptor, setDescriptorsLock, &ours)
    var sign = lock(at: ownersPlace)
    sign.l_type = Int16(F_UNLCK)
    _ = fcntl(descriptor, F_SETLK, &sign)
    OpenFiles.retire(descriptor, of: file)
  }

  private static func take(
    _ path: String
  ) throws(WorkspaceProblem) -> (descriptor: Int32, file: FileIdentity) {
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreachable(String(cString: strerror(errno))) }
    var status = stat()
    fstat(descriptor, &status)
    let file = FileIdentity(status)
    var wanted = lock(at: place)
    guard fcntl(descriptor, setDescriptorsLock, &wanted) == 0 else {
      let owner = owner(descriptor)
      OpenFiles.retire(descriptor, of: file)
      throw .inUse(pid: owner)
    }
    return (descriptor, file)
  }

  /// Tells others who holds the lock. SQLite has the file open by now, and keeps a lock of its own as long.
  func showOwner() {
    var sign = Self.lock(at: Self.ownersPlace)
    _ = fcntl(descriptor, F_SETLK, &sign)
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
