/// What services keep that have no model of their own; codes are those of the services' models.
///
/// Ours: where no source has a service's words, the texts are plausible ones.
extension KeptKind {
  static let table: [String: [KeptKind]] = Dictionary(grouping: all) { String($0.service) }

  private static let all = databases + queuesAndRules + machines + guards + namesAndImages

  private static let databases = [
    KeptKind(
      kind: "dynamodb/table", arn: "table/{}", members: ["TableName"],
      makers: ["CreateTable": "TableName"], removers: ["DeleteTable"],
      missing: Refusal(
        "ResourceNotFoundException", "Requested resource not found: Table: {} not found"),
      exists: Refusal("ResourceInUseException", "Table already exists: {}")),
    KeptKind(
      kind: "rds/instance", arn: "db:{}", members: ["DBInstanceIdentifier"],
      makers: [
        "CreateDBInstance": "DBInstanceIdentifier",
        "CreateDBInstanceReadReplica": "DBInstanceIdentifier",
        "RestoreDBInstanceFromDBSnapshot": "DBInstanceIdentifier",
        "RestoreDBInstanceFromS3": "DBInstanceIdentifier",
      ],
      removers: ["DeleteDBInstance"],
      missing: Refusal("DBInstanceNotFound", "DBInstance {} not found."),
      exists: Refusal("DBInstanceAlreadyExists", "DB instance already exists")),
    KeptKind(
      kind: "rds/cluster", arn: "cluster:{}", members: ["DBClusterIdentifier"],
      makers: [
        "CreateDBCluster": "DBClusterIdentifier",
        "RestoreDBClusterFromSnapshot": "DBClusterIdentifier",
      ],
      removers: ["DeleteDBCluster"],
      missing: Refusal("DBClusterNotFoundFault", "DBCluster {} not found."),
      exists: Refusal("DBClusterAlreadyExistsFault", "DB Cluster already exists")),
    KeptKind(
      kind: "rds/snapshot", arn: "snapshot:{}", members: ["DBSnapshotIdentifier"],
      makers: ["CreateDBSnapshot": "DBSnapshotIdentifier"], removers: ["DeleteDBSnapshot"],
      missing: Refusal("DBSnapshotNotFound", "DBSnapshot {} not found."),
      exists: Refusal(
        "DBSnapshotAlreadyExists",
        "Cannot create the snapshot because a snapshot with the identifier {} already exists.")),
    KeptKind(
      kind: "redshift/cluster", arn: "cluster:{}", members: ["ClusterIdentifier"],
      makers: ["CreateCluster": "ClusterIdentifier"], removers: ["DeleteCluster"],
      missing: Refusal("ClusterNotFound", "Cluster {} not found."),
      exists: Refusal("ClusterAlreadyExists", "Cluster already exists")),
    KeptKind(
      kind: "elasticache/cluster", arn: "cluster:{}", members: ["CacheClusterId"],
      makers: ["CreateCacheCluster": "CacheClusterId"], removers: ["DeleteCacheCluster"],
      missing: Refusal("CacheClusterNotFound", "CacheCluster not found: {}"),
      exists: Refusal("CacheClusterAlreadyExists", "Cache cluster already exists")),
    KeptKind(
      kind: "efs/filesystem", arn: "file-system/{}", members: ["FileSystemId"],
      makers: ["CreateFileSystem": ""], removers: ["DeleteFileSystem"],
      naming: .made(prefix: "fs-", digits: 17),
      missing: Refusal("FileSystemNotFound", "File system '{}' does not exist."),
      idMember: "FileSystemId"),
  ]

  private static let queuesAndRules = [
    KeptKind(
      kind: "kinesis/stream", arn: "stream/{}", members: ["StreamName", "StreamARN"],
      makers: ["CreateStream": "StreamName"], removers: ["DeleteStream"],
      missing: Refusal(
        "ResourceNotFoundException", "Stream {} under account {account} not found."),
      exists: Refusal(
        "ResourceInUseException", "Stream {} under account {account} already exists.")),
    KeptKind(
      kind: "firehose/stream", arn: "deliverystream/{}", members: ["DeliveryStreamName"],
      makers: ["CreateDeliveryStream": "DeliveryStreamName"], removers: ["DeleteDeliveryStream"],
      missing: Refusal(
        "ResourceNotFoundException", "Firehose {} under account {account} not found."),
      exists: Refusal(
        "ResourceInUseException", "Firehose {} under account {account} already exists.")),
    KeptKind(
      kind: "stepfunctions/machine", arn: "stateMachine:{}", members: ["stateMachineArn"],
      makers: ["CreateStateMachine": "name"], removers: ["DeleteStateMachine"],
      tolerant: ["DeleteStateMachine"],
      missing: Refusal("StateMachineDoesNotExist", "State Machine Does Not Exist: '{}'")),
    KeptKind(
      kind: "cloudformation/stack", arn: "stack/{}/{uuid}", members: ["StackName"],
      makers: ["CreateStack": "StackName"], removers: ["DeleteStack"],
      users: ["UpdateStack", "DescribeStacks", "DescribeStackEvents", "GetTemplate"],
      tolerant: ["DeleteStack"],
      missing: Refusal("ValidationError", "Stack [{}] does not exist"),
      exists: Refusal("AlreadyExistsException", "Stack [{}] already exists")),
  ]

  private static let machines = [
    KeptKind(
      kind: "autoscaling/group", arn: "autoScalingGroup:{uuid}:autoScalingGroupName/{}",
      members: ["AutoScalingGroupName"],
      makers: ["CreateAutoScalingGroup": "AutoScalingGroupName"],
      removers: ["DeleteAutoScalingGroup"],
      missing: Refusal(
        "ValidationError",
        "AutoScalingGroup name not found - AutoScalingGroup '{}' not found"),
      exists: Refusal(
        "AlreadyExists",
        "AutoScalingGroup by this name already exists - A group with the name {} already exists")),
    KeptKind(
      kind: "autoscaling/configuration", arn: "launchConfiguration:{}",
      members: ["LaunchConfigurationName"],
      makers: ["CreateLaunchConfiguration": "LaunchConfigurationName"],
      removers: ["DeleteLaunchConfiguration"],
      missing: Refusal(
        "ValidationError",
        "Launch configuration name not found - Launch configuration {} not found"),
      exists: Refusal(
        "AlreadyExists",
        "Launch Configuration by this name already exists - A launch configuration already exists with the name {}"
      )),
    KeptKind(
      kind: "ecs/cluster", arn: "cluster/{}", members: ["cluster"],
      makers: ["CreateCluster": "clusterName"], removers: ["DeleteCluster"],
      missing: Refusal("ClusterNotFoundException", "Cluster not found.")),
    KeptKind(
      kind: "ecs/service", arn: "service/{}", members: ["service"],
      makers: ["CreateService": "serviceName"], removers: ["DeleteService"],
      users: ["UpdateService"],
      missing: Refusal("ServiceNotFoundException", "Service not found."),
      exists: Refusal(
        "InvalidParameterException", "Creation of service was not idempotent.")),
    KeptKind(
      kind: "eks/cluster", arn: "cluster/{}", members: ["clusterName", "name"],
      makers: ["CreateCluster": "name"], removers: ["DeleteCluster"],
      users: [
        "DescribeCluster", "UpdateClusterConfig", "UpdateClusterVersion", "CreateNodegroup",
        "DeleteNodegroup", "CreateAccessEntry", "AssociateAccessPolicy", "ListNodegroups",
        "CreateAddon", "CreateFargateProfile", "DescribeAccessEntry", "DeleteAccessEntry",
      ],
      missing: Refusal("ResourceNotFoundException", "No cluster found for name: {}."),
      exists: Refusal("ResourceInUseException", "Cluster already exists with name: {}")),
  ]

  private static let guards = [
    KeptKind(
      kind: "secretsmanager/secret", arn: "secret:{}-{six}", members: ["SecretId"],
      makers: ["CreateSecret": "Name"], removers: ["DeleteSecret"],
      restorers: ["RestoreSecret"],
      missing: Refusal(
        "ResourceNotFoundException", "Secrets Manager can't find the specified secret."),
      exists: Refusal(
        "ResourceExistsException",
        "The operation failed because the secret {} already exists."),
      removed: Refusal(
        "InvalidRequestException",
        "You can't perform this operation on the secret because it was marked for deletion.")),
    KeptKind(
      kind: "ssm/parameter", arn: "parameter/{}", members: ["Name"],
      makers: ["PutParameter": "Name"], removers: ["DeleteParameter"],
      users: ["GetParameter", "GetParameterHistory", "LabelParameterVersion"],
      missing: Refusal("ParameterNotFound", "Parameter {} not found."),
      exists: Refusal(
        "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true."
      )),
    KeptKind(
      kind: "guardduty/detector", arn: "detector/{}", members: ["DetectorId"],
      makers: ["CreateDetector": ""], removers: ["DeleteDetector"],
      naming: .made(prefix: "", digits: 32),
      missing: Refusal(
        "BadRequestException",
        "The request is rejected because the input detectorId is not owned by the current account."
      ),
      exists: Refusal(
        "BadRequestException",
        "The request is rejected because a detector already exists for the current account."),
      isSingle: true, idMember: "DetectorId"),
    KeptKind(
      kind: "config/recorder", arn: "configuration-recorder/{}",
      members: ["ConfigurationRecorderName"],
      makers: ["PutConfigurationRecorder": "ConfigurationRecorder.name"],
      removers: ["DeleteConfigurationRecorder"],
      missing: Refusal(
        "NoSuchConfigurationRecorderException",
        "Cannot find configuration recorder with the specified name '{}'.")),
    KeptKind(
      kind: "config/channel", arn: "delivery-channel/{}", members: ["DeliveryChannelName"],
      makers: ["PutDeliveryChannel": "DeliveryChannel.name"],
      removers: ["DeleteDeliveryChannel"],
      missing: Refusal(
        "NoSuchDeliveryChannelException",
        "Cannot find delivery channel with specified name '{}'.")),
    KeptKind(
      kind: "config/rule", arn: "config-rule/{}", members: ["ConfigRuleName"],
      makers: ["PutConfigRule": "ConfigRule.ConfigRuleName"], removers: ["DeleteConfigRule"],
      missing: Refusal(
        "NoSuchConfigRuleException",
        "The ConfigRule '{}' provided in the request is invalid. Please check the configRule name."
      )),
  ]

  private static let namesAndImages = [
    KeptKind(
      kind: "ecr/repository", arn: "repository/{}", members: ["repositoryName"],
      makers: ["CreateRepository": "repositoryName"], removers: ["DeleteRepository"],
      missing: Refusal(
        "RepositoryNotFoundException",
        "The repository with name '{}' does not exist in the registry with id '{account}'"),
      exists: Refusal(
        "RepositoryAlreadyExistsException",
        "The repository with name '{}' already exists in the registry with id '{account}'")),
    KeptKind(
      kind: "route53/zone", arn: "hostedzone/{}", members: ["HostedZoneId", "Id"],
      makers: ["CreateHostedZone": ""], removers: ["DeleteHostedZone"],
      users: [
        "ChangeResourceRecordSets", "GetHostedZone", "ListResourceRecordSets",
        "AssociateVPCWithHostedZone", "DisassociateVPCFromHostedZone",
        "UpdateHostedZoneComment",
      ],
      naming: .made(prefix: "Z", digits: 20, isUpper: true),
      missing: Refusal("NoSuchHostedZone", "No hosted zone found with ID: {}"),
      idMember: "HostedZone.Id"),
  ]
}
