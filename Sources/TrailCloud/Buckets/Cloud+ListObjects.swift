internal import TrailCrypto

extension Cloud {
  /// The objects of a bucket whose keys begin with a prefix, in the order of their keys: delivered ones and those
  /// that simulated calls put.
  ///
  /// - Throws: S3's error where there is no such bucket, or its folder cannot be read.
  package func listObjects(
    in bucket: String, prefix: String = ""
  ) throws(AWSError) -> [ListedObject] {
    guard buckets[bucket] != nil else { throw S3Errors.noSuchBucket(bucket) }
    do throws(StorageError) {
      var objects: [ListedObject] = []
      for key in try storage.keys(in: bucket, prefix: prefix) {
        guard let object = try storage.get(key, in: bucket) else { continue }
        objects.append(
          ListedObject(
            key: key, size: object.bytes.count, lastModified: object.headers.lastModified,
            encryption: object.headers.encryption, isSimulated: false))
      }
      let known = Set(objects.map(\.key))
      for (key, size) in buckets.simulatedObjects(in: bucket)
      where key.hasPrefix(prefix) && !known.contains(key) {
        objects.append(
          ListedObject(
            key: key, size: size, lastModified: nil, encryption: "AES256", isSimulated: true))
      }
      return objects.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    } catch {
      throw AWSError("InternalError", "\(error.path): \(error.reason)")
    }
  }
}

/// An object as a listing shows it.
package struct ListedObject: Hashable, Sendable {
  package var key: String
  /// In bytes, as they lie there.
  package var size: Int
  /// Nil for an object that only a simulated call put there.
  package var lastModified: Int64?
  /// `AES256` or `aws:kms`.
  package var encryption: String
  /// Whether it is a name and a size alone.
  package var isSimulated: Bool
}

extension StoredObject {
  /// The bytes, unpacked where they are gzip.
  package var inflatedBytes: [UInt8] { Gzip.decompress(bytes) ?? bytes }
}
