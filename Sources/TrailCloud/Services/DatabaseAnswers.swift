internal import TrailRecord

/// What RDS answers about instances, snapshots and subnet groups, as records have it (key by key on real records).
enum DatabaseAnswers {
  /// Nil for what the general rule makes of the call.
  static func make(for call: ServiceCall, _ identifiers: inout IdentifierSource) -> JSONValue? {
    let name = call.operation.name
    if let state = instanceStates[name] {
      return ["DBInstance": instance(call, state: state, &identifiers)]
    }
    switch name {
    case "CreateDBSnapshot", "DeleteDBSnapshot", "CopyDBSnapshot":
      return ["DBSnapshot": snapshot(call, isGone: name == "DeleteDBSnapshot", &identifiers)]
    case "ModifyDBSnapshotAttribute":
      return [
        "DBSnapshotAttributesResult": [
          "DBSnapshotIdentifier": text(call, "DBSnapshotIdentifier"),
          "DBSnapshotAttributes": [
            [
              "AttributeName": call.parameters["AttributeName"] ?? "restore",
              "AttributeValues": call.parameters["ValuesToAdd"] ?? [],
            ]
          ],
        ]
      ]
    case "CreateDBSubnetGroup", "ModifyDBSubnetGroup":
      return ["DBSubnetGroup": subnetGroup(call)]
    default: return nil
    }
  }

  private static let instanceStates = [
    "CreateDBInstance": "creating", "CreateDBInstanceReadReplica": "creating",
    "RestoreDBInstanceFromDBSnapshot": "creating", "RestoreDBInstanceFromS3": "creating",
    "RestoreDBInstanceToPointInTime": "creating", "DeleteDBInstance": "deleting",
    "ModifyDBInstance": "available", "RebootDBInstance": "rebooting",
    "StartDBInstance": "starting", "StopDBInstance": "stopping", "PromoteReadReplica": "modifying",
  ]

  private static let ports = [
    "mysql": 3306, "mariadb": 3306, "postgres": 5432, "oracle-ee": 1521, "sqlserver-ex": 1433,
    "aurora-mysql": 3306, "aurora-postgresql": 5432,
  ]

  private static let licenses = [
    "mysql": "general-public-license", "mariadb": "general-public-license",
    "postgres": "postgresql-license",
  ]

  private static let versions = ["mysql": "8.0.42", "mariadb": "11.4.8", "postgres": "17.6"]

  /// What was sent, or what the thing was made with.
  private static func value(_ call: ServiceCall, _ name: String) -> JSONValue? {
    call.parameters[name] ?? call.kept?[name]
  }

  private static func text(_ call: ServiceCall, _ name: String) -> JSONValue {
    .string(KeptKind.plain(value(call, name)?.text ?? ""))
  }

  private static func flag(_ call: ServiceCall, _ name: String, _ usual: Bool = false) -> JSONValue
  {
    .bool(value(call, name)?.boolean ?? usual)
  }

  private static func number(_ call: ServiceCall, _ name: String, _ usual: Int) -> JSONValue {
    .number(value(call, name)?.integer ?? usual)
  }

  private static func tags(_ call: ServiceCall) -> JSONValue {
    .array(
      (value(call, "Tags")?.elements ?? []).map { tag in
        ["Key": tag.member("Key") ?? "", "Value": tag.member("Value") ?? ""]
      })
  }

  private static func instance(
    _ call: ServiceCall, state: String, _ identifiers: inout IdentifierSource
  ) -> JSONValue {
    let name = text(call, "DBInstanceIdentifier").text ?? ""
    let engine = value(call, "Engine")?.text ?? "mysql"
    let isNew = state == "creating"
    let arn = call.madeARN ?? GeneralAnswer.arn(of: call, ending: "db:\(name)")
    let host = "\(name).c\(Self.part(of: arn)).\(call.region).rds.amazonaws.com"
    let version = value(call, "EngineVersion")?.text ?? versions[engine] ?? "1.0"
    let major = version.split(separator: ".").prefix(engine == "postgres" ? 1 : 2)
    let hasPassword = call.parameters["MasterUserPassword"] != nil
    return compacted([
      "DBInstanceIdentifier": .string(name),
      "DBInstanceClass": value(call, "DBInstanceClass") ?? "db.t3.micro",
      "Engine": .string(engine), "DBInstanceStatus": .string(state),
      "MasterUsername": value(call, "MasterUsername") ?? "admin",
      "DBName": value(call, "DBName"),
      "Endpoint": isNew
        ? nil
        : [
          "Address": .string(host), "Port": number(call, "Port", ports[engine] ?? 3306),
          "HostedZoneId": "Z2R2ITUGPM61AM",
        ],
      "AllocatedStorage": number(call, "AllocatedStorage", 20),
      "InstanceCreateTime": isNew ? nil : call.kept?["MadeAt"],
      "PreferredBackupWindow": value(call, "PreferredBackupWindow") ?? "04:41-05:11",
      "BackupRetentionPeriod": number(call, "BackupRetentionPeriod", 1), "DBSecurityGroups": [],
      "VpcSecurityGroups": .array(
        (value(call, "VpcSecurityGroupIds")?.texts ?? []).map {
          ["VpcSecurityGroupId": .string($0), "Status": "active"]
        }),
      "DBParameterGroups": [
        [
          "DBParameterGroupName": value(call, "DBParameterGroupName")
            ?? .string("default.\(engine)\(major.joined(separator: "."))"),
          "ParameterApplyStatus": "in-sync",
        ]
      ],
      "AvailabilityZone": value(call, "AvailabilityZone")
        ?? (isNew ? nil : .string("\(call.region)a")),
      "DBSubnetGroup": [
        "DBSubnetGroupName": value(call, "DBSubnetGroupName") ?? "default",
        "DBSubnetGroupDescription": value(call, "DBSubnetGroupName") ?? "default",
        "SubnetGroupStatus": "Complete",
      ],
      "PreferredMaintenanceWindow": value(call, "PreferredMaintenanceWindow")
        ?? "tue:03:39-tue:04:09",
      "PendingModifiedValues": hasPassword ? ["MasterUserPassword": GeneralShapes.hidden] : [:],
      "MultiAZ": flag(call, "MultiAZ"), "EngineVersion": .string(version),
      "AutoMinorVersionUpgrade": flag(call, "AutoMinorVersionUpgrade", true),
      "ReadReplicaDBInstanceIdentifiers": [],
      "LicenseModel": value(call, "LicenseModel")
        ?? .string(licenses[engine] ?? "license-included"), "StorageThroughput": 0,
      "OptionGroupMemberships": [
        [
          "OptionGroupName": .string("default:\(engine)-\(major.joined(separator: "-"))"),
          "Status": "in-sync",
        ]
      ],
      "PubliclyAccessible": flag(call, "PubliclyAccessible"),
      "StorageType": value(call, "StorageType") ?? "gp2", "DbInstancePort": 0,
      "StorageEncrypted": flag(call, "StorageEncrypted"), "KmsKeyId": value(call, "KmsKeyId"),
      "DbiResourceId": call.kept?["DbiResourceId"]
        ?? .string("db-" + identifiers.iamID("", count: 26)),
      "CACertificateIdentifier": value(call, "CACertificateIdentifier") ?? "rds-ca-rsa2048-g1",
      "DomainMemberships": [], "CopyTagsToSnapshot": flag(call, "CopyTagsToSnapshot"),
      "MonitoringInterval": number(call, "MonitoringInterval", 0), "DBInstanceArn": .string(arn),
      "IAMDatabaseAuthenticationEnabled": flag(call, "EnableIAMDatabaseAuthentication"),
      "PerformanceInsightsEnabled": flag(call, "EnablePerformanceInsights"),
      "DeletionProtection": flag(call, "DeletionProtection"), "AssociatedRoles": [],
      "HttpEndpointEnabled": false, "TagList": tags(call), "CustomerOwnedIpEnabled": false,
      "NetworkType": value(call, "NetworkType") ?? "IPV4", "BackupTarget": "region",
      "CertificateDetails": isNew
        ? ["CAIdentifier": value(call, "CACertificateIdentifier") ?? "rds-ca-rsa2048-g1"] : nil,
      "DedicatedLogVolume": flag(call, "DedicatedLogVolume"),
    ])
  }

  /// Letters that an endpoint has for its account and Region.
  private static func part(of arn: String) -> String {
    var source = IdentifierSource.branch(
      seed: 0, name: arn.split(separator: ":").prefix(5).joined(separator: ":"))
    return source.hex(11)
  }

  private static func snapshot(
    _ call: ServiceCall, isGone: Bool, _ identifiers: inout IdentifierSource
  ) -> JSONValue {
    let name =
      (call.parameters["TargetDBSnapshotIdentifier"] ?? value(call, "DBSnapshotIdentifier"))?.text
      ?? ""
    return compacted([
      "AllocatedStorage": 20, "DBSnapshotIdentifier": .string(KeptKind.plain(name)),
      "Port": 3306, "AvailabilityZone": .string("\(call.region)a"),
      "DBSnapshotArn": .string(
        call.madeARN ?? GeneralAnswer.arn(of: call, ending: "snapshot:\(KeptKind.plain(name))")),
      "ProcessorFeatures": [], "Encrypted": false, "PercentProgress": isGone ? 100 : 0,
      "OptionGroupName": "default:mysql-8-0", "TagList": tags(call),
      "DBInstanceIdentifier": value(call, "DBInstanceIdentifier"),
      "DbiResourceId": .string("db-" + identifiers.iamID("", count: 26)), "StorageType": "gp2",
      "IAMDatabaseAuthenticationEnabled": false, "StorageThroughput": 0,
      "SnapshotCreateTime": isGone ? call.kept?["MadeAt"] : nil, "DedicatedLogVolume": false,
      "Status": isGone ? "deleted" : "creating", "MasterUsername": "admin", "Engine": "mysql",
      "SnapshotType": "manual", "EngineVersion": .string(versions["mysql"] ?? ""),
      "LicenseModel": "general-public-license", "SnapshotTarget": "region",
    ])
  }

  private static func subnetGroup(_ call: ServiceCall) -> JSONValue {
    let name = text(call, "DBSubnetGroupName").text ?? ""
    return compacted([
      "DBSubnetGroupName": .string(name),
      "DBSubnetGroupDescription": value(call, "DBSubnetGroupDescription"),
      "SubnetGroupStatus": "Complete",
      "Subnets": .array(
        (call.parameters["SubnetIds"]?.texts ?? []).map { subnet in
          [
            "SubnetIdentifier": .string(subnet),
            "SubnetAvailabilityZone": ["Name": .string("\(call.region)a")], "SubnetOutpost": [:],
            "SubnetStatus": "Active",
          ]
        }),
      "DBSubnetGroupArn": .string(GeneralAnswer.arn(of: call, ending: "subgrp:\(name)")),
      "SupportedNetworkTypes": ["IPV4"],
    ])
  }
}
