import Glibc

/// An error of the operating system, worded as the system words it.
struct SystemError: Error, CustomStringConvertible {
  let code: Int32

  static var current: SystemError { SystemError(code: errno) }

  var description: String { String(cString: strerror(code)) }
}

private let privateFolderMode: mode_t = 0o700
private let privateFileMode: mode_t = 0o600

/// Creates the folder that `path` lies in, and those above it, readable by the owner alone. Whether it
/// worked shows when the file is opened.
func createFolder(ofFile path: String) {
  guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
  let folder = String(path[..<slash])
  if mkdir(folder, privateFolderMode) != 0, errno == ENOENT {
    createFolder(ofFile: folder)
    mkdir(folder, privateFolderMode)
  }
}

/// Opens the file for appending and calls `body` while nobody else has it locked.
///
/// Another process may replace the file between our opening and locking it; then the lock is on a file that
/// nobody will read, and the new one is opened instead.
func withLockedFile(_ path: String, _ body: (Int32) throws -> Void) throws {
  while true {
    let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, privateFileMode)
    guard descriptor >= 0 else { throw SystemError.current }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw SystemError.current }
    }
    var opened = stat()
    var named = stat()
    guard fstat(descriptor, &opened) == 0 else { throw SystemError.current }
    guard stat(path, &named) == 0, named.st_ino == opened.st_ino, named.st_dev == opened.st_dev
    else { continue }
    if opened.st_mode & 0o777 != privateFileMode { fchmod(descriptor, privateFileMode) }
    try body(descriptor)
    return
  }
}

/// Whether the file ends in the middle of a line.
func endsInsideLine(_ descriptor: Int32) throws -> Bool {
  let length = lseek(descriptor, 0, SEEK_END)
  guard length > 0 else { return false }
  var last: UInt8 = 0
  guard pread(descriptor, &last, 1, length - 1) == 1 else { throw SystemError.current }
  return last != UInt8(ascii: "\n")
}

/// The file's last `limit` bytes, from the beginning of a line on.
func readTail(_ path: String, limit: Int) throws -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw SystemError.current }
  defer { close(descriptor) }
  let length = lseek(descriptor, 0, SEEK_END)
  let start = max(0, Int(length) - limit)
  guard length >= 0, lseek(descriptor, off_t(start), SEEK_SET) >= 0 else {
    throw SystemError.current
  }
  var bytes = try readAll(descriptor, limit: limit)
  if start > 0, let end = bytes.firstIndex(of: UInt8(ascii: "\n")) { bytes.removeSubrange(...end) }
  return bytes
}

private func readAll(_ descriptor: Int32, limit: Int) throws -> [UInt8] {
  var bytes: [UInt8] = []
  while bytes.count < limit {
    let wanted = min(64 * 1024, limit - bytes.count)
    var failure: SystemError?
    let chunk = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
      let result = read(descriptor, buffer.baseAddress, wanted)
      if result < 0 { failure = .current }
      count = max(0, result)
    }
    if let failure {
      if failure.code == EINTR { continue }
      throw failure
    }
    if chunk.isEmpty { break }
    bytes += chunk
  }
  return bytes
}

/// Puts `text` in the file's place in one step, so that a crash leaves either the old file or the new one.
func replaceFile(at path: String, with text: String) throws {
  let target = resolvingLinks(path)
  let draft = "\(target).\(getpid()).new"
  let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, privateFileMode)
  guard descriptor >= 0 else { throw SystemError.current }
  do {
    defer { close(descriptor) }
    try writeAll(Array(text.utf8), to: descriptor)
  } catch {
    unlink(draft)
    throw error
  }
  guard rename(draft, target) == 0 else {
    let failure = SystemError.current
    unlink(draft)
    throw failure
  }
}

private func resolvingLinks(_ path: String) -> String {
  guard let resolved = realpath(path, nil) else { return path }
  defer { free(resolved) }
  return String(cString: resolved)
}

/// Writes all of `bytes`, however many calls that takes.
func writeAll(_ bytes: some Sequence<UInt8>, to descriptor: Int32) throws {
  try Array(bytes).withUnsafeBytes { buffer in
    var rest = buffer[...]
    while !rest.isEmpty {
      let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        // A terminal that somebody made non-blocking: wait until it takes more.
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&ready, 1, -1)
      } else if errno != EINTR {
        throw SystemError.current
      }
    }
  }
}
