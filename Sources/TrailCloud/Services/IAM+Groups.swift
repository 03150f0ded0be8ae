internal import TrailRecord

// Groups and who is in them.

extension Cloud {
  func iamGroup(_ call: ServiceCall) throws(AWSError) -> IAMGroup {
    let name = call.text("GroupName") ?? ""
    guard let group = world.accounts[call.account]?.groups[name] else {
      throw IAMErrors.noSuch("group", name)
    }
    return group
  }

  func changeGroups(
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
