/// What waits for its delivery.
struct DeliveryState {
}

/// A delivery that is due.
struct ScheduledDelivery {
  var trail: TrailID
}

extension Cloud {
  /// Puts a record where it waits for the trail's next delivery.
  func enqueueForDelivery(_ record: EventRecord, by trail: TrailID) {}

  /// Delivers what is due.
  func run(_ task: ScheduledDelivery) {}

  /// Delivers everything that waits now (a digest is not made early): of one trail, or of all.
  ///
  /// - Returns: what was written, and what could not be.
  package func flush(_ trail: TrailID? = nil) -> FlushReport { FlushReport() }
}

/// What a flush did.
package struct FlushReport: Sendable {
  /// Bucket and key of each object, in the order written.
  package var objects: [(bucket: String, key: String)] = []
  package var recordCount = 0
  /// Trail and S3's error code, where a delivery failed; its records wait on.
  package var failures: [(trail: TrailID, code: String)] = []

  package init() {}
}
