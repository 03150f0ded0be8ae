internal import TrailRecord

/// The model of IAM: users, keys, groups, roles and policies by name (facts §12).
extension Cloud {
  func performIAM(_ call: ServiceCall) -> ServiceOutcome {
    var outcome = ServiceOutcome()
    do {
      if try !changeUsers(call, &outcome), try !changeRoles(call, &outcome),
        try !changePolicies(call, &outcome), try !changeGroups(call, &outcome)
      {
        return performGenerally(call)
      }
    } catch {
      outcome.error = error
    }
    if !call.operation.isReadOnly { callersChanged() }
    return outcome
  }

  /// The account's IAM, to be changed in place.
  private func iam(_ call: ServiceCall, _ change: (inout Account) -> Void) {
    guard var account = world.accounts[call.account] else { return }
    change(&account)
    world.accounts[call.account] = account
  }

  func iamUser(_ call: ServiceCall) throws(AWSError) -> IAMUser {
    let name = call.text("UserName") ?? call.identity.userIdentity["userName"]?.text ?? ""
    guard let user = world.accounts[call.account]?.users[name] else {
      throw IAMErrors.noSuch("user", name)
    }
    return user
  }

  // MARK: Users

  private func changeUsers(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) -> Bool {
    switch call.operation.name {
    case "CreateUser": try createUser(call, &outcome)
    case "GetUser":
      outcome.response = ["User": userJSON(try iamUser(call), in: call.account)]
    case "DeleteUser": try deleteUser(call)
    case "CreateAccessKey": try createAccessKey(call, &outcome)
    case "DeleteAccessKey", "UpdateAccessKey": try changeAccessKey(call)
    case "ListAccessKeys":
      let keys = try iamUser(call).accessKeys
      outcome.response = [
        "AccessKeyMetadata": .array(keys.map { ["AccessKeyId": .string($0.id)] })
      ]
    case "CreateLoginProfile": try createLoginProfile(call, &outcome)
    case "UpdateLoginProfile", "DeleteLoginProfile", "GetLoginProfile":
      let user = try iamUser(call)
      guard user.hasLoginProfile else {
        throw AWSError(
          "NoSuchEntityException", "Login Profile for User \(user.name) cannot be found.")
      }
      if call.operation.name == "DeleteLoginProfile" {
        iam(call) { $0.users[user.name]?.hasLoginProfile = false }
      }
    case "EnableMFADevice":
      let user = try iamUser(call)
      iam(call) { $0.users[user.name]?.mfaDevices.append(call.text("SerialNumber") ?? "") }
    case "DeactivateMFADevice":
      let user = try iamUser(call)
      guard let serial = call.text("SerialNumber"), user.mfaDevices.contains(serial) else {
        throw AWSError(
          "NoSuchEntityException",
          "MFA Device invalid for user.")
      }
      iam(call) { $0.users[user.name]?.mfaDevices.removeAll { $0 == serial } }
    case "CreateAccountAlias":
      iam(call) { $0.alias = call.text("AccountAlias") }
    case "DeleteAccountAlias": iam(call) { $0.alias = nil }
    default: return false
    }
    return true
  }

  private func createUser(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    let name = call.text("UserName") ?? ""
    guard IAMNames.isUserName(name) else {
      throw AWSError(
        "ValidationError",
        "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-"
      )
    }
    guard world.accounts[call.account]?.users[name] == nil else {
      throw AWSError("EntityAlreadyExistsException", "User with name \(name) already exists.")
    }
    var user = IAMUser(
      name: name, path: call.text("Path") ?? "/", id: identifiers.iamID("AIDA"),
      creationTime: call.time)
    user.tags = call.parameters["Tags"]?.elements ?? []
    iam(call) {
      $0.users[name] = user
      $0.deletedUsers.remove(name)
    }
    outcome.response = ["User": userJSON(user, in: call.account)]
    outcome.responseElements = [
      "user": compacted([
        "path": .string(user.path), "userName": .string(name), "userId": .string(user.id),
        "arn": .string(user.arn(in: call.account)), "createDate": RecordTexts.date(call.time),
        "tags": user.tags.isEmpty ? nil : RecordNames.lowered(.array(user.tags)),
      ])
    ]
  }

  private func userJSON(_ user: IAMUser, in account: AccountID) -> JSONValue {
    [
      "Path": .string(user.path), "UserName": .string(user.name), "UserId": .string(user.id),
      "Arn": .string(user.arn(in: account)),
      "CreateDate": .string(EventTime.format(user.creationTime)),
    ]
  }

  private func deleteUser(_ call: ServiceCall) throws(AWSError) {
    let user = try iamUser(call)
    let first: String? =
      if user.accessKeys.contains(where: { !$0.isGiven }) {
        "must delete access keys first"
      } else if user.hasLoginProfile {
        "must delete login profile first"
      } else if !user.attachedPolicies.isEmpty {
        "must detach all policies first"
      } else if !user.inlinePolicies.isEmpty {
        "must delete policies first"
      } else if !user.groups.isEmpty {
        "must remove users from group first"
      } else {
        nil
      }
    if let first {
      throw AWSError("DeleteConflictException", "Cannot delete entity, \(first).")
    }
    iam(call) {
      $0.users[user.name] = nil
      $0.deletedUsers.insert(user.name)
    }
  }

  private func createAccessKey(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    let user = try iamUser(call)
    guard user.accessKeys.count < 2 else {
      throw AWSError("LimitExceededException", "Cannot exceed quota for AccessKeysPerUser: 2")
    }
    let key = AccessKey(
      id: identifiers.iamID("AKIA"), creationTime: call.time, isGiven: false)
    iam(call) { $0.users[user.name]?.accessKeys.append(key) }
    outcome.response = [
      "AccessKey": [
        "UserName": .string(user.name), "AccessKeyId": .string(key.id), "Status": "Active",
        "SecretAccessKey": .string(identifiers.letters(40)),
        "CreateDate": .string(EventTime.format(call.time)),
      ]
    ]
    outcome.responseElements = [
      "accessKey": [
        "accessKeyId": .string(key.id), "status": "Active", "userName": .string(user.name),
        "createDate": RecordTexts.date(call.time),
      ]
    ]
  }

  private func changeAccessKey(_ call: ServiceCall) throws(AWSError) {
    let user = try iamUser(call)
    let id = call.text("AccessKeyId") ?? ""
    guard let place = user.accessKeys.firstIndex(where: { $0.id == id }) else {
      throw AWSError(
        "NoSuchEntityException", "The Access Key with id \(id) cannot be found.")
    }
    let isDeleted = call.operation.name == "DeleteAccessKey"
    iam(call) {
      if isDeleted {
        $0.users[user.name]?.accessKeys.remove(at: place)
      } else {
        $0.users[user.name]?.accessKeys[place].isActive = call.text("Status") == "Active"
      }
    }
  }

  private func createLoginProfile(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    let user = try iamUser(call)
    guard !user.hasLoginProfile else {
      throw AWSError(
        "EntityAlreadyExistsException", "Login Profile for user \(user.name) already exists.")
    }
    iam(call) { $0.users[user.name]?.hasLoginProfile = true }
    let needsReset = call.parameters["PasswordResetRequired"]?.boolean ?? false
    outcome.requestParameters = [
      "userName": .string(user.name), "passwordResetRequired": .bool(needsReset),
    ]
    outcome.responseElements = [
      "loginProfile": [
        "userName": .string(user.name), "createDate": RecordTexts.date(call.time),
        "passwordResetRequired": .bool(needsReset),
      ]
    ]
  }

  // MARK: Roles

  private func changeRoles(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) -> Bool {
    switch call.operation.name {
    case "CreateRole", "CreateServiceLinkedRole": try createRole(call, &outcome)
    case "GetRole":
      let role = try iamRole(call)
      outcome.response = ["Role": ["Arn": .string(role.arn(in: call.account))]]
    case "DeleteRole":
      let role = try iamRole(call)
      guard role.attachedPolicies.isEmpty, role.inlinePolicies.isEmpty else {
        throw AWSError(
          "DeleteConflictException",
          role.attachedPolicies.isEmpty
            ? "Cannot delete entity, must delete policies first."
            : "Cannot delete entity, must detach all policies first.")
      }
      iam(call) { $0.roles[role.name] = nil }
    case "UpdateAssumeRolePolicy":
      let role = try iamRole(call)
      guard let text = call.text("PolicyDocument"), let policy = try? JSONParser.parse(text),
        policy.members != nil
      else { throw IAMErrors.malformedPolicy }
      iam(call) { $0.roles[role.name]?.trustPolicy = policy }
    case "CreateInstanceProfile": try createInstanceProfile(call, &outcome)
    case "AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile", "DeleteInstanceProfile":
      let name = call.text("InstanceProfileName") ?? ""
      guard world.accounts[call.account]?.instanceProfiles[name] != nil else {
        throw AWSError("NoSuchEntityException", "Instance Profile \(name) cannot be found.")
      }
      if call.operation.name == "DeleteInstanceProfile" {
        iam(call) { $0.instanceProfiles[name] = nil }
      } else {
        let role = try iamRole(call)
        let isAdded = call.operation.name == "AddRoleToInstanceProfile"
        iam(call) { $0.instanceProfiles[name]?.roles = isAdded ? [role.name] : [] }
      }
    default: return false
    }
    return true
  }

  private func iamRole(_ call: ServiceCall) throws(AWSError) -> IAMRole {
    let name = call.text("RoleName") ?? ""
    guard let role = world.accounts[call.account]?.roles[name] else {
      throw IAMErrors.noSuch("role", name)
    }
    return role
  }

  private func createRole(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    var name = call.text("RoleName") ?? ""
    var path = call.text("Path") ?? "/"
    var document = call.text("AssumeRolePolicyDocument") ?? ""
    if let service = call.text("AWSServiceName") {
      let part = service.prefix { $0 != "." }
      name = "AWSServiceRoleFor" + part.prefix(1).uppercased() + part.dropFirst()
      path = "/aws-service-role/\(service)/"
      document = String(
        decoding: JSONWriter.bytes(Self.trustPolicy(["Service": .string(service)])),
        as: UTF8.self)
    }
    guard let trust = try? JSONParser.parse(document), trust.members != nil else {
      throw IAMErrors.malformedPolicy
    }
    guard world.accounts[call.account]?.roles[name] == nil else {
      throw AWSError("EntityAlreadyExistsException", "Role with name \(name) already exists.")
    }
    var role = IAMRole(
      name: name, path: path, id: identifiers.iamID("AROA"), creationTime: call.time,
      trustPolicy: trust)
    role.maximumSessionSeconds = call.parameters["MaxSessionDuration"]?.integer ?? 3600
    role.tags = call.parameters["Tags"]?.elements ?? []
    role.arePoliciesKnown = true
    iam(call) { $0.roles[name] = role }
    let arn = role.arn(in: call.account)
    outcome.response = [
      "Role": [
        "Path": .string(path), "RoleName": .string(name), "RoleId": .string(role.id),
        "Arn": .string(arn),
      ]
    ]
    outcome.responseElements = [
      "role": compacted([
        "path": .string(path), "roleName": .string(name), "roleId": .string(role.id),
        "arn": .string(arn), "createDate": RecordTexts.date(call.time),
        "assumeRolePolicyDocument": .string(RecordTexts.percentEncoded(document)),
        "tags": role.tags.isEmpty ? nil : RecordNames.lowered(.array(role.tags)),
      ])
    ]
  }

  private func createInstanceProfile(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    let name = call.text("InstanceProfileName") ?? ""
    guard world.accounts[call.account]?.instanceProfiles[name] == nil else {
      throw AWSError(
        "EntityAlreadyExistsException", "Instance Profile \(name) already exists.")
    }
    let profile = InstanceProfile(
      name: name, id: identifiers.iamID("AIPA"), creationTime: call.time)
    iam(call) { $0.instanceProfiles[name] = profile }
    let path = call.text("Path") ?? "/"
    outcome.responseElements = [
      "instanceProfile": [
        "path": .string(path), "instanceProfileName": .string(name),
        "instanceProfileId": .string(profile.id),
        "arn": .string("arn:aws:iam::\(call.account):instance-profile\(path)\(name)"),
        "createDate": RecordTexts.date(call.time), "roles": [],
      ]
    ]
  }

  // MARK: Policies

  private func changePolicies(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) -> Bool {
    let name = call.operation.name
    switch name {
    case "CreatePolicy": try createPolicy(call, &outcome)
    case "DeletePolicy", "CreatePolicyVersion", "SetDefaultPolicyVersion", "DeletePolicyVersion",
      "GetPolicy":
      try changePolicy(call, &outcome)
    case "AttachUserPolicy", "AttachRolePolicy", "AttachGroupPolicy", "DetachUserPolicy",
      "DetachRolePolicy", "DetachGroupPolicy":
      try attach(call)
    case "PutUserPolicy", "PutRolePolicy", "PutGroupPolicy", "DeleteUserPolicy",
      "DeleteRolePolicy", "DeleteGroupPolicy":
      try putInline(call)
    default: return false
    }
    return true
  }

  private func createPolicy(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    let name = call.text("PolicyName") ?? ""
    guard let document = policyDocument(call) else { throw IAMErrors.malformedPolicy }
    var policy = IAMPolicy(
      name: name, path: call.text("Path") ?? "/", id: identifiers.iamID("ANPA"),
      creationTime: call.time)
    policy.documents = ["v1": document]
    let arn = policy.arn(in: call.account)
    guard world.accounts[call.account]?.policies[arn] == nil else {
      throw AWSError(
        "EntityAlreadyExistsException",
        "A policy called \(name) already exists. Duplicate names are not allowed.")
    }
    iam(call) { $0.policies[arn] = policy }
    outcome.response = ["Policy": ["PolicyName": .string(name), "Arn": .string(arn)]]
    outcome.responseElements = [
      "policy": [
        "policyName": .string(name), "policyId": .string(policy.id), "arn": .string(arn),
        "path": .string(policy.path), "defaultVersionId": "v1", "attachmentCount": 0,
        "permissionsBoundaryUsageCount": 0, "isAttachable": true,
        "createDate": RecordTexts.date(call.time), "updateDate": RecordTexts.date(call.time),
      ]
    ]
  }

  private func changePolicy(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    let arn = call.text("PolicyArn") ?? ""
    let isAWSs = arn.hasPrefix("arn:aws:iam::aws:policy/")
    guard let policy = world.accounts[call.account]?.policies[arn] else {
      if isAWSs, call.operation.isReadOnly { return }
      throw AWSError("NoSuchEntityException", "Policy \(arn) does not exist or is not attachable.")
    }
    switch call.operation.name {
    case "DeletePolicy":
      let isAttached =
        world.accounts[call.account].map { account in
          account.users.values.contains { $0.attachedPolicies.contains(arn) }
            || account.roles.values.contains { $0.attachedPolicies.contains(arn) }
            || account.groups.values.contains { $0.attachedPolicies.contains(arn) }
        } ?? false
      guard !isAttached else {
        throw AWSError(
          "DeleteConflictException", "Cannot delete a policy attached to entities.")
      }
      iam(call) { $0.policies[arn] = nil }
    case "CreatePolicyVersion":
      guard policy.versions.count < 5 else {
        throw AWSError(
          "LimitExceededException",
          "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version."
        )
      }
      let number = policy.versions.compactMap { Int($0.dropFirst()) }.max() ?? 0
      let version = "v\(number + 1)"
      let isDefault = call.parameters["SetAsDefault"]?.boolean ?? false
      let document = policyDocument(call)
      iam(call) {
        $0.policies[arn]?.versions.append(version)
        $0.policies[arn]?.documents[version] = document
        if isDefault { $0.policies[arn]?.defaultVersion = version }
      }
      outcome.responseElements = [
        "policyVersion": [
          "versionId": .string(version), "isDefaultVersion": .bool(isDefault),
          "createDate": RecordTexts.date(call.time),
        ]
      ]
    case "SetDefaultPolicyVersion":
      iam(call) { $0.policies[arn]?.defaultVersion = call.text("VersionId") ?? "v1" }
    case "DeletePolicyVersion":
      iam(call) { $0.policies[arn]?.versions.removeAll { $0 == call.text("VersionId") } }
    default: break
    }
  }

  private func attach(_ call: ServiceCall) throws(AWSError) {
    let arn = call.text("PolicyArn") ?? ""
    let isAttached = call.operation.name.hasPrefix("Attach")
    guard
      arn.hasPrefix("arn:aws:iam::aws:policy/")
        || world.accounts[call.account]?.policies[arn] != nil
    else {
      throw AWSError("NoSuchEntityException", "Policy \(arn) does not exist or is not attachable.")
    }
    try changeList(
      call, \.attachedPolicies, \.attachedPolicies, \.attachedPolicies, arn, isAttached)
  }

  private func putInline(_ call: ServiceCall) throws(AWSError) {
    let name = call.text("PolicyName") ?? ""
    let isPut = call.operation.name.hasPrefix("Put")
    let document = policyDocument(call)
    if isPut, document == nil { throw IAMErrors.malformedPolicy }
    try changeList(call, \.inlinePolicies, \.inlinePolicies, \.inlinePolicies, name, isPut)
    if let role = call.text("RoleName") {
      iam(call) { $0.roles[role]?.policyDocuments[name] = isPut ? document : nil }
    }
  }

  /// Adds to or takes from a list of the user, role or group that the call names.
  private func changeList(
    _ call: ServiceCall, _ ofUser: WritableKeyPath<IAMUser, [String]>,
    _ ofRole: WritableKeyPath<IAMRole, [String]>, _ ofGroup: WritableKeyPath<IAMGroup, [String]>,
    _ item: String, _ isAdded: Bool
  ) throws(AWSError) {
    func changed(_ list: [String]) throws(AWSError) -> [String] {
      if isAdded { return list.contains(item) ? list : list + [item] }
      guard list.contains(item) else {
        throw AWSError(
          "NoSuchEntityException", "Policy \(item) was not found.")
      }
      return list.filter { $0 != item }
    }
    if let name = call.text("UserName") {
      let list = try changed(try iamUser(call)[keyPath: ofUser])
      iam(call) { $0.users[name]?[keyPath: ofUser] = list }
    } else if let name = call.text("RoleName") {
      let list = try changed(try iamRole(call)[keyPath: ofRole])
      iam(call) {
        $0.roles[name]?[keyPath: ofRole] = list
        $0.roles[name]?.arePoliciesKnown = true
      }
    } else if let name = call.text("GroupName") {
      let list = try changed(try iamGroup(call)[keyPath: ofGroup])
      iam(call) { $0.groups[name]?[keyPath: ofGroup] = list }
    }
  }

  // MARK: Groups

  private func iamGroup(_ call: ServiceCall) throws(AWSError) -> IAMGroup {
    let name = call.text("GroupName") ?? ""
    guard let group = world.accounts[call.account]?.groups[name] else {
      throw IAMErrors.noSuch("group", name)
    }
    return group
  }

  private func changeGroups(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) -> Bool {
    switch call.operation.name {
    case "CreateGroup":
      let name = call.text("GroupName") ?? ""
      guard world.accounts[call.account]?.groups[name] == nil else {
        throw AWSError("EntityAlreadyExistsException", "Group with name \(name) already exists.")
      }
      let group = IAMGroup(
        name: name, path: call.text("Path") ?? "/", id: identifiers.iamID("AGPA"),
        creationTime: call.time)
      iam(call) { $0.groups[name] = group }
      outcome.responseElements = [
        "group": [
          "path": .string(group.path), "groupName": .string(name), "groupId": .string(group.id),
          "arn": .string("arn:aws:iam::\(call.account):group\(group.path)\(name)"),
          "createDate": RecordTexts.date(call.time),
        ]
      ]
    case "DeleteGroup":
      let group = try iamGroup(call)
      let users = world.accounts[call.account]?.users.values
      if users?.contains(where: { $0.groups.contains(group.name) }) == true {
        throw AWSError(
          "DeleteConflictException", "Cannot delete entity, must remove users from group first.")
      }
      iam(call) { $0.groups[group.name] = nil }
    case "AddUserToGroup", "RemoveUserFromGroup":
      let group = try iamGroup(call)
      let user = try iamUser(call)
      let isAdded = call.operation.name == "AddUserToGroup"
      iam(call) {
        $0.users[user.name]?.groups.removeAll { $0 == group.name }
        if isAdded { $0.users[user.name]?.groups.append(group.name) }
      }
    default: return false
    }
    return true
  }
}

/// Errors of IAM with its texts.
enum IAMErrors {
  static func noSuch(_ kind: String, _ name: String) -> AWSError {
    AWSError(
      "NoSuchEntityException", "The \(kind) with name \(name) cannot be found.",
      advice: kind == "group" ? nil : "define \(kind) \(name)")
  }
  static let malformedPolicy = AWSError(
    "MalformedPolicyDocumentException", "The policy is not in the valid JSON format.")
}
