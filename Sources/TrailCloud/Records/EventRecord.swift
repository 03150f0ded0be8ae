/// One record as CloudTrail writes it, with what trails, logs and rules need to know of it taken out.
///
/// Facts §1.1.
package struct EventRecord: Sendable {
  /// The record's JSON text on one line, members in AWS's order.
  package var bytes: [UInt8]
  package var eventID: String
  /// `eventTime` in milliseconds since 1970 UTC, always whole seconds.
  package var eventTime: Int64
  package var eventSource: String
  package var eventName: String
  package var eventType: EventType
  package var category: EventCategory
  package var awsRegion: RegionName
  package var recipientAccountID: AccountID
  /// Nil where the record has no such member (network activity, Insights).
  package var isReadOnly: Bool?
  package var errorCode: String?
  package var userIdentityARN: String?
  package var invokedBy: String?
  package var resources: [ResourceReference]
  package var isSessionCredentialFromConsole: Bool
  package var vpcEndpointID: String?
  /// True for the events of IAM, STS's global endpoint and CloudFront (facts §4).
  package var isGlobalServiceEvent: Bool
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
