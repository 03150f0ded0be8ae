/// What the call was about: `bucket`, `target`, `trail`.
enum TargetRules {
  static let bucketInputs: [ComputedRule.Input] = [
    .init("requestParameters.bucketName"), .init("resources.ARN", picksBucketARN: true),
  ]

  static func bucket(_ values: ComputedRule.Values) -> [UInt8]? {
    if let name = values[0]?.nonEmpty { return name.bytes }
    return values[1].flatMap(bucketName)?.bytes
  }

  /// `data` of `arn:aws:s3:::data/key`; nil for what is no bucket's or object's ARN.
  static func bucketName(_ arn: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    guard isWritten("arn:", in: arn, at: 0) else { return nil }
    var index = 4
    while index < arn.count, arn[index] != UInt8(ascii: ":") { index += 1 }
    guard isWritten(":s3:::", in: arn, at: index) else { return nil }
    let start = index + 6
    var end = start
    while end < arn.count, arn[end] != UInt8(ascii: "/") { end += 1 }
    return end == start ? nil : UnsafeBufferPointer(rebasing: arn[start..<end])
  }

  /// Asked of every resource that there is: nothing is made for it.
  @inline(__always)
  private static func isWritten(
    _ text: StaticString, in bytes: UnsafeBufferPointer<UInt8>, at offset: Int
  ) -> Bool {
    guard offset + text.utf8CodeUnitCount <= bytes.count else { return false }
    for index in 0..<text.utf8CodeUnitCount where bytes[offset + index] != text.utf8Start[index] {
      return false
    }
    return true
  }

  /// The parameters that name the thing acted on, the most telling first.
  static let targetInputs: [ComputedRule.Input] = [
    "userName", "roleName", "groupName", "policyName", "policyArn", "instanceProfileName",
    "bucketName", "functionName", "keyId", "secretId", "instanceId",
    "instancesSet.items.instanceId", "groupId", "dBInstanceIdentifier", "dBClusterIdentifier",
    "tableName", "clusterName", "topicArn", "queueUrl", "queueName", "stackName", "trailName",
    "name", "resourceArn", "resourceARN", "resourceId", "volumeId", "snapshotId", "imageId",
    "vpcId", "subnetId", "networkInterfaceId", "logGroupName", "hostedZoneId", "detectorId",
    "ruleName", "alarmName", "repositoryName", "roleArn", "loadBalancerArn", "fileSystemId",
    "domainName", "distributionId", "serialNumber", "accountId",
    "instanceIds", "target", "dBSnapshotIdentifier", "dBClusterSnapshotIdentifier",
    "clusterIdentifier",
    "keyName", "routeTableId", "networkAclId", "internetGatewayId", "natGatewayId",
    "DeleteNatGatewayRequest.NatGatewayId", "flowLogId", "DeleteFlowLogsRequest.FlowLogId.content",
    "allocationId", "resourcesSet.items.resourceId", "dBSubnetGroupName",
    "dBParameterGroupName", "parameterGroupName", "documentName", "aliasName", "streamName",
    "autoScalingGroupName", "apiId", "modelId", "trustAnchorId", "profileId", "principalArn",
    "sessionId",
  ].map { .init("requestParameters.\($0)") }

  static func target(_ values: ComputedRule.Values) -> [UInt8]? {
    values.lazy.compactMap { $0?.nonEmpty }.first?.bytes
  }

  static let trailInputs: [ComputedRule.Input] = [
    .init("eventSource"), .init("requestParameters.name"), .init("requestParameters.trailName"),
    .init("requestParameters.trailARN"), .init("requestParameters.resourceId"),
    .init("requestParameters.resourceIdList"), .init("requestParameters.trailNameList"),
  ]

  /// The trail's name, where a CloudTrail call names one.
  static func trail(_ values: ComputedRule.Values) -> [UInt8]? {
    guard let source = values[0], source.starts(with: "cloudtrail.") else { return nil }
    guard let named = values.dropFirst().lazy.compactMap({ $0?.nonEmpty }).first else { return nil }
    return (ARNBytes.lastName(named) ?? named).bytes
  }
}
