internal import Glibc

/// Tells which files came into folders, and into the folders in them, since it was last asked.
final class FolderWatch {
  private let descriptor: Int32
  private var folders: [Int32: Folder] = [:]
  private var numbers: [Identity: Int32] = [:]
  /// False where the system refused to watch a folder, or lost count: the folders must be searched then.
  private(set) var isComplete = true

  /// What a folder is, whatever its name.
  private struct Identity: Hashable {
    var device: UInt64
    var node: UInt64
  }

  private struct Folder {
    var path: String
    var identity: Identity
  }

  /// What came.
  struct Changes {
    /// Files that were written to their ends or moved here, and folders that are new, in the order of their coming.
    var paths: [String] = []
    /// True where more may have come than `paths` tells.
    var mustSearch = false

    var isEmpty: Bool { paths.isEmpty && !mustSearch }
  }

  private static let events =
    UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO) | UInt32(IN_CREATE) | UInt32(IN_ONLYDIR)
  private static let bufferBytes = 64 * 1024
  private static let deepest = 64

  /// Throws `OutputFailure` with the system's reason.
  init() throws {
    descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    guard descriptor >= 0 else { throw OutputFailure(reason: SystemError.text(errno)) }
  }

  deinit { close(descriptor) }

  /// Watches a folder and those in it; what is in them already is not told.
  func watch(_ path: String) { watch(path, depth: 0) }

  private func watch(_ path: String, depth: Int) {
    guard depth <= Self.deepest, let identity = Self.identity(of: path) else { return }
    if let number = numbers[identity], let known = folders[number] {
      // Met twice, by a link. Where it is not there any more, it was renamed, and all that is in it with it.
      guard known.path != path, Self.identity(of: known.path) != identity else { return }
      folders[number]?.path = path
    } else {
      let number = unsafe inotify_add_watch(descriptor, path, Self.events)
      if number < 0 {
        isComplete = false
        return
      }
      folders[number] = Folder(path: path, identity: identity)
      numbers[identity] = number
    }
    for name in FilePath.names(in: path) where name != ".trailq" {
      watch("\(path)/\(name)", depth: depth + 1)
    }
  }

  /// Nil for what is no folder.
  private static func identity(of path: String) -> Identity? {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
    return Identity(device: UInt64(status.st_dev), node: UInt64(status.st_ino))
  }

  /// Waits until something came, for at most so long.
  func wait(milliseconds: Int) {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    _ = unsafe poll(&request, 1, Int32(clamping: milliseconds))
  }

  /// What came since the last time; does not wait.
  func takeChanges() -> Changes {
    var changes = Changes()
    var seen: Set<String> = []
    var buffer = [UInt8](repeating: 0, count: Self.bufferBytes)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe read(descriptor, bytes.baseAddress, bytes.count)
      }
      guard count > 0 else { break }
      var offset = 0
      while offset + MemoryLayout<inotify_event>.size <= count {
        let event = unsafe buffer.withUnsafeBytes { bytes in
          unsafe bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
        }
        let start = offset + MemoryLayout<inotify_event>.size
        offset = start + Int(event.len)
        let name = String(decoding: buffer[start..<offset].prefix { $0 != 0 }, as: UTF8.self)
        note(event.mask, event.wd, name, in: &changes, &seen)
      }
    }
    if !isComplete { changes.mustSearch = true }
    return changes
  }

  private func note(
    _ mask: UInt32, _ number: Int32, _ name: String, in changes: inout Changes,
    _ seen: inout Set<String>
  ) {
    if mask & UInt32(IN_Q_OVERFLOW) != 0 {
      changes.mustSearch = true
      return
    }
    if mask & UInt32(IN_IGNORED) != 0 {
      // Its node may be that of the next new folder.
      if let gone = folders.removeValue(forKey: number) { numbers[gone.identity] = nil }
      return
    }
    guard let folder = folders[number]?.path, !name.isEmpty else { return }
    let path = "\(folder)/\(name)"
    if mask & UInt32(IN_ISDIR) != 0 {
      // Watched before it is searched, so that nothing comes unseen in between.
      watch(path, depth: 0)
    } else if mask & UInt32(IN_CREATE) != 0, !Self.isLink(path) {
      // Its writer is not done yet, and will be told of.
      return
    }
    if seen.insert(path).inserted { changes.paths.append(path) }
  }

  /// True for what is whole from the beginning: a link of either kind.
  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return false }
    return status.st_mode & S_IFMT == S_IFLNK
      || (status.st_mode & S_IFMT == S_IFREG && status.st_nlink > 1)
  }
}
