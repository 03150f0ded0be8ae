/// What GetTrailStatus tells beside the trail's own settings (facts §3.8): written by those who deliver.
///
/// Times in milliseconds since 1970 UTC; what never happened is nil.
package struct TrailStatus: Hashable, Sendable {
  package var latestDeliveryTime: Int64?
  /// S3's error code; nil once a delivery succeeds.
  package var latestDeliveryError: String?
  /// When a delivery was last tried, and when it last succeeded.
  package var latestDeliveryAttemptTime: Int64?
  package var latestDeliveryAttemptSucceeded: Int64?
  package var latestNotificationTime: Int64?
  package var latestNotificationError: String?
  package var latestNotificationAttemptTime: Int64?
  package var latestNotificationAttemptSucceeded: Int64?
  package var latestLogsDeliveryTime: Int64?
  package var latestLogsDeliveryError: String?
  package var latestDigestDeliveryTime: Int64?
  package var latestDigestDeliveryError: String?
  package var startLoggingTime: Int64?
  package var stopLoggingTime: Int64?
}
