internal import TrailRecord

/// The model of EC2: instances, networks, volumes and what belongs to them (facts §12).
///
/// Ours: what a call begins is done at once, so that an instance runs when the call that started it has ended.
extension Cloud {
  func performEC2(_ call: ServiceCall) -> ServiceOutcome {
    furnishEC2(call)
    var outcome = ServiceOutcome()
    do {
      try checkEC2(call)
      var answer = try changeInstances(call)
      if answer == nil { answer = try changeNetworks(call) }
      if answer == nil { answer = try changeStorage(call) }
      if let answer {
        outcome.response = answer.response
        outcome.requestParameters = answer.requestParameters
        if !call.operation.isReadOnly {
          outcome.responseElements = EC2Shapes.responseElements(
            answer.elements, of: call.operation, requestID: call.requestID)
        }
        return outcome
      }
    } catch {
      outcome.error = error
      return outcome
    }
    return performGenerally(call)
  }
}

/// What a call of EC2 answers.
struct EC2Answer {
  /// Under the API's names.
  var response: JSONValue = .object([])
  /// What the record has beside the request's id; nothing where the answer is `true`.
  var elements: [JSONMember] = []
  /// Nil for what the general rule makes of the parameters.
  var requestParameters: JSONValue?

  /// An answer that is the same in the record, but for the names.
  init(_ elements: JSONValue = .object([])) {
    self.elements = elements.members ?? []
    response = EC2Answer.apiNames(elements)
  }

  /// A record's names as the API has them: capitals, and lists without their wrapping.
  static func apiNames(_ value: JSONValue) -> JSONValue {
    if let items = value["items"]?.elements, value.members?.count == 1 {
      return .array(items.map(apiNames))
    }
    if let elements = value.elements { return .array(elements.map(apiNames)) }
    guard let members = value.members else { return value }
    return .object(
      members.map { member in
        var name = member.nameText
        name = name.prefix(1).uppercased() + name.dropFirst()
        if name.hasSuffix("Set") { name = name.dropLast(3) + (name.hasSuffix("sSet") ? "" : "s") }
        if member.value == .object([]) { return JSONMember(name, .array([])) }
        return JSONMember(name, apiNames(member.value))
      })
  }
}

/// A kind of thing that EC2 keeps.
enum EC2Kind: String, CaseIterable {
  case instance, vpc, subnet, group, routeTable, internetGateway, natGateway, address
  case networkInterface, volume, snapshot, image, keyPair, flowLog

  /// The beginning of its ids.
  var prefix: String {
    switch self {
    case .instance: "i-"
    case .vpc: "vpc-"
    case .subnet: "subnet-"
    case .group: "sg-"
    case .routeTable: "rtb-"
    case .internetGateway: "igw-"
    case .natGateway: "nat-"
    case .address: "eipalloc-"
    case .networkInterface: "eni-"
    case .volume: "vol-"
    case .snapshot: "snap-"
    case .image: "ami-"
    case .keyPair: "key-"
    case .flowLog: "fl-"
    }
  }

  /// Parameters that name such things.
  var members: [String] {
    switch self {
    case .instance: ["InstanceId", "InstanceIds"]
    case .vpc: ["VpcId", "VpcIds"]
    case .subnet: ["SubnetId", "SubnetIds"]
    case .group: ["GroupId", "GroupIds", "SecurityGroupIds", "Groups"]
    case .routeTable: ["RouteTableId", "RouteTableIds"]
    case .internetGateway: ["InternetGatewayId", "InternetGatewayIds"]
    case .natGateway: ["NatGatewayId", "NatGatewayIds"]
    case .address: ["AllocationId", "AllocationIds"]
    case .networkInterface: ["NetworkInterfaceId", "NetworkInterfaceIds"]
    case .volume: ["VolumeId", "VolumeIds"]
    case .snapshot: ["SnapshotId", "SnapshotIds"]
    case .image: ["ImageId"]
    case .keyPair: ["KeyName", "KeyNames"]
    case .flowLog: ["FlowLogIds"]
    }
  }

  /// AWS's error where there is no such thing.
  func missing(_ name: String) -> AWSError {
    switch self {
    case .instance:
      AWSError("InvalidInstanceID.NotFound", "The instance ID '\(name)' does not exist")
    case .vpc: AWSError("InvalidVpcID.NotFound", "The vpc ID '\(name)' does not exist")
    case .subnet: AWSError("InvalidSubnetID.NotFound", "The subnet ID '\(name)' does not exist")
    case .group: AWSError("InvalidGroup.NotFound", "The security group '\(name)' does not exist")
    case .routeTable:
      AWSError("InvalidRouteTableID.NotFound", "The routeTable ID '\(name)' does not exist")
    case .internetGateway:
      AWSError(
        "InvalidInternetGatewayID.NotFound", "The internetGateway ID '\(name)' does not exist")
    case .natGateway: AWSError("NatGatewayNotFound", "The Nat Gateway \(name) was not found")
    case .address:
      AWSError("InvalidAllocationID.NotFound", "The allocation ID '\(name)' does not exist")
    case .networkInterface:
      AWSError(
        "InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '\(name)' does not exist")
    case .volume: AWSError("InvalidVolume.NotFound", "The volume '\(name)' does not exist.")
    case .snapshot:
      AWSError("InvalidSnapshot.NotFound", "The snapshot '\(name)' does not exist.")
    case .image: AWSError("InvalidAMIID.NotFound", "The image id '[\(name)]' does not exist")
    case .keyPair:
      AWSError("InvalidKeyPair.NotFound", "The key pair '\(name)' does not exist")
    case .flowLog:
      AWSError(
        "InvalidFlowLogId.NotFound", "The specified flow log '\(name)' does not exist")
    }
  }

  func place(_ name: String, in region: RegionName) -> ResourcePlace {
    ResourcePlace("ec2/\(rawValue)", region, name)
  }
}

extension Cloud {
  // MARK: Keeping

  func ec2(_ kind: EC2Kind, _ name: String, _ call: ServiceCall) -> JSONValue? {
    kept(at: kind.place(name, in: call.region), in: call.account)
  }

  func keepEC2(_ kind: EC2Kind, _ name: String, _ value: JSONValue?, _ call: ServiceCall) {
    keep(value, at: kind.place(name, in: call.region), in: call.account)
  }

  /// The names of all things of a kind, in order.
  func namesOfEC2(_ kind: EC2Kind, _ call: ServiceCall) -> [String] {
    world.accounts[call.account]?.resources.names(of: "ec2/\(kind.rawValue)", in: call.region)
      ?? []
  }

  func newEC2ID(_ kind: EC2Kind) -> String { kind.prefix + identifiers.hex(17) }

  /// Refuses what names something that is not there.
  private func checkEC2(_ call: ServiceCall) throws(AWSError) {
    let name = call.operation.name
    for kind in EC2Kind.allCases {
      // Images and key pairs of others can be used and looked for.
      if kind == .image, !["DeregisterImage", "ModifyImageAttribute"].contains(name) { continue }
      if kind == .keyPair, name != "RunInstances", name != "DescribeKeyPairs" { continue }
      if kind == .flowLog, name == "DescribeFlowLogs" { continue }
      for member in kind.members {
        guard let given = call.parameters[member] else { continue }
        if kind == .group, member == "GroupId", name.contains("PlacementGroup") { continue }
        let absent = given.texts.filter { ec2(kind, $0, call) == nil }
        guard let first = absent.first else { continue }
        throw refusal(of: kind, first, absent)
      }
    }
  }

  private func refusal(of kind: EC2Kind, _ first: String, _ absent: [String]) -> AWSError {
    guard kind == .instance else { return kind.missing(first) }
    if let bad = absent.first(where: { !EC2Names.isID($0, prefix: kind.prefix) }) {
      return AWSError("InvalidInstanceID.Malformed", "Invalid id: \"\(bad)\"")
    }
    if absent.count > 1 {
      return AWSError(
        "InvalidInstanceID.NotFound",
        "The instance IDs '\(absent.joined(separator: ", "))' do not exist")
    }
    var error = kind.missing(first)
    error.advice = "simulate ec2:RunInstances imageId=ami-0abcdef1234567890 makes one"
    return error
  }

  // MARK: What every Region has

  /// The default VPC of a Region, as every account has it.
  private func furnishEC2(_ call: ServiceCall) {
    let mark = ResourcePlace("ec2/furnished", call.region, "")
    guard kept(at: mark, in: call.account) == nil else { return }
    var source = IdentifierSource.branch(
      seed: world.seed, name: "ec2/\(call.account)/\(call.region)")
    let vpc = "vpc-" + source.hex(17)
    keep(.string(vpc), at: mark, in: call.account)
    keepEC2(
      .vpc, vpc,
      EC2Network.vpc(
        vpc, cidr: "172.31.0.0/16", owner: call.account, isDefault: true,
        association: "vpc-cidr-assoc-" + source.hex(17), options: "dopt-" + source.hex(17),
        tags: .object([])),
      call)
    for (number, zone) in ["a", "b", "c"].enumerated() {
      let subnet = "subnet-" + source.hex(17)
      keepEC2(
        .subnet, subnet,
        EC2Network.subnet(
          subnet, vpc: vpc, cidr: "172.31.\(16 * number).0/20", zone: call.region + zone,
          owner: call.account, region: call.region, tags: .object([]), isDefault: true),
        call)
    }
    let group = "sg-" + source.hex(17)
    keepEC2(
      .group, group,
      [
        "groupId": .string(group), "groupName": "default", "vpcId": .string(vpc),
        "groupDescription": "default VPC security group", "ownerId": .string(call.account),
      ], call)
    let table = "rtb-" + source.hex(17)
    keepEC2(
      .routeTable, table,
      EC2Network.routeTable(
        table, vpc: vpc, cidr: "172.31.0.0/16", owner: call.account, tags: .object([])), call)
    let gateway = "igw-" + source.hex(17)
    keepEC2(
      .internetGateway, gateway,
      ["internetGatewayId": .string(gateway), "ownerId": .string(call.account)], call)
  }

  /// The Region's default VPC.
  func defaultVPC(_ call: ServiceCall) -> String {
    kept(at: ResourcePlace("ec2/furnished", call.region, ""), in: call.account)?.text ?? ""
  }

  /// The default security group of a VPC.
  func defaultGroup(of vpc: String, _ call: ServiceCall) -> String? {
    namesOfEC2(.group, call).first {
      let group = ec2(.group, $0, call)
      return group?["vpcId"]?.text == vpc && group?["groupName"]?.text == "default"
    }
  }
}

/// How EC2's names look.
enum EC2Names {
  /// Whether a text has the form of an id: a prefix and 8 or 17 hexadecimal digits.
  static func isID(_ text: String, prefix: String) -> Bool {
    guard text.hasPrefix(prefix) else { return false }
    let digits = text.dropFirst(prefix.count)
    return (digits.count == 8 || digits.count == 17)
      && digits.allSatisfy { $0.isHexDigit && !$0.isUppercase }
  }

  /// The tags that a call gives to a kind of resource, as records have them: `{"items": […]}`, or `{}`.
  static func tagSet(_ call: ServiceCall, for resource: String) -> JSONValue {
    let specifications = call.parameters["TagSpecifications"]?.elements ?? []
    let tags = specifications.filter {
      let type = $0.member("ResourceType")?.text
      return type == nil || type == resource
    }.flatMap { $0.member("Tags")?.elements ?? [] }
    return EC2Shapes.set(tags)
  }
}
