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
    let identity = userIdentity
    return EventRecord(
      bytes: JSONWriter.bytes(json), eventID: eventID, eventTime: eventTime,
      eventSource: eventSource, eventName: eventName, eventType: eventType, category: category,
      awsRegion: awsRegion, recipientAccountID: recipientAccountID,
      isReadOnly: category == .networkActivity ? nil : isReadOnly, errorCode: errorCode,
      userIdentityARN: identity["arn"]?.text, invokedBy: identity["invokedBy"]?.text,
      resources: resources, isSessionCredentialFromConsole: isSessionCredentialFromConsole,
      vpcEndpointID: vpcEndpointID, isGlobalServiceEvent: isGlobalServiceEvent)
  }

  /// The record as a value.
  package var json: JSONValue {
    var members: [JSONMember] = []
    members.reserveCapacity(26)
    func add(_ name: String, _ value: JSONValue?) {
      if let value { members.append(JSONMember(name, value)) }
    }
    func add(_ name: String, _ text: String?) {
      if let text { members.append(JSONMember(name, .string(text))) }
    }
    let isNetwork = category == .networkActivity
    add("eventVersion", eventVersion)
    add("userIdentity", userIdentity)
    add("eventTime", EventTime.format(eventTime))
    add("eventSource", eventSource)
    add("eventName", eventName)
    add("awsRegion", awsRegion)
    add("sourceIPAddress", sourceIPAddress)
    if !isNetwork { add("userAgent", userAgent) }
    add("errorCode", errorCode)
    add("errorMessage", errorMessage)
    if !isNetwork {
      add("requestParameters", requestParameters)
      add("responseElements", responseElements)
    }
    add("additionalEventData", additionalEventData)
    add("requestID", requestID)
    add("eventID", eventID)
    if !isNetwork, let isReadOnly { add("readOnly", .bool(isReadOnly)) }
    if !resources.isEmpty { add("resources", .array(resources.map(\.json))) }
    add("eventType", eventType.rawValue)
    add("apiVersion", apiVersion)
    if !isNetwork { add("managementEvent", .bool(category == .management)) }
    add("recipientAccountId", recipientAccountID)
    add("sharedEventID", sharedEventID)
    add("vpcEndpointId", vpcEndpointID)
    add("vpcEndpointAccountId", vpcEndpointAccountID)
    add("serviceEventDetails", serviceEventDetails)
    add("addendum", addendum)
    add("eventCategory", category.rawValue)
    add("tlsDetails", tlsDetails)
    if isSessionCredentialFromConsole { add("sessionCredentialFromConsole", "true") }
    return .object(members)
  }
}

extension ResourceReference {
  /// As it stands in a record's `resources`.
  var json: JSONValue {
    var members: [JSONMember] = []
    if let accountID { members.append(JSONMember("accountId", .string(accountID))) }
    if let type { members.append(JSONMember("type", .string(type))) }
    members.append(JSONMember(isPrefix ? "ARNPrefix" : "ARN", .string(arn)))
    return .object(members)
  }
}
