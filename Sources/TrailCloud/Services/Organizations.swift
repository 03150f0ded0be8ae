internal import TrailRecord

extension Cloud {
  /// The model of Organizations: one organization, its accounts, invitations, trusted services and delegated
  /// administrators, as far as organization trails ask for them (facts §3.7).
  func performOrganizations(_ call: ServiceCall) -> ServiceOutcome {
    var outcome = performGenerally(call)
    do {
      if let response = try organizationsAnswer(call) {
        outcome.response = response
        outcome.error = nil
        let isSilent = call.operation.isReadOnly || response.members?.isEmpty == true
        outcome.responseElements = isSilent ? .null : response.withSmallInitials
      }
    } catch {
      outcome.error = error
    }
    return outcome
  }

  /// Nil for what the model knows nothing of.
  private func organizationsAnswer(_ call: ServiceCall) throws(AWSError) -> JSONValue? {
    switch call.operation.name {
    case "CreateOrganization": return try createOrganization(call)
    case "DescribeOrganization": return ["Organization": json(of: try organization(of: call))]
    case "DeleteOrganization":
      guard try managed(call).members.isEmpty else {
        throw AWSError(
          "OrganizationNotEmptyException",
          "To delete an organization you must first remove all member accounts (except the master)."
        )
      }
      world.organization = nil
      return .object([])
    case "EnableAllFeatures":
      _ = try managed(call)
      world.organization?.hasAllFeatures = true
      return ["Handshake": ["Action": "ENABLE_ALL_FEATURES", "State": "ACCEPTED"]]
    case "CreateAccount": return try createAccount(call)
    case "InviteAccountToOrganization": return try inviteAccount(call)
    case "AcceptHandshake": return try acceptHandshake(call)
    case "LeaveOrganization":
      guard try organization(of: call).managementAccount != call.account else {
        throw AWSError(
          "MasterCannotLeaveOrganizationException",
          "You can't remove a management account from an organization.")
      }
      remove(call.account)
      return .object([])
    case "RemoveAccountFromOrganization":
      _ = try managed(call)
      remove(try member(call))
      return .object([])
    case "ListAccounts": return ["Accounts": .array(try allAccounts(call).map(accountJSON))]
    case "DescribeAccount":
      let id = call.text("AccountId") ?? ""
      guard try allAccounts(call).contains(id) else { throw Self.noAccount }
      return ["Account": accountJSON(id)]
    case "EnableAWSServiceAccess", "DisableAWSServiceAccess":
      _ = try managed(call)
      if call.text("ServicePrincipal") == CloudTrailService.principal {
        world.organization?.trustsCloudTrail = call.operation.name.hasPrefix("Enable")
      }
      return .object([])
    case "ListAWSServiceAccessForOrganization":
      let trusts = try organization(of: call).trustsCloudTrail
      return [
        "EnabledServicePrincipals": .array(
          trusts ? [["ServicePrincipal": .string(CloudTrailService.principal)]] : [])
      ]
    case "RegisterDelegatedAdministrator", "DeregisterDelegatedAdministrator":
      return try setDelegation(call)
    case "ListDelegatedAdministrators":
      let delegates = try organization(of: call).delegatedAdministrators.sorted()
      return ["DelegatedAdministrators": .array(delegates.map(accountJSON))]
    default: return nil
    }
  }

  private static let noAccount = AWSError(
    "AccountNotFoundException", "You specified an account that doesn't exist.")

  // MARK: The organization

  private func createOrganization(_ call: ServiceCall) throws(AWSError) -> JSONValue {
    guard !isInOrganization(call.account), world.organization == nil else {
      throw AWSError(
        "AlreadyInOrganizationException", "The AWS account is already a member of an organization.")
    }
    // Ours: a world has one organization.
    var organization = Organization(
      id: "o-\(identifiers.hex(10))", managementAccount: call.account)
    organization.hasAllFeatures = call.text("FeatureSet") != "CONSOLIDATED_BILLING"
    organization.trustsCloudTrail = false
    world.organization = organization
    return ["Organization": json(of: organization)]
  }

  private func isInOrganization(_ account: AccountID) -> Bool {
    world.organization.map { $0.managementAccount == account || $0.members.contains(account) }
      ?? false
  }

  private func organization(of call: ServiceCall) throws(AWSError) -> Organization {
    guard let organization = world.organization, isInOrganization(call.account) else {
      throw AWSError(
        "AWSOrganizationsNotInUseException",
        "Your account is not a member of an organization.",
        advice: "define organization")
    }
    return organization
  }

  /// The organization, for calls that only its management account may make.
  private func managed(_ call: ServiceCall) throws(AWSError) -> Organization {
    let organization = try organization(of: call)
    guard organization.managementAccount == call.account else {
      throw AWSError(
        "AccessDeniedException", "You don't have permissions to access this resource.")
    }
    return organization
  }

  private func json(of organization: Organization) -> JSONValue {
    let manager = organization.managementAccount
    return [
      "Id": .string(organization.id),
      "Arn": .string("arn:aws:organizations::\(manager):organization/\(organization.id)"),
      "FeatureSet": organization.hasAllFeatures ? "ALL" : "CONSOLIDATED_BILLING",
      "MasterAccountArn": .string(accountARN(manager)), "MasterAccountId": .string(manager),
      "MasterAccountEmail": "HIDDEN_DUE_TO_SECURITY_REASONS",
    ]
  }

  // MARK: Its accounts

  private func allAccounts(_ call: ServiceCall) throws(AWSError) -> [AccountID] {
    let organization = try organization(of: call)
    return [organization.managementAccount] + organization.members
  }

  private func accountARN(_ id: AccountID) -> String {
    let organization = world.organization
    return
      "arn:aws:organizations::\(organization?.managementAccount ?? id):account/\(organization?.id ?? "o-none")/\(id)"
  }

  private func accountJSON(_ id: AccountID) -> JSONValue {
    .members([
      ("Id", .string(id)), ("Arn", .string(accountARN(id))),
      ("Name", .text(world.accounts[id]?.alias)), ("Status", "ACTIVE"),
    ])
  }

  private func createAccount(_ call: ServiceCall) throws(AWSError) -> JSONValue {
    _ = try managed(call)
    var id = ""
    repeat {
      id = String("\(100_000_000_000 + identifiers.next() % 900_000_000_000)".prefix(12))
    } while world.accounts[id] != nil
    defineAccount(id, alias: call.text("AccountName"), isMember: true)
    return [
      "CreateAccountStatus": [
        "Id": .string("car-\(identifiers.hex(32))"),
        "AccountName": "HIDDEN_DUE_TO_SECURITY_REASONS",
        "State": "SUCCEEDED", "AccountId": .string(id),
      ]
    ]
  }

  private func inviteAccount(_ call: ServiceCall) throws(AWSError) -> JSONValue {
    let organization = try managed(call)
    let id = call.parameters["Target"]?["Id"]?.text ?? ""
    guard world.accounts[id] != nil else { throw Self.noAccount }
    guard !isInOrganization(id) else {
      throw AWSError(
        "HandshakeConstraintViolationException",
        "The specified account is already a member of an organization.")
    }
    let handshake: JSONValue = [
      "Id": .string("h-\(identifiers.hex(32))"), "Action": "INVITE", "State": "OPEN",
      "Parties": [
        ["Id": .string(organization.id), "Type": "ORGANIZATION"],
        ["Id": .string(id), "Type": "ACCOUNT"],
      ],
    ]
    keep(handshake, at: handshakePlace(handshake["Id"]?.text), in: id)
    return ["Handshake": handshake]
  }

  private func acceptHandshake(_ call: ServiceCall) throws(AWSError) -> JSONValue {
    let place = handshakePlace(call.text("HandshakeId"))
    guard let handshake = kept(at: place, in: call.account), world.organization != nil else {
      throw AWSError(
        "HandshakeNotFoundException",
        "We can't find a handshake with the HandshakeId that you specified.")
    }
    keep(nil, at: place, in: call.account)
    defineAccount(call.account, isMember: true)
    return ["Handshake": handshake.setting("State", "ACCEPTED")]
  }

  private func handshakePlace(_ id: String?) -> ResourcePlace {
    ResourcePlace("organizations/handshake", "", id ?? "")
  }

  private func member(_ call: ServiceCall) throws(AWSError) -> AccountID {
    guard let id = call.text("AccountId"), world.organization?.members.contains(id) == true
    else { throw Self.noAccount }
    return id
  }

  private func remove(_ account: AccountID) {
    world.organization?.members.removeAll { $0 == account }
    world.organization?.delegatedAdministrators.remove(account)
  }

  // MARK: Delegated administrators

  private func setDelegation(_ call: ServiceCall) throws(AWSError) -> JSONValue {
    let organization = try managed(call)
    let id = try member(call)
    guard call.text("ServicePrincipal") == CloudTrailService.principal else { return .object([]) }
    let isRegistered = organization.delegatedAdministrators.contains(id)
    if call.operation.name.hasPrefix("Deregister") {
      guard isRegistered else {
        throw AWSError(
          "AccountNotRegisteredException",
          "The specified account is not a delegated administrator for this AWS service.")
      }
      world.organization?.delegatedAdministrators.remove(id)
    } else {
      guard !isRegistered else {
        throw AWSError(
          "AccountAlreadyRegisteredException",
          "The specified account is already a delegated administrator for this AWS service.")
      }
      world.organization?.delegatedAdministrators.insert(id)
    }
    return .object([])
  }
}
