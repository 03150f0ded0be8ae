#!/usr/bin/env python3
"""Makes catalogue.txt, the list of AWS's services and operations, from the models in botocore.

    pip install botocore==1.43.11 && python3 make-catalogue.py > catalogue.txt

One line a service, then one line for each of its operations, parts separated by tabs:

    @ID  NAMES  EVENT-SOURCE  API-VERSION  GLOBAL-REGION
    NAME[=EVENT-NAME]  CLASS[TYPE]  INPUT  OUTPUT

CLASS is `r` (management, read), `w` (management, write), `R` and `W` (data events), the latter two followed by the
resource type without `AWS::`. INPUT and OUTPUT are the top-level members, separated by spaces: a letter for the kind
(s string, i integer, d decimal, b boolean, t timestamp, x blob, l list of texts, L other list, m map, o structure),
then the name, then `!` where it is required and `*` where it is sensitive.
"""
import gzip
import json
import os
import re
import sys

import botocore

PINNED = "1.43.11"

# Where CloudTrail's event source is not the signing name.
SOURCES = {
    "cloudwatch": "monitoring", "rds-data": "rdsdata", "redshift-data": "redshift-data",
    "application-insights": "application-insights", "marketplace-agreement": "agreement-marketplace",
    "marketplace-discovery": "discovery-marketplace", "servicecatalog-appregistry": "servicecatalog-appregistry",
    "sso-oidc": "sso-oauth", "s3control": "s3", "timestream-query": "timestream", "timestream-write": "timestream",
}
# Services whose events are all recorded in one Region.
GLOBAL = {
    name: "us-east-1" for name in (
        "iam cloudfront route53 route53domains organizations account budgets ce cur bcm-data-exports billing "
        "billingconductor health shield waf savingsplans support support-app importexport chime freetier "
        "notificationscontacts taxsettings cost-optimization-hub invoicing payments trustedadvisor").split()}
GLOBAL["networkmanager"] = "us-west-2"

LAMBDA = {}
for name in ("CreateFunction DeleteFunction ListFunctions PublishVersion ListVersionsByFunction CreateAlias GetAlias "
             "UpdateAlias DeleteAlias ListAliases CreateEventSourceMapping GetEventSourceMapping "
             "UpdateEventSourceMapping DeleteEventSourceMapping ListEventSourceMappings").split():
    LAMBDA[name] = name + "20150331"
for name in ("GetFunction GetFunctionConfiguration UpdateFunctionCode UpdateFunctionConfiguration AddPermission "
             "RemovePermission GetPolicy").split():
    LAMBDA[name] = name + "20150331v2"
LAMBDA.update(ListTags="ListTags20170331", TagResource="TagResource20170331v2", UntagResource="UntagResource20170331v2",
              PutFunctionConcurrency="PutFunctionConcurrency20171031",
              DeleteFunctionConcurrency="DeleteFunctionConcurrency20171031")
for name in ("PublishLayerVersion GetLayerVersion ListLayers ListLayerVersions DeleteLayerVersion "
             "AddLayerVersionPermission RemoveLayerVersionPermission GetLayerVersionPolicy "
             "GetLayerVersionByArn").split():
    LAMBDA[name] = name + "20181031"
S3 = {
    "GetBucketLifecycleConfiguration": "GetBucketLifecycle", "PutBucketLifecycleConfiguration": "PutBucketLifecycle",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock", "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "DeleteBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration", "ListObjectsV2": "ListObjects",
}
S3CONTROL = {"GetPublicAccessBlock": "GetAccountPublicAccessBlock", "PutPublicAccessBlock": "PutAccountPublicAccessBlock",
             "DeletePublicAccessBlock": "DeleteAccountPublicAccessBlock"}

# Data events: the service's operations and what they are about.
S3_DATA = ("AbortMultipartUpload CompleteMultipartUpload CopyObject CreateMultipartUpload CreateSession DeleteObject "
           "DeleteObjectTagging DeleteObjects GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold "
           "GetObjectRetention GetObjectTagging GetObjectTorrent HeadBucket HeadObject ListMultipartUploads "
           "ListObjectVersions ListObjects ListObjectsV2 ListParts PutObject PutObjectAcl PutObjectLegalHold "
           "PutObjectRetention PutObjectTagging RestoreObject SelectObjectContent UploadPart UploadPartCopy "
           "WriteGetObjectResponse RenameObject UpdateObjectEncryption").split()
DATA = {
    "s3": ("S3::Object", S3_DATA),
    "lambda": ("Lambda::Function", ["Invoke", "InvokeAsync", "InvokeWithResponseStream"]),
    "dynamodb": ("DynamoDB::Table", ("BatchExecuteStatement BatchGetItem BatchWriteItem DeleteItem ExecuteStatement "
                 "ExecuteTransaction GetItem PutItem Query Scan TransactGetItems TransactWriteItems UpdateItem").split()),
    "dynamodbstreams": ("DynamoDB::Stream", ["GetRecords", "GetShardIterator"]),
    "sns": ("SNS::Topic", ["Publish", "PublishBatch"]),
    "sqs": ("SQS::Queue", ("ChangeMessageVisibility ChangeMessageVisibilityBatch DeleteMessage DeleteMessageBatch "
            "ReceiveMessage SendMessage SendMessageBatch").split()),
    "kinesis": ("Kinesis::Stream", "GetRecords GetShardIterator PutRecord PutRecords SubscribeToShard".split()),
    "firehose": ("KinesisFirehose::DeliveryStream", ["PutRecord", "PutRecordBatch"]),
    "rds-data": ("RDS::DBCluster", ("BatchExecuteStatement BeginTransaction CommitTransaction ExecuteSql "
                 "ExecuteStatement RollbackTransaction").split()),
    "stepfunctions": ("StepFunctions::StateMachine", ["StartSyncExecution"]),
    "events": ("Events::EventBus", ["PutEvents"]),
    "cloudwatch": ("CloudWatch::Metric", ("GetMetricData GetMetricStatistics ListMetrics PutMetricData "
                   "GetMetricWidgetImage").split()),
    "bedrock-runtime": ("Bedrock::Model", ["InvokeModelWithBidirectionalStream", "GetAsyncInvoke", "ListAsyncInvokes",
                        "StartAsyncInvoke"]),
    "bedrock-agent-runtime": ("Bedrock::AgentAlias", ["InvokeAgent", "Retrieve", "RetrieveAndGenerate", "InvokeFlow"]),
    "cloudtrail-data": ("CloudTrail::Channel", ["PutAuditEvents"]),
    "sagemaker-runtime": ("SageMaker::Endpoint", ["InvokeEndpoint", "InvokeEndpointAsync",
                          "InvokeEndpointWithResponseStream"]),
    "ebs": ("EC2::Snapshot", ["GetSnapshotBlock", "ListChangedBlocks", "ListSnapshotBlocks", "PutSnapshotBlock"]),
    "verifiedpermissions": ("VerifiedPermissions::PolicyStore", ["IsAuthorized", "IsAuthorizedWithToken",
                            "BatchIsAuthorized", "BatchIsAuthorizedWithToken"]),
    "servicediscovery": ("ServiceDiscovery::Service", ["DiscoverInstances", "DiscoverInstancesRevision"]),
    "xray": ("XRay::Trace", ["BatchGetTraces", "PutTraceSegments", "GetTraceSummaries"]),
    "sesv2": ("SES::EmailIdentity", ["SendEmail", "SendBulkEmail"]),
    "ses": ("SES::EmailIdentity", ["SendEmail", "SendRawEmail", "SendTemplatedEmail", "SendBulkTemplatedEmail",
                                   "SendBounce"]),
    "timestream-write": ("Timestream::Table", ["WriteRecords"]),
    "timestream-query": ("Timestream::Table", ["Query", "PrepareQuery"]),
    "cognito-identity": ("Cognito::IdentityPool", ["GetCredentialsForIdentity", "GetId", "GetOpenIdToken",
                         "GetOpenIdTokenForDeveloperIdentity", "UnlinkIdentity"]),
    "appconfigdata": ("AppConfig::Configuration", ["GetLatestConfiguration", "StartConfigurationSession"]),
    "kinesis-video-media": ("KinesisVideo::Stream", ["GetMedia"]),
    "location": ("GeoMaps::Provider", []),
    "iot-data": ("IoT::Thing", ["DeleteThingShadow", "GetThingShadow", "UpdateThingShadow",
                                "ListNamedShadowsForThing"]),
}
# What CloudTrail says against the rule by names (measured on records).
READS = {("kms", n) for n in "Decrypt Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext GenerateDataKeyPair "
         "GenerateDataKeyPairWithoutPlaintext GenerateMac GenerateRandom ReEncrypt Sign Verify VerifyMac "
         "DeriveSharedSecret".split()}
READS |= {("sts", n) for n in "AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity GetCallerIdentity "
          "DecodeAuthorizationMessage GetAccessKeyInfo".split()}
READS |= {("bedrock-runtime", n) for n in "InvokeModel InvokeModelWithResponseStream Converse ConverseStream".split()}
READS |= {("marketplace-agreement", "SearchAgreements"), ("dynamodb", "ExecuteStatement"),
          ("logs", "FilterLogEvents"), ("logs", "StartQuery"), ("athena", "GetQueryResults")}
WRITES = {("sts", n) for n in "AssumeRoot GetFederationToken GetSessionToken".split()}
WRITES |= {("ses", n) for n in "VerifyDomainDkim VerifyDomainIdentity VerifyEmailAddress VerifyEmailIdentity".split()}
WRITES |= {("lambda", "Invoke"), ("cognito-identity", "GetId"), ("sqs", "ReceiveMessage")}
READ_NAME = re.compile(
    r"^(Get|List|Describe|Head|Lookup|Search|Query|Scan|BatchGet|BatchDescribe|BatchList|Select|Check|Validate|Test|"
    r"Estimate|Preview|Simulate|Verify|View|Count|Detect|Discover|Filter|Download|Export(?=Server)|Is[A-Z]|Retrieve|"
    r"Resolve|Read|Show|Poll|Predict|Evaluate|Compare|Admin(Get|List)|TransactGet|Autocomplete|Suggest|Geocode|"
    r"ReverseGeocode|Calculate|Generate(Credential|ServiceLast|Organizations|Query|Policy)|Analyze|Classify|Recognize|"
    r"Translate(Text|Doc)|Synthesize|Discover|Optimize(Waypoints))")

KINDS = {"string": "s", "character": "s", "integer": "i", "long": "i", "short": "i", "float": "d", "double": "d",
         "bigdecimal": "d", "boolean": "b", "timestamp": "t", "blob": "x", "map": "m", "structure": "o"}


def members(model, shape_name):
    if not shape_name:
        return ""
    shape = model["shapes"][shape_name]
    required = set(shape.get("required", []))
    words = []
    for name, reference in shape.get("members", {}).items():
        target = model["shapes"][reference["shape"]]
        kind = target["type"]
        if kind == "list":
            inner = model["shapes"][target["member"]["shape"]]["type"]
            letter = "l" if KINDS.get(inner) == "s" else "L"
        else:
            letter = KINDS[kind]
        word = letter + name
        if name in required:
            word += "!"
        if target.get("sensitive") or reference.get("sensitive"):
            word += "*"
        words.append(word)
    return " ".join(words)


def is_read(service, operation, model):
    name = operation["name"]
    if (service, name) in READS:
        return True
    if (service, name) in WRITES:
        return False
    if READ_NAME.match(name):
        return True
    return bool(operation.get("readonly"))


def newest(folder):
    return sorted(os.listdir(folder))[-1]


def load(service):
    root = os.path.join(os.path.dirname(botocore.__file__), "data", service)
    versions = sorted(v for v in os.listdir(root) if os.path.isdir(os.path.join(root, v)))
    for version in reversed(versions):
        path = os.path.join(root, version, "service-2.json.gz")
        if os.path.exists(path):
            return json.load(gzip.open(path))
        path = path[:-3]
        if os.path.exists(path):
            return json.load(open(path))
    return None


def event_name(service, operation):
    name = operation["name"]
    if service == "lambda":
        return LAMBDA.get(name, name)
    if service == "s3":
        return S3.get(name, name)
    if service == "s3control":
        return S3CONTROL.get(name, name)
    return name


SIGN_IN = [
    ("ConsoleLogin", "w"), ("CheckMfa", "w"), ("SwitchRole", "w"), ("ExitRole", "w"), ("RenewRole", "w"),
    ("GetSigninToken", "w"), ("PasswordRecoveryRequested", "w"), ("PasswordRecoveryCompleted", "w"),
    ("PasswordUpdated", "w"), ("CredentialChallenge", "w"), ("CredentialVerification", "w"),
    ("UserAuthentication", "w"), ("EmailUpdated", "w"), ("Logout", "w"),
]


def main():
    if botocore.__version__ != PINNED:
        sys.exit(f"botocore {PINNED} is wanted, {botocore.__version__} is here")
    out = []
    root = os.path.join(os.path.dirname(botocore.__file__), "data")
    count = 0
    services = 0
    for service in sorted(os.listdir(root)):
        if not os.path.isdir(os.path.join(root, service)):
            continue
        model = load(service)
        if not model:
            continue
        services += 1
        meta = model["metadata"]
        signing = meta.get("signingName") or meta["endpointPrefix"]
        source = SOURCES.get(service, signing) + ".amazonaws.com"
        names = {service, signing, meta["endpointPrefix"], source.split(".")[0]}
        names.add(meta.get("serviceId", service).lower().replace(" ", ""))
        names.discard(service)
        out.append("\t".join(["@" + service, ",".join(sorted(names)), source, meta["apiVersion"],
                              GLOBAL.get(service, "")]).rstrip("\t"))
        data_type, data_names = DATA.get(service, ("", []))
        for name, operation in sorted(model["operations"].items()):
            operation.setdefault("name", name)
            read = is_read(service, {**operation, "name": name}, model)
            if name in data_names:
                kind = ("R" if read else "W") + data_type
            else:
                kind = "r" if read else "w"
            spelled = event_name(service, {**operation, "name": name})
            if service == "cloudfront":
                spelled = operation["name"]
            label = name if spelled == name else f"{name}={spelled}"
            inp = members(model, operation.get("input", {}).get("shape"))
            outp = members(model, operation.get("output", {}).get("shape"))
            out.append("\t".join([label, kind, inp, outp]).rstrip("\t"))
            count += 1
    out.append("@signin\tconsole\tsignin.amazonaws.com")
    for name, kind in SIGN_IN:
        out.append(f"{name}\t{kind}")
        count += 1
    print(f"# AWS's services and operations, made by make-catalogue.py from botocore {PINNED} "
          "(Apache-2.0, Amazon.com, Inc. or its affiliates).")
    print("\n".join(out))
    print(f"{services + 1} services, {count} operations", file=sys.stderr)


if __name__ == "__main__":
    main()
