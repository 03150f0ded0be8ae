/// Some bits of the hash of each value of a segment that lies in a workspace: a look-up goes by them to the values that
/// can be the one it looks for, and reads no other's text.
///
/// Values are numbered in the order of their hashes. Those whose hashes begin alike are a bucket, sixteen to thirty of
/// them; each has a byte of what follows. Of values that are none of the segment's, one in a dozen meets a text.
struct HashTags: Sendable {
  /// The first value of each bucket, and the number of values.
  let starts: Slab<UInt32>
  let tags: Slab<UInt8>
  /// Bits that number a bucket.
  private let bucketBits: UInt64

  /// At least so many, on average.
  private static let valuesPerBucket = 16

  /// Buckets for so many values: a power of two.
  static func bucketCount(ofValues count: Int) -> Int {
    let buckets = UInt64(max(1, count / valuesPerBucket))
    return 1 << (UInt64.bitWidth - 1 - buckets.leadingZeroBitCount)
  }

  /// - Parameters:
  ///   - starts: as many as `bucketCount` and one more, ascending to the count of `tags`.
  init(starts: Slab<UInt32>, tags: Slab<UInt8>) {
    self.starts = starts
    self.tags = tags
    bucketBits = UInt64((starts.count - 1).trailingZeroBitCount)
  }

  /// - Parameter hash: the hash of each value's folded text, ascending.
  init(count: Int, hash: (_ value: Int) -> UInt64) {
    let buckets = Self.bucketCount(ofValues: count)
    let bits = UInt64(buckets.trailingZeroBitCount)
    var starts: [UInt32] = []
    starts.reserveCapacity(buckets + 1)
    var tags: [UInt8] = []
    tags.reserveCapacity(count)
    for value in 0..<count {
      let hash = hash(value)
      let bucket = Self.bucket(of: hash, bits)
      while starts.count <= bucket { starts.append(UInt32(value)) }
      tags.append(Self.tag(of: hash, bits))
    }
    while starts.count <= buckets { starts.append(UInt32(count)) }
    self.init(starts: Slab(starts), tags: Slab(tags))
  }

  private static func bucket(of hash: UInt64, _ bits: UInt64) -> Int {
    Int(hash >> (UInt64(UInt64.bitWidth) - bits))
  }

  private static func tag(of hash: UInt64, _ bits: UInt64) -> UInt8 {
    UInt8(truncatingIfNeeded: (hash << bits) >> UInt64(UInt64.bitWidth - UInt8.bitWidth))
  }

  /// The values that may have this hash.
  ///
  /// - Complexity: O(values of a bucket).
  func candidates(_ hash: UInt64) -> Range<Int> {
    let bucket = Self.bucket(of: hash, bucketBits)
    let tag = Self.tag(of: hash, bucketBits)
    let end = Int(starts[bucket + 1])
    var first = Int(starts[bucket])
    while first < end, tags[first] != tag { first += 1 }
    var last = first
    while last < end, tags[last] == tag { last += 1 }
    return first..<last
  }

  var byteCount: Int { starts.byteCount + tags.byteCount }
}
