internal import TrailRecord

// Policies, and what they are attached to.

extension Cloud {
  func changePolicies(
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

  func attach(_ call: ServiceCall) throws(AWSError) {
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
  func changeList(
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
}
