internal import TrailRecord

/// Instances: how they begin, stop, start and end.
extension Cloud {
  /// Nil where the call is not about instances.
  func changeInstances(_ call: ServiceCall) throws(AWSError) -> EC2Answer? {
    switch call.operation.name {
    case "RunInstances": try runInstances(call)
    case "TerminateInstances":
      try move(call, to: .terminated, shown: (32, "shutting-down"), from: InstanceState.allCases)
    case "StopInstances":
      try move(call, to: .stopped, shown: (64, "stopping"), from: [.running, .stopped])
    case "StartInstances":
      try move(call, to: .running, shown: (0, "pending"), from: [.running, .stopped])
    case "RebootInstances": try reboot(call)
    case "DescribeInstances": describeInstances(call)
    case "ModifyInstanceAttribute": try modifyInstance(call)
    default: nil
    }
  }

  /// The states that instances rest in.
  enum InstanceState: String, CaseIterable {
    case running, stopped, terminated

    var code: Int {
      switch self {
      case .running: 16
      case .stopped: 80
      case .terminated: 48
      }
    }
  }

  // MARK: Running

  private func runInstances(_ call: ServiceCall) throws(AWSError) -> EC2Answer {
    guard call.parameters["ImageId"] != nil || call.parameters["LaunchTemplate"] != nil else {
      throw AWSError("MissingParameter", "The request must contain the parameter ImageId")
    }
    let least = call.parameters["MinCount"]?.integer ?? call.parameters["MaxCount"]?.integer ?? 1
    let most = call.parameters["MaxCount"]?.integer ?? least
    guard least >= 1, most >= least else {
      throw AWSError(
        "InvalidParameterValue",
        "Value (\(most)) for parameter maxCount is invalid. Must be at least minCount (\(least)).")
    }
    guard most <= Self.mostInstances else {
      throw AWSError(
        "InstanceLimitExceeded",
        "You have requested more instances (\(most)) than your current instance limit of \(Self.mostInstances) allows for the specified instance type. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit."
      )
    }
    let token = call.text("ClientToken") ?? identifiers.uuid()
    let subnet = subnet(for: call)
    let reservation = "r-" + identifiers.hex(17)
    var instances: [JSONValue] = []
    for index in 0..<most {
      let id = newEC2ID(.instance)
      let instance = newInstance(id, index: index, in: subnet, token: token, call)
      keepEC2(
        .instance, id,
        instance.setting("instanceState", ["code": 16, "name": "running"]), call)
      instances.append(instance)
    }
    var answer = EC2Answer([
      "reservationId": .string(reservation), "ownerId": .string(call.account), "groupSet": [:],
      "instancesSet": ["items": .array(instances)],
    ])
    answer.requestParameters = EC2Shapes.requestParameters(
      call.parameters.setting("MinCount", .number(least)).setting("MaxCount", .number(most))
        .setting("ClientToken", .string(token)).members ?? [], of: call.operation)
    return answer
  }

  /// Ours: the most instances that one call can start.
  private static let mostInstances = 1000

  /// The subnet of new instances: the one named, else the default one.
  private func subnet(for call: ServiceCall) -> JSONValue? {
    if let name = call.text("SubnetId") { return ec2(.subnet, name, call) }
    let vpc = defaultVPC(call)
    return namesOfEC2(.subnet, call).compactMap { ec2(.subnet, $0, call) }
      .first { $0["vpcId"]?.text == vpc }
  }

  private func newInstance(
    _ id: String, index: Int, in subnet: JSONValue?, token: String, _ call: ServiceCall
  ) -> JSONValue {
    let vpc = subnet?["vpcId"]?.text ?? ""
    let groups =
      call.parameters["SecurityGroupIds"]?.texts
      ?? defaultGroup(of: vpc, call).map { [$0] } ?? []
    let groupSet = EC2Shapes.set(
      groups.map { group in
        compacted(["groupId": .string(group), "groupName": ec2(.group, group, call)?["groupName"]])
      })
    let address = call.text("PrivateIpAddress") ?? EC2Network.address(in: subnet, &identifiers)
    let isMonitored = call.parameters["Monitoring"]?.member("Enabled")?.boolean == true
    return compacted([
      "instanceId": .string(id), "imageId": call.parameters["ImageId"],
      "currentInstanceBootMode": "legacy-bios",
      "instanceState": ["code": 0, "name": "pending"],
      "privateDnsName": .string(EC2Network.privateName(of: address, in: call.region)),
      "keyName": call.parameters["KeyName"], "amiLaunchIndex": .number(index),
      "productCodes": [:], "instanceType": .string(call.text("InstanceType") ?? "m1.small"),
      "launchTime": .number(Int(call.time)),
      "placement": [
        "availabilityZone": subnet?["availabilityZone"] ?? .string(call.region + "a"),
        "tenancy": "default",
      ],
      "monitoring": ["state": isMonitored ? "pending" : "disabled"],
      "subnetId": subnet?["subnetId"], "vpcId": subnet?["vpcId"],
      "privateIpAddress": .string(address),
      "stateReason": ["code": "pending", "message": "pending"], "architecture": "x86_64",
      "rootDeviceType": "ebs", "rootDeviceName": "/dev/xvda", "blockDeviceMapping": [:],
      "virtualizationType": "hvm", "hypervisor": "xen",
      "tagSet": tagsOrNil(call, for: "instance"), "clientToken": .string(token),
      "groupSet": groupSet, "sourceDestCheck": true,
      "iamInstanceProfile": profile(call),
      "ebsOptimized": call.parameters["EbsOptimized"] ?? false, "enaSupport": true,
      "cpuOptions": ["coreCount": 1, "threadsPerCore": 1],
      "capacityReservationSpecification": ["capacityReservationPreference": "open"],
      "enclaveOptions": ["enabled": false],
      "metadataOptions": [
        "state": "pending",
        "httpTokens": call.parameters["MetadataOptions"]?.member("HttpTokens") ?? "optional",
        "httpPutResponseHopLimit": 1, "httpEndpoint": "enabled", "httpProtocolIpv4": "enabled",
        "httpProtocolIpv6": "disabled", "instanceMetadataTags": "disabled",
      ],
      "maintenanceOptions": ["autoRecovery": "default"],
      "privateDnsNameOptions": [
        "hostnameType": "ip-name", "enableResourceNameDnsARecord": false,
        "enableResourceNameDnsAAAARecord": false,
      ],
    ])
  }

  private func tagsOrNil(_ call: ServiceCall, for resource: String) -> JSONValue? {
    let tags = EC2Names.tagSet(call, for: resource)
    return tags == .object([]) ? nil : tags
  }

  private func profile(_ call: ServiceCall) -> JSONValue? {
    guard let profile = call.parameters["IamInstanceProfile"] else { return nil }
    let name = profile.member("Name")?.text ?? profile.text ?? ""
    let arn =
      profile.member("Arn")?.text ?? "arn:aws:iam::\(call.account):instance-profile/\(name)"
    return ["arn": .string(arn), "id": .string(identifiers.iamID("AIPA"))]
  }

  // MARK: States

  private func state(_ id: String, _ call: ServiceCall) -> InstanceState {
    ec2(.instance, id, call)?["instanceState"]?["name"]?.text
      .flatMap { InstanceState(rawValue: $0) } ?? .terminated
  }

  private func move(
    _ call: ServiceCall, to state: InstanceState, shown: (code: Int, name: String),
    from allowed: [InstanceState]
  ) throws(AWSError) -> EC2Answer {
    let ids = call.parameters["InstanceIds"]?.texts ?? []
    for id in ids {
      if !allowed.contains(self.state(id, call)) {
        let verb = state == .running ? "started" : "stopped"
        throw AWSError(
          "IncorrectInstanceState",
          "The instance '\(id)' is not in a state from which it can be \(verb).")
      }
      if state == .terminated,
        ec2(.instance, id, call)?["disableApiTermination"]?.boolean == true
      {
        throw AWSError(
          "OperationNotPermitted",
          "The instance '\(id)' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again."
        )
      }
    }
    let items = ids.map { id -> JSONValue in
      let before = self.state(id, call)
      let instance = ec2(.instance, id, call) ?? .object([])
      keepEC2(
        .instance, id,
        instance.setting(
          "instanceState", ["code": .number(state.code), "name": .string(state.rawValue)]), call)
      let current: JSONValue =
        before == state
        ? ["code": .number(before.code), "name": .string(before.rawValue)]
        : ["code": .number(shown.code), "name": .string(shown.name)]
      return [
        "instanceId": .string(id), "currentState": current,
        "previousState": ["code": .number(before.code), "name": .string(before.rawValue)],
      ]
    }
    return EC2Answer(["instancesSet": ["items": .array(items)]])
  }

  private func reboot(_ call: ServiceCall) throws(AWSError) -> EC2Answer {
    for id in call.parameters["InstanceIds"]?.texts ?? [] where state(id, call) == .terminated {
      throw AWSError(
        "IncorrectInstanceState",
        "The instance '\(id)' is not in a state from which it can be rebooted.")
    }
    return EC2Answer()
  }

  private func modifyInstance(_ call: ServiceCall) throws(AWSError) -> EC2Answer {
    guard let id = call.text("InstanceId"), var instance = ec2(.instance, id, call) else {
      return EC2Answer()
    }
    if let value = call.parameters["DisableApiTermination"]?.member("Value") {
      instance = instance.setting("disableApiTermination", value)
    }
    if let type = call.parameters["InstanceType"]?.member("Value") {
      guard state(id, call) == .stopped else {
        throw AWSError(
          "IncorrectInstanceState",
          "The instance '\(id)' is not in the 'stopped' state.")
      }
      instance = instance.setting("instanceType", type)
    }
    keepEC2(.instance, id, instance, call)
    return EC2Answer()
  }

  private func describeInstances(_ call: ServiceCall) -> EC2Answer {
    let wanted = call.parameters["InstanceIds"]?.texts
    let instances = (wanted ?? namesOfEC2(.instance, call)).compactMap { ec2(.instance, $0, call) }
    var answer = EC2Answer()
    answer.response = [
      "Reservations": .array(
        instances.map { instance in
          [
            "OwnerId": .string(call.account),
            "Instances": [
              EC2Answer.apiNames(instance.removing(["stateReason", "instanceState"])).setting(
                "State", EC2Answer.apiNames(instance["instanceState"] ?? .null))
            ],
          ]
        })
    ]
    return answer
  }
}
