internal import TrailCrypto

/// A log file that a digest will list.
struct DeliveredLogFile {
  var bucket: String
  var key: String
  var file: Packing
  var oldest: Int64
  var newest: Int64

  /// SHA-256 of the uncompressed bytes in hexadecimal.
  var hash: String { file.result.hash }
}

/// The digests of a trail from the moment in which validation began (facts §8.2).
///
/// Its hours begin at that moment in every Region.
struct DigestChain {
  /// An account and Region in which the trail delivers.
  struct Place: Hashable {
    var account: AccountID
    var region: RegionName
  }

  /// What the next digest says of the last one.
  struct Link {
    var bucket: String
    var key: String
    var hash: String
    var signature: String
  }

  var number: Int
  /// The beginning of the hour that is running.
  var hour: Int64
  /// Set when validation or logging ends: the hour that is running is the last.
  var isEnding = false
  var last: [Place: Link] = [:]
  var files: [Place: [DeliveredLogFile]] = [:]
}

/// A digest that waits to be put into its bucket.
struct PendingDigest {
  var trail: TrailID
  var bucket: String
  var key: String
  var bytes: [UInt8]
  var signature: String
  var since: Int64
  var place: DigestPlace
  var end: Int64
}

/// The Region and the period of thirty days for which a signing key is used (facts §8.4).
struct SigningPeriod: Hashable {
  var region: RegionName
  var number: Int64

  /// Thirty days in milliseconds.
  static let length: Int64 = 30 * 86_400_000

  var start: Int64 { number * Self.length }
  var end: Int64 { start + Self.length }
}

/// A signing key that was used.
struct SigningKeyUse {
  var key: SigningKey
}

/// A digest that is due: to be made, or to be put.
struct ScheduledDigest {
  enum Step {
    /// The end of an hour of a chain.
    case make(trail: TrailID, chain: Int)
    /// The time at which a digest that was made is put.
    case put(Int)
  }
  var step: Step
}
