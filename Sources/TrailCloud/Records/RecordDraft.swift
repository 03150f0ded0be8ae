package import TrailRecord

/// A record before it is written: every member that CloudTrail knows, in no need of order.
///
/// `sealed()` writes the members in the order that AWS writes them (facts §1.1; order measured on real records).
package struct RecordDraft: Sendable {
  package var eventVersion = "1.11"
  package var userIdentity: JSONValue = .null
  package var eventTime: Int64 = 0
  package var eventSource = ""
  package var eventName = ""
  package var awsRegion: RegionName = ""
  package var sourceIPAddress: String?
  package var userAgent: String?
  package var errorCode: String?
  package var errorMessage: String?
  /// Written even when it is null, except in network activity and Insights records.
  package var requestParameters: JSONValue = .null
  package var responseElements: JSONValue = .null
  package var additionalEventData: JSONValue?
  package var requestID: String?
  package var eventID = ""
  package var isReadOnly: Bool?
  package var resources: [ResourceReference] = []
  package var eventType: EventType = .apiCall
  package var apiVersion: String?
  package var category: EventCategory = .management
  package var recipientAccountID: AccountID = ""
  package var sharedEventID: String?
  package var vpcEndpointID: String?
  package var vpcEndpointAccountID: AccountID?
  package var serviceEventDetails: JSONValue?
  package var addendum: JSONValue?
  package var tlsDetails: JSONValue?
  package var isSessionCredentialFromConsole = false
  package var isGlobalServiceEvent = false

  package init() {}

  /// The record, with the limits of §1.1 and §1.7 applied.
  package func sealed() -> EventRecord {
    EventRecord(
      bytes: bytes, eventID: eventID, eventTime: eventTime, resources: resources,
      traits: RecordTraits(
        eventSource: eventSource, eventName: eventName, eventType: eventType, category: category,
        awsRegion: awsRegion, recipientAccountID: recipientAccountID,
        isReadOnly: category == .networkActivity ? nil : isReadOnly, errorCode: errorCode,
        userIdentityARN: userIdentity["arn"]?.text,
        userAgent: category == .networkActivity ? nil : userAgent,
        invokedBy: userIdentity["invokedBy"]?.text,
        isSessionCredentialFromConsole: isSessionCredentialFromConsole,
        vpcEndpointID: vpcEndpointID, isGlobalServiceEvent: isGlobalServiceEvent))
  }

  /// The record's text.
  private var bytes: [UInt8] {
    let isNetwork = category == .networkActivity
    var text = MemberWriter()
    text.add("eventVersion", eventVersion)
    text.add("userIdentity", userIdentity)
    text.add("eventTime", EventTime.format(eventTime))
    text.add("eventSource", eventSource)
    text.add("eventName", eventName)
    text.add("awsRegion", awsRegion)
    text.add("sourceIPAddress", sourceIPAddress)
    if !isNetwork { text.add("userAgent", userAgent) }
    text.add("errorCode", errorCode)
    text.add("errorMessage", errorMessage)
    if !isNetwork {
      text.add("requestParameters", requestParameters)
      text.add("responseElements", responseElements)
    }
    text.add("additionalEventData", additionalEventData)
    text.add("requestID", requestID)
    text.add("eventID", eventID)
    if !isNetwork, let isReadOnly { text.add("readOnly", isReadOnly) }
    if !resources.isEmpty { text.add("resources", resources) }
    text.add("eventType", eventType.rawValue)
    text.add("apiVersion", apiVersion)
    if !isNetwork { text.add("managementEvent", category == .management) }
    text.add("recipientAccountId", recipientAccountID)
    text.add("sharedEventID", sharedEventID)
    text.add("vpcEndpointId", vpcEndpointID)
    text.add("vpcEndpointAccountId", vpcEndpointAccountID)
    text.add("serviceEventDetails", serviceEventDetails)
    text.add("addendum", addendum)
    text.add("eventCategory", category.rawValue)
    text.add("tlsDetails", tlsDetails)
    if isSessionCredentialFromConsole { text.add("sessionCredentialFromConsole", "true") }
    return text.finished()
  }
}

/// Writes the members of a record one after the other, without making a value of them first.
private struct MemberWriter {
  /// Room that most records need at first, in bytes.
  private static let usualSize = 2048
  private var bytes: [UInt8] = []
  private var isFirst = true

  init() {
    bytes.reserveCapacity(Self.usualSize)
    bytes.append(UInt8(ascii: "{"))
  }

  private mutating func begin(_ name: String) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: name.utf8)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  mutating func add(_ name: String, _ value: JSONValue?) {
    guard let value else { return }
    begin(name)
    JSONWriter.append(value, to: &bytes)
  }

  mutating func add(_ name: String, _ text: String?) {
    guard let text else { return }
    begin(name)
    JSONWriter.appendString(text, to: &bytes)
  }

  mutating func add(_ name: String, _ flag: Bool) {
    begin(name)
    bytes.append(contentsOf: (flag ? "true" : "false").utf8)
  }

  mutating func add(_ name: String, _ resources: [ResourceReference]) {
    begin(name)
    bytes.append(UInt8(ascii: "["))
    for (index, resource) in resources.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(UInt8(ascii: "{"))
      isFirst = true
      add("accountId", resource.accountID)
      add("type", resource.type)
      add(resource.isPrefix ? "ARNPrefix" : "ARN", resource.arn)
      bytes.append(UInt8(ascii: "}"))
    }
    isFirst = false
    bytes.append(UInt8(ascii: "]"))
  }

  mutating func finished() -> [UInt8] {
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }
}
