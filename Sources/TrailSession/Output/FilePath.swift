internal import Glibc
internal import TrailWorkspace

/// Paths as people write them.
package enum FilePath {
  /// The path with a leading `~` replaced by the home folder.
  package static func expanded(_ path: String) -> String {
    guard path == "~" || path.hasPrefix("~/"), let home = environment("HOME") else { return path }
    return home + path.dropFirst()
  }

  /// The file that a script names: one beside the script where there is one, else from the working folder.
  ///
  /// - Parameter script: the script's own path, or whatever messages call the text.
  static func found(_ name: String, by script: String?) -> String {
    let path = expanded(name)
    guard !path.hasPrefix("/"), let folder = script.map({ folder(of: $0) }), folder != "." else {
      return path
    }
    let beside = "\(folder)/\(path)"
    return exists(beside) ? beside : path
  }

  /// The paths that a pattern with `*`, `?` or `[` means; the path itself where it is none or matches nothing.
  package static func matching(_ pattern: String) -> [String] {
    let path = expanded(pattern)
    guard path.contains(where: { "*?[".contains($0) }), !exists(path) else { return [path] }
    var result = unsafe glob_t()
    defer { unsafe globfree(&result) }
    guard unsafe glob(path, 0, nil, &result) == 0 else { return [path] }
    return (0..<Int(unsafe result.gl_pathc)).compactMap { index in
      unsafe result.gl_pathv[index].map { unsafe String(cString: $0) }
    }
  }

  package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  package static func isFolder(_ path: String) -> Bool { kind(of: path) == .folder }

  enum Kind {
    case absent, regularFile, folder
    /// A device, a pipe, a socket.
    case other
  }

  /// What is at the path, links followed.
  static func kind(of path: String) -> Kind {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return .absent }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .regularFile
    case S_IFDIR: return .folder
    default: return .other
    }
  }

  /// The names in a folder, sorted; none where it cannot be read.
  static func names(in folder: String) -> [String] {
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
          unsafe String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  package static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The path of the file that a link leads to; the path itself where there is no link.
  static func resolvingLinks(_ path: String) -> String {
    guard let resolved = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// The folder that paths start from which do not begin with `/`.
  static var currentFolder: String {
    guard let path = unsafe getcwd(nil, 0) else { return "." }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }

  package static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }

  /// The whole file as text, with what is no UTF-8 replaced. Throws `OutputFailure` with the system's reason.
  package static func readText(_ path: String) throws -> String {
    // To close it here would be to give up the locks that SQLite has on it.
    if OpenFiles.isOpen(path) { throw OutputFailure(reason: "it is this session's workspace") }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw OutputFailure(reason: SystemError.text(errno)) }
    defer { close(descriptor) }
    return try readText(descriptor: descriptor)
  }

  package static func readText(descriptor: Int32) throws -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: OutputLimits.chunkBytes)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes {
        unsafe read(descriptor, $0.baseAddress!, $0.count)
      }
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw OutputFailure(reason: SystemError.text(errno))
      }
      bytes += chunk[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
