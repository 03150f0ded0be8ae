import Glibc

/// What is in a folder, in the order of names.
struct FolderListing: Sendable {
  /// The folder's path and a slash.
  private let prefix: String
  var entries: [FolderEntry] = []
  /// Why the folder cannot be read, as the system numbers it; nil where it can.
  private(set) var failure: Int32?
  /// Whether its folders are no longer looked into, and it is not either.
  var isTooDeep = false

  /// What a simulated bucket keeps that is no object.
  private static let bucketState = ".trailq"

  init(_ path: String) {
    prefix = path.hasSuffix("/") ? path : path + "/"
    guard let folder = opendir(path) else {
      failure = errno
      return
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." && name != Self.bucketState { names.append(name) }
    }
    names.sort()
    // Beside the folder, so that the system need not walk the whole path for each.
    let descriptor = dirfd(folder)
    entries = names.map { FolderEntry($0, in: descriptor) }
  }

  func path(of entry: FolderEntry) -> String { prefix + entry.name }
}

/// A name in a folder, and what has it.
struct FolderEntry: Sendable {
  enum Kind: Sendable {
    case file(byteCount: Int, FileVersion, FileIdentity)
    case folder(FileIdentity)
    /// A pipe, a device, or a folder that another path leads to as well.
    case other
    /// It cannot be looked at, for the reason that the system numbers so.
    case missing(Int32)
  }
  let name: String
  var kind: Kind

  /// - Parameter folder: The descriptor of the folder that has it.
  init(_ name: String, in folder: Int32) {
    self.name = name
    var status = stat()
    if fstatat(folder, name, &status, 0) != 0 {
      kind = .missing(errno)
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG:
      kind = .file(
        byteCount: Int(status.st_size), FileVersion(status), FileIdentity(status))
    case S_IFDIR: kind = .folder(FileIdentity(status))
    default: kind = .other
    }
  }
}
