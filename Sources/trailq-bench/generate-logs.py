#!/usr/bin/env python3
"""Makes plain CloudTrail logs of any size for the benchmark, where no better generator is at hand.

    generate-logs.py --events 100000 [--days 7] --out FOLDER

The days before 2026-11-15, three accounts, four Regions, five minutes a file; some hundred principals and forty
calls with a head and a tail. FOLDER/truth.json holds what the questions ask for. The same arguments make the same
records. Standard library only.
"""
import argparse
import gzip
import json
import pathlib
import random
import time

SEED = 7
END = 1794700800  # 2026-11-15T00:00:00Z
ACCOUNTS = ["111122223333", "444455556666", "777788889999"]
REGIONS = ["us-east-1", "us-east-1", "us-east-1", "eu-west-1", "us-west-2", "ap-southeast-2"]
BUCKETS = ["acme-prod-invoices"] + [f"acme-data-{n}" for n in range(40)]
CALLS = """sts:AssumeRole kms:Decrypt s3:GetObject ec2:DescribeInstances kms:GenerateDataKey s3:PutObject
logs:CreateLogStream sts:GetCallerIdentity s3:GetBucketAcl ssm:UpdateInstanceInformation ec2:DescribeVolumes
ecs:DescribeTasks ec2:DescribeTags secretsmanager:GetSecretValue iam:GetRole ec2:DescribeSecurityGroups
dynamodb:DescribeTable s3:GetBucketLocation ec2:DescribeSubnets s3:DeleteObject ecr:BatchGetImage rds:DescribeDBInstances
ssm:GetParameters iam:ListAttachedRolePolicies sqs:GetQueueAttributes iam:ListRoles cloudformation:DescribeStacks
glue:GetTable ec2:RunInstances ec2:TerminateInstances ec2:CreateTags ec2:CreateSnapshot iam:GetUser iam:CreateRole
iam:AttachRolePolicy iam:PutRolePolicy lambda:UpdateFunctionCode20150331v2 iam:CreateAccessKey s3:CreateBucket
cloudtrail:GetTrailStatus""".split()
AGENTS = [f"Boto3/1.{n}.7 md/Botocore#1.{n}.7 os/linux lang/python#3.12.{n % 9}" for n in range(20, 60)] + [
    "aws-cli/2.15.30 Python/3.11.8 Linux/6.6.15-amd64 exe/x86_64.kali.2024"]
KMS_KEYS = [f"arn:aws:kms:us-east-1:{a}:key/0c3f7a52-8d1e-4b6a-9f20-5e7d1c2b{n:04d}" for a in ACCOUNTS for n in range(30)]


def iso(moment):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def hexadecimal(rng, digits):
    return f"{rng.getrandbits(4 * digits):0{digits}x}"


def uuid(rng):
    digits = hexadecimal(rng, 32)
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def principals(rng):
    made = []
    for number, name in enumerate(["bob", "ci-deploy"] + [f"person{n}" for n in range(60)]):
        account = ACCOUNTS[0] if number < 2 else rng.choice(ACCOUNTS)
        made.append({"type": "IAMUser", "principalId": f"AIDA{hexadecimal(rng, 17).upper()}",
                     "arn": f"arn:aws:iam::{account}:user/{name}", "accountId": account,
                     "accessKeyId": f"AKIA{hexadecimal(rng, 16).upper()}", "userName": name})
    for number in range(240):
        account, role = rng.choice(ACCOUNTS), f"service-{number % 80}-role"
        issuer = {"type": "Role", "principalId": f"AROA{hexadecimal(rng, 17).upper()}",
                  "arn": f"arn:aws:iam::{account}:role/{role}", "accountId": account, "userName": role}
        session = f"i-0{hexadecimal(rng, 16)}"
        made.append({"type": "AssumedRole", "principalId": f"{issuer['principalId']}:{session}",
                     "arn": f"arn:aws:sts::{account}:assumed-role/{role}/{session}", "accountId": account,
                     "accessKeyId": f"ASIA{hexadecimal(rng, 16).upper()}",
                     "sessionContext": {"sessionIssuer": issuer, "attributes": {
                         "creationDate": iso(END - 700_000), "mfaAuthenticated": "false"}}})
    return made


def record(rng, moment, who, call, ip, agent, region, bucket=None, error=None):
    prefix, name = call.split(":")
    read = name.startswith(("Get", "List", "Describe", "BatchGet")) or name in ("Decrypt", "GenerateDataKey", "AssumeRole")
    data = name in ("GetObject", "PutObject", "DeleteObject")
    made = {"eventVersion": "1.09", "userIdentity": who, "eventTime": iso(moment),
            "eventSource": f"{prefix}.amazonaws.com", "eventName": name, "awsRegion": region,
            "sourceIPAddress": ip, "userAgent": agent}
    if error:
        made["errorCode"], made["errorMessage"] = error
    made["requestParameters"] = {"maxResults": 100}
    resources = None
    if prefix == "s3":
        bucket = bucket or rng.choice(BUCKETS)
        made["requestParameters"] = {"bucketName": bucket, "Host": f"{bucket}.s3.{region}.amazonaws.com"}
        resources = [{"accountId": who["accountId"], "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{bucket}"}]
        if data:
            made["requestParameters"]["key"] = f"2026/{rng.randrange(1, 13):02d}/{hexadecimal(rng, 10)}.pdf"
    elif prefix == "kms":
        key = rng.choice(KMS_KEYS)
        made["requestParameters"] = {"keyId": key, "encryptionContext": {"table": f"t{rng.randrange(500)}"}}
        resources = [{"accountId": who["accountId"], "type": "AWS::KMS::Key", "ARN": key}]
    made["responseElements"] = None
    made["requestID"], made["eventID"], made["readOnly"] = uuid(rng), uuid(rng), read
    if resources:
        made["resources"] = resources
    made.update({"eventType": "AwsApiCall", "managementEvent": not data, "recipientAccountId": who["accountId"],
                 "eventCategory": "Data" if data else "Management"})
    return made


def generate(count, days):
    rng = random.Random(SEED)
    people = principals(rng)
    bob = people[0]
    addresses = [f"172.31.{rng.randrange(256)}.{rng.randrange(256)}" for _ in range(300)] + [
        f"198.51.{rng.randrange(256)}.{rng.randrange(256)}" for _ in range(700)]
    weights = [1 / (n + 1) for n in range(len(CALLS))]
    for call in rng.choices(CALLS, weights, k=count - 2):
        who, error = rng.choice(people), None
        if rng.random() < 0.05:
            action = call.replace("s3:GetObject", "iam:PutRolePolicy")
            error = ("AccessDenied", f"User: {who['arn']} is not authorized to perform: {action} on resource: *")
        yield record(rng, END - days * 86400 + rng.randrange(days * 86400), who, call, rng.choice(addresses),
                     rng.choice(AGENTS), rng.choice(REGIONS), error=error)
    for seconds, error in ((1500, ("BucketNotEmpty", "The bucket you tried to delete is not empty")), (900, None)):
        yield record(rng, END - seconds, bob, "s3:DeleteBucket", "203.0.113.7", AGENTS[-1], "us-east-1",
                     bucket=BUCKETS[0], error=error)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    files, last = {}, None
    for made in generate(options.events, options.days):
        seconds = made["eventTime"]
        stamp = seconds[:14] + f"{int(seconds[14:16]) // 5 * 5:02d}Z"
        key = (made["recipientAccountId"], made["awsRegion"], stamp, made["eventCategory"])
        files.setdefault(key, []).append(json.dumps(made, separators=(",", ":")))
        last = made
    for number, ((account, region, stamp, _), records) in enumerate(sorted(files.items())):
        folder = options.out / "AWSLogs" / account / "CloudTrail" / region / stamp[:10].replace("-", "/")
        folder.mkdir(parents=True, exist_ok=True)
        compact = stamp.replace("-", "").replace(":", "")
        text = '{"Records":[' + ",".join(records) + "]}"
        (folder / f"{account}_CloudTrail_{region}_{compact}_{number:016d}.json.gz").write_bytes(
            gzip.compress(text.encode(), 6, mtime=0))
    key = principals(random.Random(SEED))[1]["accessKeyId"]
    (options.out / "truth.json").write_text(json.dumps({
        "query_params": {"key": key, "bucket": BUCKETS[0], "now": iso(END), "token": KMS_KEYS[7]},
        "events": {"bob_delete_bucket": [{"eventID": last["eventID"]}]}}, indent=1))


if __name__ == "__main__":
    main()
