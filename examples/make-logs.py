#!/usr/bin/env python3
"""Makes the example logs: a week of one small company's CloudTrail, with six incidents in it.

    make-logs.py --out examples/logs      write them, in the layout of an S3 bucket
    make-logs.py --check examples/logs    compare what is there, once inflated, with what would be written

Everything is made up: accounts, people, keys, addresses (of the ranges kept for documentation). The same
records come out of every run on every machine; only deflate may spell the .gz bytes in another way, which is
why --check looks inside. Nothing but the standard library is needed.
"""
import argparse
import datetime
import gzip
import json
import pathlib
import sys

WEEK = datetime.datetime(2026, 11, 15, tzinfo=datetime.timezone.utc)
DAYS = 7
PROD, DEV, AUDIT = "111122223333", "444455556666", "777788889999"
VIRGINIA, IRELAND, OREGON = "us-east-1", "eu-west-1", "us-west-2"

OFFICE, HOME, VPN = "198.51.100.24", "198.51.100.81", "2001:db8:52::17"
THIEF, LEAK, GUESSER = "203.0.113.7", "203.0.113.177", "203.0.113.99"

MAC_CLI = "aws-cli/2.31.8 md/awscrt#0.27.6 ua/2.1 os/macos#25.1.0 md/arch#arm64 lang/python#3.13.7"
KALI_CLI = "aws-cli/2.15.30 Python/3.11.8 Linux/6.6.15-amd64 exe/x86_64.kali.2024"
CI_SDK = "Boto3/1.40.21 md/Botocore#1.40.21 ua/2.1 os/linux#6.8.0 lang/python#3.12.3"
TERRAFORM = "APN/1.0 HashiCorp/1.0 Terraform/1.13.1 (+https://www.terraform.io) aws-sdk-go-v2/1.38.0"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"
SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15"
AGENT = "aws-sdk-go-v2/1.38.0 ua/2.1 os/linux lang/go#1.25.1 md/GOOS#linux md/GOARCH#arm64"

# The version is each service's own; a newer record has a newer one.
VERSIONS = {"sts": "1.08", "signin": "1.08", "iam": "1.10", "ec2": "1.10", "cloudtrail": "1.11",
            "s3": "1.11", "kms": "1.11", "secretsmanager": "1.11"}
DEFAULT_VERSION = "1.09"
# Where a service's calls are logged when not in the Region that was called.
GLOBAL_SERVICES = {"iam": VIRGINIA, "organizations": VIRGINIA}


class Dice:
    """Random numbers of our own (splitmix64), so that no Python release changes the logs."""

    def __init__(self, seed):
        self.state = seed

    def bits(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & (2**64 - 1)
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & (2**64 - 1)
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & (2**64 - 1)
        return z ^ (z >> 31)

    def below(self, n):
        return self.bits() % n

    def pick(self, options):
        return options[self.below(len(options))]

    def text(self, alphabet, count):
        return "".join(self.pick(alphabet) for _ in range(count))

    def hex(self, count):
        return self.text("0123456789abcdef", count)

    def uuid(self):
        return f"{self.hex(8)}-{self.hex(4)}-4{self.hex(3)}-{self.pick('89ab')}{self.hex(3)}-{self.hex(12)}"

    def identifier(self, prefix, count=16):
        return prefix + self.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", count)


dice = Dice(20261122)
DIGITS = "0123456789"
UPPER = DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LETTERS = UPPER + "abcdefghijklmnopqrstuvwxyz"


def at(day, clock):
    """The time of day `day` of the week (1 to 7), such as at(3, "14:02:11")."""
    parts = [int(p) for p in clock.split(":")] + [0]
    return WEEK + datetime.timedelta(days=day - 1, hours=parts[0], minutes=parts[1], seconds=parts[2])


def iso(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def after(time, seconds):
    return time + datetime.timedelta(seconds=seconds)


# ---- who ------------------------------------------------------------------------------------------------------

class Caller:
    """Somebody who calls: an identity, and where the calls come from."""

    def __init__(self, identity, ip, agent, account=PROD, from_console=False):
        self.identity, self.ip, self.agent = identity, ip, agent
        self.account, self.from_console = account, from_console

    def elsewhere(self, ip, agent):
        """The same credentials in other hands."""
        return Caller(self.identity, ip, agent, self.account, self.from_console)


PRINCIPAL_IDS = {}


def principal_id(prefix, account, name):
    key = (prefix, account, name)
    if key not in PRINCIPAL_IDS:
        PRINCIPAL_IDS[key] = dice.identifier(prefix, 17)
    return PRINCIPAL_IDS[key]


def session_context(time, mfa, issuer=None):
    context = {"sessionIssuer": issuer, "webIdFederationData": {}} if issuer else {}
    context["attributes"] = {"creationDate": iso(time), "mfaAuthenticated": "true" if mfa else "false"}
    return context


def user(name, ip, agent, key=None, account=PROD, console_since=None, mfa=False):
    """An IAM user, by an access key or (console_since) by a browser session."""
    identity = {"type": "IAMUser", "principalId": principal_id("AIDA", account, name),
                "arn": f"arn:aws:iam::{account}:user/{name}", "accountId": account,
                "accessKeyId": key or dice.identifier("ASIA"), "userName": name}
    if console_since:
        identity["sessionContext"] = session_context(console_since, mfa)
    return Caller(identity, ip, agent, account, from_console=console_since is not None)


def role_session(role, session, ip, agent, since, account=PROD, key=None, path="", mfa=False):
    """A role's temporary credentials."""
    role_id = principal_id("AROA", account, role)
    issuer = {"type": "Role", "principalId": role_id, "arn": f"arn:aws:iam::{account}:role/{path}{role}",
              "accountId": account, "userName": role}
    identity = {"type": "AssumedRole", "principalId": f"{role_id}:{session}",
                "arn": f"arn:aws:sts::{account}:assumed-role/{role}/{session}", "accountId": account,
                "accessKeyId": key or dice.identifier("ASIA"),
                "sessionContext": session_context(since, mfa, issuer)}
    return Caller(identity, ip, agent, account)


def service(name, account=PROD):
    """An AWS service that calls on somebody's behalf."""
    host = f"{name}.amazonaws.com"
    return Caller({"type": "AWSService", "invokedBy": host}, host, host, account)


# ---- what -----------------------------------------------------------------------------------------------------

RECORDS = []


def call(caller, time, api, region=VIRGINIA, params=None, response=None, error=None, extra=None,
         resources=None, data=False, read=None, kind="AwsApiCall", shared=None, account=None):
    """Records one call of `api` ("s3:DeleteBucket"): the members in the order in which AWS writes them."""
    prefix, name = api.split(":")
    if read is None:
        read = name.startswith(("Get", "List", "Describe", "Head", "Lookup", "BatchGet")) or \
            name in ("Decrypt", "GenerateDataKey", "AssumeRole")
    region = GLOBAL_SERVICES.get(prefix, region)
    by_service = caller.identity.get("type") == "AWSService"
    record = {"eventVersion": VERSIONS.get(prefix, DEFAULT_VERSION), "userIdentity": caller.identity,
              "eventTime": iso(time), "eventSource": f"{prefix}.amazonaws.com", "eventName": name,
              "awsRegion": region, "sourceIPAddress": caller.ip, "userAgent": caller.agent}
    if error:
        record["errorCode"], record["errorMessage"] = error
        response = None
    record["requestParameters"] = params
    record["responseElements"] = response
    if prefix == "s3":
        extra = {"SignatureVersion": "SigV4", "CipherSuite": "TLS_AES_128_GCM_SHA256", "bytesTransferredIn": 0.0,
                 "AuthenticationMethod": "AuthHeader", "x-amz-id-2": dice.text(LETTERS, 75) + "=",
                 "bytesTransferredOut": 243.0 if error else 0.0, **(extra or {})}
    if extra:
        record["additionalEventData"] = extra
    if kind == "AwsApiCall":
        record["requestID"] = dice.text(UPPER, 16) if prefix == "s3" else dice.uuid()
    record["eventID"] = dice.uuid()
    record["readOnly"] = read
    if resources:
        record["resources"] = resources
    record["eventType"] = kind
    if prefix == "logs":
        record["apiVersion"] = "20140328"
    record["managementEvent"] = not data
    record["recipientAccountId"] = account or caller.account
    if by_service or shared:
        record["sharedEventID"] = shared or dice.uuid()
    record["eventCategory"] = "Data" if data else "Management"
    if not by_service and kind == "AwsApiCall" and not caller.from_console:
        host = "iam.amazonaws.com" if prefix == "iam" else f"{prefix}.{region}.amazonaws.com"
        if prefix == "s3" and params and "bucketName" in params:
            host = f"{params['bucketName']}.{host}"
        record["tlsDetails"] = {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
                                "clientProvidedHostHeader": host}
    if caller.from_console:
        record["sessionCredentialFromConsole"] = "true"
    RECORDS.append((time, record))
    return record


def bucket_of(name, account=PROD):
    return {"accountId": account, "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{name}"}


def bucket_call(caller, time, name, bucket, region=VIRGINIA, error=None, **params):
    return call(caller, time, f"s3:{name}", region, error=error, resources=[bucket_of(bucket)],
                params={"bucketName": bucket, "Host": f"{bucket}.s3.{region}.amazonaws.com", **params})


def object_call(caller, time, name, bucket, key, size=0, region=VIRGINIA, error=None):
    """One data event on an object; `size` is what went over the wire."""
    direction = "bytesTransferredIn" if name == "PutObject" else "bytesTransferredOut"
    response = {"x-amz-server-side-encryption": "AES256"} if name == "PutObject" else None
    return call(caller, time, f"s3:{name}", region, response=response, error=error, data=True,
                params={"bucketName": bucket, "Host": f"{bucket}.s3.{region}.amazonaws.com", "key": key},
                extra={direction: float(size)} if size and not error else None,
                resources=[{"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{bucket}/{key}"},
                           bucket_of(bucket)])


def denied(caller, action, resource):
    """AccessDenied in the words of IAM."""
    return ("AccessDenied", f"User: {caller.identity['arn']} is not authorized to perform: {action} on "
            f"resource: {resource} because no identity-based policy allows the {action} action")


def denied_by_ec2(caller, action):
    """EC2 has a code of its own, and a message that only the account's owner can decode."""
    return ("Client.UnauthorizedOperation", "You are not authorized to perform this operation. User: "
            f"{caller.identity['arn']} is not authorized to perform: ec2:{action} because no identity-based "
            f"policy allows the ec2:{action} action. Encoded authorization failure message: "
            + dice.text(LETTERS + "-_", 96))


def assume_role(caller, time, role, session, account=PROD, region=VIRGINIA, error=None):
    """AssumeRole; gives back the access key that it issued. Across accounts both sides get a record."""
    arn, key = f"arn:aws:iam::{account}:role/{role}", dice.identifier("ASIA")
    # STS leaves the parameters out of a call that it refuses.
    params = None if error else {"roleArn": arn, "roleSessionName": session, "durationSeconds": 3600}
    response = {"credentials": {"accessKeyId": key, "sessionToken": dice.text(LETTERS + "+/", 64),
                                "expiration": after(time, 3600).strftime("%b %-d, %Y, %-I:%M:%S %p")},
                "assumedRoleUser": {"assumedRoleId": f"{principal_id('AROA', account, role)}:{session}",
                                    "arn": f"arn:aws:sts::{account}:assumed-role/{role}/{session}"}}
    resources = None if error else [{"accountId": account, "type": "AWS::IAM::Role", "ARN": arn}]
    across = caller.account != account and caller.identity["type"] != "AWSService"
    shared = dice.uuid() if across else None
    call(caller, time, "sts:AssumeRole", region, params, response, error, resources=resources, shared=shared)
    if across:
        stranger = Caller({"type": "AWSAccount", "principalId": caller.identity["principalId"],
                           "accountId": caller.account}, caller.ip, caller.agent, account)
        call(stranger, time, "sts:AssumeRole", region, params, response, error, resources=resources,
             shared=shared, account=account)
    return key


def sign_in(name, time, ip, agent, outcome="Success", mfa=False, account=PROD, region=VIRGINIA, root=False):
    """ConsoleLogin: a failure has a message and no errorCode, and there is never a requestID."""
    failed = outcome == "Failure"
    if root:
        identity = {"type": "Root", "principalId": account, "arn": f"arn:aws:iam::{account}:root",
                    "accountId": account, "accessKeyId": ""}
    else:
        identity = {"type": "IAMUser", "accountId": account, "accessKeyId": "", "userName": name} if failed \
            else {"type": "IAMUser", "principalId": principal_id("AIDA", account, name),
                  "arn": f"arn:aws:iam::{account}:user/{name}", "accountId": account, "userName": name}
    extra = {"LoginTo": "https://console.aws.amazon.com/console/home?hashArgs=%23&isauthcode=true",
             "MobileVersion": "No", "MFAUsed": "Yes" if mfa else "No"}
    if mfa:
        extra["MFAIdentifier"] = f"arn:aws:iam::{account}:mfa/{name}"
    record = call(Caller(identity, ip, agent, account), time, "signin:ConsoleLogin", region, read=False,
                  response={"ConsoleLogin": outcome}, extra=extra, kind="AwsConsoleSignIn")
    if failed:
        insert_after(record, "userAgent", "errorMessage", "Failed authentication")
    record["tlsDetails"] = {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
                            "clientProvidedHostHeader": f"{region}.signin.aws.amazon.com"}


def insert_after(record, member, name, value):
    members = list(record.items())
    record.clear()
    for key, old in members:
        record[key] = old
        if key == member:
            record[name] = value


# ---- an ordinary week -------------------------------------------------------------------------------------------

BOB_KEY, CI_KEY, CAROL_KEY = "AKIAQ7EXAMPLE3BOB57Q", "AKIAQ7EXAMPLE5CIDPLY", "AKIAQ7EXAMPLE2CAROL4"
DAVE_KEY = "AKIAQ7EXAMPLE6DAVEK2"
INVENTORY = ["ec2:DescribeInstances", "ec2:DescribeVolumes", "ec2:DescribeSecurityGroups", "ec2:DescribeVpcs",
             "ec2:DescribeSubnets", "s3:ListBuckets", "rds:DescribeDBInstances", "kms:ListKeys",
             "lambda:ListFunctions20150331", "cloudtrail:DescribeTrails", "elasticloadbalancing:DescribeLoadBalancers",
             "dynamodb:ListTables", "sns:ListTopics", "autoscaling:DescribeAutoScalingGroups"]


def inventory_sweep(day):
    """The Config recorder looks at everything, every six hours, in every account and Region."""
    for account, region in [(PROD, VIRGINIA), (PROD, IRELAND), (DEV, OREGON)]:
        for hour in (1, 7, 13, 19):
            start = at(day, f"{hour}:{10 + dice.below(20)}")
            recorder = role_session("AWSServiceRoleForConfig", "ConfigResourceCompositionSession",
                                    "config.amazonaws.com", "config.amazonaws.com", start, account,
                                    path="aws-service-role/config.amazonaws.com/")
            recorder.identity["invokedBy"] = "config.amazonaws.com"
            for second, api in enumerate(INVENTORY):
                params = {"Host": f"s3.{region}.amazonaws.com"} if api == "s3:ListBuckets" else \
                    {"maxResults": 1000} if api.startswith("ec2:") else None
                call(recorder, after(start, second), api, region, params)


def application(day):
    """The web shop's instances fetch their secret, decrypt it, and keep files in a bucket."""
    fleet = [("i-0a1b2c3d4e5f60718", VIRGINIA, "10.20.1.15"), ("i-0a1b2c3d4e5f60729", VIRGINIA, "10.20.2.31"),
             ("i-0f9e8d7c6b5a40312", IRELAND, "10.40.1.8")]
    for instance, region, ip in fleet:
        for hour in (2, 8, 12, 16, 21):
            start = at(day, f"{hour}:{dice.below(55):02d}")
            # The same minute's AssumeRole is the instance profile at work.
            key = assume_role(service("ec2"), start, "ShopServer", instance, region=region)
            shop = role_session("ShopServer", instance, ip, AGENT, start, key=key)
            shop.identity["sessionContext"]["ec2RoleDelivery"] = "2.0"
            secret = f"arn:aws:secretsmanager:{region}:{PROD}:secret:shop/database-Xy12Ab"
            call(shop, after(start, 2), "secretsmanager:GetSecretValue", region, {"secretId": secret})
            kms_key = f"arn:aws:kms:{region}:{PROD}:key/0c3f7a52-8d1e-4b6a-9f20-5e7d1c2b3a49"
            call(shop, after(start, 3), "kms:Decrypt", region,
                 {"encryptionContext": {"SecretARN": secret}, "encryptionAlgorithm": "SYMMETRIC_DEFAULT"},
                 resources=[{"accountId": PROD, "type": "AWS::KMS::Key", "ARN": kms_key}])
            for n in range(7 + dice.below(6)):
                key = f"uploads/{start:%Y/%m/%d}/{dice.hex(12)}.jpg"
                object_call(shop, after(start, 10 + 7 * n), dice.pick(["PutObject", "GetObject"]),
                            "acme-shop-uploads", key, 40_000 + dice.below(900_000), region)
            if dice.below(4) == 0:
                object_call(shop, after(start, 90), "GetObject", "acme-shop-uploads", "uploads/missing.jpg",
                            region=region, error=("NoSuchKey", "The specified key does not exist."))
            call(shop, after(start, 100), "ssm:UpdateInstanceInformation", region,
                 {"agentName": "amazon-ssm-agent", "instanceId": instance, "agentVersion": "3.3.2299.0"})


def thumbnails(day):
    """A function that runs when a picture arrives."""
    for hour in (9, 15):
        start = at(day, f"{hour}:{30 + dice.below(20)}")
        key = assume_role(service("lambda"), start, "ThumbnailFunction", "thumbnail")
        function = role_session("ThumbnailFunction", "thumbnail", "10.20.9.4", CI_SDK, start, key=key)
        group = "/aws/lambda/thumbnail"
        for n in range(3):
            call(function, after(start, 5 + n), "logs:CreateLogStream", params={
                "logGroupName": group, "logStreamName": f"{start:%Y/%m/%d}/[$LATEST]{dice.hex(32)}"})


def nightly_backup(day):
    """Snapshots at three in the morning; the oldest one goes."""
    start = at(day, "03:00:05")
    key = assume_role(service("backup"), start, "NightlyBackup", "AWSBackup-nightly")
    backup = role_session("NightlyBackup", "AWSBackup-nightly", "backup.amazonaws.com", "backup.amazonaws.com",
                          start, key=key)
    backup.identity["invokedBy"] = "backup.amazonaws.com"
    for n in range(5):
        volume = f"vol-0{n}7c5d3e1f9a8b642"
        call(backup, after(start, 7 + 7 * n), "ec2:CreateSnapshot", params={"volumeId": volume},
             response={"requestId": dice.uuid(), "snapshotId": f"snap-0{dice.hex(16)}", "volumeId": volume,
                       "status": "pending", "ownerId": PROD, "volumeSize": "100", "encrypted": True})
        call(backup, after(start, 60 + 7 * n), "ec2:DeleteSnapshot",
             params={"snapshotId": f"snap-0{dice.hex(16)}", "force": False},
             response={"requestId": dice.uuid(), "_return": True})


def deployments(day):
    """The pipeline ships on working days, each time under the deployment role."""
    if at(day, "0:00").weekday() >= 5:
        return
    pipeline = user("ci-deploy", OFFICE, CI_SDK, CI_KEY)
    for hour in (10, 14, 16):
        start = at(day, f"{hour}:{5 + dice.below(50):02d}")
        key = assume_role(pipeline, start, "Deploy", f"build-{4000 + day * 10 + hour}")
        deploy = role_session("Deploy", f"build-{4000 + day * 10 + hour}", OFFICE, TERRAFORM, start, key=key)
        call(deploy, after(start, 5), "ecs:RegisterTaskDefinition", params={
            "family": "shop", "networkMode": "awsvpc", "cpu": "512", "memory": "1024",
            "containerDefinitions": [{"name": "shop", "essential": True,
                                      "image": f"{PROD}.dkr.ecr.us-east-1.amazonaws.com/shop:{dice.hex(7)}"}]})
        call(deploy, after(start, 8), "ecs:UpdateService", params={
            "cluster": "shop", "service": "web", "desiredCount": 2, "taskDefinition": "shop"})
        function = f"arn:aws:lambda:us-east-1:{PROD}:function:thumbnail"
        call(deploy, after(start, 12), "lambda:UpdateFunctionCode20150331v2", params={
            "functionName": function, "s3Bucket": "acme-artifacts", "s3Key": f"thumbnail/{dice.hex(7)}.zip",
            "publish": True, "dryRun": False}, response={"functionName": "thumbnail", "functionArn": function,
                                                         "runtime": "python3.13", "timeout": 30, "codeSize": 48211})
        for n in range(4):
            throttled = ("ThrottlingException", "Rate exceeded") if n == 2 and dice.below(3) == 0 else None
            call(deploy, after(start, 20 + 10 * n), "ecs:DescribeServices", error=throttled,
                 params={"cluster": "shop", "services": ["web"]})


def people(day):
    """What the staff did: Alice in the console, Bob and Carol on the command line, Erin and Frank by SSO."""
    if at(day, "0:00").weekday() >= 5:
        return
    morning = at(day, f"08:{10 + dice.below(40)}:{dice.below(60):02d}")
    sign_in("alice", morning, OFFICE, FIREFOX, mfa=True)
    alice = user("alice", OFFICE, FIREFOX, console_since=morning, mfa=True)
    for n, api in enumerate(["iam:ListUsers", "iam:ListRoles", "iam:GetAccountSummary", "s3:ListBuckets",
                             "cloudtrail:LookupEvents", "ec2:DescribeInstances"]):
        call(alice, after(morning, 40 + 25 * n), api,
             params={"Host": "s3.us-east-1.amazonaws.com"} if api == "s3:ListBuckets" else
             {"maxResults": 50} if api == "cloudtrail:LookupEvents" else None)

    bob = user("bob", OFFICE, MAC_CLI, BOB_KEY)
    start = at(day, f"10:{20 + dice.below(30)}")
    for n in range(4):
        key = f"2026/{1 + dice.below(10):02d}/salaries.csv"
        object_call(bob, after(start, 11 * n), "GetObject", "payroll-2026", key, 18_000 + dice.below(4_000))
    call(bob, after(start, 60), "sts:GetCallerIdentity")
    bucket_call(bob, after(start, 70), "GetBucketPolicy", "acme-artifacts", policy="",
                error=("NoSuchBucketPolicy", "The bucket policy does not exist"))

    carol = user("carol", HOME, MAC_CLI, CAROL_KEY)
    start = at(day, f"11:{10 + dice.below(30)}")
    call(carol, start, "cloudtrail:GetTrailStatus", params={"name": "org-trail"})
    call(carol, after(start, 8), "ec2:DescribeInstances", IRELAND, {"filterSet": {"items": [
        {"name": "tag:team", "valueSet": {"items": [{"value": "shop"}]}}]}, "instancesSet": {}})
    instance = {"instanceId": f"i-0{dice.hex(16)}"}
    call(carol, after(start, 30), "ec2:TerminateInstances", IRELAND, {"instancesSet": {"items": [instance]}},
         {"requestId": dice.uuid(), "instancesSet": {"items": [{
             **instance, "currentState": {"code": 32, "name": "shutting-down"},
             "previousState": {"code": 16, "name": "running"}}]}})

    for person, role, account in [("erin@example.com", "AWSReservedSSO_Administrator_8c1d2e3f4a5b6c7d", PROD),
                                  ("frank@example.com", "AWSReservedSSO_ReadOnly_1f2e3d4c5b6a7988", DEV)]:
        start = at(day, f"13:{dice.below(50):02d}")
        single_sign_on(person, role, account, start)
        session = role_session(role, person, VPN, SAFARI, start, account,
                               path="aws-reserved/sso.amazonaws.com/")
        session.from_console = True
        for n, api in enumerate(["ec2:DescribeInstances", "rds:DescribeDBInstances", "kms:ListAliases"]):
            call(session, after(start, 20 + 15 * n), api)


def single_sign_on(person, role, account, time):
    """A federated sign-in: the identity provider knows about MFA, AWS does not."""
    session = role_session(role, person, VPN, SAFARI, time, account, path="aws-reserved/sso.amazonaws.com/")
    session.identity["accessKeyId"] = ""
    call(session, after(time, 4), "signin:ConsoleLogin", read=False, response={"ConsoleLogin": "Success"},
         extra={"LoginTo": "https://us-east-1.console.aws.amazon.com/", "MobileVersion": "No", "MFAUsed": "No",
                "SamlProviderArn": f"arn:aws:iam::{account}:saml-provider/AWSSSO_3a1b2c3d4e5f6071_DO_NOT_DELETE"},
         kind="AwsConsoleSignIn")


def audit_visit(day):
    """The auditor comes from an account of her own, so both accounts have a record of it."""
    start = at(day, "15:30:20")
    auditor = user("grace", VPN, MAC_CLI, account=AUDIT)
    key = assume_role(auditor, start, "OrganizationAudit", "grace")
    session = role_session("OrganizationAudit", "grace", VPN, MAC_CLI, start, key=key)
    for n, api in enumerate(["iam:GetAccountSummary", "iam:ListUsers", "cloudtrail:DescribeTrails"]):
        call(session, after(start, 10 + 9 * n), api)
    call(session, after(start, 50), "iam:GetUser", params={"userName": "former-employee"}, error=(
        "NoSuchEntityException", "The user with name former-employee cannot be found."))


def key_rotation(day):
    """A key's yearly rotation: an event that no API call made. Its identity has no type."""
    internal = Caller({"accountId": PROD, "invokedBy": "AWS Internal"}, "AWS Internal", "AWS Internal")
    key = f"arn:aws:kms:us-east-1:{PROD}:key/0c3f7a52-8d1e-4b6a-9f20-5e7d1c2b3a49"
    record = call(internal, at(day, "04:17:33"), "kms:RotateKey", read=False, kind="AwsServiceEvent",
                  resources=[{"accountId": PROD, "type": "AWS::KMS::Key", "ARN": key}])
    insert_after(record, "recipientAccountId", "serviceEventDetails", {"keyId": key.rsplit("/", 1)[1]})


# ---- six incidents ------------------------------------------------------------------------------------------------

def who_deleted_the_bucket():
    """Bob's key, in a thief's hands, gives itself the rights that it lacks and deletes payroll-2026."""
    bob = user("bob", OFFICE, MAC_CLI, BOB_KEY)
    bucket_call(bob, at(5, "16:20:02"), "DeleteBucket", "bob-scratch")  # his own, and rightly so
    thief, bucket = bob.elsewhere(THIEF, KALI_CLI), "payroll-2026"
    call(thief, at(7, "13:49:30"), "sts:GetCallerIdentity")
    call(thief, at(7, "13:49:52"), "s3:ListBuckets", params={"Host": "s3.us-east-1.amazonaws.com"})
    for clock in ("13:52:19", "13:52:44"):
        bucket_call(thief, at(7, clock), "DeleteBucket", bucket,
                    error=denied(thief, "s3:DeleteBucket", f'"arn:aws:s3:::{bucket}"'))
    call(thief, at(7, "13:55:03"), "iam:AttachUserPolicy", params={
        "userName": "bob", "policyArn": "arn:aws:iam::aws:policy/AmazonS3FullAccess"})
    bucket_call(thief, at(7, "14:02:11"), "DeleteBucket", bucket, error=(
        "BucketNotEmpty", "The bucket you tried to delete is not empty"))
    for n in range(12):
        object_call(thief, after(at(7, "14:02:40"), 4 * n), "DeleteObject", bucket, f"2026/{n + 1:02d}/salaries.csv")
    bucket_call(thief, at(7, "14:03:40"), "DeleteBucket", bucket)


def what_one_access_key_did():
    """The pipeline's key leaks: from a new address it copies invoices, then takes a role to read secrets."""
    leaked = user("ci-deploy", LEAK, KALI_CLI, CI_KEY)
    start = at(5, "23:02:00")
    call(leaked, start, "sts:GetCallerIdentity")
    call(leaked, after(start, 9), "s3:ListBuckets", params={"Host": "s3.us-east-1.amazonaws.com"})
    for n in range(90):
        object_call(leaked, after(start, 20 + 3 * n), "GetObject", "acme-invoices",
                    f"2026/{1 + n % 11:02d}/invoice-{1000 + n}.pdf", 90_000 + dice.below(60_000))
    call(leaked, after(start, 330), "iam:CreateAccessKey", params={"userName": "ci-deploy"}, error=denied(
        leaked, "iam:CreateAccessKey", f"arn:aws:iam::{PROD}:user/ci-deploy"))
    key = assume_role(leaked, after(start, 360), "Deploy", "maintenance")
    taken = role_session("Deploy", "maintenance", LEAK, KALI_CLI, after(start, 360), key=key)
    call(taken, after(start, 372), "secretsmanager:ListSecrets", params={"maxResults": 100})
    for n, name in enumerate(["shop/database-Xy12Ab", "shop/payment-provider-Qr34Cd", "shop/mail-St56Ef"]):
        call(taken, after(start, 380 + 6 * n), "secretsmanager:GetSecretValue", params={
            "secretId": f"arn:aws:secretsmanager:us-east-1:{PROD}:secret:{name}"})


def who_signed_in():
    """Carol's password is guessed, and the root user of the development account has no MFA."""
    for n in range(3):
        sign_in("HIDDEN_DUE_TO_SECURITY_REASONS", after(at(4, "03:06:10"), 21 * n), GUESSER, FIREFOX, "Failure")
    for n in range(24):
        sign_in("carol", after(at(4, "03:08:00"), 14 * n + dice.below(6)), GUESSER, FIREFOX, "Failure")
    sign_in("carol", at(4, "03:14:21"), GUESSER, FIREFOX)
    guesser = user("carol", GUESSER, FIREFOX, console_since=at(4, "03:14:21"))
    call(guesser, at(4, "03:15:02"), "iam:ListUsers")
    call(guesser, at(4, "03:16:40"), "iam:CreateLoginProfile", params={
        "userName": "backup-admin", "passwordResetRequired": False}, error=denied(
        guesser, "iam:CreateLoginProfile", f"arn:aws:iam::{PROD}:user/backup-admin"))
    sign_in("alice", at(3, "08:02:30"), OFFICE, FIREFOX, "Failure", mfa=True)  # a slip of the finger
    sign_in("root", at(2, "19:41:08"), HOME, SAFARI, account=DEV, root=True)


def who_was_refused():
    """Dave, a contractor, tries what he may not: every service has words of its own for no."""
    dave = user("dave-contractor", HOME, MAC_CLI, DAVE_KEY)
    start = at(3, "17:10:00")
    for n, action in enumerate(["DescribeInstances", "DescribeSnapshots", "DescribeImages", "CreateSnapshot",
                                "ModifySnapshotAttribute", "RunInstances", "DescribeKeyPairs"]):
        call(dave, after(start, 12 * n), f"ec2:{action}", OREGON, {"dryRun": False},
             error=denied_by_ec2(dave, action))
    for n, bucket in enumerate(["payroll-2026", "acme-invoices", "acme-artifacts"]):
        bucket_call(dave, after(start, 100 + 9 * n), "GetBucketPolicy", bucket, policy="",
                    error=("AccessDenied", "Access Denied"))
    call(dave, after(start, 140), "lambda:ListFunctions20150331", OREGON, error=(
        "AccessDeniedException", f"User: {dave.identity['arn']} is not authorized to perform: lambda:ListFunctions "
        "on resource: * because no identity-based policy allows the lambda:ListFunctions action"))
    assume_role(dave, after(start, 160), "Administrator", "dave", region=OREGON, error=denied(
        dave, "sts:AssumeRole", f"arn:aws:iam::{PROD}:role/Administrator"))


def who_tampered_with_the_trail():
    """Dave stops the trail, deletes it twelve minutes later, and what he does next we shall not know."""
    trail = f"arn:aws:cloudtrail:us-east-1:{PROD}:trail/org-trail"
    carol = user("carol", HOME, MAC_CLI, CAROL_KEY)
    call(carol, at(3, "11:58:00"), "cloudtrail:StopLogging", params={"name": trail})  # announced maintenance
    call(carol, at(3, "12:03:10"), "cloudtrail:StartLogging", params={"name": trail})
    dave = user("dave-contractor", VPN, KALI_CLI, DAVE_KEY)
    call(dave, at(6, "01:04:12"), "cloudtrail:DescribeTrails",
         params={"trailNameList": [], "includeShadowTrails": True})
    call(dave, at(6, "01:05:40"), "cloudtrail:GetTrailStatus", params={"name": trail})
    call(dave, at(6, "01:06:02"), "cloudtrail:DeleteTrail", params=None, error=(
        "AccessDeniedException", f"User: {dave.identity['arn']} is not authorized to perform: "
        f"cloudtrail:DeleteTrail on resource: {trail} because no identity-based policy allows the "
        "cloudtrail:DeleteTrail action"))
    call(dave, at(6, "01:07:00"), "cloudtrail:StopLogging", params={"name": trail})
    call(dave, at(6, "01:09:25"), "iam:PutUserPolicy", params={
        "userName": "dave-contractor", "policyName": "maintenance", "policyDocument": json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "cloudtrail:*", "Resource": "*"}]})})
    call(dave, at(6, "01:19:30"), "cloudtrail:DeleteTrail", params={"name": trail})
    call(carol, at(6, "08:15:00"), "cloudtrail:CreateTrail", params={
        "name": "org-trail", "s3BucketName": "acme-audit-logs", "isMultiRegionTrail": True,
        "includeGlobalServiceEvents": True, "enableLogFileValidation": True}, response={
        "name": "org-trail", "s3BucketName": "acme-audit-logs", "includeGlobalServiceEvents": True,
        "isMultiRegionTrail": True, "trailARN": trail, "logFileValidationEnabled": True, "isOrganizationTrail": False})
    call(carol, at(6, "08:15:09"), "cloudtrail:StartLogging", params={"name": trail})


def who_opened_the_door():
    """Two security groups are opened to the world, one over IPv4 and one over IPv6; one is closed again."""
    morning = at(2, "09:30:00")
    alice = user("alice", OFFICE, FIREFOX, console_since=morning, mfa=True)
    office = {"ipRanges": {"items": [{"cidrIp": f"{OFFICE}/32", "description": "office"}]}, "ipv6Ranges": {}}
    world = {"ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}, "ipv6Ranges": {}}
    world6 = {"ipRanges": {}, "ipv6Ranges": {"items": [{"cidrIpv6": "::/0"}]}}
    key = assume_role(service("cloudformation"), at(4, "15:21:00"), "StackBuilder", "AWSCloudFormation")
    stack = role_session("StackBuilder", "AWSCloudFormation", "cloudformation.amazonaws.com",
                         "cloudformation.amazonaws.com", at(4, "15:21:00"), key=key)
    stack.identity["invokedBy"] = "cloudformation.amazonaws.com"
    for caller, time, name, group, port, ranges, region in [
            (alice, at(2, "09:41:00"), "Authorize", "sg-0d4e5f60718293a4b", 22, office, VIRGINIA),
            (alice, at(2, "09:44:10"), "Authorize", "sg-0d4e5f60718293a4b", 22, world, VIRGINIA),
            (alice, at(2, "09:52:35"), "Revoke", "sg-0d4e5f60718293a4b", 22, world, VIRGINIA),
            (stack, at(4, "15:21:40"), "Authorize", "sg-0a9b8c7d6e5f40312", 3389, world6, IRELAND)]:
        rule = {"ipProtocol": "tcp", "fromPort": port, "toPort": port, "groups": {}, **ranges, "prefixListIds": {}}
        call(caller, time, f"ec2:{name}SecurityGroupIngress", region,
             {"groupId": group, "ipPermissions": {"items": [rule]}}, {"requestId": dice.uuid(), "_return": True})


# ---- files --------------------------------------------------------------------------------------------------------

def make_records():
    for day in range(1, DAYS + 1):
        for routine in (inventory_sweep, application, thumbnails, nightly_backup, deployments, people):
            routine(day)
    audit_visit(4)
    key_rotation(5)
    for incident in (who_deleted_the_bucket, what_one_access_key_did, who_signed_in, who_was_refused,
                     who_tampered_with_the_trail, who_opened_the_door):
        incident()


def log_files():
    """Path and text of every log file: one for each account, Region, category and five minutes."""
    groups = {}
    for time, record in RECORDS:
        mark = -(-int(time.timestamp()) // 300) * 300
        key = (record["recipientAccountId"], record["awsRegion"], mark, record["eventCategory"])
        groups.setdefault(key, []).append(record)
    for account, region, mark, category in sorted(groups):
        records = groups[account, region, mark, category]
        # CloudTrail promises no order inside a file, and keeps none.
        records[::4] = reversed(records[::4])
        stamp = datetime.datetime.fromtimestamp(mark, datetime.timezone.utc)
        name = f"{account}_CloudTrail_{region}_{stamp:%Y%m%dT%H%MZ}_{dice.text(LETTERS, 16)}.json.gz"
        path = pathlib.PurePosixPath("AWSLogs", account, "CloudTrail", region, f"{stamp:%Y/%m/%d}", name)
        yield path, json.dumps({"Records": records}, separators=(",", ":")).encode()


def write(files, out):
    for path, text in files.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(gzip.compress(text, 9, mtime=0))


def check(files, out):
    """Complains of the first file that is missing, left over, or has another content."""
    there = {p.relative_to(out).as_posix(): p for p in out.rglob("*.json.gz")}
    for path in sorted(there.keys() ^ {str(p) for p in files}):
        sys.exit(f"{path}: {'left over' if path in there else 'missing'}")
    for path, text in files.items():
        if gzip.decompress(there[str(path)].read_bytes()) != text:
            sys.exit(f"{path}: another content than this script makes")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--out", type=pathlib.Path, metavar="FOLDER")
    action.add_argument("--check", type=pathlib.Path, metavar="FOLDER")
    options = parser.parse_args()
    make_records()
    files = dict(log_files())
    if options.out:
        write(files, options.out)
    else:
        check(files, options.check)
    print(f"{len(RECORDS)} events in {len(files)} files")


if __name__ == "__main__":
    main()
