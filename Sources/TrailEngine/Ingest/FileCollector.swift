import Glibc

/// A file to read, or a part of one.
struct ImportItem: Sendable {
  var path: String
  /// Bytes on disk that this item covers.
  var byteCount: Int
  /// The part of a plain text that this item covers; `nil` for a whole file.
  var part: Range<Int>?
  /// What the file was when it was listed; `nil` for what is no regular file.
  var version: FileVersion?
  /// When it was delivered, where that is known better than its name says.
  var deliveredAt: Int64?
  /// True for a file that nobody asked for by its name: that it is gone meanwhile is no problem.
  var mayGo = false
}

/// Finds the files that an import names: files as they are, folders with all that is in them.
struct FileCollector {
  private(set) var items: [ImportItem] = []
  private(set) var problems: [ImportProblem] = []
  /// Digest files, known by their names (facts §8).
  private(set) var notLogs: [ImportProblem] = []
  /// Files that were passed over because they have been read before and are still the same.
  private(set) var knownFiles = 0
  /// Folders whose names could be read.
  private(set) var foldersRead: [String] = []
  private let known: KnownFiles
  private var visitedFolders: Set<FileIdentity> = []

  private struct FileIdentity: Hashable {
    var device: UInt64
    var node: UInt64
  }

  private let filesMayGo: Bool

  /// - Parameters:
  ///   - known: the files that need not be read again.
  ///   - filesMayGo: whether what is named may be gone already, as what is found in a folder may.
  init(known: KnownFiles, filesMayGo: Bool = false) {
    self.known = known
    self.filesMayGo = filesMayGo
  }

  /// True where nothing has the name, not even a link that leads nowhere: whoever writes a file under another name
  /// first renames it at the end.
  static func isGone(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) != 0 && errno == ENOENT
  }

  /// Standard input is named so.
  static let standardInput = "-"

  mutating func collect(_ paths: [String]) {
    for path in paths { collect(path, depth: 0, isNamed: true) }
    // Files of S3's layout carry their time in their names: taking them by time makes segments that are short in
    // time, whatever Region or account they come from.
    var keyed = items.map { (stamp: Self.stamp($0.path), item: $0) }
    keyed.sort { a, b in
      a.stamp != b.stamp ? a.stamp < b.stamp : a.item.path < b.item.path
    }
    items = keyed.map(\.item)
  }

  /// Notes when files were delivered, by path.
  mutating func note(_ deliveredAt: [String: Int64]) {
    guard !deliveredAt.isEmpty else { return }
    for index in items.indices { items[index].deliveredAt = deliveredAt[items[index].path] }
  }

  private mutating func collect(_ path: String, depth: Int, isNamed: Bool) {
    if path == Self.standardInput && isNamed {
      items.append(ImportItem(path: path, byteCount: 0))
      return
    }
    var status = stat()
    let mayGo = filesMayGo || !isNamed
    if stat(path, &status) != 0 {
      let reason = String(cString: strerror(errno))
      if !mayGo || !Self.isGone(path) {
        problems.append(problem(path, "cannot be opened: \(reason)"))
      }
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG:
      // `strstr`, because the standard library's search costs as much as reading a file.
      if strstr(path, "/CloudTrail-Digest/") != nil || strstr(path, "_CloudTrail-Digest_") != nil {
        notLogs.append(problem(path, "a digest file"))
      } else {
        let version = FileVersion(status)
        if known.contains(version) {
          knownFiles += 1
        } else {
          items.append(
            ImportItem(
              path: path, byteCount: Int(status.st_size), version: version, mayGo: mayGo))
        }
      }
    case S_IFDIR:
      let identity = FileIdentity(device: UInt64(status.st_dev), node: UInt64(status.st_ino))
      guard visitedFolders.insert(identity).inserted else { return }
      if depth > IngestLimits.folderDepth {
        problems.append(problem(path, "more than \(IngestLimits.folderDepth) folders deep"))
        return
      }
      collectFolder(path, depth)
    default:
      // A pipe or device that was named is read; in a folder it is passed over.
      if isNamed { items.append(ImportItem(path: path, byteCount: 0)) }
    }
  }

  private mutating func collectFolder(_ path: String, _ depth: Int) {
    guard let folder = opendir(path) else {
      problems.append(problem(path, "cannot be opened: \(String(cString: strerror(errno)))"))
      return
    }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    closedir(folder)
    foldersRead.append(path)
    names.sort()
    let prefix = path.hasSuffix("/") ? path : path + "/"
    // A simulated bucket keeps what is not an object there.
    for name in names where name != ".trailq" {
      collect(prefix + name, depth: depth + 1, isNamed: false)
    }
  }

  private func problem(_ path: String, _ reason: String) -> ImportProblem {
    ImportProblem(file: path, offset: nil, reason: reason)
  }

  /// The `YYYYMMDDTHHMMZ` in a log file's name (facts §6.1) as a number; 0 where there is none.
  static func stamp(_ path: String) -> UInt64 {
    let bytes = Array(path.utf8.suffix(stampReach))
    // The stamp stands before the last underscore.
    guard let end = bytes.lastIndex(of: UInt8(ascii: "_")), end >= 14 else { return 0 }
    var number: UInt64 = 0
    for (position, byte) in bytes[(end - 14)..<end].enumerated() {
      switch position {
      case 8: if byte != UInt8(ascii: "T") { return 0 }
      case 13: if byte != UInt8(ascii: "Z") { return 0 }
      default:
        if byte &- 0x30 > 9 { return 0 }
        number = number * 10 + UInt64(byte & 15)
      }
    }
    return number
  }

  /// The stamp, an underscore, sixteen characters and `.json.gz`, with room for longer endings.
  private static let stampReach = 64
}
