internal import TrailCloud

/// Objects of a world that is built again: what lies in folders of the reader's own is there already, and is left as
/// it is now, whoever changed it since.
final class ReplayedStorage: ObjectStorage {
  private let storage: any ObjectStorage
  private var placed: Set<String> = []
  /// True until the world is built.
  var isReplaying = true

  init(_ storage: any ObjectStorage) { self.storage = storage }

  private func isLeft(_ bucket: String) -> Bool { isReplaying && placed.contains(bucket) }

  func put(
    _ bytes: [UInt8], key: String, in bucket: String, headers: ObjectHeaders
  ) throws(StorageError) {
    if !isLeft(bucket) { try storage.put(bytes, key: key, in: bucket, headers: headers) }
  }

  func get(_ key: String, in bucket: String) throws(StorageError) -> StoredObject? {
    try storage.get(key, in: bucket)
  }

  func headers(_ key: String, in bucket: String) throws(StorageError) -> ObjectHeaders? {
    try storage.headers(key, in: bucket)
  }

  func stamp(_ key: String, in bucket: String) throws(StorageError) -> String? {
    try storage.stamp(key, in: bucket)
  }

  func delete(_ key: String, in bucket: String) throws(StorageError) -> Bool {
    isLeft(bucket) ? true : try storage.delete(key, in: bucket)
  }

  func keys(in bucket: String, prefix: String) throws(StorageError) -> [String] {
    try storage.keys(in: bucket, prefix: prefix)
  }

  func place(_ bucket: String, at folder: String) throws(StorageError) {
    do throws(StorageError) {
      try storage.place(bucket, at: folder)
      placed.insert(bucket)
    } catch {
      // The folder may be gone, or be forbidden here; the world has the bucket all the same.
      if !isReplaying { throw error }
    }
  }

  func folder(of bucket: String) -> String? { storage.folder(of: bucket) }
}
