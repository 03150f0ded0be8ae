package import TrailRecord

/// Names a trail for as long as the cloud lives; never used again for another.
package struct TrailID: Hashable, Sendable, Comparable {
  package var number: Int

  package static func < (left: TrailID, right: TrailID) -> Bool { left.number < right.number }
}

/// A trail as CloudTrail keeps it (facts §3.2).
package struct Trail: Sendable {
  package var id: TrailID
  package var name: String
  package var homeRegion: RegionName
  package var account: AccountID
  package var bucket: String
  package var keyPrefix: String?
  /// As it was given: a name or an ARN.
  package var topicName: String?
  package var topicARN: String?
  package var includesGlobalServiceEvents = true
  package var isMultiRegion = false
  package var validatesLogFiles = false
  /// As it was given; AWS's end in `:*`.
  package var logGroupARN: String?
  package var logGroupRoleARN: String?
  /// The key's full ARN.
  package var kmsKeyARN: String?
  package var isOrganizationTrail = false
  package var isLogging = false
  /// False drops what CloudTrail's own deliveries do (`RecursiveLogging`).
  package var recordsOwnDeliveries = true
  /// Nil where nobody put any: all management events.
  package var selectors: EventSelectors?
  package var insightSelectors: [InsightSelector] = []
  package var tags: [TrailTag] = []
  /// What PutEventConfiguration was given, in the API's form.
  package var eventConfiguration = JSONValue.object([])
  /// What delivery, notification, digests and logs report.
  package var status = TrailStatus()
  /// Nil for a trail that is there.
  package internal(set) var deletionTime: Int64?

  package init(
    id: TrailID, name: String, homeRegion: RegionName, account: AccountID, bucket: String
  ) {
    self.id = id
    self.name = name
    self.homeRegion = homeRegion
    self.account = account
    self.bucket = bucket
  }

  /// Such as `arn:aws:cloudtrail:us-east-1:123456789012:trail/main`.
  package var arn: String { Self.arn(name, region: homeRegion, account: account) }

  static func arn(_ name: String, region: RegionName, account: AccountID) -> String {
    "arn:aws:cloudtrail:\(region):\(account):trail/\(name)"
  }

  /// What it records, said or not.
  package var effectiveSelectors: EventSelectors { selectors ?? .standard }

  /// Ours: true where selectors were put that differ from what a trail has without being told.
  package var hasCustomEventSelectors: Bool { selectors.map { !$0.isStandard } ?? false }
}

/// A tag of a trail.
package struct TrailTag: Hashable, Sendable {
  package var key: String
  /// AWS allows a tag without a value.
  package var value: String?

  package init(key: String, value: String?) {
    self.key = key
    self.value = value
  }
}

/// A kind of Insights events that a trail is asked for.
package struct InsightSelector: Hashable, Sendable {
  package enum InsightType: String, Hashable, Sendable, CaseIterable {
    case callRate = "ApiCallRateInsight"
    case errorRate = "ApiErrorRateInsight"
  }
  package var type: InsightType
  /// `Management` and `Data`; empty where nothing was said, which means management events.
  package var categories: [EventCategory] = []

  package init(type: InsightType, categories: [EventCategory] = []) {
    self.type = type
    self.categories = categories
  }
}
