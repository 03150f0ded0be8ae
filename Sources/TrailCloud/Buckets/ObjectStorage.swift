/// Where the bytes of objects lie: folders on disk, or memory.
///
/// Buckets, keys and policies are the cloud's affair; a storage only keeps bytes and what S3 would send as headers.
/// What is read is what lies there now, whoever changed it since.
package protocol ObjectStorage: AnyObject {
  /// Keeps an object, whole or not at all.
  func put(
    _ bytes: [UInt8], key: String, in bucket: String, headers: ObjectHeaders
  ) throws(StorageError)
  /// Nil where there is no such object.
  func get(_ key: String, in bucket: String) throws(StorageError) -> StoredObject?
  /// What S3 keeps beside an object; nil where there is no such object.
  func headers(_ key: String, in bucket: String) throws(StorageError) -> ObjectHeaders?
  /// What tells one version of an object from another; nil where there is no such object.
  func stamp(_ key: String, in bucket: String) throws(StorageError) -> String?
  /// True where there was such an object.
  func delete(_ key: String, in bucket: String) throws(StorageError) -> Bool
  /// The keys that begin with a prefix, in the order of their bytes.
  func keys(in bucket: String, prefix: String) throws(StorageError) -> [String]
  /// Keeps a bucket's objects in this folder from now on.
  func place(_ bucket: String, at folder: String) throws(StorageError)
  /// The folder of a bucket's objects; nil where they lie in no folder.
  func folder(of bucket: String) -> String?
}

/// What S3 keeps beside an object's bytes.
package struct ObjectHeaders: Hashable, Sendable {
  package var contentType: String?
  package var contentEncoding: String?
  /// `AES256` or `aws:kms`.
  package var encryption = "AES256"
  package var kmsKeyARN: String?
  package var usesBucketKey = false
  /// Base64 of the wrapped data key and what else is needed to open the bytes; nil for bytes that lie in the clear.
  package var envelope: String?
  /// User metadata (`x-amz-meta-…`), in order.
  package var metadata: [(name: String, value: String)] = []
  /// In milliseconds since 1970 UTC, by the world's clock.
  package var lastModified: Int64 = 0

  package init() {}

  package static func == (left: ObjectHeaders, right: ObjectHeaders) -> Bool {
    left.hashed == right.hashed
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(hashed) }

  private var hashed: [String] {
    [
      contentType ?? "", contentEncoding ?? "", encryption, kmsKeyARN ?? "", "\(usesBucketKey)",
      envelope ?? "", "\(lastModified)",
    ] + metadata.flatMap { [$0.name, $0.value] }
  }
}

/// An object as it lies in its storage.
package struct StoredObject: Hashable, Sendable {
  package var bytes: [UInt8]
  package var headers: ObjectHeaders

  package init(bytes: [UInt8], headers: ObjectHeaders) {
    self.bytes = bytes
    self.headers = headers
  }
}

/// A storage that cannot be read or written.
package struct StorageError: Error, Hashable, Sendable {
  package var path: String
  /// The system's reason.
  package var reason: String

  package init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}
