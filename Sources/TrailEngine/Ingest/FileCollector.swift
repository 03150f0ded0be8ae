import Glibc

/// A file to read, or a part of one.
struct ImportItem: Sendable {
  var path: String
  /// Bytes on disk that this item covers.
  var byteCount: Int
  /// The part of a plain text that this item covers; `nil` for a whole file.
  var part: Range<Int>?
}

/// Finds the files that an import names: files as they are, folders with all that is in them.
struct FileCollector {
  private(set) var items: [ImportItem] = []
  private(set) var problems: [ImportProblem] = []
  /// Digest files, known by their names (facts §8).
  private(set) var notLogs: [ImportProblem] = []
  private var visitedFolders: Set<FileIdentity> = []

  private struct FileIdentity: Hashable {
    var device: UInt64
    var node: UInt64
  }

  /// Standard input is named so.
  static let standardInput = "-"

  mutating func collect(_ paths: [String]) {
    for path in paths { collect(path, depth: 0, isNamed: true) }
    items.sort { a, b in
      // Files of S3's layout carry their time in their names: taking them by time makes segments that are
      // short in time, whatever Region or account they come from.
      let (first, second) = (Self.stamp(a.path), Self.stamp(b.path))
      return first != second ? first < second : a.path < b.path
    }
  }

  private mutating func collect(_ path: String, depth: Int, isNamed: Bool) {
    if path == Self.standardInput && isNamed {
      items.append(ImportItem(path: path, byteCount: 0))
      return
    }
    var status = stat()
    if stat(path, &status) != 0 {
      problems.append(problem(path, "cannot be opened: \(String(cString: strerror(errno)))"))
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG:
      if path.contains("/CloudTrail-Digest/") || path.contains("_CloudTrail-Digest_") {
        notLogs.append(problem(path, "a digest file"))
      } else {
        items.append(ImportItem(path: path, byteCount: Int(status.st_size)))
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
    names.sort()
    let prefix = path.hasSuffix("/") ? path : path + "/"
    for name in names { collect(prefix + name, depth: depth + 1, isNamed: false) }
  }

  private func problem(_ path: String, _ reason: String) -> ImportProblem {
    ImportProblem(file: path, offset: nil, reason: reason)
  }

  /// The `YYYYMMDDTHHMMZ` in a log file's name (facts §6.1); empty where there is none.
  static func stamp(_ path: String) -> Substring.UTF8View {
    let bytes = path.utf8
    var index = bytes.endIndex
    // The stamp stands before the last underscore.
    guard let last = bytes.lastIndex(of: UInt8(ascii: "_")) else { return Substring().utf8 }
    index = last
    guard bytes.distance(from: bytes.startIndex, to: index) > 14 else { return Substring().utf8 }
    let start = bytes.index(index, offsetBy: -14)
    let candidate = Substring(path[start..<index]).utf8
    let shape = candidate.enumerated().allSatisfy { position, byte in
      switch position {
      case 8: byte == UInt8(ascii: "T")
      case 13: byte == UInt8(ascii: "Z")
      default: byte &- 0x30 < 10
      }
    }
    return shape ? candidate : Substring().utf8
  }
}

extension Substring.UTF8View {
  fileprivate static func < (a: Self, b: Self) -> Bool { a.lexicographicallyPrecedes(b) }
  fileprivate static func != (a: Self, b: Self) -> Bool { !a.elementsEqual(b) }
}
