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
  /// What delivery, notification, digests and logs report.
  package var status = TrailStatus()

  /// Such as `arn:aws:cloudtrail:us-east-1:123456789012:trail/main`.
  package var arn: String { "arn:aws:cloudtrail:\(homeRegion):\(account):trail/\(name)" }
}

/// All trails of all accounts.
package struct TrailRegistry: Sendable {
  package private(set) var byID: [TrailID: Trail] = [:]

  init() {}

  package subscript(_ id: TrailID) -> Trail? { byID[id] }

  /// Changes what is kept about a trail, such as its status; a trail that is gone is left alone.
  mutating func update(_ id: TrailID, _ change: (inout Trail) -> Void) {
    if byID[id] != nil {
      change(&byID[id, default: Trail(id: id, name: "", homeRegion: "", account: "", bucket: "")])
    }
  }

  /// The trails that log this record, in the order in which they were made.
  func recording(_ record: EventRecord, in cloud: Cloud) -> [TrailID] { [] }
}
