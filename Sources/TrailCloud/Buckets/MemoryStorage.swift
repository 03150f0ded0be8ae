internal import TrailCrypto

/// Objects in memory: for tests, and for sessions that may not write.
package final class MemoryStorage: ObjectStorage {
  private var objects: [String: [String: StoredObject]] = [:]

  package init() {}

  package func put(
    _ bytes: [UInt8], key: String, in bucket: String, headers: ObjectHeaders
  ) throws(StorageError) {
    objects[bucket, default: [:]][key] = StoredObject(bytes: bytes, headers: headers)
  }

  package func get(_ key: String, in bucket: String) throws(StorageError) -> StoredObject? {
    objects[bucket]?[key]
  }

  package func headers(_ key: String, in bucket: String) throws(StorageError) -> ObjectHeaders? {
    objects[bucket]?[key]?.headers
  }

  package func stamp(_ key: String, in bucket: String) throws(StorageError) -> String? {
    objects[bucket]?[key].map { Encoding.hex(Hash.sha256($0.bytes)) }
  }

  package func delete(_ key: String, in bucket: String) throws(StorageError) -> Bool {
    objects[bucket]?.removeValue(forKey: key) != nil
  }

  package func keys(in bucket: String, prefix: String) throws(StorageError) -> [String] {
    (objects[bucket] ?? [:]).keys.filter { $0.hasPrefix(prefix) }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  package func place(_ bucket: String, at folder: String) throws(StorageError) {
    throw StorageError(path: folder, reason: "objects are kept in memory here")
  }

  package func folder(of bucket: String) -> String? { nil }
}
