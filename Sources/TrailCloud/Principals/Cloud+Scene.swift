package import TrailRecord

// What was there before the story begins. None of this is a call, so none of it leaves an event.

extension Cloud {
  /// Makes a user with an access key; the one that is there is returned where there is one.
  @discardableResult
  package func defineUser(
    _ name: String, in account: AccountID? = nil, path: String = "/", hasMFA: Bool = false
  ) -> IAMUser {
    let account = account ?? world.account
    if let user = world.accounts[account]?.users[name] { return user }
    let creation = now - EventTime.millisecondsPerDay
    var user = IAMUser(
      name: name, path: path, id: identifiers.iamID("AIDA"), creationTime: creation)
    user.accessKeys = [AccessKey(id: identifiers.iamID("AKIA"), creationTime: creation)]
    if hasMFA { user.mfaDevices = ["arn:aws:iam::\(account):mfa/\(name)"] }
    world.accounts[account]?.users[name] = user
    world.accounts[account]?.deletedUsers.remove(name)
    callersChanged()
    return user
  }

  /// The inline policy of a role that was defined with one.
  private static let definedPolicyName = "defined"

  /// Makes a role that the account itself may assume, unless another trust policy is given. Without a policy nobody
  /// knows what it may do, and services that act through it are let through.
  @discardableResult
  package func defineRole(
    _ name: String, in account: AccountID? = nil, trusting trust: JSONValue? = nil,
    path: String = "/", allowing policy: JSONValue? = nil
  ) -> IAMRole {
    let account = account ?? world.account
    if let role = world.accounts[account]?.roles[name] { return role }
    var role = IAMRole(
      name: name, path: path, id: identifiers.iamID("AROA"),
      creationTime: now - EventTime.millisecondsPerDay,
      trustPolicy: trust
        ?? Self.trustPolicy(["AWS": .string("arn:aws:iam::\(account):root")]))
    if let policy {
      role.inlinePolicies = [Self.definedPolicyName]
      role.policyDocuments = [Self.definedPolicyName: policy]
      role.arePoliciesKnown = true
    }
    world.accounts[account]?.roles[name] = role
    callersChanged()
    return role
  }

  /// A trust policy for one principal, such as `["Service": "ec2.amazonaws.com"]`.
  package static func trustPolicy(_ principal: JSONValue) -> JSONValue {
    [
      "Version": "2012-10-17",
      "Statement": [
        ["Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"]
      ],
    ]
  }

  /// Makes an account, in the organization where that is wanted.
  package func defineAccount(_ id: AccountID, alias: String? = nil, isMember: Bool = false) {
    if world.accounts[id] == nil { world.accounts[id] = Account(id: id) }
    if let alias { world.accounts[id]?.alias = alias }
    if isMember {
      if world.organization == nil { defineOrganization() }
      if id != world.organization?.managementAccount,
        world.organization?.members.contains(id) != true
      {
        world.organization?.members.append(id)
      }
    }
    callersChanged()
  }

  /// Makes an organization whose management account is the session's.
  package func defineOrganization(id: String? = nil) {
    guard world.organization == nil else { return }
    var source = IdentifierSource.branch(seed: world.seed, name: "organization")
    world.organization = Organization(
      id: id ?? "o-\(source.hex(10))", managementAccount: world.account)
  }

  /// Switches a Region on in an account. False where there is no such Region.
  package func enableRegion(_ name: RegionName, in account: AccountID? = nil) -> Bool {
    guard Regions.all.contains(name) else { return false }
    let account = account ?? world.account
    if world.accounts[account]?.regions.contains(name) == false {
      world.accounts[account]?.regions.append(name)
    }
    return true
  }

  /// Makes `account` and `region` those of calls that name none. False where there is no such account.
  package func use(account: AccountID) -> Bool {
    guard world.accounts[account] != nil else { return false }
    world.account = account
    callersChanged()
    return true
  }

  package func use(region: RegionName) { world.region = region }

  /// Makes all that looks random from now on depend on another number too, so that a story with another seed has other
  /// ids in the same world.
  package func diverge(by number: UInt64) {
    identifiers = .branch(seed: identifiers.next() ^ number, name: "diverge/\(number)")
  }
}
