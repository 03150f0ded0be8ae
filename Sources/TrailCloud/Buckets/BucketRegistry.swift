package import TrailRecord

/// A bucket, without the bytes of its objects.
package struct Bucket: Sendable {
  package var name: String
  package var region: RegionName
  package var owner: AccountID
  package var creationTime: Int64
  /// The bucket policy; nil where there is none.
  package var policy: JSONValue?
  /// The key that new objects are sealed with unless a request says otherwise.
  package var defaultKeyARN: String?
  package var usesBucketKey = false
  /// Objects that simulated calls put there, which have no bytes: their sizes by key.
  package var simulatedObjects: [String: Int] = [:]
}

/// All buckets of all accounts; their names are one namespace.
package struct BucketRegistry: Sendable {
  package private(set) var byName: [String: Bucket] = [:]

  init() {}

  package subscript(_ name: String) -> Bucket? {
    get { byName[name] }
    set { byName[name] = newValue }
  }
}
