import Glibc

/// A file to read, or a part of one.
struct ImportItem: Sendable {
  var path: String
  /// Bytes on disk that this item covers.
  var byteCount: Int
  /// The part of a plain text that this item covers; `nil` for a whole file.
  var part: Range<Int>?
  /// False for a part that others of its file follow.
  var endsFile = true
  /// What the file was when it was listed; `nil` for what is no regular file.
  var version: FileVersion?
  /// When it was delivered, where that is known better than its name says.
  var deliveredAt: Int64?
  /// True for a file that nobody asked for by its name: that it is gone meanwhile is no problem.
  var mayGo = false
}

/// The files that a store is kept in.
struct WorkspaceFiles {
  let file: FileIdentity?
  /// Its log and the like.
  let others: Set<FileIdentity>

  /// - Parameter paths: its path, and those of the files beside it, which need not be there.
  init(_ paths: [String]) {
    file = paths.first.flatMap { FileIdentity(at: $0) }
    others = Set(paths.dropFirst().compactMap { FileIdentity(at: $0) })
  }
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

  private let filesMayGo: Bool
  private let workspace: WorkspaceFiles

  /// - Parameters:
  ///   - known: the files that need not be read again.
  ///   - filesMayGo: whether what is named may be gone already, as what is found in a folder may.
  ///   - workspace: the files that the store is kept in, which are never opened: to close one again would give up the
  ///     locks that SQLite has on it.
  init(
    known: KnownFiles, filesMayGo: Bool = false, workspace: WorkspaceFiles = WorkspaceFiles([])
  ) {
    self.known = known
    self.filesMayGo = filesMayGo
    self.workspace = workspace
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
    for path in paths { collect(path) }
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

  /// What was named.
  private mutating func collect(_ path: String) {
    if path == Self.standardInput {
      items.append(ImportItem(path: path, byteCount: 0))
      return
    }
    let entry = FolderEntry(path, in: AT_FDCWD)
    switch entry.kind {
    case .folder(let identity):
      if visitedFolders.insert(identity).inserted { collectFolder(path) }
    case .other: items.append(ImportItem(path: path, byteCount: 0))
    case .file, .missing: take(entry, path, mayGo: filesMayGo)
    }
  }

  /// All that is in a folder: a level after the other is listed on all cores, because asking for the size of each file
  /// takes about as long as a tenth of reading them, and then taken in the order of names.
  private mutating func collectFolder(_ root: String) {
    var listings: [String: FolderListing] = [:]
    var level = [root]
    var depth = 0
    while !level.isEmpty {
      let listed = SegmentWorkers.map(
        level, work: level.count < Self.fewFolders ? 0 : .max
      ) { _, path in FolderListing(path) }
      var next: [String] = []
      for (path, var listing) in zip(level, listed) {
        listing.isTooDeep = depth > IngestLimits.folderDepth
        if !listing.isTooDeep {
          for index in listing.entries.indices {
            guard case .folder(let identity) = listing.entries[index].kind else { continue }
            if visitedFolders.insert(identity).inserted {
              next.append(listing.path(of: listing.entries[index]))
            } else {
              listing.entries[index].kind = .other
            }
          }
        }
        listings[path] = listing
      }
      level = next
      depth += 1
    }
    take(root, from: listings)
  }

  /// Folders that are listed by one thread sooner than others are woken.
  private static let fewFolders = 8

  private mutating func take(_ folder: String, from listings: [String: FolderListing]) {
    guard let listing = listings[folder] else { return }
    if listing.isTooDeep {
      problems.append(
        problem(folder, "more than \(IngestLimits.folderDepth) folders deep"))
      return
    }
    if let failure = listing.failure {
      problems.append(problem(folder, "cannot be opened: \(String(cString: strerror(failure)))"))
      return
    }
    foldersRead.append(folder)
    for entry in listing.entries {
      let path = listing.path(of: entry)
      if case .folder = entry.kind {
        take(path, from: listings)
      } else {
        take(entry, path, mayGo: true)
      }
    }
  }

  private mutating func take(_ entry: FolderEntry, _ path: String, mayGo: Bool) {
    switch entry.kind {
    case .file(_, _, let identity) where workspace.file == identity:
      notLogs.append(problem(path, "this session's own workspace"))
    // They come and go with it.
    case .file(_, _, let identity) where workspace.others.contains(identity): break
    case .file(let byteCount, let version, _):
      // `strstr`, because the standard library's search costs as much as reading a file.
      if strstr(path, "/CloudTrail-Digest/") != nil || strstr(path, "_CloudTrail-Digest_") != nil {
        notLogs.append(problem(path, "a digest file"))
      } else if known.contains(version) {
        knownFiles += 1
      } else {
        items.append(
          ImportItem(path: path, byteCount: byteCount, version: version, mayGo: mayGo))
      }
    case .missing(let failure):
      if !mayGo || !Self.isGone(path) {
        problems.append(problem(path, "cannot be opened: \(String(cString: strerror(failure)))"))
      }
    // A pipe or device in a folder is passed over.
    case .folder, .other: break
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
