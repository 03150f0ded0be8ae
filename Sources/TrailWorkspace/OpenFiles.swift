import Glibc
import Synchronization
import TrailEngine

/// The files of workspaces that this process has open.
///
/// Closing any descriptor of a file gives up all locks that the process has on it, SQLite's too. So no descriptor of a
/// file is closed while a workspace has it open: it waits until none has.
package enum OpenFiles {
  private struct Use: Sendable {
    var count = 0
    var isWritten = false
    /// Descriptors to be closed when nobody uses the file any more.
    var waiting: [Int32] = []
  }
  private static let uses = Mutex<[FileIdentity: Use]>([:])

  fileprivate static func enter(_ file: FileIdentity, writes: Bool) {
    uses.withLock { uses in
      uses[file, default: Use()].count += 1
      if writes { uses[file, default: Use()].isWritten = true }
    }
  }

  fileprivate static func leave(_ file: FileIdentity, wrote: Bool) {
    let closing = uses.withLock { uses -> [Int32] in
      guard var use = uses[file] else { return [] }
      use.count -= 1
      if wrote { use.isWritten = false }
      uses[file] = use.count > 0 ? use : nil
      return use.count > 0 ? [] : use.waiting
    }
    for descriptor in closing { close(descriptor) }
  }

  /// Closes a descriptor of a file, now or when its last use ends.
  static func retire(_ descriptor: Int32, of file: FileIdentity) {
    let isWaiting = uses.withLock { uses in
      guard uses[file] != nil else { return false }
      uses[file]?.waiting.append(descriptor)
      return true
    }
    if !isWaiting { close(descriptor) }
  }

  /// True where this process has the file open as a workspace.
  package static func isOpen(_ path: String) -> Bool { use(of: path) != nil }

  /// True where this process writes the file itself.
  static func isWritten(_ path: String) -> Bool { use(of: path)?.isWritten ?? false }

  private static func use(of path: String) -> Use? {
    guard let file = FileIdentity(at: path) else { return nil }
    return uses.withLock { $0[file] }
  }
}

/// A use of a file, from its making until nobody holds it any more.
final class OpenFile: Sendable {
  private let file: FileIdentity
  private let writes: Bool

  init(_ file: FileIdentity, writes: Bool) {
    self.file = file
    self.writes = writes
    OpenFiles.enter(file, writes: writes)
  }

  deinit { OpenFiles.leave(file, wrote: writes) }
}
