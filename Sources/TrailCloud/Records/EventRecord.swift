/// One record as CloudTrail writes it, with what trails, logs and rules need to know of it taken out.
///
/// Facts §1.1.
package struct EventRecord: Sendable {
  /// The record's JSON text on one line, members in AWS's order.
  package let bytes: [UInt8]
  /// `eventTime` in milliseconds since 1970 UTC, always whole seconds.
  package let eventTime: Int64
  package let resources: [ResourceReference]
  /// What it has in common with other records: records of repeated calls share one object, so whoever decides by these
  /// alone may keep his decision with it.
  package let traits: RecordTraits
  private let id: EventID

  /// An event's id: as a text of its own, or by its place in the record.
  private enum EventID: Sendable {
    case text(String)
    case place(Int)
  }

  init(
    bytes: [UInt8], eventID: String, eventTime: Int64, resources: [ResourceReference],
    traits: RecordTraits
  ) {
    self.bytes = bytes
    self.eventTime = eventTime
    self.resources = resources
    self.traits = traits
    id = .text(eventID)
  }

  /// - Parameter idOffset: where in `bytes` the 36 bytes of the event's id begin.
  init(
    bytes: [UInt8], idOffset: Int, eventTime: Int64, resources: [ResourceReference],
    traits: RecordTraits
  ) {
    self.bytes = bytes
    self.eventTime = eventTime
    self.resources = resources
    self.traits = traits
    id = .place(idOffset)
  }

  /// Whether its traits are those of other records too.
  var sharesTraits: Bool { if case .place = id { true } else { false } }

  package var eventID: String {
    switch id {
    case .text(let text): text
    case .place(let offset):
      String(decoding: bytes[offset..<offset + IdentifierSource.uuidBytes], as: UTF8.self)
    }
  }

  /// The event's id as a number.
  var number: EventNumber {
    switch id {
    case .text(let text): EventNumber(Array(text.utf8)[...])
    case .place(let offset): EventNumber(bytes[offset..<offset + IdentifierSource.uuidBytes])
    }
  }

  package var eventSource: String { traits.eventSource }
  package var eventName: String { traits.eventName }
  package var eventType: EventType { traits.eventType }
  package var category: EventCategory { traits.category }
  package var awsRegion: RegionName { traits.awsRegion }
  package var recipientAccountID: AccountID { traits.recipientAccountID }
  /// Nil where the record has no such member (network activity, Insights).
  package var isReadOnly: Bool? { traits.isReadOnly }
  package var errorCode: String? { traits.errorCode }
  package var userIdentityARN: String? { traits.userIdentityARN }
  package var userAgent: String? { traits.userAgent }
  package var invokedBy: String? { traits.invokedBy }
  package var isSessionCredentialFromConsole: Bool { traits.isSessionCredentialFromConsole }
  package var vpcEndpointID: String? { traits.vpcEndpointID }
  /// True for the events of IAM, STS's global endpoint and CloudFront (facts §4).
  package var isGlobalServiceEvent: Bool { traits.isGlobalServiceEvent }

  /// A fingerprint of the event's id.
  var fingerprint: UInt64 {
    // FNV-1a.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    switch id {
    case .text(let text):
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    case .place(let offset):
      for byte in bytes[offset..<offset + IdentifierSource.uuidBytes] {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
      }
    }
    return hash
  }
}

/// What records of repeated calls have in common; immutable.
package final class RecordTraits: Sendable {
  package let eventSource: String
  package let eventName: String
  package let eventType: EventType
  package let category: EventCategory
  package let awsRegion: RegionName
  package let recipientAccountID: AccountID
  package let isReadOnly: Bool?
  package let errorCode: String?
  package let userIdentityARN: String?
  package let userAgent: String?
  package let invokedBy: String?
  package let isSessionCredentialFromConsole: Bool
  package let vpcEndpointID: String?
  package let isGlobalServiceEvent: Bool

  init(
    eventSource: String, eventName: String, eventType: EventType, category: EventCategory,
    awsRegion: RegionName, recipientAccountID: AccountID, isReadOnly: Bool?, errorCode: String?,
    userIdentityARN: String?, userAgent: String?, invokedBy: String?,
    isSessionCredentialFromConsole: Bool, vpcEndpointID: String?, isGlobalServiceEvent: Bool
  ) {
    self.eventSource = eventSource
    self.eventName = eventName
    self.eventType = eventType
    self.category = category
    self.awsRegion = awsRegion
    self.recipientAccountID = recipientAccountID
    self.isReadOnly = isReadOnly
    self.errorCode = errorCode
    self.userIdentityARN = userIdentityARN
    self.userAgent = userAgent
    self.invokedBy = invokedBy
    self.isSessionCredentialFromConsole = isSessionCredentialFromConsole
    self.vpcEndpointID = vpcEndpointID
    self.isGlobalServiceEvent = isGlobalServiceEvent
  }

  /// The same of another session.
  convenience init(_ traits: RecordTraits, userIdentityARN: String?) {
    self.init(
      eventSource: traits.eventSource, eventName: traits.eventName, eventType: traits.eventType,
      category: traits.category, awsRegion: traits.awsRegion,
      recipientAccountID: traits.recipientAccountID, isReadOnly: traits.isReadOnly,
      errorCode: traits.errorCode, userIdentityARN: userIdentityARN, userAgent: traits.userAgent,
      invokedBy: traits.invokedBy,
      isSessionCredentialFromConsole: traits.isSessionCredentialFromConsole,
      vpcEndpointID: traits.vpcEndpointID, isGlobalServiceEvent: traits.isGlobalServiceEvent)
  }
}

/// What a record says it is about.
package struct ResourceReference: Hashable, Sendable {
  /// Such as `AWS::S3::Object`.
  package var type: String?
  package var arn: String
  package var accountID: AccountID?
  /// True where the record spells it `ARNPrefix` (S3's lists).
  package var isPrefix: Bool

  package init(type: String?, arn: String, accountID: AccountID? = nil, isPrefix: Bool = false) {
    self.type = type
    self.arn = arn
    self.accountID = accountID
    self.isPrefix = isPrefix
  }
}

/// The record's `eventCategory`.
package enum EventCategory: String, Hashable, Sendable, CaseIterable {
  case management = "Management"
  case data = "Data"
  case networkActivity = "NetworkActivity"
  case insight = "Insight"
}

/// The record's `eventType` (facts §1.2).
package enum EventType: String, Hashable, Sendable, CaseIterable {
  case apiCall = "AwsApiCall"
  case serviceEvent = "AwsServiceEvent"
  case consoleAction = "AwsConsoleAction"
  case consoleSignIn = "AwsConsoleSignIn"
  case vpceEvent = "AwsVpceEvent"
  case insight = "AwsCloudTrailInsight"
}
