#!/usr/bin/env python3
"""Plants one more incident in generated logs: a key that is made, then used from elsewhere, and roles behind it.

    plant-chain.py --out FOLDER

On 2026-11-12 from 22:00 on, eve makes a key for svc-report; it is used from another address, assumes the role `dev`,
and that session a role of another account. The generators make keys that nobody uses, so without it nothing could be
followed. One log file in FOLDER/AWSLogs; the same every time. Standard library only.
"""
import argparse
import gzip
import json
import pathlib
import time
import uuid

START = 1794520800  # 2026-11-12T22:00:00Z
ACCOUNT, OTHER = "111122223333", "444455556666"
EVE = {"type": "IAMUser", "principalId": "AIDAPLANTED0000000001", "arn": f"arn:aws:iam::{ACCOUNT}:user/eve",
       "accountId": ACCOUNT, "accessKeyId": "AKIAPLANTED000000001", "userName": "eve"}
REPORT = {"type": "IAMUser", "principalId": "AIDAPLANTED0000000002", "arn": f"arn:aws:iam::{ACCOUNT}:user/svc-report",
          "accountId": ACCOUNT, "accessKeyId": "AKIAPLANTED000000002", "userName": "svc-report"}


def session(account, role, key):
    return {"type": "AssumedRole", "principalId": f"AROAPLANTED{role.upper()}:report", "accountId": account,
            "arn": f"arn:aws:sts::{account}:assumed-role/{role}/report", "accessKeyId": key}


DEV = session(ACCOUNT, "dev", "ASIAPLANTED000000003")
PROD = session(OTHER, "prod", "ASIAPLANTED000000004")


def steps():
    """Seconds after the start, who, the address, the call, its parameters, what it answers."""
    def assume(account, role, key):
        return {"roleArn": f"arn:aws:iam::{account}:role/{role}", "roleSessionName": "report"}, {
            "credentials": {"accessKeyId": key}}

    home, away = "10.41.21.156", "185.220.101.9"
    yield 0, EVE, home, "iam:CreateAccessKey", {"userName": "svc-report"}, {
        "accessKey": {"userName": "svc-report", "accessKeyId": REPORT["accessKeyId"], "status": "Active"}}
    yield 180, REPORT, away, "sts:GetCallerIdentity", None, None
    for number in range(30):
        yield 200 + 3 * number, REPORT, away, "iam:ListRoles", {"maxItems": 100, "marker": f"page{number}"}, None
    yield 400, REPORT, away, "sts:AssumeRole", *assume(ACCOUNT, "dev", DEV["accessKeyId"])
    for number in range(40):
        yield 410 + 2 * number, DEV, away, "ec2:DescribeInstances", {"maxResults": 1000}, None
    yield 600, DEV, away, "sts:AssumeRole", *assume(OTHER, "prod", PROD["accessKeyId"])
    for number in range(120):
        yield 610 + 5 * number, PROD, away, "secretsmanager:GetSecretValue", {"secretId": f"prod/{number}/db"}, None


def record(seconds, who, ip, call, parameters, answer):
    prefix, name = call.split(":")
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(START + seconds))
    key = f"{seconds} {call}"
    return {"eventVersion": "1.09", "userIdentity": who, "eventTime": at, "eventSource": f"{prefix}.amazonaws.com",
            "eventName": name, "awsRegion": "us-east-1", "sourceIPAddress": ip,
            "userAgent": "aws-cli/2.15.30 Python/3.11.8 Linux/6.6.15", "requestParameters": parameters,
            "responseElements": answer, "requestID": str(uuid.uuid5(uuid.NAMESPACE_URL, f"request {key}")),
            "eventID": str(uuid.uuid5(uuid.NAMESPACE_URL, f"event {key}")), "readOnly": name != "CreateAccessKey",
            "eventType": "AwsApiCall", "managementEvent": True, "recipientAccountId": who["accountId"],
            "eventCategory": "Management"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=pathlib.Path, required=True)
    folder = parser.parse_args().out / "AWSLogs" / ACCOUNT / "CloudTrail" / "us-east-1" / "2026" / "11" / "12"
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"Records": [record(*step) for step in steps()]}, separators=(",", ":"))
    (folder / f"{ACCOUNT}_CloudTrail_us-east-1_20261112T2225Z_PlantedChain0000.json.gz").write_bytes(
        gzip.compress(text.encode(), 6, mtime=0))


if __name__ == "__main__":
    main()
