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
  func iam(_ call: ServiceCall, _ change: (inout Account) -> Void) {
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
