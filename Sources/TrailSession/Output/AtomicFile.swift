internal import Glibc

/// A file that appears under its name only when it is complete.
///
/// The bytes go into a hidden file beside it, which is put in place in one step: a full disk, an interrupt or a
/// crash leaves what was there before. What is there and no regular file (a device, a pipe) is never replaced: the
/// bytes are written into it as they come.
package final class AtomicFile {
  private let path: String
  /// `nil` where the bytes go straight into what has the name already.
  private let temporaryPath: String?
  private var descriptor: Int32
  private var isCommitted = false

  /// Opens the hidden file. Throws `OutputFailure`.
  package init(path: String) throws {
    // A link is followed, so that what it points to is replaced and not the link itself.
    let resolved = FilePath.resolvingLinks(path)
    self.path = resolved
    switch FilePath.kind(of: resolved) {
    case .folder: throw OutputFailure(reason: SystemError.text(EISDIR))
    case .other:
      temporaryPath = nil
      descriptor = unsafe open(resolved, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw OutputFailure(reason: SystemError.text(errno)) }
      return
    case .regularFile, .absent: break
    }
    var template = Array((FilePath.folder(of: resolved) + "/.trailq-XXXXXX").utf8CString)
    descriptor = unsafe template.withUnsafeMutableBufferPointer { unsafe mkstemp($0.baseAddress!) }
    temporaryPath = unsafe template.withUnsafeBufferPointer {
      unsafe String(cString: $0.baseAddress!)
    }
    guard descriptor >= 0 else { throw OutputFailure(reason: SystemError.text(errno)) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if !isCommitted, let temporaryPath { unsafe unlink(temporaryPath) }
  }

  package func write(_ bytes: [UInt8]) throws {
    try FileDescriptorWriter.write(bytes, to: descriptor)
  }

  /// Makes sure that the bytes are kept, and gives the file its name.
  package func commit() throws {
    guard let temporaryPath else { return try closeDescriptor() }
    // `mkstemp` lets only the owner read.
    fchmod(descriptor, permissions)
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw OutputFailure(reason: SystemError.text(errno))
    }
    try closeDescriptor()
    guard unsafe rename(temporaryPath, path) == 0 else {
      throw OutputFailure(reason: SystemError.text(errno))
    }
    isCommitted = true
  }

  /// The permissions of the file that is replaced, so that a private file stays private; for a new one, what the
  /// umask leaves.
  private var permissions: mode_t {
    var status = stat()
    if unsafe stat(path, &status) == 0 { return status.st_mode & 0o777 }
    let mask = umask(0)
    umask(mask)
    return 0o666 & ~mask
  }

  private func closeDescriptor() throws {
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0 else { throw OutputFailure(reason: SystemError.text(errno)) }
  }
}
