// What a person says was there before: it leaves no events.

extension Cloud {
  /// Makes a user. False where the account has one of that name, which is then left as it is but for `usesMFA`.
  package func defineUser(
    _ name: String, account: AccountID? = nil, path: String = "/", usesMFA: Bool = false
  ) throws(CallProblem) -> Bool { true }

  /// Makes a role. False where the account has one of that name; what it trusts is changed then.
  ///
  /// - Parameter trusted: who may take it: services, accounts, ARNs; empty for everybody.
  package func defineRole(
    _ name: String, account: AccountID? = nil, path: String = "/", trusting trusted: [String] = []
  ) throws(CallProblem) -> Bool { true }

  /// Makes an account, or gives one another alias. False where it was there.
  package func defineAccount(_ id: AccountID, alias: String? = nil) -> Bool {
    let isNew = world.accounts[id] == nil
    var account = world.accounts[id] ?? Account(id: id)
    if let alias { account.alias = alias }
    world.accounts[id] = account
    return isNew
  }

  /// Makes an organization whose management account this is. False where there was one, which stays.
  package func defineOrganization(managementAccount: AccountID? = nil) -> Bool {
    guard world.organization == nil else { return false }
    var source = IdentifierSource.branch(seed: configuration.seed, name: "organization")
    let id = "o-" + source.letters(10).lowercased()
    let account = managementAccount ?? configuration.account
    _ = defineAccount(account)
    world.organization = Organization(id: id, managementAccount: account)
    return true
  }

  /// Puts an account into the organization. False where there is none, or it is in it.
  package func defineMember(_ id: AccountID) -> Bool {
    guard var organization = world.organization, organization.managementAccount != id,
      !organization.members.contains(id)
    else { return false }
    organization.members.append(id)
    world.organization = organization
    return true
  }

  /// Switches an opt-in Region on. False where it was on.
  package func defineRegion(_ name: RegionName, account: AccountID? = nil) -> Bool {
    let id = account ?? configuration.account
    _ = defineAccount(id)
    guard var entry = world.accounts[id], !entry.regions.contains(name) else { return false }
    entry.regions.append(name)
    world.accounts[id] = entry
    return true
  }

  /// Users by account and name, sorted.
  package var definedUsers: [(account: AccountID, name: String, arn: String, usesMFA: Bool)] { [] }

  /// Roles by account and name, sorted.
  package var definedRoles: [(account: AccountID, name: String, arn: String, trusted: [String])] {
    []
  }
}
