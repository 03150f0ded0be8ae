internal import Glibc
internal import Synchronization

/// A folder of the session's own under the system's temporary folder: made when it is first needed, readable by nobody
/// else, and gone when the session ends.
package final class SessionFolder: Sendable {
  /// Folders to be removed when the program ends, however it ends.
  private static let open = Mutex<[String]>([])

  private let made = Mutex<String?>(nil)

  init() {}

  /// The folder's path. Throws `OutputFailure` where it cannot be made.
  package func path() throws -> String {
    try made.withLock { made in
      if let made { return made }
      let path = try Self.make()
      made = path
      Self.open.withLock { $0.append(path) }
      return path
    }
  }

  /// Removes the folder and all that is in it.
  func remove() {
    guard let path = made.withLock({ $0 }) else { return }
    made.withLock { $0 = nil }
    Self.open.withLock { $0.removeAll { $0 == path } }
    Self.removeTree(path)
  }

  deinit { remove() }

  /// Removes the folders of all sessions; may be called on any thread.
  static func removeAll() {
    let paths = open.withLock { paths in
      defer { paths = [] }
      return paths
    }
    for path in paths {
      // The session goes on meanwhile: what it has written behind the removal's back is removed in turn.
      for _ in 0..<mostRemovals {
        removeTree(path)
        if unsafe access(path, F_OK) != 0 { break }
      }
    }
  }

  /// How often a folder is removed whose session does not stop writing.
  private static let mostRemovals = 64

  private static func make() throws -> String {
    let parent = FilePath.environment("TMPDIR") ?? "/tmp"
    var template = Array("\(parent)/trailq-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else {
      throw OutputFailure(reason: SystemError.text(errno))
    }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes a folder to the bottom; links in it are removed and not followed.
  private static func removeTree(_ path: String) {
    if unsafe unlink(path) == 0 || errno == ENOENT { return }
    for name in FilePath.names(in: path) { removeTree("\(path)/\(name)") }
    _ = unsafe rmdir(path)
  }
}
