internal import TrailRecord

/// The resources that LookupEvents finds in a record: those that it names, and those that its parameters and
/// response name.
///
/// AWS does not publish how it fills `Resources`. Ours: the record's `resources`, then well-known members.
enum LookupResources {
  static func find(in record: JSONValue) -> [LookupEntry.Resource] {
    var found: [LookupEntry.Resource] = []
    func add(_ type: String?, _ name: String) {
      let resource = LookupEntry.Resource(type: type, name: name)
      if !name.isEmpty, !found.contains(resource) { found.append(resource) }
    }
    for resource in record["resources"]?.elements ?? [] {
      guard let arn = resource["ARN"]?.text ?? resource["ARNPrefix"]?.text else { continue }
      let type = resource["type"]?.text
      add(type, type == "AWS::S3::Bucket" ? String(arn.split(separator: ":").last ?? "") : arn)
    }
    let source = record["eventSource"]?.text ?? ""
    let service = source.split(separator: ".").first.map(String.init) ?? ""
    for part in ["requestParameters", "responseElements"] {
      if let value = record[part] { walk(value, service: service, depth: 0, add) }
    }
    return found
  }

  /// Deeper than this nothing names what a call is about.
  private static let maximumDepth = 6

  private static func walk(
    _ value: JSONValue, service: String, depth: Int, _ add: (String?, String) -> Void
  ) {
    guard depth < maximumDepth else { return }
    switch value {
    case .object(let members):
      for member in members {
        let name = String(decoding: member.name, as: UTF8.self)
        guard let type = type(of: name, service: service) else {
          walk(member.value, service: service, depth: depth + 1, add)
          continue
        }
        switch member.value {
        case .string: add(type, member.value.text ?? "")
        case .array(let elements):
          for element in elements { if let text = element.text { add(type, text) } }
        default: walk(member.value, service: service, depth: depth + 1, add)
        }
      }
    case .array(let elements):
      for element in elements { walk(element, service: service, depth: depth + 1, add) }
    default: break
    }
  }

  private static func type(of member: String, service: String) -> String? {
    anywhere[member] ?? byService[service]?[member]
  }

  /// Members that mean the same at every service.
  private static let anywhere: [String: String] = [
    "bucketName": "AWS::S3::Bucket", "s3BucketName": "AWS::S3::Bucket",
    "instanceId": "AWS::EC2::Instance", "imageId": "AWS::EC2::Ami", "vpcId": "AWS::EC2::VPC",
    "subnetId": "AWS::EC2::Subnet", "volumeId": "AWS::EC2::Volume",
    "snapshotId": "AWS::EC2::Snapshot", "networkInterfaceId": "AWS::EC2::NetworkInterface",
    "allocationId": "AWS::EC2::EIP", "internetGatewayId": "AWS::EC2::InternetGateway",
    "routeTableId": "AWS::EC2::RouteTable", "networkAclId": "AWS::EC2::NetworkAcl",
    "accessKeyId": "AWS::IAM::AccessKey", "roleArn": "AWS::IAM::Role",
    "functionName": "AWS::Lambda::Function", "functionArn": "AWS::Lambda::Function",
    "topicArn": "AWS::SNS::Topic", "trailARN": "AWS::CloudTrail::Trail",
    "tableName": "AWS::DynamoDB::Table", "stackName": "AWS::CloudFormation::Stack",
    "stackId": "AWS::CloudFormation::Stack",
    "dBInstanceIdentifier": "AWS::RDS::DBInstance", "dBClusterIdentifier": "AWS::RDS::DBCluster",
    "dBSnapshotIdentifier": "AWS::RDS::DBSnapshot",
    "loadBalancerName":
      "AWS::ElasticLoadBalancing::LoadBalancer",
    "loadBalancerArn":
      "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "autoScalingGroupName": "AWS::AutoScaling::AutoScalingGroup",
  ]

  /// Members that mean something at one service.
  private static let byService: [String: [String: String]] = [
    "cloudtrail": ["name": "AWS::CloudTrail::Trail", "trailName": "AWS::CloudTrail::Trail"],
    "ec2": [
      "groupId": "AWS::EC2::SecurityGroup", "keyName": "AWS::EC2::KeyPair",
      "groupName": "AWS::EC2::SecurityGroup",
    ],
    "iam": [
      "userName": "AWS::IAM::User", "roleName": "AWS::IAM::Role", "groupName": "AWS::IAM::Group",
      "policyArn": "AWS::IAM::Policy", "policyName": "AWS::IAM::Policy",
      "instanceProfileName": "AWS::IAM::InstanceProfile", "serialNumber": "AWS::IAM::MfaDevice",
    ],
    "sts": [
      "roleSessionName": "AWS::STS::AssumedRole", "assumedRoleId": "AWS::STS::AssumedRole",
      "arn": "AWS::STS::AssumedRole",
    ],
    "kms": ["keyId": "AWS::KMS::Key", "aliasName": "AWS::KMS::Alias"],
    "logs": ["logGroupName": "AWS::Logs::LogGroup"],
    "monitoring": ["alarmName": "AWS::CloudWatch::Alarm"],
    "secretsmanager": ["secretId": "AWS::SecretsManager::Secret"],
    "ssm": ["documentName": "AWS::SSM::Document"],
    "sqs": ["queueUrl": "AWS::SQS::Queue", "queueName": "AWS::SQS::Queue"],
    "events": ["ruleName": "AWS::Events::Rule"],
    "ecs": ["cluster": "AWS::ECS::Cluster", "taskDefinition": "AWS::ECS::TaskDefinition"],
  ]
}
