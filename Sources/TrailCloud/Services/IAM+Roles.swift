internal import TrailRecord

// Roles and instance profiles.

extension Cloud {
  func changeRoles(
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

  func iamRole(_ call: ServiceCall) throws(AWSError) -> IAMRole {
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
}
