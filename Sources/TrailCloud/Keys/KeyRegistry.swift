package import TrailRecord

/// A KMS key.
package struct KMSKey: Sendable {
  package enum State: String, Hashable, Sendable {
    case enabled = "Enabled"
    case disabled = "Disabled"
    case pendingDeletion = "PendingDeletion"
    case pendingImport = "PendingImport"
  }
  /// A UUID, or `mrk-…`.
  package var id: String
  package var region: RegionName
  package var account: AccountID
  package var state = State.enabled
  package var policy: JSONValue
  package var isSymmetric = true

  package var arn: String { "arn:aws:kms:\(region):\(account):key/\(id)" }
}

/// All keys and their aliases.
package struct KeyRegistry: Sendable {
  /// By ARN.
  package private(set) var byARN: [String: KMSKey] = [:]

  init() {}
}

/// The end of a key's waiting time before deletion.
struct ScheduledKeyDeletion {
  var keyARN: String
}

extension Cloud {
  func run(_ task: ScheduledKeyDeletion) {}

  /// The key that an id, alias, key ARN or alias ARN names, seen from an account and Region.
  func key(named name: String, account: AccountID, region: RegionName) -> KMSKey? { nil }
}
