/// What real records say of operations: their `readOnly`, by event source and name.
///
/// A line is a source, `R` or `W`, and names; an indented line goes on with the one before.
enum MeasuredClasses {
  static let text = """
    account R GetRegionOptStatus
    acm-pca R GetCertificate
    agreement-marketplace R SearchAgreements
    agreement-marketplace W AcceptAgreementRequest
    aoss R ListAccessPolicies ListCollections
    apigateway R GetResource
    apigateway W CreateApi CreateIntegration CreateRoute CreateStage
    application-insights R ListApplications
    appsync R GetIntrospectionSchema
    appsync W CreateApiKey UpdateResolver
    autoscaling R DescribeAutoScalingGroups
    autoscaling W CreateAutoScalingGroup
    bedrock R GetFoundationModelAvailability GetKnowledgeBase InvokeModel ListAgents
      ListCustomModels ListFoundationModelAgreementOffers ListGuardrails
      ListInferenceProfiles ListKnowledgeBases ListModelInvocationJobs
    bedrock W CreateFoundationModelAgreement DeleteGuardrail
      DeleteModelInvocationLoggingConfiguration PutFoundationModelEntitlement
      PutUseCaseForModelAccess UpdateGuardrail
    billingconsole R GetAlternateContact GetBillsForBillingPeriod GetContactInformation
      GetTotalAmountForForecast
    ce R GetCostAndUsage GetCostForecast
    cloudformation R ListTypes
    cloudfront W CreateFunction2020_05_31 PublishFunction2020_05_31
    cloudshell W CreateSession
    cloudtrail R DescribeTrails GetEventSelectors GetInsightSelectors GetTrailStatus
      ListTags LookupEvents
    cloudtrail W CreateTrail DeleteTrail PutEventSelectors PutInsightSelectors StartLogging
      StopLogging UpdateTrail
    codebuild W UpdateProjectVisibility
    compute-optimizer R GetEnrollmentStatus
    config R DescribeConfigRules DescribeConfigurationRecorderStatus
      DescribeConfigurationRecorders DescribePendingAggregationRequests
    config W DeleteConfigRule DeleteConfigurationRecorder DeleteDeliveryChannel
      StopConfigurationRecorder
    devops-guru R GetResourceCollection SearchInsights
    ec2 R DescribeAccountAttributes DescribeAddressTransfers DescribeAddresses
      DescribeAddressesAttribute DescribeAvailabilityZones DescribeBundleTasks
      DescribeCarrierGateways DescribeClassicLinkInstances DescribeClientVpnRoutes
      DescribeCustomerGateways DescribeDhcpOptions DescribeEgressOnlyInternetGateways
      DescribeFlowLogs DescribeHosts DescribeImages DescribeInstanceAttribute
      DescribeInstanceCreditSpecifications DescribeInstanceStatus DescribeInstanceTypes
      DescribeInstances DescribeInternetGateways DescribeKeyPairs DescribeLaunchTemplates
      DescribeNatGateways DescribeNetworkAcls DescribeNetworkInterfaces
      DescribePlacementGroups DescribeRegions DescribeRouteTables DescribeSecurityGroups
      DescribeSnapshotAttribute DescribeSnapshotTierStatus DescribeSnapshots DescribeSubnets
      DescribeTags DescribeTrafficMirrorTargets DescribeTransitGatewayMulticastDomains
      DescribeVolumeStatus DescribeVolumes DescribeVolumesModifications DescribeVpcAttribute
      DescribeVpcClassicLink DescribeVpcClassicLinkDnsSupport
      DescribeVpcEndpointConnectionNotifications DescribeVpcEndpointServiceConfigurations
      DescribeVpcEndpoints DescribeVpcPeeringConnections DescribeVpcs DescribeVpnConnections
      DescribeVpnGateways GetConsoleScreenshot GetEbsDefaultKmsKeyId
      GetEbsEncryptionByDefault GetLaunchTemplateData GetPasswordData
      GetTransitGatewayRouteTableAssociations
    ec2 W AllocateAddress AssociateRouteTable AttachInternetGateway AttachVolume
      AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateDefaultVpc
      CreateFlowLogs CreateImage CreateInstanceExportTask CreateInternetGateway
      CreateKeyPair CreateLaunchTemplate CreateNatGateway CreateNetworkAclEntry
      CreateNetworkInterface CreateRoute CreateRouteTable CreateSecurityGroup CreateSnapshot
      CreateSubnet CreateTags CreateTrafficMirrorFilter CreateTrafficMirrorFilterRule
      CreateTrafficMirrorSession CreateTrafficMirrorTarget CreateVolume CreateVpc
      DeleteFlowLogs DeleteInternetGateway DeleteNatGateway DeleteNetworkAcl
      DeleteNetworkAclEntry DeleteNetworkInterface DeleteRoute DeleteRouteTable
      DeleteSecurityGroup DeleteSnapshot DeleteSubnet DeleteTrafficMirrorTarget DeleteVolume
      DeleteVpc DeregisterImage DetachInternetGateway DetachNetworkInterface
      DisassociateRouteTable EnableSerialConsoleAccess ModifyImageAttribute
      ModifyInstanceAttribute ModifySnapshotAttribute ModifyTrafficMirrorSession
      RegisterImage ReleaseAddress ReplaceIamInstanceProfileAssociation
      RevokeSecurityGroupEgress RevokeSecurityGroupIngress RunInstances
      SharedSnapshotVolumeCreated StartInstances StopInstances TerminateInstances
    ec2-instance-connect W SendSSHPublicKey SendSerialConsoleSSHPublicKey
    ecr R DescribeRepositories GetAuthorizationToken
    ecs W CreateCluster CreateService
    eks R DescribeAccessEntry DescribeCluster ListAssociatedAccessPolicies ListClusters
    eks W AssociateAccessPolicy CreateAccessEntry
    elasticfilesystem W DeleteFileSystem DeleteMountTarget
    elasticloadbalancing R DescribeListeners DescribeLoadBalancers
    elasticloadbalancing W CreateRule
    es R DescribeReservedElasticsearchInstances ListDomainNames ListNotifications
    events R ListRules ListTargetsByRule
    events W DeleteRule DisableRule RemoveTargets
    glacier R ListVaults
    glue R GetPartition
    glue W CreateDevEndpoint UpdateDevEndpoint
    guardduty R GetDetector GetFindings ListDetectors ListFindings ListIPSets
    guardduty W CreateIPSet DeleteDetector DeleteInvitations DeleteMembers
      DeletePublishingDestination DisassociateFromMasterAccount DisassociateMembers
      StopMonitoringMembers UpdateDetector
    health R DescribeEventAggregates
    iam R GetAccountAuthorizationDetails GetAccountSummary GetGroup GetInstanceProfile
      GetLoginProfile GetPolicy GetPolicyVersion GetRole GetRolePolicy GetUser
      ListAccessKeys ListAccountAliases ListAttachedGroupPolicies ListAttachedRolePolicies
      ListAttachedUserPolicies ListEntitiesForPolicy ListGroupPolicies ListGroups
      ListGroupsForUser ListInstanceProfiles ListInstanceProfilesForRole ListMFADevices
      ListOpenIDConnectProviders ListPolicies ListPolicyVersions ListRolePolicies ListRoles
      ListSAMLProviders ListSSHPublicKeys ListServiceSpecificCredentials
      ListSigningCertificates ListUserPolicies ListUsers ListVirtualMFADevices
      SimulatePrincipalPolicy
    iam W AddRoleToInstanceProfile AddUserToGroup AttachGroupPolicy AttachRolePolicy
      AttachUserPolicy ChangePassword CreateAccessKey CreateGroup CreateInstanceProfile
      CreateLoginProfile CreatePolicy CreatePolicyVersion CreateRole CreateSAMLProvider
      CreateServiceLinkedRole CreateUser DeactivateMFADevice DeleteAccessKey
      DeleteInstanceProfile DeleteLoginProfile DeletePolicy DeleteRole
      DeleteRolePermissionsBoundary DeleteRolePolicy DeleteUser
      DeleteUserPermissionsBoundary DeleteUserPolicy DetachRolePolicy DetachUserPolicy
      EnableMFADevice PutGroupPolicy PutRolePermissionsBoundary PutRolePolicy
      PutUserPermissionsBoundary PutUserPolicy RemoveRoleFromInstanceProfile
      SetDefaultPolicyVersion TagInstanceProfile UpdateAccessKey UpdateAssumeRolePolicy
      UpdateLoginProfile UpdateSAMLProvider
    kms R Decrypt DescribeKey Encrypt GenerateDataKey ListAliases
    kms W CreateAlias CreateKey RotateKey
    lambda R GetFunction20150331v2 GetFunctionCodeSigningConfig
      GetFunctionConfiguration20150331v2 ListFunctions20150331
      ListVersionsByFunction20150331
    lambda W AddPermission20150331v2 CreateEventSourceMapping20150331 CreateFunction20150331
      CreateFunctionUrlConfig DeleteFunction20150331 RemovePermission20150331v2
      UpdateEventSourceMapping20150331 UpdateFunctionCode20150331v2
      UpdateFunctionConfiguration20150331v2
    lightsail R GetInstances GetRegions
    lightsail W CreateInstances
    logs R DescribeLogGroups DescribeLogStreams DescribeMetricFilters
      DescribeSubscriptionFilters ListTagsLogGroup
    logs W CreateLogGroup CreateLogStream DeleteLogGroup DeleteLogStream
    macie2 R ListMembers
    macie2 W UpdateMacieSession
    monitoring R DescribeAlarms DescribeAlarmsForMetric DescribeInsightRules GetDashboard
      ListDashboards
    monitoring W DeleteAlarms PutDashboard
    notifications R ListNotificationHubs
    organizations R DescribeAccount DescribeOrganization ListAccounts
      ListDelegatedAdministrators ListOrganizationalUnitsForParent
    organizations W LeaveOrganization
    ram R ListResources
    rds R DescribeAccountAttributes DescribeBlueGreenDeployments DescribeCertificates
      DescribeDBClusterParameterGroups DescribeDBClusterSnapshots DescribeDBClusters
      DescribeDBEngineVersions DescribeDBInstances DescribeDBParameterGroups
      DescribeDBProxies DescribeDBSnapshots DescribeDBSubnetGroups
      DescribeEventSubscriptions DescribeEvents DescribeExportTasks DescribeGlobalClusters
      DescribeOptionGroups DescribeOrderableDBInstanceOptions
      DescribePendingMaintenanceActions DescribeRecommendationGroups DescribeRecommendations
      DescribeValidDBInstanceModifications ListTagsForResource
    rds W AuthorizeDBSecurityGroupIngress CreateDBInstance CreateDBInstanceReadReplica
      CreateDBSecurityGroup CreateDBSnapshot CreateDBSubnetGroup DeleteDBCluster
      DeleteDBInstance DeleteDBSnapshot DeleteGlobalCluster ModifyActivityStream
      ModifyDBInstance ModifyDBSnapshotAttribute StartActivityStream StartExportTask
      StopActivityStream
    resource-explorer-2 R ListIndexes Search
    resource-groups R ListGroups
    rolesanywhere R ListProfiles ListTrustAnchors
    rolesanywhere W CreateProfile CreateTrustAnchor DeleteProfile DeleteTrustAnchor
    route53 R ListHostedZones
    route53 W CreateHostedZone
    route53domains R ListDomains
    route53resolver R ListFirewallRuleGroupAssociations
    route53resolver W DeleteResolverQueryLogConfig
    s3 R GetAccelerateConfiguration GetAccountPublicAccessBlock GetBucketAcl GetBucketCors
      GetBucketEncryption GetBucketLifecycle GetBucketLocation GetBucketLogging
      GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy
      GetBucketPolicyStatus GetBucketPublicAccessBlock GetBucketReplication
      GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite
      GetObject GetStorageLensConfiguration GetStorageLensDashboardDataInternal HeadBucket
      ListAccessPoints ListBuckets ListObjects
    s3 W CopyObject CreateBucket DeleteBucket DeleteBucketLifecycle DeleteBucketPolicy
      PutBucketAcl PutBucketLifecycle PutBucketLogging PutBucketPolicy PutBucketTagging
      PutBucketVersioning PutObject
    s3express R ListDirectoryBuckets
    sagemaker R ListEndpoints ListModels ListTrainingJobs
    secretsmanager R BatchGetSecretValue DescribeSecret GetResourcePolicy GetSecretValue
      ListSecrets
    secretsmanager W CreateSecret DeleteSecret EndSecretVersionDelete PutSecretValue
      StartSecretVersionDelete
    securityhub R DescribeHub
    securityhub W CreateInsight DeleteMembers
    servicecatalog-appregistry R ListApplications
    servicequotas R GetServiceQuota ListServiceQuotas
    servicequotas W RequestServiceQuotaIncrease
    ses R GetAccount GetAccountSendingEnabled GetIdentityVerificationAttributes GetSendQuota
      ListEmailIdentities ListIdentities
    ses W CreateEmailIdentity DeleteIdentity PutAccountDetails UpdateAccountSendingEnabled
      VerifyEmailIdentity
    signin W CheckMfa ConsoleLogin GetSigninToken UserAuthentication
    sns R GetSMSAttributes GetSMSSandboxAccountStatus ListOriginationNumbers
      ListSubscriptions ListTopics
    ssm R DescribeInstanceInformation DescribeParameters GetCommandInvocation GetDocument
      GetParameter GetParameters ListInstanceAssociations ListTagsForResource
    ssm W DeleteParameter PutComplianceItems PutInventory PutParameter ResumeSession
      SendCommand StartSession TerminateSession UpdateInstanceAssociationStatus
      UpdateInstanceInformation
    sso W CreateAccountAssignment
    sso-directory W AddMemberToGroup CreateGroup CreateUser
    sts R AssumeRole GetCallerIdentity
    sts W GetFederationToken GetSessionToken
    tagging R GetTagKeys
    transfer W CreateServer CreateUser
    wafv2 W DeleteRuleGroup DeleteWebACL DisassociateWebACL UpdateIPSet
    """

  /// Source, name, and whether the call reads.
  static var all: [(source: String, name: String, isReadOnly: Bool)] {
    var result: [(source: String, name: String, isReadOnly: Bool)] = []
    var source = ""
    var isReadOnly = false
    for line in text.split(separator: "\n") {
      var words = line.split(separator: " ").map(String.init)
      if !line.hasPrefix(" ") {
        source = words[0] + ".amazonaws.com"
        isReadOnly = words[1] == "R"
        words.removeFirst(2)
      }
      result += words.map { (source, $0, isReadOnly) }
    }
    return result
  }
}
