package import TrailRecord

/// The accounts, and who and what is in them.
package struct World: Sendable {
  package internal(set) var accounts: [AccountID: Account] = [:]
  package internal(set) var organization: Organization?
  /// The account and Region in which a call is made that names none.
  package var account: AccountID
  package var region: RegionName
  /// What is known of callers, so that a million calls of one caller look it up once.
  var knownCallers = KnownCallers()
  let seed: UInt64

  init(_ configuration: Cloud.Configuration, identifiers: inout IdentifierSource) {
    seed = configuration.seed
    account = configuration.account
    region = configuration.region
    accounts[account] = Account(id: account)
    var user = IAMUser(
      name: CloudDefaults.administrator, id: identifiers.iamID("AIDA"),
      creationTime: configuration.start - EventTime.millisecondsPerDay)
    user.attachedPolicies = ["arn:aws:iam::aws:policy/AdministratorAccess"]
    user.accessKeys = [
      AccessKey(id: identifiers.iamID("AKIA"), creationTime: user.creationTime)
    ]
    accounts[account]?.users[user.name] = user
  }
}

/// A caller and how long what is known of it holds.
struct KnownCaller: Sendable {
  var identity: CallerIdentity
  var expires: Int64
  /// Whether STS issued the credentials.
  var isIssued = false
  /// Tells one credentials from another; given when they are kept.
  fileprivate(set) var serial = 0
}

/// What is known of callers, and how often that has changed.
struct KnownCallers: Sendable {
  private var byCaller: [Caller: KnownCaller] = [:]
  private(set) var generation = 0

  subscript(_ caller: Caller) -> KnownCaller? {
    get { byCaller[caller] }
    set {
      generation += 1
      byCaller[caller] = newValue
      byCaller[caller]?.serial = generation
    }
  }

  mutating func forgetAll() {
    generation += 1
    byCaller.removeAll(keepingCapacity: true)
  }
}

/// One AWS account.
package struct Account: Sendable {
  package var id: AccountID
  /// The alias of sign-in pages.
  package var alias: String?
  /// Regions switched on; opt-in Regions are not there at first.
  package var regions: [RegionName] = Regions.enabledByDefault
  package var users: [String: IAMUser] = [:]
  /// Users who were deleted: their names call no more.
  var deletedUsers: Set<String> = []
  package var groups: [String: IAMGroup] = [:]
  package var roles: [String: IAMRole] = [:]
  /// Customer-managed policies by ARN.
  package var policies: [String: IAMPolicy] = [:]
  package var instanceProfiles: [String: InstanceProfile] = [:]
  /// Credentials that STS issued, by access key id.
  var issued: [String: IssuedCredentials] = [:]
  /// The state of services that only their own models read, by service and Region.
  var resources = ResourceTable()

  init(id: AccountID) { self.id = id }
}

/// An IAM user.
package struct IAMUser: Hashable, Sendable {
  package var name: String
  package var path = "/"
  /// `AIDA…`
  package var id: String
  package var creationTime: Int64
  package var accessKeys: [AccessKey] = []
  package var hasLoginProfile = false
  package var mfaDevices: [String] = []
  package var groups: [String] = []
  package var attachedPolicies: [String] = []
  package var inlinePolicies: [String] = []
  package var tags: [JSONValue] = []
  /// True where nobody defined the user: a caller's name made it.
  var isMadeUp = false

  package func arn(in account: AccountID) -> String { "arn:aws:iam::\(account):user\(path)\(name)" }
}

package struct AccessKey: Hashable, Sendable {
  /// `AKIA…`
  package var id: String
  package var creationTime: Int64
  package var isActive = true
  /// True where nobody asked for it: users who were there before have one.
  var isGiven = true
}

package struct IAMGroup: Hashable, Sendable {
  package var name: String
  package var path = "/"
  package var id: String
  package var creationTime: Int64
  package var attachedPolicies: [String] = []
  package var inlinePolicies: [String] = []
}

package struct IAMRole: Hashable, Sendable {
  package var name: String
  package var path = "/"
  /// `AROA…`
  package var id: String
  package var creationTime: Int64
  package var trustPolicy: JSONValue
  package var maximumSessionSeconds = 3600
  package var attachedPolicies: [String] = []
  package var inlinePolicies: [String] = []
  /// The inline policies themselves, by name.
  package var policyDocuments: [String: JSONValue] = [:]
  /// False where nobody said what the role may do: it was there before.
  package var arePoliciesKnown = false
  package var tags: [JSONValue] = []

  package func arn(in account: AccountID) -> String { "arn:aws:iam::\(account):role\(path)\(name)" }
}

package struct IAMPolicy: Hashable, Sendable {
  package var name: String
  package var path = "/"
  /// `ANPA…`
  package var id: String
  package var creationTime: Int64
  package var versions = ["v1"]
  package var defaultVersion = "v1"
  /// What each version says.
  package var documents: [String: JSONValue] = [:]

  package func arn(in account: AccountID) -> String {
    "arn:aws:iam::\(account):policy\(path)\(name)"
  }
}

package struct InstanceProfile: Hashable, Sendable {
  package var name: String
  package var id: String
  package var creationTime: Int64
  package var roles: [String] = []
}

/// Temporary credentials, as STS issued them.
struct IssuedCredentials: Sendable {
  var identity: CallerIdentity
  var expires: Int64
}

/// Things that exist, by service, kind, Region and name: the state of services whose models need no more.
struct ResourceTable: Sendable {
  private struct Place: Hashable, Sendable {
    var kind: String
    var region: RegionName
  }
  private var values: [Place: [String: JSONValue]] = [:]

  /// - Parameter kind: such as `ec2/instance`.
  subscript(_ kind: String, _ region: RegionName, _ name: String) -> JSONValue? {
    get { values[Place(kind: kind, region: region)]?[name] }
    set { values[Place(kind: kind, region: region), default: [:]][name] = newValue }
  }

  /// The names of a kind in a Region, in order.
  ///
  /// - Complexity: O(*n* log *n*) in the things of the kind.
  func names(of kind: String, in region: RegionName) -> [String] {
    values[Place(kind: kind, region: region)]?.keys.sorted() ?? []
  }
}

/// Accounts under one management account (facts §3.7).
package struct Organization: Hashable, Sendable {
  /// Such as `o-exampleorgid`.
  package var id: String
  package var managementAccount: AccountID
  package var members: [AccountID] = []
  package var delegatedAdministrators: Set<AccountID> = []
  package var hasAllFeatures = true
  /// Whether CloudTrail is a trusted service of the organization.
  package var trustsCloudTrail = true

  package init(id: String, managementAccount: AccountID) {
    self.id = id
    self.managementAccount = managementAccount
  }
}
