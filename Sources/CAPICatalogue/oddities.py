"""What CloudTrail makes of AWS's operations that their models do not say.

Measured on real records and read in AWS's guides; every table is data, and rules are at the end.
"""
import re

# Where `eventSource` is not the name that requests are signed with.
EVENT_SOURCES = {
    "application-insights": "application-insights",
    "marketplace-agreement": "agreement-marketplace",
    "marketplace-discovery": "discovery-marketplace",
    "rds-data": "rdsdata",
    "servicecatalog-appregistry": "servicecatalog-appregistry",
    "sso": "sso",
}

# Members of requests that AWS documents and the pinned models do not have yet.
EXTRA_MEMBERS = {
    ("cloudtrail", "CreateTrail"): ["RecursiveLogging?"],
    ("cloudtrail", "UpdateTrail"): ["RecursiveLogging?"],
}

# What people call a service besides its names in the model.
SERVICE_ALIASES = {
    "acm": ["certificatemanager"],
    "autoscaling": ["asg"],
    "cloudformation": ["cfn"],
    "apigatewayv2": ["httpapi"],
    "ce": ["costexplorer"],
    "cloudwatch": ["monitoring", "cw"],
    "cognito-idp": ["cognito"],
    "config": ["configservice", "awsconfig"],
    "dynamodb": ["ddb"],
    "ec2": ["vpc"],
    "ecr": ["containerregistry"],
    "efs": ["elasticfilesystem"],
    "elb": ["elasticloadbalancing", "classicloadbalancing"],
    "elbv2": ["elasticloadbalancing", "alb", "nlb", "loadbalancing"],
    "emr": ["elasticmapreduce"],
    "events": ["eventbridge", "cloudwatchevents"],
    "iam": ["identity"],
    "logs": ["cloudwatchlogs", "cwlogs"],
    "opensearch": ["opensearchservice"],
    "rds-data": ["rdsdata"],
    "resourcegroupstaggingapi": ["tag", "tagging"],
    "organizations": ["organisations"],
    "route53": ["r53"],
    "s3": ["s3express"],
    "secretsmanager": ["secrets"],
    "ses": ["email"],
    "sso-admin": ["identitycenter"],
    "ssm": ["systemsmanager", "parameterstore"],
    "signin": ["console"],
    "stepfunctions": ["sfn", "states"],
    "wafv2": ["waf2"],
}

# Services that come first where several share a name: the one that is usually meant.
FIRST = ["elbv2", "lexv2-models", "opensearch", "kinesisvideo", "ssm", "marketplace-catalog"]

# Global services and the Region in which their events are recorded.
GLOBAL_REGIONS = {
    name: "us-east-1" for name in [
        "account", "artifact", "bcm-data-exports", "billing", "billingconductor", "budgets", "ce", "chime",
        "cloudfront", "cloudfront-keyvaluestore", "cost-optimization-hub", "cur", "freetier", "health", "iam",
        "importexport", "invoicing", "notifications", "notificationscontacts", "organizations", "pricing",
        "route53", "route53domains", "savingsplans", "shield", "support", "taxsettings", "trustedadvisor", "waf",
    ]
} | {"networkmanager": "us-west-2", "globalaccelerator": "us-west-2",
     "route53-recovery-control-config": "us-west-2", "route53-recovery-readiness": "us-west-2"}

# First words of operations that read.
READING_WORDS = re.compile(
    "(?:Batch|Admin)?(?:Get|List|Describe|Head|Lookup|Search|Query|Scan|Select|Check|Validate|Estimate|Preview"
    "|Simulate|View|Count|Detect|Discover|Evaluate|Explain|Is|Contains|Can|Compare|Recognize"
    "|Filter|Peek|Receive|Retrieve|Download|Locate|Find|Resolve|Translate|Classify|Predict|Infer|Sample|Lint"
    "|Calculate|Summarize|Browse|Inspect|Trace|Read|Suggest|Autocomplete|Geocode)(?=[A-Z0-9]|$)")

# Where IAM contradicts those words.
READS = """
acm:ExportCertificate amplifyuibuilder:ExportComponents amplifyuibuilder:ExportForms
amplifyuibuilder:ExportThemes backup:ExportBackupPlanTemplate bedrock:ExportAutomatedReasoningPolicyVersion
bedrock-agent-runtime:GenerateQuery bedrock-agent-runtime:InvokeAgent bedrock-agent-runtime:InvokeFlow
bedrock-agent-runtime:InvokeInlineAgent bedrock-agent-runtime:OptimizePrompt bedrock-runtime:ApplyGuardrail
cloudfront:VerifyDnsConfiguration config:DeliverConfigSnapshot devops-guru:StartCostEstimation
dms:TestConnection ds:VerifyTrust ec2:ExportVerifiedAccessInstanceClientConfiguration
ec2:StartDeclarativePoliciesReport eks-auth:AssumeRoleForPodIdentity elasticbeanstalk:RequestEnvironmentInfo
events:TestEventPattern gamelift:RequestUploadCredentials internetmonitor:StartQuery internetmonitor:StopQuery
iot:TestAuthorization iot:TestInvokeAuthorizer iotsitewise:ExecuteQuery iotsitewise:InvokeAssistant
iottwinmaker:ExecuteQuery kendra-ranking:Rescore kinesis:SubscribeToShard
kinesisanalyticsv2:CreateApplicationPresignedUrl lexv2-models:GenerateBotElement location:VerifyDevicePosition
logs:StartQuery logs:StopQuery logs:TestMetricFilter logs:TestTransformer mediaconvert:Probe
observabilityadmin:TestTelemetryPipeline pinpoint:PhoneNumberValidate polly:StartSpeechSynthesisStream
polly:SynthesizeSpeech qbusiness:Chat qbusiness:ChatSync qconnect:RenderMessageTemplate
route53:TestDNSAnswer sagemaker:CreateHubContentPresignedUrls sagemaker:RenderUiTemplate
sagemaker-runtime:InvokeEndpoint sagemaker-runtime:InvokeEndpointAsync
sagemaker-runtime:InvokeEndpointWithResponseStream schemas:ExportSchema sdb:DomainMetadata
service-quotas:StartQuotaUtilizationReport ssm:StartExecutionPreview textract:AnalyzeDocument
textract:AnalyzeExpense textract:AnalyzeID timestream-query:PrepareQuery transfer:TestIdentityProvider
wafv2:GenerateMobileSdkReleaseUrl wellarchitected:ExportLens workmail:TestAvailabilityConfiguration
xray:CancelTraceRetrieval xray:StartTraceRetrieval
""".split()
WRITES = """
apigatewayv2:PreviewPortal appconfig:ValidateConfiguration athena:GetSessionEndpoint
bedrock-agent-runtime:RetrieveAndGenerate bedrock-agentcore:Evaluate bedrock-agentcore:GetWorkloadAccessToken
bedrock-agentcore:GetWorkloadAccessTokenForJWT bedrock-agentcore:GetWorkloadAccessTokenForUserId
cognito-identity:GetId cognito-idp:GetTokensFromRefreshToken datazone:GetIamPortalLoginUrl
devops-agent:ValidateAwsAssociations ecs:DiscoverPollEndpoint emr:GetClusterSessionCredentials
emr:GetOnClusterAppUIPresignedURL emr:GetPersistentAppUIPresignedURL
emr-containers:GetManagedEndpointSessionCredentials lexv2-runtime:RecognizeText
lexv2-runtime:RecognizeUtterance lightsail:DownloadDefaultKeyPair lightsail:GetInstanceAccessDetails
lightsail:GetRelationalDatabaseMasterUserPassword location:BatchEvaluateGeofences machinelearning:Predict
meteringmarketplace:ResolveCustomer payment-cryptography-data:TranslateKeyMaterial
payment-cryptography-data:TranslatePinData qapps:PredictQApp redshift:GetClusterCredentials
redshift:GetClusterCredentialsWithIAM redshift-serverless:GetCredentials
resiliencehub:ResolveAppVersionResources route53domains:RetrieveDomainAuthCode
security-ir:GetCaseAttachmentUploadUrl socialmessaging:GetWhatsAppMessageMedia
stepfunctions:GetActivityTask storagegateway:RetrieveTapeArchive storagegateway:RetrieveTapeRecoveryPoint
sts:GetDelegatedAccessToken sts:GetWebIdentityToken support:ResolveCase
tnb:ValidateSolFunctionPackageContent tnb:ValidateSolNetworkPackageContent voice-id:EvaluateSession
""".split()

# Where CloudTrail contradicts IAM or the models.
READ_ONLY = {
    ("kms", "Decrypt"): True,
    ("kms", "Encrypt"): True,
    ("kms", "GenerateDataKey"): True,
    ("kms", "GenerateDataKeyPair"): True,
    ("kms", "GenerateDataKeyPairWithoutPlaintext"): True,
    ("kms", "GenerateDataKeyWithoutPlaintext"): True,
    ("kms", "GenerateMac"): True,
    ("kms", "GenerateRandom"): True,
    ("kms", "ReEncrypt"): True,
    ("kms", "Sign"): True,
    ("kms", "Verify"): True,
    ("kms", "VerifyMac"): True,
    ("kms", "DeriveSharedSecret"): True,
    ("sts", "AssumeRole"): True,
    ("sts", "AssumeRoleWithSAML"): True,
    ("sts", "AssumeRoleWithWebIdentity"): True,
    ("sts", "DecodeAuthorizationMessage"): True,
    ("sts", "AssumeRoot"): False,
    ("sts", "GetFederationToken"): False,
    ("sts", "GetSessionToken"): False,
    ("bedrock-runtime", "InvokeModel"): True,
    ("bedrock-runtime", "InvokeModelWithResponseStream"): True,
    ("bedrock-runtime", "InvokeModelWithBidirectionalStream"): True,
    ("bedrock-runtime", "Converse"): True,
    ("bedrock-runtime", "ConverseStream"): True,
    ("s3", "SelectObjectContent"): True,
    ("logs", "StartLiveTail"): True,
    ("logs", "FilterLogEvents"): True,
    ("iam", "GenerateCredentialReport"): True,
    ("iam", "GenerateServiceLastAccessedDetails"): True,
    ("iam", "GenerateOrganizationsAccessReport"): True,
    ("ec2", "ExportClientVpnClientCertificateRevocationList"): True,
    ("ec2", "ExportClientVpnClientConfiguration"): True,
}
for _names, _reads in ((READS, True), (WRITES, False)):
    for _name in _names:
        READ_ONLY.setdefault(tuple(_name.split(":")), _reads)

# Reads whose records have responseElements all the same, or whose answers matter.
ANSWERING_READS = {"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"}

# Operations that record answers under a name other than the API's.
EVENT_NAMES = {
    "s3": {
        "GetBucketLifecycleConfiguration": "GetBucketLifecycle",
        "PutBucketLifecycleConfiguration": "PutBucketLifecycle",
        "GetBucketNotificationConfiguration": "GetBucketNotification",
        "PutBucketNotificationConfiguration": "PutBucketNotification",
        "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
        "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
        "DeletePublicAccessBlock": "DeleteBucketPublicAccessBlock",
        "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
        "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
        "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
        "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
        "ListObjectsV2": "ListObjects",
    },
    "s3control": {
        "GetPublicAccessBlock": "GetAccountPublicAccessBlock",
        "PutPublicAccessBlock": "PutAccountPublicAccessBlock",
        "DeletePublicAccessBlock": "DeleteAccountPublicAccessBlock",
    },
    "lambda": {
        name: name + suffix
        for suffix, names in {
            "20150331": "CreateFunction DeleteFunction ListFunctions PublishVersion ListVersionsByFunction "
            "CreateAlias GetAlias UpdateAlias DeleteAlias ListAliases CreateEventSourceMapping "
            "GetEventSourceMapping UpdateEventSourceMapping DeleteEventSourceMapping ListEventSourceMappings",
            "20150331v2": "GetFunction GetFunctionConfiguration UpdateFunctionCode "
            "UpdateFunctionConfiguration AddPermission RemovePermission GetPolicy",
            "20170331": "ListTags",
            "20170331v2": "TagResource UntagResource",
            "20171031": "PutFunctionConcurrency DeleteFunctionConcurrency",
            "20181031": "PublishLayerVersion GetLayerVersion ListLayers ListLayerVersions DeleteLayerVersion "
            "AddLayerVersionPermission RemoveLayerVersionPermission GetLayerVersionPolicy GetLayerVersionByArn",
        }.items()
        for name in names.split()
    },
}

# Operations whose events come from another source than their service's.
OTHER_SOURCES = {("s3", "CreateSession"): "s3express", ("s3", "ListDirectoryBuckets"): "s3express"}

# Services that have events and no public API (`signin` has one too, which gets its events below).
EXTRA_SERVICES = {
    "billingconsole": "billingconsole",
    "cloudshell": "cloudshell",
    "ec2messages": "ec2messages",
    "ssmmessages": "ssmmessages",
    "sso-directory": "sso-directory",
}

# Operations that are in records and in no public model: name, read or write, parameters.
EXTRA_OPERATIONS = {
    "signin": [
        ("ConsoleLogin", "W", ""), ("CheckMfa", "W", ""),
        ("SwitchRole", "W", "RoleName AccountId"), ("ExitRole", "W", ""), ("RenewRole", "W", ""),
        ("PasswordUpdated", "W", ""), ("PasswordRecoveryRequested", "W", ""),
        ("PasswordRecoveryCompleted", "W", ""), ("EmailUpdated", "W", ""),
        ("CredentialChallenge", "W", ""), ("CredentialVerification", "W", ""),
        ("UserAuthentication", "W", ""), ("GetSigninToken", "W", ""),
    ],
    "billingconsole": [
        ("GetTotalAmountForForecast", "R", ""), ("AWSPaymentPortalService.DescribePaymentsDashboard", "R", ""),
        ("GetAlternateContact", "R", ""), ("GetBillingNotifications", "R", ""),
        ("GetBillsForBillingPeriod", "R", ""), ("GetContactInformation", "R", ""), ("ViewBilling", "R", ""),
    ],
    "cloudshell": [
        ("CreateEnvironment", "W", ""), ("CreateSession", "W", "EnvironmentId SessionType TabId"),
        ("DeleteEnvironment", "W", "EnvironmentId"), ("DeleteSession", "W", "EnvironmentId SessionId"),
        ("DescribeEnvironments", "R", ""), ("GetEnvironmentStatus", "R", "EnvironmentId"),
        ("GetFileDownloadUrls", "W", "EnvironmentId FileDownloadPath"),
        ("GetFileUploadUrls", "W", "EnvironmentId FileUploadPath"),
        ("PutCredentials", "W", "EnvironmentId"), ("RedeemCode", "W", ""),
        ("SendHeartBeat", "W", "EnvironmentId"), ("StartEnvironment", "W", "EnvironmentId"),
        ("StopEnvironment", "W", "EnvironmentId"),
    ],
    "ec2messages": [
        ("AcknowledgeMessage", "W", "MessageId"), ("DeleteMessage", "W", "MessageId"),
        ("FailMessage", "W", "MessageId FailureType"), ("GetEndpoint", "R", "Destination Protocol"),
        ("GetMessages", "R", "Destination MessagesRequestId"), ("SendReply", "W", "MessageId Payload"),
    ],
    "ssmmessages": [
        ("CreateControlChannel", "W", ""), ("CreateDataChannel", "W", ""), ("OpenControlChannel", "W", ""),
        ("OpenDataChannel", "W", ""),
    ],
    "sso-directory": [
        ("DescribeDirectory", "R", "DirectoryId"), ("DescribeGroups", "R", ""), ("DescribeUsers", "R", ""),
        ("ListGroupsForUser", "R", ""), ("SearchGroups", "R", "IdentityStoreId"),
        ("SearchUsers", "R", "IdentityStoreId"), ("CreateUser", "W", "IdentityStoreId UserName"),
        ("DeleteUser", "W", "IdentityStoreId UserId"), ("UpdatePassword", "W", "UserId"),
        ("CreateGroup", "W", ""), ("DeleteGroup", "W", "GroupId"), ("AddMemberToGroup", "W", "GroupId"),
        ("RemoveMemberFromGroup", "W", "GroupId"),
    ],
    "kms": [("RotateKey", "W", "KeyId"), ("DeleteKey", "W", "KeyId"),
            ("DeleteExpiredKeyMaterial", "W", "KeyId"), ("SynchronizeMultiRegionKey", "W", "KeyId")],
    "secretsmanager": [("StartSecretVersionDelete", "W", "SecretId"), ("EndSecretVersionDelete", "W", "SecretId"),
                       ("CancelSecretVersionDelete", "W", "SecretId"), ("RotationStarted", "W", "SecretId"),
                       ("RotationSucceeded", "W", "SecretId"), ("RotationFailed", "W", "SecretId"),
                       ("RotationAbandoned", "W", "SecretId")],
    "ssm": [("UpdateInstanceInformation", "W", "InstanceId AgentVersion AgentStatus PlatformType PlatformName "
             "PlatformVersion IPAddress ComputerName AgentName"), ("ListInstanceAssociations", "R", "InstanceId "
             "MaxResults#"), ("UpdateInstanceAssociationStatus", "W", "AssociationId InstanceId")],
    "rds": [("DescribeRecommendations", "R", ""), ("DescribeRecommendationGroups", "R", "")],
    "es": [("ListNotifications", "R", "")],
    "ec2": [("SharedSnapshotVolumeCreated", "W", ""), ("SharedSnapshotCopyInitiated", "W", "")],
    "s3": [("GetStorageLensDashboardDataInternal", "R", ""), ("PostObject", "W DAWS::S3::Object", "!Bucket !Key")],
    "bedrock": [("PutFoundationModelEntitlement", "W", "ModelId")],
}

# Data events: operations, what they are about, and the end of its ARN, where `{X}` is a parameter. A template that
# begins with `arn:` or `{` is the whole ARN.
DATA_EVENTS = {
    "appconfigdata": {"GetLatestConfiguration StartConfigurationSession": "AWS::AppConfig::Configuration"},
    "bedrock-agent-runtime": {
        "InvokeAgent": "AWS::Bedrock::AgentAlias agent-alias/{agentId}/{agentAliasId}",
        "InvokeFlow": "AWS::Bedrock::FlowAlias {flowAliasIdentifier}",
        "InvokeInlineAgent": "AWS::Bedrock::InlineAgent",
        "Retrieve": "AWS::Bedrock::KnowledgeBase knowledge-base/{knowledgeBaseId}",
        "RetrieveAndGenerate RetrieveAndGenerateStream": "AWS::Bedrock::KnowledgeBase",
        "CreateSession DeleteSession EndSession GetSession UpdateSession CreateInvocation GetInvocationStep "
        "ListInvocationSteps ListInvocations PutInvocationStep":
            "AWS::Bedrock::Session session/{sessionIdentifier}",
    },
    "bedrock-runtime": {
        "ApplyGuardrail": "AWS::Bedrock::Guardrail guardrail/{guardrailIdentifier}",
        "InvokeModelWithBidirectionalStream": "AWS::Bedrock::Model {modelId}",
        "StartAsyncInvoke GetAsyncInvoke ListAsyncInvokes": "AWS::Bedrock::AsyncInvoke",
    },
    "cloudfront-keyvaluestore": {
        "DeleteKey DescribeKeyValueStore GetKey ListKeys PutKey UpdateKeys":
            "AWS::CloudFront::KeyValueStore {KvsARN}"},
    "cloudtrail-data": {"PutAuditEvents": "AWS::CloudTrail::Channel {channelArn}"},
    "cloudwatch": {"GetMetricData GetMetricWidgetImage PutMetricData": "AWS::CloudWatch::Metric"},
    "codeguruprofiler": {
        "ConfigureAgent PostAgentProfile":
            "AWS::CodeGuruProfiler::ProfilingGroup profilingGroup/{profilingGroupName}"},
    "cognito-identity": {
        "GetCredentialsForIdentity GetId GetOpenIdToken GetOpenIdTokenForDeveloperIdentity UnlinkIdentity":
            "AWS::Cognito::IdentityPool identitypool/{IdentityPoolId}"},
    "dynamodb": {
        "BatchExecuteStatement BatchGetItem BatchWriteItem DeleteItem ExecuteStatement ExecuteTransaction GetItem "
        "PutItem Query Scan TransactGetItems TransactWriteItems UpdateItem":
            "AWS::DynamoDB::Table table/{TableName}"},
    "dynamodbstreams": {"GetRecords GetShardIterator": "AWS::DynamoDB::Stream {StreamArn}"},
    "ebs": {
        "CompleteSnapshot GetSnapshotBlock ListSnapshotBlocks PutSnapshotBlock":
            "AWS::EC2::Snapshot arn:aws:ec2:{Region}::snapshot/{SnapshotId}",
        "ListChangedBlocks": "AWS::EC2::Snapshot arn:aws:ec2:{Region}::snapshot/{SecondSnapshotId}",
        "StartSnapshot": "AWS::EC2::Snapshot"},
    "events": {"PutEvents": "AWS::Events::EventBus event-bus/default"},
    "firehose": {
        "PutRecord PutRecordBatch": "AWS::KinesisFirehose::DeliveryStream deliverystream/{DeliveryStreamName}"},
    "geo-maps": {"*": "AWS::GeoMaps::Provider"},
    "geo-places": {"*": "AWS::GeoPlaces::Provider"},
    "geo-routes": {"*": "AWS::GeoRoutes::Provider"},
    "iot-data": {
        "DeleteThingShadow GetThingShadow ListNamedShadowsForThing UpdateThingShadow":
            "AWS::IoT::Thing arn:aws:iot:{Region}:{Account}:thing/{thingName}"},
    "iotsitewise": {
        "BatchGetAssetPropertyAggregates BatchGetAssetPropertyValue BatchGetAssetPropertyValueHistory "
        "BatchPutAssetPropertyValue GetAssetPropertyAggregates GetAssetPropertyValue GetAssetPropertyValueHistory "
        "GetInterpolatedAssetPropertyValues": "AWS::IoTSiteWise::Asset asset/{assetId}"},
    "kendra-ranking": {"Rescore": "AWS::KendraRanking::ExecutionPlan"},
    "kinesis": {
        "GetRecords GetShardIterator PutRecord PutRecords": "AWS::Kinesis::Stream stream/{StreamName}",
        "SubscribeToShard": "AWS::Kinesis::StreamConsumer {ConsumerARN}"},
    "kinesis-video-media": {"GetMedia": "AWS::KinesisVideo::Stream stream/{StreamName}"},
    "kinesis-video-archived-media": {"*": "AWS::KinesisVideo::Stream stream/{StreamName}"},
    "lambda": {"Invoke InvokeAsync InvokeWithResponseStream": "AWS::Lambda::Function function:{FunctionName}"},
    "lex-runtime": {"*": "AWS::Lex::BotAlias"},
    "lexv2-runtime": {"*": "AWS::Lex::BotAlias bot-alias/{botId}/{botAliasId}"},
    "machinelearning": {"Predict": "AWS::MachineLearning::MlModel mlmodel/{MLModelId}"},
    "managedblockchain-query": {"*": "AWS::ManagedBlockchainQuery::QueryAPI"},
    "medical-imaging": {
        "CopyImageSet DeleteImageSet GetImageFrame GetImageSet GetImageSetMetadata ListImageSetVersions "
        "UpdateImageSetMetadata": "AWS::MedicalImaging::Imageset",
        "SearchImageSets StartDICOMImportJob GetDICOMImportJob ListDICOMImportJobs":
            "AWS::MedicalImaging::Datastore datastore/{datastoreId}"},
    "mwaa": {"CreateCliToken CreateWebLoginToken InvokeRestApi PublishMetrics":
             "AWS::MWAA::Environment environment/{Name}"},
    "neptune-graph": {
        "CancelQuery ExecuteQuery GetGraphSummary GetQuery ListQueries":
            "AWS::NeptuneGraph::Graph graph/{graphIdentifier}"},
    "payment-cryptography-data": {"*": "AWS::PaymentCryptography::Key {KeyIdentifier}"},
    "pinpoint": {"SendMessages SendOTPMessage SendUsersMessages VerifyOTPMessage":
                 "AWS::Pinpoint::App apps/{ApplicationId}"},
    "pinpoint-sms-voice-v2": {
        "SendTextMessage SendVoiceMessage SendMediaMessage": "AWS::SMSVoice::Message"},
    "qbusiness": {
        "Chat ChatSync DeleteConversation ListConversations ListMessages PutFeedback BatchDeleteDocument "
        "BatchPutDocument": "AWS::QBusiness::Application application/{applicationId}"},
    "resource-explorer-2": {"Search": "AWS::ResourceExplorer2::View {ViewArn}"},
    "rum": {"PutRumEvents": "AWS::RUM::AppMonitor appmonitor/{id}"},
    "s3": {
        "AbortMultipartUpload CompleteMultipartUpload CopyObject CreateMultipartUpload DeleteObject DeleteObjects "
        "DeleteObjectTagging GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold GetObjectRetention "
        "GetObjectTagging GetObjectTorrent HeadBucket HeadObject ListMultipartUploads ListObjects ListObjectsV2 "
        "ListObjectVersions ListParts PutObject PutObjectAcl PutObjectLegalHold PutObjectRetention "
        "PutObjectTagging RenameObject RestoreObject SelectObjectContent UpdateObjectEncryption UploadPart "
        "UploadPartCopy": "AWS::S3::Object",
        "WriteGetObjectResponse": "AWS::S3ObjectLambda::AccessPoint",
        "CreateSession": "AWS::S3Express::Object"},
    "s3tables": {
        "GetTableMetadataLocation UpdateTableMetadataLocation":
            "AWS::S3Tables::Table {tableBucketARN}/table/{name}"},
    "s3vectors": {
        "DeleteVectors GetVectors ListVectors PutVectors QueryVectors":
            "AWS::S3Vectors::Index bucket/{vectorBucketName}/index/{indexName}"},
    "sagemaker-featurestore-runtime": {
        "DeleteRecord GetRecord PutRecord": "AWS::SageMaker::FeatureGroup feature-group/{FeatureGroupName}",
        "BatchGetRecord": "AWS::SageMaker::FeatureGroup"},
    "sagemaker-metrics": {"*": "AWS::SageMaker::ExperimentTrialComponent"},
    "sagemaker-runtime": {
        "InvokeEndpoint InvokeEndpointAsync InvokeEndpointWithResponseStream":
            "AWS::SageMaker::Endpoint endpoint/{EndpointName}"},
    "sdb": {
        "BatchDeleteAttributes BatchPutAttributes DeleteAttributes DomainMetadata GetAttributes PutAttributes "
        "Select": "AWS::SDB::Domain domain/{DomainName}"},
    "servicediscovery": {
        "DiscoverInstances DiscoverInstancesRevision": "AWS::ServiceDiscovery::Service",
        "GetInstancesHealthStatus GetInstance ListInstances":
            "AWS::ServiceDiscovery::Service service/{ServiceId}"},
    "ses": {"SendEmail SendRawEmail SendBounce SendBulkTemplatedEmail SendTemplatedEmail":
            "AWS::SES::EmailIdentity identity/{Source}"},
    "sesv2": {"SendEmail SendBulkEmail": "AWS::SES::EmailIdentity identity/{FromEmailAddress}"},
    "signer": {"SignPayload": "AWS::Signer::SigningProfile /signing-profiles/{profileName}"},
    "sns": {"Publish PublishBatch": "AWS::SNS::Topic {TopicArn}"},
    "socialmessaging": {"SendWhatsAppMessage PostWhatsAppMessageMedia GetWhatsAppMessageMedia "
                        "DeleteWhatsAppMessageMedia":
                        "AWS::SocialMessaging::PhoneNumberId phone-number-id/{originationPhoneNumberId}"},
    "sqs": {
        "ChangeMessageVisibility ChangeMessageVisibilityBatch DeleteMessage DeleteMessageBatch GetQueueAttributes "
        "GetQueueUrl ListDeadLetterSourceQueues ListQueueTags ReceiveMessage SendMessage SendMessageBatch":
            "AWS::SQS::Queue {QueueUrl/}{QueueName}"},
    "stepfunctions": {"GetActivityTask": "AWS::StepFunctions::Activity {activityArn}",
                      "SendTaskFailure SendTaskHeartbeat SendTaskSuccess": "AWS::StepFunctions::Activity"},
    "swf": {
        "PollForActivityTask PollForDecisionTask CountPendingActivityTasks CountPendingDecisionTasks "
        "RecordActivityTaskHeartbeat RespondActivityTaskCanceled RespondActivityTaskCompleted "
        "RespondActivityTaskFailed RespondDecisionTaskCompleted": "AWS::SWF::Domain /domain/{domain}"},
    "timestream-query": {"CancelQuery PrepareQuery Query": "AWS::Timestream::Table"},
    "timestream-write": {
        "WriteRecords": "AWS::Timestream::Table database/{DatabaseName}/table/{TableName}"},
    "verifiedpermissions": {
        "BatchIsAuthorized BatchIsAuthorizedWithToken IsAuthorized IsAuthorizedWithToken":
            "AWS::VerifiedPermissions::PolicyStore policy-store/{policyStoreId}"},
    "xray": {
        "BatchGetTraces GetSamplingStatisticSummaries GetSamplingTargets GetServiceGraph GetTraceGraph "
        "GetTimeSeriesServiceStatistics GetTraceSummaries PutTelemetryRecords PutTraceSegments":
            "AWS::XRay::Trace"},
}


def event_name(service, name, operation):
    """The name in records; CloudFront's stands in its model, with the version."""
    if service == "cloudfront":
        return operation["name"]
    return EVENT_NAMES.get(service, {}).get(name, name)


def data_event(service, name):
    """`type` or `type=template` of a data event; None for management events."""
    for names, what in DATA_EVENTS.get(service, {}).items():
        if names == "*" or name in names.split():
            return what.replace(" ", "=", 1)
    return None


def state(values):
    """Of the states that a thing can be in, the one that it plausibly has right after a call."""
    for wanted in ["creating", "pending", "in_progress", "inprogress", "active", "available", "enabled",
                   "running", "ready", "succeeded", "success", "complete", "completed", "starting"]:
        for value in values:
            if value.replace("-", "_").lower() == wanted:
                return value
    return values[0]
