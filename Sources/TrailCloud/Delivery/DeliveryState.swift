internal import TrailCrypto

/// What waits for its delivery.
struct DeliveryState {
  /// One stream of files: a trail's, of one account and Region, of one folder and category (facts §0.22).
  struct Stream: Hashable {
    var trail: TrailID
    var account: AccountID
    var region: RegionName
    var folder: LogFileKey.Folder
    var isData: Bool
  }

  /// What waits, by stream.
  private(set) var queues: [Stream: DeliveryQueue] = [:]
  /// Files that are delivered as far as the world can tell, and not in their storage yet.
  var unwritten: [UnwrittenFile] = []
  /// What lies in buckets, or did: files in the order in which they were written.
  var delivered: [DeliveredEventNumbers] = []
  /// While this is not 0, files may stay unwritten when a call or a step of the clock has ended.
  var deferrals = 0
  /// Where the jitter of deliveries and the letters in file names come from.
  var source: IdentifierSource?
  /// The chains of digests by trail.
  var chains: [TrailID: [DigestChain]] = [:]
  /// Digests that are made and wait to be put.
  var digests: [Int: PendingDigest] = [:]
  var digestCount = 0
  /// The newest digest that was put, by place: what `validate` expects to be there.
  var newestDigests: [DigestPlace: (end: Int64, key: String)] = [:]
  /// Signing keys by Region and period; made when first needed.
  var signingKeys: [SigningPeriod: SigningKeyUse] = [:]

  /// The queue of a stream, made if there was none.
  mutating func queue(of stream: Stream) -> DeliveryQueue {
    if let queue = queues[stream] { return queue }
    let queue = DeliveryQueue(stream)
    queues[stream] = queue
    return queue
  }
}

/// A log file whose delivery was decided while its bytes were still being packed.
struct UnwrittenFile {
  var batch: DeliveryBatch
  var file: Packing
  var stream: DeliveryState.Stream
  var mark: Int64
  var key: String
  var bucket: String
  var headers: ObjectHeaders
}

/// The numbers of delivery.
enum DeliveryLimits {
  /// A file covers five minutes of event time (facts §6.2), in milliseconds.
  static let mark: Int64 = 300_000
  /// Ours: the most that is put into one file before compression, in bytes. AWS's limit is 50 MB (facts §3.5).
  static let fileBytes = 8 * 1024 * 1024
  /// Ours: files that may wait for their bytes to be packed, while many calls are made.
  static let mostUnwritten = 32
  /// Ours: a file is put up to five minutes after its mark, one in twenty up to nine (facts §6.3 measures a median of
  /// 3.5 minutes and a maximum of 20 between event and file).
  static let usualDelay: Int64 = 300_000
  static let lateDelay: Int64 = 540_000
  /// Failed deliveries are tried again after this long …
  static let retry: Int64 = 300_000
  /// … for thirty days (facts §6.3); then the records are lost.
  static let patience: Int64 = 30 * 86_400_000
}

/// A delivery that is due.
struct ScheduledDelivery {
  var stream: DeliveryState.Stream
  var mark: Int64
}

/// What a flush did.
package struct FlushReport: Sendable {
  /// Bucket and key of each object, in the order written.
  package var objects: [(bucket: String, key: String)] = []
  package var recordCount = 0
  /// Trail and S3's error code, where a delivery failed; its records wait on.
  package var failures: [(trail: TrailID, code: String)] = []
  /// Log events by the group's name, and deliveries to log groups that failed.
  package var logEvents: [String: Int] = [:]
  package var logFailures: [(trail: TrailID, code: String)] = []

  package init() {}
}

/// What waits for a trail's delivery.
package struct WaitingRecords: Hashable, Sendable {
  package var count = 0
  /// The time of the oldest record.
  package var oldest: Int64?
  /// When the next delivery is due, and when the last.
  package var next: Int64?
  package var last: Int64?
  /// The error that the last delivery met.
  package var error: String?
}
