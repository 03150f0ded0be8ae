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
}

/// All buckets of all accounts; their names are one namespace.
package struct BucketRegistry: Sendable {
  package private(set) var byName: [String: Bucket] = [:]
  /// Objects that simulated calls put into buckets, which have no bytes: their sizes by key. Beside the buckets, so
  /// that whoever holds a bucket makes no copy of them.
  private var simulated: [String: [String: Int]] = [:]

  init() {}

  package subscript(_ name: String) -> Bucket? {
    get { byName[name] }
    set {
      byName[name] = newValue
      if newValue == nil { simulated[name] = nil }
    }
  }

  /// The simulated objects of a bucket: sizes by key.
  func simulatedObjects(in bucket: String) -> [String: Int] { simulated[bucket] ?? [:] }

  /// The size of a simulated object; nil where there is none.
  func simulatedObject(_ key: String, in bucket: String) -> Int? { simulated[bucket]?[key] }

  /// Keeps or forgets a simulated object.
  ///
  /// - Returns: whether there was one.
  @discardableResult
  mutating func setSimulatedObject(_ size: Int?, _ key: String, in bucket: String) -> Bool {
    guard byName[bucket] != nil else { return false }
    guard let size else { return simulated[bucket]?.removeValue(forKey: key) != nil }
    return simulated[bucket, default: [:]].updateValue(size, forKey: key) != nil
  }
}
