internal import TrailRecord

/// VPCs, subnets, security groups, gateways, routes and addresses.
extension Cloud {
  /// Nil where the call is not about networks.
  func changeNetworks(_ call: ServiceCall) throws(AWSError) -> EC2Answer? {
    switch call.operation.name {
    case "CreateVpc", "CreateDefaultVpc": createVPC(call)
    case "DeleteVpc": try deleteVPC(call)
    case "CreateSubnet": createSubnet(call)
    case "DeleteSubnet": try deleteSubnet(call)
    case "CreateSecurityGroup": try createGroup(call)
    case "DeleteSecurityGroup": try deleteGroup(call)
    case "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress": authorize(call)
    case "CreateRouteTable": createRouteTable(call)
    case "DeleteRouteTable": delete(.routeTable, "RouteTableId", call)
    case "AssociateRouteTable":
      EC2Answer([
        "associationId": .string("rtbassoc-" + identifiers.hex(17)),
        "associationState": ["state": "associated"],
      ])
    case "DisassociateRouteTable":
      EC2Answer(["associationState": ["state": "disassociating"], "_return": true])
    case "CreateInternetGateway": createInternetGateway(call)
    case "DeleteInternetGateway": delete(.internetGateway, "InternetGatewayId", call)
    case "AllocateAddress": allocate(call)
    case "ReleaseAddress": delete(.address, "AllocationId", call)
    case "CreateNatGateway": createNATGateway(call)
    case "DeleteNatGateway": deleteNATGateway(call)
    case "CreateNetworkInterface": createInterface(call)
    case "DeleteNetworkInterface": delete(.networkInterface, "NetworkInterfaceId", call)
    case "CreateFlowLogs": createFlowLogs(call)
    case "DeleteFlowLogs":
      {
        for id in call.parameters["FlowLogIds"]?.texts ?? [] { keepEC2(.flowLog, id, nil, call) }
        return EC2Answer(["unsuccessful": ""])
      }()
    case "DescribeVpcs": describe(.vpc, "VpcIds", "Vpcs", call)
    case "DescribeSubnets": describe(.subnet, "SubnetIds", "Subnets", call)
    case "DescribeSecurityGroups": describe(.group, "GroupIds", "SecurityGroups", call)
    default: nil
    }
  }

  /// Forgets a thing; the answer is `true`.
  func delete(_ kind: EC2Kind, _ member: String, _ call: ServiceCall) -> EC2Answer {
    if let name = call.text(member) { keepEC2(kind, name, nil, call) }
    return EC2Answer()
  }

  /// What a Describe answers: the things named, or all.
  func describe(
    _ kind: EC2Kind, _ member: String, _ list: String, _ call: ServiceCall
  ) -> EC2Answer {
    let names = call.parameters[member]?.texts ?? namesOfEC2(kind, call)
    var answer = EC2Answer()
    answer.response = .object([
      JSONMember(
        list, .array(names.compactMap { ec2(kind, $0, call).map(EC2Answer.apiNames) }))
    ])
    return answer
  }

  // MARK: VPCs and subnets

  private func createVPC(_ call: ServiceCall) -> EC2Answer {
    let id = newEC2ID(.vpc)
    let cidr = call.text("CidrBlock") ?? "172.31.0.0/16"
    let vpc = EC2Network.vpc(
      id, cidr: cidr, owner: call.account, isDefault: call.operation.name == "CreateDefaultVpc",
      association: "vpc-cidr-assoc-" + identifiers.hex(17),
      options: "dopt-" + identifiers.hex(17), tags: EC2Names.tagSet(call, for: "vpc"))
    keepEC2(.vpc, id, vpc.setting("state", "available"), call)
    // A VPC is born with a security group and a main route table.
    let group = newEC2ID(.group)
    keepEC2(
      .group, group,
      [
        "groupId": .string(group), "groupName": "default", "vpcId": .string(id),
        "groupDescription": "default VPC security group", "ownerId": .string(call.account),
      ], call)
    var answer = EC2Answer(["vpc": vpc])
    var parameters = EC2Shapes.requestParameters(
      call.parameters.members ?? [], of: call.operation)
    if call.operation.name == "CreateVpc" {
      for (name, value) in [
        ("instanceTenancy", "default" as JSONValue), ("amazonProvidedIpv6CidrBlock", false),
      ] where parameters[name] == nil {
        parameters = parameters.setting(name, value)
      }
    }
    answer.requestParameters = parameters
    return answer
  }

  private func deleteVPC(_ call: ServiceCall) throws(AWSError) -> EC2Answer {
    let id = call.text("VpcId") ?? ""
    let hasSubnets = namesOfEC2(.subnet, call).contains {
      ec2(.subnet, $0, call)?["vpcId"]?.text == id
    }
    let groups = namesOfEC2(.group, call).filter {
      ec2(.group, $0, call)?["vpcId"]?.text == id
    }
    guard !hasSubnets, groups.count <= 1 else {
      throw AWSError(
        "DependencyViolation", "The vpc '\(id)' has dependencies and cannot be deleted.")
    }
    for group in groups { keepEC2(.group, group, nil, call) }
    keepEC2(.vpc, id, nil, call)
    return EC2Answer()
  }

  private func createSubnet(_ call: ServiceCall) -> EC2Answer {
    let id = newEC2ID(.subnet)
    let subnet = EC2Network.subnet(
      id, vpc: call.text("VpcId") ?? "", cidr: call.text("CidrBlock") ?? "10.0.0.0/24",
      zone: call.text("AvailabilityZone") ?? call.region + "a", owner: call.account,
      region: call.region, tags: EC2Names.tagSet(call, for: "subnet"))
    keepEC2(.subnet, id, subnet, call)
    return EC2Answer(["subnet": subnet])
  }

  private func deleteSubnet(_ call: ServiceCall) throws(AWSError) -> EC2Answer {
    let id = call.text("SubnetId") ?? ""
    let isUsed = namesOfEC2(.instance, call).contains {
      let instance = ec2(.instance, $0, call)
      return instance?["subnetId"]?.text == id
        && instance?["instanceState"]?["name"]?.text != InstanceState.terminated.rawValue
    }
    guard !isUsed else {
      throw AWSError(
        "DependencyViolation", "The subnet '\(id)' has dependencies and cannot be deleted.")
    }
    return delete(.subnet, "SubnetId", call)
  }

  // MARK: Security groups

  private func createGroup(_ call: ServiceCall) throws(AWSError) -> EC2Answer {
    let name = call.text("GroupName") ?? ""
    let vpc = call.text("VpcId") ?? defaultVPC(call)
    let exists = namesOfEC2(.group, call).contains {
      let group = ec2(.group, $0, call)
      return group?["groupName"]?.text == name && group?["vpcId"]?.text == vpc
    }
    guard !exists else {
      throw AWSError(
        "InvalidGroup.Duplicate",
        "The security group '\(name)' already exists for VPC '\(vpc)'")
    }
    let id = newEC2ID(.group)
    keepEC2(
      .group, id,
      [
        "groupId": .string(id), "groupName": .string(name), "vpcId": .string(vpc),
        "groupDescription": call.parameters["Description"] ?? "",
        "ownerId": .string(call.account),
      ], call)
    var members = [JSONMember("_return", true), JSONMember("groupId", .string(id))]
    let tags = EC2Names.tagSet(call, for: "security-group")
    if tags != .object([]) { members.append(JSONMember("tagSet", tags)) }
    var answer = EC2Answer(.object(members))
    answer.response = ["GroupId": .string(id)]
    return answer
  }

  private func deleteGroup(_ call: ServiceCall) throws(AWSError) -> EC2Answer {
    let vpc = call.text("VpcId") ?? defaultVPC(call)
    let id =
      call.text("GroupId")
      ?? namesOfEC2(.group, call).first {
        let group = ec2(.group, $0, call)
        return group?["groupName"] == call.parameters["GroupName"] && group?["vpcId"]?.text == vpc
      }
    guard let id else { throw EC2Kind.group.missing(call.text("GroupName") ?? "") }
    if ec2(.group, id, call)?["groupName"]?.text == "default" {
      throw AWSError(
        "CannotDelete",
        "the specified group: \"\(id)\" name: \"default\" cannot be deleted by a user"
      )
    }
    keepEC2(.group, id, nil, call)
    return EC2Answer()
  }

  private func authorize(_ call: ServiceCall) -> EC2Answer {
    let group =
      call.text("GroupId")
      ?? namesOfEC2(.group, call).first {
        ec2(.group, $0, call)?["groupName"] == call.parameters["GroupName"]
      } ?? ""
    let isEgress = call.operation.name.hasSuffix("Egress")
    var rules: [JSONValue] = []
    func add(_ permission: JSONValue, _ name: String, _ value: JSONValue?, _ about: JSONValue?) {
      rules.append(
        compacted([
          "groupOwnerId": .string(call.account), "groupId": .string(group),
          "securityGroupRuleId": .string("sgr-" + identifiers.hex(17)), "description": about,
          "isEgress": .bool(isEgress),
          "ipProtocol": permission.member("IpProtocol"),
          "fromPort": permission.member("FromPort"), "toPort": permission.member("ToPort"),
        ]).setting(name, value ?? .null))
    }
    func list(_ value: JSONValue?) -> [JSONValue] {
      value?.elements ?? value?["items"]?.elements ?? []
    }
    for permission in call.parameters["IpPermissions"]?.elements ?? [] {
      for range in list(permission.member("IpRanges")) {
        add(permission, "cidrIpv4", range.member("CidrIp"), range.member("Description"))
      }
      for range in list(permission.member("Ipv6Ranges")) {
        add(permission, "cidrIpv6", range.member("CidrIpv6"), range.member("Description"))
      }
      for pair in list(permission["UserIdGroupPairs"] ?? permission["groups"]) {
        add(
          permission, "referencedGroupInfo",
          ["userId": .string(call.account), "groupId": pair.member("GroupId") ?? .null], nil)
      }
    }
    if let cidr = call.parameters["CidrIp"] { add(call.parameters, "cidrIpv4", cidr, nil) }
    return EC2Answer(["_return": true, "securityGroupRuleSet": EC2Shapes.set(rules)])
  }

  // MARK: Routes, gateways and addresses

  private func createRouteTable(_ call: ServiceCall) -> EC2Answer {
    let id = newEC2ID(.routeTable)
    let vpc = call.text("VpcId") ?? ""
    let table = EC2Network.routeTable(
      id, vpc: vpc, cidr: ec2(.vpc, vpc, call)?["cidrBlock"]?.text ?? "10.0.0.0/16",
      owner: call.account, tags: EC2Names.tagSet(call, for: "route-table"))
    keepEC2(.routeTable, id, table, call)
    return EC2Answer(["routeTable": table])
  }

  private func createInternetGateway(_ call: ServiceCall) -> EC2Answer {
    let id = newEC2ID(.internetGateway)
    let gateway: JSONValue = [
      "internetGatewayId": .string(id), "ownerId": .string(call.account), "attachmentSet": [:],
      "tagSet": EC2Names.tagSet(call, for: "internet-gateway"), "association": [:],
    ]
    keepEC2(.internetGateway, id, gateway, call)
    return EC2Answer(["internetGateway": gateway])
  }

  private func allocate(_ call: ServiceCall) -> EC2Answer {
    let id = newEC2ID(.address)
    let number = identifiers.next()
    let address: JSONValue = [
      "publicIp": .string("198.51.100.\(1 + number % 254)"),
      "domain": call.parameters["Domain"] ?? "vpc", "allocationId": .string(id),
      "publicIpv4Pool": "amazon", "networkBorderGroup": .string(call.region),
    ]
    keepEC2(.address, id, address, call)
    return EC2Answer(address)
  }

  private func createNATGateway(_ call: ServiceCall) -> EC2Answer {
    let id = newEC2ID(.natGateway)
    let subnet = call.text("SubnetId") ?? ""
    let gateway = compacted([
      "connectivityType": call.parameters["ConnectivityType"] ?? "public",
      "subnetId": .string(subnet),
      "natGatewayAddressSet": call.parameters["AllocationId"].map {
        ["item": ["isPrimary": true, "allocationId": $0, "status": "associating"]]
      },
      "createTime": .string(EC2Network.time(call.time)),
      "vpcId": ec2(.subnet, subnet, call)?["vpcId"], "natGatewayId": .string(id),
      "state": "pending",
    ])
    keepEC2(.natGateway, id, gateway, call)
    return EC2Answer(
      compacted(["natGateway": gateway, "clientToken": call.parameters["ClientToken"]]))
  }

  private func deleteNATGateway(_ call: ServiceCall) -> EC2Answer {
    _ = delete(.natGateway, "NatGatewayId", call)
    return EC2Answer(["natGatewayId": call.parameters["NatGatewayId"] ?? .null])
  }

  private func createInterface(_ call: ServiceCall) -> EC2Answer {
    let id = newEC2ID(.networkInterface)
    let subnet = ec2(.subnet, call.text("SubnetId") ?? "", call)
    let address = call.text("PrivateIpAddress") ?? EC2Network.address(in: subnet, &identifiers)
    let vpc = subnet?["vpcId"]?.text ?? ""
    let groups =
      call.parameters["Groups"]?.texts ?? defaultGroup(of: vpc, call).map { [$0] } ?? []
    let interface = compacted([
      "networkInterfaceId": .string(id), "subnetId": subnet?["subnetId"],
      "vpcId": .string(vpc), "availabilityZone": subnet?["availabilityZone"],
      "description": call.parameters["Description"], "ownerId": .string(call.account),
      "requesterManaged": false, "status": "pending",
      "macAddress": .string(EC2Network.macAddress(&identifiers)),
      "privateIpAddress": .string(address), "sourceDestCheck": true,
      "interfaceType": "interface",
      "groupSet": EC2Shapes.set(groups.map { ["groupId": .string($0)] }),
      "privateIpAddressesSet": [
        "item": [["privateIpAddress": .string(address), "primary": true]]
      ],
      "ipv6AddressesSet": [:], "tagSet": EC2Names.tagSet(call, for: "network-interface"),
    ])
    keepEC2(.networkInterface, id, interface, call)
    return EC2Answer(["networkInterface": interface])
  }

  private func createFlowLogs(_ call: ServiceCall) -> EC2Answer {
    let ids = (call.parameters["ResourceIds"]?.texts ?? []).map { _ in newEC2ID(.flowLog) }
    for id in ids { keepEC2(.flowLog, id, ["flowLogId": .string(id)], call) }
    let items: JSONValue = ids.count == 1 ? .string(ids[0]) : .strings(ids)
    var answer = EC2Answer([
      "clientToken": .string(identifiers.letters(43) + "="), "unsuccessful": "",
      "flowLogIdSet": ["item": items],
    ])
    answer.response = ["FlowLogIds": .strings(ids)]
    return answer
  }
}

/// What networks look like in records.
enum EC2Network {
  static func vpc(
    _ id: String, cidr: String, owner: AccountID, isDefault: Bool, association: String,
    options: String, tags: JSONValue
  ) -> JSONValue {
    [
      "vpcId": .string(id), "state": "pending", "ownerId": .string(owner),
      "cidrBlock": .string(cidr),
      "cidrBlockAssociationSet": [
        "items": [
          [
            "cidrBlock": .string(cidr), "associationId": .string(association),
            "cidrBlockState": ["state": "associated"],
          ]
        ]
      ],
      "ipv6CidrBlockAssociationSet": [:], "dhcpOptionsId": .string(options),
      "instanceTenancy": "default", "tagSet": tags, "isDefault": .bool(isDefault),
    ]
  }

  static func subnet(
    _ id: String, vpc: String, cidr: String, zone: String, owner: AccountID, region: RegionName,
    tags: JSONValue, isDefault: Bool = false
  ) -> JSONValue {
    let bits = cidr.split(separator: "/").last.flatMap { Int($0) } ?? 24
    return [
      "subnetId": .string(id),
      "subnetArn": .string("arn:aws:ec2:\(region):\(owner):subnet/\(id)"), "state": "available",
      "vpcId": .string(vpc), "cidrBlock": .string(cidr), "ipv6CidrBlockAssociationSet": [:],
      // Five addresses of each subnet are AWS's own.
      "availableIpAddressCount": .number((1 << max(0, min(32, 32 - bits))) - 5),
      "availabilityZone": .string(zone),
      "availabilityZoneId": .string(zoneID(of: zone)),
      "ownerId": .string(owner), "defaultForAz": .bool(isDefault),
      "mapPublicIpOnLaunch": .bool(isDefault), "assignIpv6AddressOnCreation": false,
      "tagSet": tags,
      "privateDnsNameOptionsOnLaunch": [
        "hostnameType": "ip-name", "enableResourceNameDnsARecord": false,
        "enableResourceNameDnsAAAARecord": false,
      ],
      "ipv6Native": false, "enableDns64": false,
    ]
  }

  static func routeTable(
    _ id: String, vpc: String, cidr: String, owner: AccountID, tags: JSONValue
  ) -> JSONValue {
    [
      "routeTableId": .string(id), "vpcId": .string(vpc), "ownerId": .string(owner),
      "routeSet": [
        "items": [
          [
            "destinationCidrBlock": .string(cidr), "gatewayId": "local", "state": "active",
            "origin": "CreateRouteTable",
          ]
        ]
      ],
      "associationSet": [:], "propagatingVgwSet": [:], "tagSet": tags,
    ]
  }

  /// `us-east-1a` as accounts share it: `use1-az1`.
  private static func zoneID(of zone: String) -> String {
    let parts = zone.split(separator: "-")
    guard parts.count >= 3, let last = parts.last, let letter = zone.utf8.last else { return zone }
    let directions = [
      "north": "n", "south": "s", "east": "e", "west": "w", "central": "c", "northeast": "ne",
      "southeast": "se", "northwest": "nw", "southwest": "sw",
    ]
    let direction = directions[String(parts[parts.count - 2])] ?? ""
    let number = Int(letter) - 0x60
    return "\(parts[0])\(direction)\(last.dropLast())-az\(number)"
  }

  /// An address in a subnet.
  static func address(in subnet: JSONValue?, _ identifiers: inout IdentifierSource) -> String {
    let cidr = subnet?["cidrBlock"]?.text ?? "172.31.0.0/20"
    let parts = cidr.split(separator: "/")
    let octets = parts[0].split(separator: ".").compactMap { UInt32($0) }
    let bits = parts.count == 2 ? UInt32(parts[1]) ?? 24 : 24
    guard octets.count == 4, bits <= 28 else { return "10.0.0.10" }
    let base = octets.reduce(0) { $0 << 8 | $1 & 255 }
    let size = UInt32(truncatingIfNeeded: UInt64(1) << UInt64(32 - max(bits, 8)))
    let address = base &+ 4 &+ UInt32(identifiers.next() % UInt64(size - 5))
    return [24, 16, 8, 0].map { "\(address >> $0 & 255)" }.joined(separator: ".")
  }

  static func privateName(of address: String, in region: RegionName) -> String {
    let name = "ip-" + address.split(separator: ".").joined(separator: "-")
    return region == "us-east-1" ? name + ".ec2.internal" : "\(name).\(region).compute.internal"
  }

  static func macAddress(_ identifiers: inout IdentifierSource) -> String {
    let digits = Array(identifiers.hex(10))
    return "0a"
      + stride(from: 0, to: 10, by: 2).map { ":\(digits[$0])\(digits[$0 + 1])" }.joined()
  }

  /// A time as wrapped answers have it: `2026-01-05T09:00:00.000Z`.
  static func time(_ time: Int64) -> String { EventTime.format(time).dropLast() + ".000Z" }
}
