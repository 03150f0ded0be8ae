internal import TrailRecord

/// What records of EC2's calls look like (facts §12).
///
/// Elder operations have lists as `{"items": […]}` under names of their own; younger ones have the query itself,
/// wrapped in `<Operation>Request`, where a list of one is its element and every element carries its number (`tag`).
enum EC2Shapes {
  /// Names of lists by their names on the wire, where they are not the latter with `Set`.
  private static let sets: [String: String] = [
    "InstanceId": "instancesSet", "GroupName": "securityGroupSet", "GroupId": "securityGroupIdSet",
    "SecurityGroupId": "groupSet", "SecurityGroup": "groupSet", "VpcId": "vpcSet",
    "SubnetId": "subnetSet", "VolumeId": "volumeSet", "SnapshotId": "snapshotSet",
    "ImageId": "imagesSet", "Owner": "ownersSet", "ExecutableBy": "executableBySet",
    "RestorableBy": "sharedUsersSet", "ResourceId": "resourcesSet", "Tag": "tagSet",
    "Filter": "filterSet", "filter": "filterSet", "KeyName": "keySet", "KeyPairId": "keyPairIdSet",
    "ZoneName": "availabilityZoneSet", "ZoneId": "availabilityZoneIdSet",
    "RegionName": "regionSet", "PublicIp": "publicIpsSet", "AllocationId": "allocationIdsSet",
    "BundleId": "bundlesSet", "DhcpOptionsId": "dhcpOptionsSet",
    "attributeName": "accountAttributeNameSet", "VpnGatewayId": "vpnGatewaySet",
    "CustomerGatewayId": "customerGatewaySet", "VpnConnectionId": "vpnConnectionSet",
    "groupName": "placementGroupSet", "BlockDeviceMapping": "blockDeviceMapping",
    "networkInterface": "networkInterfaceSet", "Operator": "operator",
  ]
  /// Names of what a set's texts are, by the name on the wire.
  private static let items: [String: String] = [
    "SecurityGroupId": "groupId", "SecurityGroup": "groupName", "RestorableBy": "user",
    "ExecutableBy": "user",
  ]
  /// Names that are neither the API's nor the wire's.
  private static let renamed: [String: String] = [
    "CreateSecurityGroup.Description": "groupDescription",
    "CreateVolume.AvailabilityZone": "zone",
    "CreateNetworkAclEntry.Protocol": "aclProtocol",
    "ReplaceNetworkAclEntry.Protocol": "aclProtocol",
    "ModifyImageAttribute.Attribute": "attributeType",
    "ModifySnapshotAttribute.Attribute": "attributeType",
    "ImportKeyPair.PublicKeyMaterial": "publicKeyMaterial",
  ]
  /// Lists that are there, empty, when nobody gave them.
  private static let alwaysThere: [String: [String]] = [
    "AuthorizeSecurityGroupIngress": ["ipPermissions"],
    "AuthorizeSecurityGroupEgress": ["ipPermissions"],
    "RevokeSecurityGroupIngress": ["ipPermissions"], "RevokeSecurityGroupEgress": ["ipPermissions"],
    "CreateNetworkInterface": ["groupSet", "privateIpAddressesSet"],
    "DescribeSecurityGroups": ["securityGroupSet", "securityGroupIdSet", "filterSet"],
    "DescribeImages": ["executableBySet", "imagesSet", "ownersSet", "filterSet"],
    "DescribeSnapshots": ["snapshotSet", "ownersSet", "sharedUsersSet", "filterSet"],
    "DescribeKeyPairs": ["keySet", "filterSet", "keyPairIdSet"],
    "DescribeAddresses": ["publicIpsSet", "filterSet", "allocationIdsSet"],
    "DescribePlacementGroups": ["placementGroupSet", "placementGroupIdSet", "filterSet"],
    "DescribeRegions": ["regionSet"],
    "DescribeAvailabilityZones": ["availabilityZoneSet", "availabilityZoneIdSet"],
    "DescribeAccountAttributes": ["accountAttributeNameSet", "filterSet"],
  ]

  // MARK: Requests

  static func requestParameters(
    _ members: [JSONMember], of operation: APIOperation
  ) -> JSONValue {
    let kinds = Dictionary(
      operation.input.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    if operation.isWrapped {
      let inner = members.map { wrapped($0, kinds[$0.nameText], of: operation) }
      return .object([
        JSONMember("\(operation.name)Request", inner.isEmpty ? "" : .object(inner))
      ])
    }
    if operation.name == "RunInstances" {
      return runParameters(.object(members), of: operation)
    }
    // Records of VPCs' attributes leave out which is asked for.
    let isAsked = operation.name == "DescribeVpcAttribute"
    var found = members.filter { !isAsked || $0.nameText != "Attribute" }
      .map { elder($0, kinds[$0.nameText], of: operation) }
    let sets = emptySets(of: operation)
    for name in sets where !found.contains(where: { $0.nameText == name }) {
      found.append(JSONMember(name, .object([])))
    }
    if operation.name.hasPrefix("Describe") { found = ordered(found, sets) }
    return found.isEmpty ? .null : .object(found)
  }

  /// As records of Describe calls have them: how many are wanted, the sets, everything else.
  private static func ordered(_ members: [JSONMember], _ sets: [String]) -> [JSONMember] {
    let order = ["maxResults", "nextToken"] + sets
    func place(_ member: JSONMember) -> Int {
      order.firstIndex(of: member.nameText) ?? order.count
    }
    return members.enumerated()
      .sorted { (place($0.element), $0.offset) < (place($1.element), $1.offset) }
      .map(\.element)
  }

  private static func emptySets(of operation: APIOperation) -> [String] {
    if let known = alwaysThere[operation.name] { return known }
    guard operation.name.hasPrefix("Describe") else { return [] }
    let lists = operation.input.filter { $0.kind == .texts || $0.kind == .list }
    let names = lists.map { recordedName($0.name, $0, of: operation) }
    return names.filter { $0 != "filterSet" } + names.filter { $0 == "filterSet" }
  }

  /// The name that an elder operation's record has for a parameter.
  static func recordedName(
    _ name: String, _ known: APIMember?, of operation: APIOperation
  ) -> String {
    if let special = renamed["\(operation.name).\(name)"] { return special }
    guard known?.kind == .texts || known?.kind == .list else { return RecordNames.lowered(name) }
    if operation.name == "DescribeInternetGateways" || operation.name == "DescribePlacementGroups",
      let wire = known?.wireName, wire != "Filter"
    {
      return wire == "GroupId"
        ? "placementGroupIdSet"
        : wire == "groupName" ? "placementGroupSet" : "internetGatewayIdSet"
    }
    let wire = known?.wireName ?? name
    if wire == "IpPermissions" || name == "IpPermissions" { return "ipPermissions" }
    if name == "PrivateIpAddresses" { return "privateIpAddressesSet" }
    return sets[wire] ?? RecordNames.lowered(wire) + "Set"
  }

  static func elder(
    _ member: JSONMember, _ known: APIMember?, of operation: APIOperation
  ) -> JSONMember {
    let name = member.nameText
    let recorded = recordedName(name, known, of: operation)
    if known?.isSensitive == true || name == "UserData" {
      return JSONMember(recorded, "<sensitiveDataRemoved>")
    }
    guard let elements = member.value.elements else {
      // Sizes of volumes are texts in records.
      if operation.name == "CreateVolume", name == "Size", case .number(let size) = member.value {
        return JSONMember(recorded, .string(size))
      }
      return JSONMember(recorded, nested(member.value))
    }
    let item = known?.wireName.map { items[$0] ?? RecordNames.lowered($0) } ?? "item"
    return JSONMember(recorded, set(elements, of: item))
  }

  /// A list as an elder operation's record has it.
  static func set(_ elements: [JSONValue], of item: String = "item") -> JSONValue {
    guard !elements.isEmpty else { return .object([]) }
    return [
      "items": .array(
        elements.map { element in
          element.members == nil ? .object([JSONMember(item, element)]) : nested(element)
        })
    ]
  }

  private static func nested(_ value: JSONValue) -> JSONValue {
    guard let members = value.members else {
      return value.elements.map { .array($0.map(nested)) } ?? value
    }
    // Filters have their values wrapped too, a rule all of its parts.
    if let name = value["Name"] ?? value["name"], let values = value["Values"] ?? value["values"] {
      return ["name": name, "valueSet": set(values.texts.map { .string($0) }, of: "value")]
    }
    if value["IpProtocol"] != nil { return permission(value) }
    return .object(
      members.map { member in
        let name = RecordNames.lowered(member.nameText)
        guard let elements = member.value.elements, name != "tags", name != "items" else {
          return JSONMember(name, nested(member.value))
        }
        return JSONMember(name, set(elements))
      })
  }

  /// A rule of a security group, with all of its parts there.
  private static func permission(_ permission: JSONValue) -> JSONValue {
    var members: [JSONMember] = []
    for name in ["IpProtocol", "FromPort", "ToPort"] {
      if let value = permission[name] {
        members.append(JSONMember(RecordNames.lowered(name), value))
      }
    }
    for (name, recorded) in [
      ("UserIdGroupPairs", "groups"), ("IpRanges", "ipRanges"), ("Ipv6Ranges", "ipv6Ranges"),
      ("PrefixListIds", "prefixListIds"),
    ] {
      members.append(JSONMember(recorded, set(permission[name]?.elements ?? [])))
    }
    return .object(members)
  }

  // MARK: Wrapped requests

  private static func wrapped(
    _ member: JSONMember, _ known: APIMember?, of operation: APIOperation
  ) -> JSONMember {
    let name = known?.wireName ?? member.nameText
    if known?.isSensitive == true { return JSONMember(name, "<sensitiveDataRemoved>") }
    return JSONMember(name, query(member.value))
  }

  /// A value as the query has it: lists are numbered, and a list of one is its element.
  private static func query(_ value: JSONValue) -> JSONValue {
    if let elements = value.elements {
      let numbered = elements.enumerated().map { index, element -> JSONValue in
        if element["tag"] != nil { return element }
        let tag = JSONMember("tag", .number(index + 1))
        if let members = query(element).members { return .object(members + [tag]) }
        return .object([tag, JSONMember("content", element)])
      }
      return numbered.count == 1 ? numbered[0] : .array(numbered)
    }
    guard let members = value.members else { return value }
    return .object(
      members.map { member in
        var name = member.nameText
        if member.value.elements != nil, name.hasSuffix("s") { name.removeLast() }
        return JSONMember(name, query(member.value))
      })
  }

  // MARK: Answers

  /// `responseElements` around what an answer has: the request's id, and `_return` where there is nothing else.
  static func responseElements(
    _ members: [JSONMember], of operation: APIOperation, requestID: String
  ) -> JSONValue {
    let id = JSONMember("requestId", .string(requestID))
    guard operation.isWrapped else {
      let success = members.isEmpty ? [JSONMember("_return", true)] : []
      return .object([id] + success + members)
    }
    let namespace = JSONMember("xmlns", "http://ec2.amazonaws.com/doc/2016-11-15/")
    let success = members.isEmpty ? [JSONMember("return", true)] : []
    return .object([
      JSONMember("\(operation.name)Response", .object([namespace, id] + success + members))
    ])
  }
}
