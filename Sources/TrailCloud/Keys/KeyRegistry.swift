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
  package var creationTime: Int64 = 0
  package var rotates = false
  /// When a key that waits for its deletion goes away.
  package var deletionTime: Int64?

  package var arn: String { "arn:aws:kms:\(region):\(account):key/\(id)" }
}

/// All keys and their aliases.
package struct KeyRegistry: Sendable {
  /// By ARN.
  package private(set) var byARN: [String: KMSKey] = [:]
  /// Key ARNs by alias ARN.
  package private(set) var aliases: [String: String] = [:]

  init() {}

  package subscript(_ arn: String) -> KMSKey? {
    get { byARN[arn] }
    set {
      byARN[arn] = newValue
      if newValue == nil { aliases = aliases.filter { $0.value != arn } }
    }
  }

  mutating func setAlias(_ alias: String, to keyARN: String?) { aliases[alias] = keyARN }

  /// The aliases of a key, in order: `alias/ct`.
  package func aliases(of keyARN: String) -> [String] {
    aliases.filter { $0.value == keyARN }.keys
      .compactMap { $0.split(separator: ":", maxSplits: 5).last.map(String.init) }.sorted()
  }
}

/// The end of a key's waiting time before deletion.
struct ScheduledKeyDeletion {
  var keyARN: String
}

extension Cloud {
  func run(_ task: ScheduledKeyDeletion) {
    guard let key = keys[task.keyARN], key.state == .pendingDeletion,
      key.deletionTime.map({ $0 <= now }) ?? false
    else { return }
    keys[task.keyARN] = nil
    happenings.deletedKey(task.keyARN)
  }

  /// The key that an id, alias, key ARN or alias ARN names, seen from an account and Region.
  package func key(named name: String, account: AccountID, region: RegionName) -> KMSKey? {
    if name.hasPrefix("arn:") {
      return keys[name] ?? keys.aliases[name].flatMap { keys[$0] }
    }
    if name.hasPrefix("alias/") {
      return keys.aliases["arn:aws:kms:\(region):\(account):\(name)"].flatMap { keys[$0] }
    }
    return keys["arn:aws:kms:\(region):\(account):key/\(name)"]
  }

  /// Makes a key that was there before, with an alias. The key of an alias that is there already is changed.
  ///
  /// - Parameters:
  ///   - letsCloudTrailIn: whether its policy lets CloudTrail use it (facts §6.6), where no other is given.
  ///   - policy: nil for that policy, or for the one that CreateKey gives.
  @discardableResult
  package func defineKey(
    alias: String, region: RegionName? = nil, account: AccountID? = nil,
    letsCloudTrailIn: Bool = true, policy: JSONValue? = nil
  ) -> KMSKey {
    let region = region ?? world.region
    let account = account ?? world.account
    let name = alias.hasPrefix("alias/") ? alias : "alias/\(alias)"
    let policy =
      policy
      ?? (letsCloudTrailIn
        ? KeyPolicy.forCloudTrail(account: account) : KeyPolicy.standard(account: account))
    if var known = key(named: name, account: account, region: region) {
      known.policy = policy
      keys[known.arn] = known
      return known
    }
    var key = KMSKey(id: identifiers.uuid(), region: region, account: account, policy: policy)
    key.creationTime = now
    keys[key.arn] = key
    keys.setAlias("arn:aws:kms:\(region):\(account):\(name)", to: key.arn)
    return key
  }
}

/// Key policies (facts §6.6).
package enum KeyPolicy {
  /// What CreateKey gives when nobody says otherwise: the account decides.
  static func standard(account: AccountID) -> JSONValue {
    ["Version": "2012-10-17", "Id": "key-default-1", "Statement": [owner(account)]]
  }

  /// The policy that lets CloudTrail encrypt, and readers decrypt what CloudTrail encrypted.
  package static func forCloudTrail(account: AccountID) -> JSONValue {
    let service: JSONValue = ["Service": .string(CloudTrailService.principal)]
    return [
      "Version": "2012-10-17", "Id": "Key policy created by CloudTrail",
      "Statement": [
        owner(account),
        [
          "Sid": "Allow CloudTrail to encrypt logs", "Effect": "Allow", "Principal": service,
          "Action": "kms:GenerateDataKey*", "Resource": "*",
          "Condition": [
            "StringLike": [
              "kms:EncryptionContext:aws:cloudtrail:arn": .string(
                "arn:aws:cloudtrail:*:\(account):trail/*")
            ]
          ],
        ],
        [
          "Sid": "Allow CloudTrail to describe key", "Effect": "Allow", "Principal": service,
          "Action": "kms:DescribeKey", "Resource": "*",
        ],
        [
          "Sid": "Allow principals in the account to decrypt log files", "Effect": "Allow",
          "Principal": ["AWS": "*"], "Action": ["kms:Decrypt", "kms:ReEncryptFrom"],
          "Resource": "*",
          "Condition": [
            "StringEquals": ["kms:CallerAccount": .string(account)],
            "StringLike": [
              "kms:EncryptionContext:aws:cloudtrail:arn": .string(
                "arn:aws:cloudtrail:*:\(account):trail/*")
            ],
          ],
        ],
      ],
    ]
  }

  /// The policy that lets services encrypt what they publish to topics and send to queues (facts §6.4).
  package static func forTopics(account: AccountID) -> JSONValue {
    [
      "Version": "2012-10-17", "Id": "Key policy for topics and queues",
      "Statement": [
        owner(account),
        [
          "Sid": "Allow services to publish", "Effect": "Allow",
          "Principal": [
            "Service": [
              .string(CloudTrailService.principal), "cloudwatch.amazonaws.com",
              "events.amazonaws.com", "sns.amazonaws.com",
            ]
          ], "Action": ["kms:GenerateDataKey*", "kms:Decrypt"], "Resource": "*",
        ],
      ],
    ]
  }

  private static func owner(_ account: AccountID) -> JSONValue {
    [
      "Sid": "Enable IAM User Permissions", "Effect": "Allow",
      "Principal": ["AWS": .string("arn:aws:iam::\(account):root")], "Action": "kms:*",
      "Resource": "*",
    ]
  }
}
