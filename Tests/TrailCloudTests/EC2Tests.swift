import Testing
import TrailRecord

@testable import TrailCloud

/// EC2's calls, facts §12.
@Suite struct EC2Tests {
  let bench = ServiceBench()

  @Test func instancesBeginStopStartAndEnd() throws {
    let run = try bench.record(
      "ec2", "RunInstances",
      #"{"imageId": "ami-029eb80bc237bec6f", "maxCount": "2", "instanceType": "t3.micro", "tagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}]}"#
    )
    let parameters = try #require(run["requestParameters"])
    #expect(
      parameters["instancesSet"]
        == ["items": [["imageId": "ami-029eb80bc237bec6f", "minCount": 2, "maxCount": 2]]])
    #expect(
      parameters.names == [
        "instancesSet", "instanceType", "blockDeviceMapping", "monitoring",
        "disableApiTermination", "disableApiStop", "clientToken", "tagSpecificationSet",
      ])
    #expect(
      parameters["tagSpecificationSet"]
        == [
          "items": [["resourceType": "instance", "tags": [["key": "Name", "value": "web"]]]]
        ])
    let answer = try #require(run["responseElements"])
    #expect(
      answer.names == ["requestId", "reservationId", "ownerId", "groupSet", "instancesSet"])
    #expect(answer["requestId"] == run["requestID"])
    #expect(answer.at("instancesSet.items.1.amiLaunchIndex") == 1)
    #expect(
      answer.at("instancesSet.items.0.instanceState") == ["code": 0, "name": "pending"])
    #expect(answer.at("instancesSet.items.0.tagSet.items.0.value") == "web")
    let id = try #require(answer.at("instancesSet.items.0.instanceId")?.text)
    #expect(EC2Names.isID(id, prefix: "i-"))

    for (operation, current, previous) in [
      ("StopInstances", 64, 16), ("StartInstances", 0, 80), ("TerminateInstances", 32, 16),
      ("TerminateInstances", 48, 48),
    ] {
      let record = try bench.record("ec2", operation, #"{"instanceId": "\#(id)"}"#)
      #expect(
        record["requestParameters"] == ["instancesSet": ["items": [["instanceId": .string(id)]]]])
      let change = record.at("responseElements.instancesSet.items.0")
      #expect(change?.at("currentState.code") == .number(current), "\(operation)")
      #expect(change?.at("previousState.code") == .number(previous), "\(operation)")
    }
    let start = try bench.record("ec2", "StartInstances", #"{"instanceIds": ["\#(id)"]}"#)
    #expect(start["errorCode"] == "Client.IncorrectInstanceState")
  }

  @Test(arguments: [
    (
      "TerminateInstances", #"{"instanceIds": "i-0123456789abcdef0"}"#,
      "Client.InvalidInstanceID.NotFound", "The instance ID 'i-0123456789abcdef0' does not exist"
    ),
    (
      "TerminateInstances", #"{"instanceIds": "i-0123456789abcdef0,i-0123456789abcdef1"}"#,
      "Client.InvalidInstanceID.NotFound",
      "The instance IDs 'i-0123456789abcdef0, i-0123456789abcdef1' do not exist"
    ),
    (
      "StartInstances", #"{"instanceIds": "web"}"#, "Client.InvalidInstanceID.Malformed",
      "Invalid id: \"web\""
    ),
    (
      "DescribeVpcs", #"{"vpcIds": "vpc-0fa94f40db415f317"}"#, "Client.InvalidVpcID.NotFound",
      "The vpc ID 'vpc-0fa94f40db415f317' does not exist"
    ),
    (
      "RunInstances", #"{"imageId": "ami-1", "keyName": "lost"}"#,
      "Client.InvalidKeyPair.NotFound", "The key pair 'lost' does not exist"
    ),
    (
      "RunInstances", "{}", "Client.MissingParameter",
      "The request must contain the parameter ImageId"
    ),
    (
      "AuthorizeSecurityGroupIngress", #"{"groupId": "sg-1a2b3c4d"}"#,
      "Client.InvalidGroup.NotFound", "The security group 'sg-1a2b3c4d' does not exist"
    ),
    (
      "DeleteVolume", #"{"volumeId": "vol-1a2b3c4d"}"#, "Client.InvalidVolume.NotFound",
      "The volume 'vol-1a2b3c4d' does not exist."
    ),
  ])
  func whatIsNotThereIsRefused(
    operation: String, parameters: String, code: String, message: String
  ) throws {
    let record = try bench.record("ec2", operation, parameters)
    #expect(record["errorCode"]?.text == code)
    #expect(record["errorMessage"]?.text == message)
    #expect(record["responseElements"] == .null)
  }

  @Test func groupsAreMadeOpenedAndDeleted() throws {
    let made = try bench.record(
      "ec2", "CreateSecurityGroup", #"{"groupName": "web", "description": "the web"}"#)
    #expect(made["requestParameters"] == ["groupName": "web", "groupDescription": "the web"])
    #expect(made["responseElements"]?.names == ["requestId", "_return", "groupId"])
    let id = try #require(made.at("responseElements.groupId")?.text)
    let opened = try bench.record(
      "ec2", "AuthorizeSecurityGroupIngress",
      #"{"groupId": "\#(id)", "ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "cidrIp": "0.0.0.0/0"}"#
    )
    #expect(opened.at("requestParameters.ipPermissions") == [:])
    #expect(
      opened.at("responseElements.securityGroupRuleSet.items.0")?.removing([
        "securityGroupRuleId"
      ])
        == [
          "groupOwnerId": "123456789012", "groupId": .string(id), "isEgress": false,
          "ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "cidrIpv4": "0.0.0.0/0",
        ])
    let rules = try bench.record(
      "ec2", "AuthorizeSecurityGroupIngress",
      #"{"groupId": "\#(id)", "ipPermissions": [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]}"#
    )
    #expect(
      rules.at("requestParameters.ipPermissions") == [
        "items": [
          [
            "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "groups": [:],
            "ipRanges": ["items": [["cidrIp": "10.0.0.0/8"]]], "ipv6Ranges": [:],
            "prefixListIds": [:],
          ]
        ]
      ])
    let twice = try bench.record(
      "ec2", "CreateSecurityGroup", #"{"groupName": "web", "description": "again"}"#)
    #expect(twice["errorCode"] == "Client.InvalidGroup.Duplicate")
    let deleted = try bench.record("ec2", "DeleteSecurityGroup", #"{"groupId": "\#(id)"}"#)
    #expect(deleted["responseElements"]?.names == ["requestId", "_return"])
  }

  @Test func networksHangTogether() throws {
    let vpc = try bench.record("ec2", "CreateVpc", #"{"cidrBlock": "10.0.0.0/16"}"#)
    #expect(
      vpc["requestParameters"] == [
        "cidrBlock": "10.0.0.0/16", "instanceTenancy": "default",
        "amazonProvidedIpv6CidrBlock": false,
      ])
    let id = try #require(vpc.at("responseElements.vpc.vpcId")?.text)
    let subnet = try bench.record(
      "ec2", "CreateSubnet",
      #"{"vpcId": "\#(id)", "cidrBlock": "10.0.1.0/24", "availabilityZone": "us-east-1b"}"#)
    #expect(subnet.at("responseElements.subnet.availableIpAddressCount") == 251)
    #expect(subnet.at("responseElements.subnet.availabilityZoneId") == "use1-az2")
    let refused = try bench.record("ec2", "DeleteVpc", #"{"vpcId": "\#(id)"}"#)
    #expect(refused["errorCode"] == "Client.DependencyViolation")
    let name = try #require(subnet.at("responseElements.subnet.subnetId")?.text)
    try bench.call("ec2", "DeleteSubnet", #"{"subnetId": "\#(name)"}"#)
    let gone = try bench.record("ec2", "DeleteVpc", #"{"vpcId": "\#(id)"}"#)
    #expect(gone["errorCode"] == nil)
  }

  /// Younger operations are wrapped, and lists of one are their element.
  @Test func wrappedRequestsAreTheQuery() throws {
    let vpc = try bench.record("ec2", "CreateVpc", #"{"cidrBlock": "10.0.0.0/16"}"#)
    let id = try #require(vpc.at("responseElements.vpc.vpcId"))
    let made = try bench.record(
      "ec2", "CreateFlowLogs",
      #"{"resourceIds": "\#(id.text ?? "")", "resourceType": "VPC", "trafficType": "ALL"}"#)
    #expect(
      made.at("requestParameters.CreateFlowLogsRequest")
        == [
          "ResourceId": ["tag": 1, "content": id], "ResourceType": "VPC", "TrafficType": "ALL",
        ])
    let answer = made.at("responseElements.CreateFlowLogsResponse")
    #expect(answer?["xmlns"] == "http://ec2.amazonaws.com/doc/2016-11-15/")
    #expect(answer?["requestId"] == made["requestID"])
    let log = try #require(answer?.at("flowLogIdSet.item")?.text)
    let deleted = try bench.record("ec2", "DeleteFlowLogs", #"{"flowLogIds": "\#(log)"}"#)
    #expect(
      deleted.at("requestParameters.DeleteFlowLogsRequest.FlowLogId.content")?.text == log)
  }

  @Test func readsHaveTheirEmptySetsAndNoAnswer() throws {
    let all = try bench.record("ec2", "DescribeInstances")
    #expect(all["requestParameters"] == ["instancesSet": [:], "filterSet": [:]])
    #expect(all["responseElements"] == .null)
    let filtered = try bench.record(
      "ec2", "DescribeSecurityGroups",
      #"{"filters": [{"Name": "group-name", "Values": ["default"]}], "maxResults": "5"}"#)
    #expect(
      filtered["requestParameters"] == [
        "maxResults": 5, "securityGroupSet": [:], "securityGroupIdSet": [:],
        "filterSet": [
          "items": [["name": "group-name", "valueSet": ["items": [["value": "default"]]]]]
        ],
      ])
    // Every Region has a default VPC with a subnet in each of three zones.
    let subnets = try bench.call("ec2", "DescribeSubnets").response
    #expect(subnets["Subnets"]?.elements?.count == 3)
  }

  @Test func volumesAreAttachedBeforeTheyAreInUse() throws {
    let run = try bench.record("ec2", "RunInstances", #"{"imageId": "ami-0abcdef1234567890"}"#)
    let instance = try #require(run.at("responseElements.instancesSet.items.0.instanceId")?.text)
    let volume = try bench.record(
      "ec2", "CreateVolume", #"{"availabilityZone": "us-east-1a", "size": "80"}"#)
    #expect(volume["requestParameters"] == ["zone": "us-east-1a", "size": "80"])
    let id = try #require(volume.at("responseElements.volumeId")?.text)
    let both = #"{"volumeId": "\#(id)", "instanceId": "\#(instance)", "device": "/dev/sdf"}"#
    #expect(try bench.record("ec2", "AttachVolume", both)["errorCode"] == nil)
    #expect(
      try bench.record("ec2", "AttachVolume", both)["errorCode"] == "Client.VolumeInUse")
    #expect(
      try bench.record("ec2", "DeleteVolume", #"{"volumeId": "\#(id)"}"#)["errorCode"]
        == "Client.VolumeInUse")
    try bench.call("ec2", "DetachVolume", #"{"volumeId": "\#(id)"}"#)
    #expect(
      try bench.record("ec2", "DeleteVolume", #"{"volumeId": "\#(id)"}"#)["errorCode"] == nil)
  }

  @Test func failuresThatAreWantedHaveTheSameParameters() throws {
    let result = try bench.call(
      "ec2", "RunInstances", #"{"imageId": "ami-1", "maxCount": 5}"#,
      error: ("VcpuLimitExceeded", nil))
    let record = try JSONParser.parse(result.records[0].bytes)
    #expect(record["errorCode"] == "Client.VcpuLimitExceeded")
    #expect(
      record.at("requestParameters.instancesSet.items.0")
        == ["imageId": "ami-1", "minCount": 5, "maxCount": 5])
    let lambda = try bench.call(
      "lambda", "CreateFunction",
      #"{"functionName": "f", "role": "r", "code": {"ZipFile": "eA=="}, "environment": {"Variables": {"A": "secret"}}}"#,
      error: ("InvalidParameterValueException", "no"))
    let failed = try JSONParser.parse(lambda.records[0].bytes)
    #expect(failed.at("requestParameters.environment") == [:])
    #expect(failed.at("requestParameters.code") == [:])
  }

  @Test func keyMaterialStaysOutOfRecords() throws {
    let made = try bench.record("ec2", "CreateKeyPair", #"{"keyName": "deploy"}"#)
    #expect(made.at("responseElements.keyMaterial") == "<sensitiveDataRemoved>")
    #expect(
      try bench.record("ec2", "CreateKeyPair", #"{"keyName": "deploy"}"#)["errorCode"]
        == "Client.InvalidKeyPair.Duplicate")
  }
}
