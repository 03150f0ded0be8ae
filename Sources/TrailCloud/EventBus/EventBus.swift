package import TrailRecord

/// Names a bus: the default one of a Region and account, or one that somebody made.
package struct BusID: Hashable, Sendable {
  package var account: AccountID
  package var region: RegionName
  package var name: String

  package static let defaultName = "default"

  package init(account: AccountID, region: RegionName, name: String = Self.defaultName) {
    self.account = account
    self.region = region
    self.name = name
  }

  /// The bus that a name or an ARN means.
  package init(named text: String, account: AccountID, region: RegionName) {
    self = BusID(arn: text) ?? BusID(account: account, region: region, name: text)
  }

  package var isDefault: Bool { name == Self.defaultName }

  /// Such as `arn:aws:events:us-east-1:123456789012:event-bus/default`.
  package var arn: String { "arn:aws:events:\(region):\(account):event-bus/\(name)" }

  /// Reads a bus's ARN.
  init?(arn text: String) {
    let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn", parts[2] == "events",
      parts[5].hasPrefix("event-bus/")
    else { return nil }
    self.init(
      account: String(parts[4]), region: String(parts[3]),
      name: String(parts[5].dropFirst("event-bus/".count)))
  }

  /// By account, Region and name, the default bus first.
  static func < (left: BusID, right: BusID) -> Bool {
    (left.account, left.region, left.isDefault ? "" : left.name)
      < (right.account, right.region, right.isDefault ? "" : right.name)
  }
}

/// An event bus of EventBridge.
package struct EventBus: Sendable {
  package let id: BusID
  package var description: String?
  package var policy: JSONValue?
  package var deadLetterARN: String?
  package var kmsKey: String?
  package var logConfig: JSONValue?
  package var tags: [TrailTag] = []
  package var creationTime: Int64
  package var changeTime: Int64
  package var rules: [String: EventRule] = [:]

  init(_ id: BusID, creationTime: Int64) {
    self.id = id
    self.creationTime = creationTime
    changeTime = creationTime
  }

  /// The rules by name.
  package var sortedRules: [EventRule] {
    rules.values.sorted { $0.name < $1.name }
  }
}
