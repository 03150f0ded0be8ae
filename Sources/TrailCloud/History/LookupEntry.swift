package import TrailRecord

/// One event of LookupEvents' answer (facts §2.3).
package struct LookupEntry: Hashable, Sendable {
  package struct Resource: Hashable, Sendable {
    /// Nil where CloudTrail cannot tell.
    package var type: String?
    package var name: String
  }
  package var eventID: String
  package var eventName: String
  /// "true" or "false": a text, as AWS sends it; nil where the record does not say.
  package var readOnly: String?
  package var accessKeyID: String?
  /// In milliseconds since 1970 UTC.
  package var eventTime: Int64
  package var eventSource: String
  package var username: String?
  package var resources: [Resource]
  /// The record, as its text on one line.
  package var record: JSONValue
  package var isManagement: Bool
  package var isInsight: Bool
  /// True for an Insights event about data events, which only ListInsightsData tells.
  package var isOfData: Bool

  /// Reads what LookupEvents tells of a record.
  package init(record: JSONValue) {
    let details = record["insightDetails"]
    let identity = record["userIdentity"]
    eventID = record["eventID"]?.text ?? ""
    eventName = record["eventName"]?.text ?? details?["eventName"]?.text ?? ""
    eventSource = record["eventSource"]?.text ?? details?["eventSource"]?.text ?? ""
    readOnly = record["readOnly"]?.truth.map { $0 ? "true" : "false" }
    let key = identity?["accessKeyId"]?.text
    accessKeyID = key?.isEmpty == false ? key : nil
    eventTime = record["eventTime"]?.text.flatMap { EventTime.parse($0) } ?? 0
    username = Self.username(of: identity)
    resources = LookupResources.find(in: record)
    self.record = record
    let category = record["eventCategory"]?.text
    isInsight = category == "Insight" || record["eventType"]?.text == "AwsCloudTrailInsight"
    isOfData = details?["sourceEventCategory"]?.text == EventCategory.data.rawValue
    isManagement =
      !isInsight
      && (category.map { $0 == "Management" } ?? record["managementEvent"]?.truth ?? true)
  }

  /// As the API answers; members without a value are left out.
  package var json: JSONValue {
    .members([
      ("EventId", .string(eventID)), ("EventName", .string(eventName)),
      ("ReadOnly", .text(readOnly)), ("AccessKeyId", .text(accessKeyID)),
      ("EventTime", .seconds(eventTime)), ("EventSource", .string(eventSource)),
      ("Username", .text(username)),
      (
        "Resources",
        .array(
          resources.map {
            .members([("ResourceType", .text($0.type)), ("ResourceName", .string($0.name))])
          })
      ),
      ("CloudTrailEvent", .string(JSONWriter.bytes(record))),
    ])
  }

  /// `root`, the user's name, or the role session's name; nil where there is none.
  private static func username(of identity: JSONValue?) -> String? {
    guard let identity else { return nil }
    switch identity["type"]?.text {
    case "Root": return "root"
    case "AssumedRole", "FederatedUser":
      let session = identity["principalId"]?.text?.split(separator: ":").dropFirst().first
      return (session ?? identity["arn"]?.text?.split(separator: "/").last).map(String.init)
    default: return identity["userName"]?.text
    }
  }
}
