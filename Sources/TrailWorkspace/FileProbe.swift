import Glibc

/// What lies at a path, told from its first bytes.
enum FileProbe: Hashable {
  case absent
  /// A file without bytes, as `mktemp` makes it.
  case empty
  case workspace
  case newer(format: Int)
  case foreign(isDatabase: Bool)

  // Where SQLite's header has them, big-endian.
  private static let headerBytes = 100
  private static let formatOffset = 60
  private static let applicationOffset = 68
  private static let magic = Array("SQLite format 3\0".utf8)

  static func look(at path: String) throws(WorkspaceProblem) -> FileProbe {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT { return .absent }
      throw .unreachable(String(cString: strerror(errno)))
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw .isFolder
    default: throw .isNoFile
    }
    if status.st_size == 0 { return .empty }
    // What this process has open must not be opened beside it (see `OpenFiles`), and is known anyway. Where a first
    // page is still to be restored from a journal, SQLite tells more.
    if OpenFiles.isOpen(path) || access("\(path)-journal", F_OK) == 0 { return .workspace }
    let header = try header(of: path)
    guard header.count == headerBytes, Array(header[..<magic.count]) == magic else {
      return .foreign(isDatabase: false)
    }
    func number(_ offset: Int) -> Int64 {
      header[offset..<offset + 4].reduce(0) { $0 << 8 | Int64($1) }
    }
    guard number(applicationOffset) == Schema.applicationID else {
      return .foreign(isDatabase: true)
    }
    let format = Int(number(formatOffset))
    return format > Schema.format ? .newer(format: format) : .workspace
  }

  private static func header(of path: String) throws(WorkspaceProblem) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreachable(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: headerBytes)
    let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    guard count >= 0 else { throw .unreachable(String(cString: strerror(errno))) }
    return Array(bytes[..<count])
  }
}
