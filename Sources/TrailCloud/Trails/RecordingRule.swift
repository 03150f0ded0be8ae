/// All that decides whether a trail records an event, as it was at one time.
///
/// Immutable, so that the rule of an earlier time can be asked about a late record.
final class RecordingRule: Sendable {
  let homeRegion: RegionName
  let isLogging: Bool
  let isMultiRegion: Bool
  let includesGlobalServiceEvents: Bool
  let recordsOwnDeliveries: Bool
  let insightKinds: InsightKinds
  let selectors: CompiledSelectors
  /// The same, as they were written.
  let written: EventSelectors

  init(_ trail: Trail) {
    homeRegion = trail.homeRegion
    isLogging = trail.isLogging && trail.deletionTime == nil
    isMultiRegion = trail.isMultiRegion
    includesGlobalServiceEvents = trail.includesGlobalServiceEvents
    recordsOwnDeliveries = trail.recordsOwnDeliveries
    insightKinds = InsightKinds(trail.insightSelectors)
    written = trail.effectiveSelectors
    selectors = CompiledSelectors(written)
  }

  /// Whether an event of one of its accounts is recorded.
  func records(_ record: EventRecord) -> Bool {
    isLogging && covers(record) && !isOwnDelivery(record) && selects(record)
  }

  /// Whether the trail looks at the Region where the event is recorded (facts §4): a multi-Region trail at all, a
  /// single-Region one at its own. The events of global services are us-east-1's, and there the flag decides.
  func covers(_ record: EventRecord) -> Bool {
    if isMultiRegion { return true }
    if record.isGlobalServiceEvent {
      return homeRegion == RecordingRule.globalRegion && includesGlobalServiceEvents
    }
    return record.awsRegion == homeRegion
  }

  /// Whether `RecursiveLogging=false` drops it (facts §3.2).
  func isOwnDelivery(_ record: EventRecord) -> Bool {
    guard !recordsOwnDeliveries, record.invokedBy == CloudTrailService.principal else {
      return false
    }
    return record.eventName == "PutObject" && record.eventSource == "s3.amazonaws.com"
      || record.eventName == "PutLogEvents" && record.eventSource == "logs.amazonaws.com"
  }

  /// Whether the selectors take it, or it is recorded without being selected (facts §5.4, end).
  func selects(_ record: EventRecord) -> Bool {
    switch record.category {
    // Of which kinds Insights events come is decided where they are found.
    case .insight: !insightKinds.isEmpty
    case .data where record.eventName == "LambdaESMDisabled": true
    default: selectors.take(record)
    }
  }

  /// Where global services' events are recorded.
  static let globalRegion: RegionName = "us-east-1"
}

/// CloudTrail as a principal.
enum CloudTrailService {
  static let principal = "cloudtrail.amazonaws.com"
}
