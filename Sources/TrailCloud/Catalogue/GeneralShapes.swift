internal import TrailRecord

/// What records of calls look like that no service model knows.
///
/// Measured on real records: two thirds of the names are the API's with a small first letter; EC2 wraps its lists.
enum GeneralShapes {
  private static let hidden: JSONValue = "HIDDEN_DUE_TO_SECURITY_REASONS"
  /// Parameters that records leave out rather than mask.
  private static let dropped: Set<String> = [
    "SecretString", "SecretBinary", "ZipFile", "SecretAccessKey", "Plaintext", "CiphertextBlob",
    "Password", "NewPassword", "OldPassword",
  ]

  /// `requestParameters` from parameters under API names; null where there are none.
  static func requestParameters(_ parameters: JSONValue, of operation: APIOperation) -> JSONValue {
    guard let members = parameters.members, !members.isEmpty else { return .null }
    let isEC2 = operation.eventSource == "ec2.amazonaws.com"
    let kinds = Dictionary(
      operation.input.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return .object(
      members.compactMap { member in
        let name = member.nameText
        let known = kinds[name]
        if dropped.contains(name) { return nil }
        if known?.isSensitive == true { return JSONMember(RecordNames.lowered(name), hidden) }
        if isEC2, case .array(let elements) = member.value {
          return EC2Lists.member(name, elements)
        }
        let isMap = known?.kind == .map
        return JSONMember(
          RecordNames.lowered(name), isMap ? member.value : RecordNames.lowered(member.value))
      })
  }

  /// `responseElements` from an answer under API names; null for reads and for empty answers.
  static func responseElements(_ response: JSONValue, of operation: APIOperation) -> JSONValue {
    guard !operation.isReadOnly, let members = response.members, !members.isEmpty else {
      return .null
    }
    return .object(
      members.compactMap { member in
        dropped.contains(member.nameText)
          ? nil
          : JSONMember(RecordNames.lowered(member.nameText), RecordNames.lowered(member.value))
      })
  }
}

/// Lists as EC2's records have them: `{"items": […]}` under names of their own (facts §12).
enum EC2Lists {
  private static let names: [String: (set: String, item: String)] = [
    "InstanceIds": ("instancesSet", "instanceId"), "SecurityGroupIds": ("groupSet", "groupId"),
    "GroupIds": ("securityGroupIdSet", "groupId"), "SecurityGroups": ("groupSet", "groupName"),
    "GroupNames": ("securityGroupSet", "groupName"), "ImageIds": ("imagesSet", "imageId"),
    "VolumeIds": ("volumeSet", "volumeId"), "SubnetIds": ("subnetSet", "subnetId"),
    "VpcIds": ("vpcSet", "vpcId"), "SnapshotIds": ("snapshotSet", "snapshotId"),
    "Resources": ("resourcesSet", "resourceId"), "KeyNames": ("keySet", "keyName"),
    "RegionNames": ("regionSet", "regionName"),
    "RouteTableIds": ("routeTableIdSet", "routeTableId"),
    "NetworkInterfaceIds": ("networkInterfaceIdSet", "networkInterfaceId"),
  ]

  static func member(_ name: String, _ elements: [JSONValue]) -> JSONMember {
    switch name {
    case "Filters":
      return JSONMember("filterSet", items(elements.map(filter)))
    case "Tags":
      return JSONMember("tagSet", items(elements.map { RecordNames.lowered($0) }))
    case "TagSpecifications":
      return JSONMember("tagSpecificationSet", items(elements.map { RecordNames.lowered($0) }))
    case "IpPermissions":
      return JSONMember("ipPermissions", items(elements.map(permission)))
    case "BlockDeviceMappings":
      return JSONMember("blockDeviceMapping", items(elements.map { RecordNames.lowered($0) }))
    default: break
    }
    let singular = RecordNames.lowered(name.hasSuffix("s") ? String(name.dropLast()) : name)
    let known = names[name] ?? ("\(singular)Set", singular)
    return JSONMember(
      known.set,
      items(
        elements.map { element in
          element.text == nil
            ? RecordNames.lowered(element) : .object([JSONMember(known.item, element)])
        }))
  }

  static func items(_ elements: [JSONValue]) -> JSONValue { ["items": .array(elements)] }

  private static func filter(_ filter: JSONValue) -> JSONValue {
    let values = (filter["Values"] ?? filter["values"])?.texts ?? []
    return [
      "name": filter["Name"] ?? filter["name"] ?? .null,
      "valueSet": items(values.map { ["value": .string($0)] }),
    ]
  }

  /// A rule of a security group, with all of its parts there.
  private static func permission(_ permission: JSONValue) -> JSONValue {
    func list(_ name: String) -> JSONValue {
      let elements = permission[name]?.elements ?? []
      return elements.isEmpty ? [:] : items(elements.map { RecordNames.lowered($0) })
    }
    var members: [JSONMember] = []
    for name in ["IpProtocol", "FromPort", "ToPort"] {
      if let value = permission[name] {
        members.append(JSONMember(RecordNames.lowered(name), value))
      }
    }
    members += [
      JSONMember("groups", list("UserIdGroupPairs")), JSONMember("ipRanges", list("IpRanges")),
      JSONMember("ipv6Ranges", list("Ipv6Ranges")),
      JSONMember("prefixListIds", list("PrefixListIds")),
    ]
    return .object(members)
  }
}
