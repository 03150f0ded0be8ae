internal import Glibc
internal import TrailRecord

/// Objects as files: a folder a bucket, a file an object, named by its key.
///
/// What S3 keeps beside the bytes lies in a hidden folder of the bucket's own, so that other programs which walk the
/// bucket find log files alone. A file is written under another name and then moved: it is there whole or not at all.
package final class FolderStorage: ObjectStorage {
  /// The folder beside the objects in which their headers lie.
  package static let hiddenFolder = ".trailq"
  /// The longest key that S3 takes, in bytes.
  private static let longestKey = 1024

  private let rootFolder: () throws -> String
  private var placed: [String: String] = [:]
  /// Folders that are known to be there.
  private var made: Set<String> = []
  private var temporaryCount = 0

  /// - Parameter root: where buckets lie that are not placed elsewhere; asked when the first object is written.
  package init(root: @escaping () throws -> String) { rootFolder = root }

  package func place(_ bucket: String, at folder: String) throws(StorageError) {
    placed[bucket] = folder
    try makeFolder(folder)
  }

  package func folder(of bucket: String) -> String? {
    if let folder = placed[bucket] { return folder }
    return (try? rootFolder()).map { "\($0)/\(bucket)" }
  }

  package func put(
    _ bytes: [UInt8], key: String, in bucket: String, headers: ObjectHeaders
  ) throws(StorageError) {
    let folder = try bucketFolder(bucket)
    let path = try self.path(of: key, in: folder)
    let hidden = Self.headersPath(of: key, in: folder)
    try makeFolder(Self.parent(of: path))
    try makeFolder(Self.parent(of: hidden))
    try write(JSONWriter.bytes(headers.json), to: hidden, in: folder)
    try write(bytes, to: path, in: folder)
  }

  package func get(_ key: String, in bucket: String) throws(StorageError) -> StoredObject? {
    guard let folder = folder(of: bucket), let path = try? self.path(of: key, in: folder) else {
      return nil
    }
    guard let bytes = try read(path) else { return nil }
    let hidden = Self.headersPath(of: key, in: folder)
    let headers = try read(hidden).flatMap { try? JSONParser.parse($0) }
    return StoredObject(
      bytes: bytes, headers: headers.map { ObjectHeaders($0) } ?? ObjectHeaders())
  }

  package func headers(_ key: String, in bucket: String) throws(StorageError) -> ObjectHeaders? {
    guard try stamp(key, in: bucket) != nil, let folder = folder(of: bucket) else { return nil }
    let headers = try read(Self.headersPath(of: key, in: folder))
      .flatMap { try? JSONParser.parse($0) }
    return headers.map { ObjectHeaders($0) } ?? ObjectHeaders()
  }

  package func stamp(_ key: String, in bucket: String) throws(StorageError) -> String? {
    guard let folder = folder(of: bucket), let path = try? self.path(of: key, in: folder) else {
      return nil
    }
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let time = status.st_mtim
    return "\(status.st_ino) \(status.st_size) \(time.tv_sec).\(time.tv_nsec)"
  }

  /// Writes a file that is no object, with the folders above it.
  static func write(_ bytes: [UInt8], to path: String) throws(StorageError) {
    let storage = FolderStorage { "" }
    let folder = Self.parent(of: path)
    try storage.makeFolder("\(folder)/\(hiddenFolder)")
    try storage.write(bytes, to: path, in: folder)
  }

  /// Removes files, and says nothing of those that are gone.
  static func remove(_ paths: [String]) {
    for path in paths { _ = unsafe unlink(path) }
  }

  package func delete(_ key: String, in bucket: String) throws(StorageError) -> Bool {
    guard let folder = folder(of: bucket), let path = try? self.path(of: key, in: folder) else {
      return false
    }
    _ = unsafe unlink(Self.headersPath(of: key, in: folder))
    return unsafe unlink(path) == 0
  }

  package func keys(in bucket: String, prefix: String) throws(StorageError) -> [String] {
    guard let folder = folder(of: bucket) else { return [] }
    var keys: [String] = []
    // Only the part of the tree that can hold such keys is walked.
    let base = prefix.lastIndex(of: "/").map { String(prefix[..<$0]) } ?? ""
    collect(base, in: folder, &keys)
    return keys.filter { $0.hasPrefix(prefix) }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private func collect(_ place: String, in folder: String, _ keys: inout [String]) {
    let path = place.isEmpty ? folder : "\(folder)/\(place)"
    for (name, isFolder) in Self.entries(of: path) where name != Self.hiddenFolder {
      let key = place.isEmpty ? name : "\(place)/\(name)"
      if isFolder { collect(key, in: folder, &keys) } else { keys.append(key) }
    }
  }

  // MARK: Paths

  private func bucketFolder(_ bucket: String) throws(StorageError) -> String {
    if let folder = placed[bucket] { return folder }
    do {
      return "\(try rootFolder())/\(bucket)"
    } catch {
      throw StorageError(path: bucket, reason: "its folder cannot be made")
    }
  }

  /// Where a key's file lies. Throws for keys that no file can have or that would lead out of the folder.
  private func path(of key: String, in folder: String) throws(StorageError) -> String {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    let isFine =
      !key.isEmpty && key.utf8.count <= Self.longestKey && !key.utf8.contains(0)
      && parts.allSatisfy {
        !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 255 - ".headers".utf8.count
      }
      && parts.first.map { $0 != Self.hiddenFolder } ?? false
    guard isFine else {
      throw StorageError(path: key, reason: "this key cannot be the name of a file")
    }
    return "\(folder)/\(key)"
  }

  /// Where a key's headers lie: under a name of their own, so that nobody takes them for a log file.
  private static func headersPath(of key: String, in folder: String) -> String {
    "\(folder)/\(hiddenFolder)/headers/\(key).headers"
  }

  private static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }

  private func makeFolder(_ path: String) throws(StorageError) {
    guard !made.contains(path), !path.isEmpty, path != "." else { return }
    var status = stat()
    if unsafe stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else {
        throw StorageError(path: path, reason: "a file is in the way")
      }
    } else {
      try makeFolder(Self.parent(of: path))
      if unsafe mkdir(path, 0o755) != 0, errno != EEXIST { throw failure(path) }
    }
    made.insert(path)
  }

  private func failure(_ path: String) -> StorageError {
    StorageError(path: path, reason: unsafe String(cString: strerror(errno)))
  }

  // MARK: Bytes

  private func write(
    _ bytes: [UInt8], to path: String, in folder: String
  ) throws(StorageError) {
    temporaryCount += 1
    let temporary = "\(folder)/\(Self.hiddenFolder)/new-\(temporaryCount)"
    let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw failure(temporary) }
    var written = 0
    var problem: StorageError?
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(file, buffer.baseAddress! + written, bytes.count - written)
      }
      if count < 0 {
        if errno == EINTR { continue }
        problem = failure(path)
        break
      }
      written += count
    }
    if Glibc.close(file) != 0, problem == nil { problem = failure(path) }
    if problem == nil, unsafe rename(temporary, path) != 0 { problem = failure(path) }
    if let problem {
      _ = unsafe unlink(temporary)
      throw problem
    }
  }

  /// Nil where there is no such file.
  private func read(_ path: String) throws(StorageError) -> [UInt8]? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw failure(path)
    }
    defer { Glibc.close(file) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var filled = 0
    while filled < bytes.count {
      let wanted = bytes.count - filled
      let count = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(file, buffer.baseAddress! + filled, wanted)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(path)
      }
      if count == 0 { break }
      filled += count
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
  }

  private static func entries(of path: String) -> [(name: String, isFolder: Bool)] {
    guard let folder = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(folder) }
    var entries: [(name: String, isFolder: Bool)] = []
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name == "." || name == ".." { continue }
      var kind = unsafe Int32(entry.pointee.d_type)
      if kind != Int32(DT_DIR) && kind != Int32(DT_REG) {
        var status = stat()
        guard unsafe stat("\(path)/\(name)", &status) == 0 else { continue }
        kind = status.st_mode & S_IFMT == S_IFDIR ? Int32(DT_DIR) : Int32(DT_REG)
      }
      entries.append((name, kind == Int32(DT_DIR)))
    }
    return entries
  }
}

extension ObjectHeaders {
  /// As they lie on disk.
  var json: JSONValue {
    compacted([
      "contentType": contentType.map { .string($0) },
      "contentEncoding": contentEncoding.map { .string($0) },
      "serverSideEncryption": .string(encryption),
      "kmsKeyId": kmsKeyARN.map { .string($0) },
      "bucketKeyEnabled": usesBucketKey ? true : nil,
      "envelope": envelope.map { .string($0) },
      "metadata": metadata.isEmpty
        ? nil : .object(metadata.map { JSONMember($0.name, .string($0.value)) }),
      "lastModified": .string(EventTime.format(lastModified)),
    ])
  }

  init(_ json: JSONValue) {
    self.init()
    contentType = json["contentType"]?.text
    contentEncoding = json["contentEncoding"]?.text
    encryption = json["serverSideEncryption"]?.text ?? "AES256"
    kmsKeyARN = json["kmsKeyId"]?.text
    usesBucketKey = json["bucketKeyEnabled"]?.boolean ?? false
    envelope = json["envelope"]?.text
    metadata = (json["metadata"]?.members ?? []).compactMap { member in
      member.value.text.map { (member.nameText, $0) }
    }
    lastModified = json["lastModified"]?.text.flatMap { EventTime.parse($0) } ?? 0
  }
}
