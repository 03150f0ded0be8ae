internal import TrailRecord

extension EC2Shapes {
  /// RunInstances' parameters in its record (facts §12): what is run is in a list of one.
  static func runParameters(_ given: JSONValue, of operation: APIOperation) -> JSONValue {
    let least = given["MinCount"] ?? given["MaxCount"] ?? 1
    let item = compacted([
      "imageId": given["ImageId"], "minCount": least, "maxCount": given["MaxCount"] ?? least,
      "keyName": given["KeyName"],
    ])
    var members = [JSONMember("instancesSet", ["items": [item]])]
    func add(_ names: [String]) {
      for name in names {
        guard let value = given[name] else { continue }
        members.append(elder(JSONMember(name, value), of: operation))
      }
    }
    add(["SecurityGroupIds", "InstanceType", "BlockDeviceMappings"])
    if given["BlockDeviceMappings"] == nil {
      members.append(JSONMember("blockDeviceMapping", .object([])))
    }
    members.append(
      JSONMember("monitoring", ["enabled": given["Monitoring"]?.member("Enabled") ?? false]))
    add(["SubnetId"])
    members += [
      JSONMember("disableApiTermination", given["DisableApiTermination"] ?? false),
      JSONMember("disableApiStop", given["DisableApiStop"] ?? false),
    ]
    add(["ClientToken"])
    let placed: Set<String> = [
      "ImageId", "MinCount", "MaxCount", "KeyName", "SecurityGroupIds", "InstanceType",
      "BlockDeviceMappings", "Monitoring", "SubnetId", "DisableApiTermination",
      "DisableApiStop", "ClientToken",
    ]
    add((given.members ?? []).map(\.nameText).filter { !placed.contains($0) })
    return .object(members)
  }

  private static func elder(_ member: JSONMember, of operation: APIOperation) -> JSONMember {
    elder(member, operation.input.first { $0.name == member.nameText }, of: operation)
  }
}
