internal import TrailRecord

/// Answers that the general rule cannot find: what the most used operations of many services say (measured on records).
enum SpecialAnswer {
  /// AWS's answer under API names; nil for what the general rule makes of the call.
  static func make(
    for call: ServiceCall, _ identifiers: inout IdentifierSource
  ) -> JSONValue? {
    switch call.operation.service {
    case "secretsmanager": secret(call, &identifiers)
    case "ssm": systems(call, &identifiers)
    case "ecs": containers(call, &identifiers)
    case "elbv2": balancer(call, &identifiers)
    case "dynamodb": table(call, &identifiers)
    case "route53": names(call, &identifiers)
    case "rds": DatabaseAnswers.make(for: call, &identifiers)
    case "cloudwatch":
      call.operation.name == "PutDashboard" ? ["DashboardValidationMessages": []] : nil
    default: nil
    }
  }

  private static func seconds(_ call: ServiceCall, later: Int64 = 0) -> JSONValue {
    .number(Int(call.time / 1000 + later))
  }

  // MARK: Secrets and systems

  private static func secret(
    _ call: ServiceCall, _ identifiers: inout IdentifierSource
  ) -> JSONValue? {
    let arn = JSONValue.string(call.madeARN ?? GeneralAnswer.arn(of: call, &identifiers))
    switch call.operation.name {
    case "CreateSecret", "PutSecretValue", "UpdateSecret":
      return ["ARN": arn]
    case "DeleteSecret":
      let days = call.parameters["RecoveryWindowInDays"]?.integer ?? 30
      let isForced = call.parameters["ForceDeleteWithoutRecovery"]?.boolean == true
      return [
        "ARN": arn, "Name": .string(KeptKind.plain(call.text("SecretId") ?? "")),
        "DeletionDate": seconds(call, later: isForced ? 0 : Int64(days) * 86_400),
      ]
    case "RestoreSecret", "RotateSecret":
      return ["ARN": arn, "Name": .string(KeptKind.plain(call.text("SecretId") ?? ""))]
    default: return nil
    }
  }

  private static func systems(
    _ call: ServiceCall, _ identifiers: inout IdentifierSource
  ) -> JSONValue? {
    switch call.operation.name {
    case "PutParameter":
      return ["Version": 1, "Tier": call.parameters["Tier"] ?? "Standard"]
    case "SendCommand":
      return [
        "Command": compacted([
          "CommandId": .string(identifiers.uuid()),
          "DocumentName": call.parameters["DocumentName"],
          "DocumentVersion": call.parameters["DocumentVersion"] ?? "$DEFAULT",
          "Comment": call.parameters["Comment"] ?? "",
          "ExpiresAfter": RecordTexts.date(call.time + 7_200_000),
          "Parameters": GeneralShapes.hidden,
          "InstanceIds": call.parameters["InstanceIds"] ?? [],
          "Targets": call.parameters["Targets"] ?? [],
          "RequestedDateTime": RecordTexts.date(call.time), "Status": "Pending",
          "StatusDetails": "Pending", "OutputS3Region": .string(call.region),
          "OutputS3BucketName": call.parameters["OutputS3BucketName"] ?? "",
          "OutputS3KeyPrefix": call.parameters["OutputS3KeyPrefix"] ?? "",
          "MaxConcurrency": call.parameters["MaxConcurrency"] ?? "50",
          "MaxErrors": call.parameters["MaxErrors"] ?? "0",
          "TargetCount": .number(call.parameters["InstanceIds"]?.texts.count ?? 0),
          "CompletedCount": 0, "ErrorCount": 0, "DeliveryTimedOutCount": 0,
          "ServiceRole": call.parameters["ServiceRoleArn"] ?? "",
          "NotificationConfig": [
            "NotificationArn": "", "NotificationEvents": [], "NotificationType": "",
          ],
          "TimeoutSeconds": call.parameters["TimeoutSeconds"] ?? 3600,
        ])
      ]
    case "StartSession":
      let user = call.identity.userIdentity["userName"]?.text ?? "session"
      let session = "\(user)-\(identifiers.hex(17))"
      return [
        "SessionId": .string(session), "TokenValue": "Value hidden due to security reasons.",
        "StreamUrl": .string(
          "wss://ssmmessages.\(call.region).amazonaws.com/v1/data-channel/\(session)?role=publish_subscribe"
        ),
      ]
    case "TerminateSession", "ResumeSession":
      return ["SessionId": call.parameters["SessionId"] ?? .null]
    default: return nil
    }
  }

  // MARK: Containers and load balancers

  private static func containers(
    _ call: ServiceCall, _ identifiers: inout IdentifierSource
  ) -> JSONValue? {
    let cluster = KeptKind.plain(call.text("cluster") ?? "default")
    switch call.operation.name {
    case "RegisterTaskDefinition":
      let family = call.text("family") ?? ""
      return [
        "taskDefinition": compacted([
          "taskDefinitionArn": .string(
            GeneralAnswer.arn(of: call, ending: "task-definition/\(family):1")),
          "containerDefinitions": call.parameters["containerDefinitions"],
          "family": .string(family), "revision": 1, "status": "ACTIVE",
          "registeredAt": .string(RecordTexts.date(call.time).text ?? ""),
          "registeredBy": call.identity.arn.map { .string($0) },
        ])
      ]
    case "RunTask":
      let task = identifiers.hex(32)
      return [
        "tasks": [
          compacted([
            "taskArn": .string(GeneralAnswer.arn(of: call, ending: "task/\(cluster)/\(task)")),
            "clusterArn": .string(GeneralAnswer.arn(of: call, ending: "cluster/\(cluster)")),
            "taskDefinitionArn": call.parameters["taskDefinition"],
            "lastStatus": "PROVISIONING", "desiredStatus": "RUNNING",
            "launchType": call.parameters["launchType"] ?? "FARGATE",
          ])
        ],
        "failures": [],
      ]
    default: return nil
    }
  }

  private static func balancer(
    _ call: ServiceCall, _ identifiers: inout IdentifierSource
  ) -> JSONValue? {
    let name = call.text("Name") ?? ""
    switch call.operation.name {
    case "CreateLoadBalancer":
      let type = call.text("Type") ?? "application"
      let short = type == "network" ? "net" : type == "gateway" ? "gwy" : "app"
      let arn = GeneralAnswer.arn(
        of: call, ending: "loadbalancer/\(short)/\(name)/\(identifiers.hex(16))")
      return [
        "LoadBalancers": [
          compacted([
            "LoadBalancerArn": .string(arn),
            "DNSName": .string(
              "\(name)-\(1_000_000_000 + identifiers.next() % 1_000_000_000).\(call.region).elb.amazonaws.com"
            ),
            "CreatedTime": RecordTexts.date(call.time), "LoadBalancerName": .string(name),
            "Scheme": call.parameters["Scheme"] ?? "internet-facing",
            "State": ["Code": "provisioning"], "Type": .string(type),
            "SecurityGroups": call.parameters["SecurityGroups"], "IpAddressType": "ipv4",
          ])
        ]
      ]
    case "CreateTargetGroup":
      let arn = GeneralAnswer.arn(of: call, ending: "targetgroup/\(name)/\(identifiers.hex(16))")
      return [
        "TargetGroups": [
          compacted([
            "TargetGroupArn": .string(arn), "TargetGroupName": .string(name),
            "Protocol": call.parameters["Protocol"], "Port": call.parameters["Port"],
            "VpcId": call.parameters["VpcId"],
            "TargetType": call.parameters["TargetType"] ?? "instance",
          ])
        ]
      ]
    default: return nil
    }
  }

  // MARK: Tables and names

  private static func table(
    _ call: ServiceCall, _ identifiers: inout IdentifierSource
  ) -> JSONValue? {
    guard ["CreateTable", "DeleteTable", "UpdateTable"].contains(call.operation.name) else {
      return nil
    }
    let state =
      call.operation.name == "CreateTable"
      ? "CREATING" : call.operation.name == "DeleteTable" ? "DELETING" : "UPDATING"
    let name = KeptKind.plain(call.text("TableName") ?? "")
    return [
      "TableDescription": compacted([
        "AttributeDefinitions": call.parameters["AttributeDefinitions"],
        "TableName": .string(name), "KeySchema": call.parameters["KeySchema"],
        "TableStatus": .string(state), "CreationDateTime": RecordTexts.date(call.time),
        "ProvisionedThroughput": call.parameters["ProvisionedThroughput"]
          ?? [
            "NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0,
          ],
        "TableSizeBytes": 0, "ItemCount": 0,
        "TableArn": .string(GeneralAnswer.arn(of: call, ending: "table/\(name)")),
        "TableId": .string(identifiers.uuid()),
      ])
    ]
  }

  private static func names(
    _ call: ServiceCall, _ identifiers: inout IdentifierSource
  ) -> JSONValue? {
    guard call.operation.name == "ChangeResourceRecordSets" else { return nil }
    return [
      "ChangeInfo": [
        "Id": .string("/change/" + identifiers.iamID("C", count: 20)), "Status": "PENDING",
        "SubmittedAt": RecordTexts.date(call.time),
      ]
    ]
  }
}
