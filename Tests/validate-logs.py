#!/usr/bin/env python3
"""Shows a delivered tree to AWS's own `aws cloudtrail validate-logs`.

    validate-logs.py FOLDER

FOLDER/tree.json says what there is: the trail as DescribeTrails answers it, the organization's id, the public keys by
Region as ListPublicKeys answers them, of each object its bucket, key, file and user metadata, and the cases: a name, a
Region, arguments of the tool, and what is changed before (an object's file or metadata; an object without a file is
deleted). moto keeps the objects on the loopback interface; a front answers CloudTrail's and Organizations' calls and
hands everything else to moto. Prints one JSON object: status and output of the tool for each case. Ends with status 77
where awscli or moto is not installed.
"""
import contextlib
import http.client
import io
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

try:
    import boto3
    from awscli.clidriver import create_clidriver
    from moto.server import ThreadedMotoServer
except ImportError as error:
    print(f"SKIPPED: validate-logs needs awscli and moto[server,s3]: {error}")
    sys.exit(77)

SECONDS = 120
REGION = "us-east-1"


class Front(BaseHTTPRequestHandler):
    tree = {}
    moto = 0

    def log_message(self, *arguments):
        pass

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        target = self.headers.get("X-Amz-Target", "")
        if target.endswith("DescribeTrails"):
            return self.send(200, {}, json.dumps({"trailList": [self.tree["trail"]]}).encode())
        if target.endswith("ListPublicKeys"):
            region = self.headers.get("Authorization", "//").split("/")[2]
            return self.send(200, {}, json.dumps({"PublicKeyList": self.tree["keys"].get(region, [])}).encode())
        if target.endswith("DescribeOrganization"):
            return self.send(200, {}, json.dumps({"Organization": {"Id": self.tree["organization"]}}).encode())
        upstream = http.client.HTTPConnection("127.0.0.1", self.moto, timeout=SECONDS)
        upstream.request(self.command, self.path, body, dict(self.headers))
        response = upstream.getresponse()
        content = response.read()
        kept = {
            name: value
            for name, value in response.getheaders()
            if name.lower() not in ("transfer-encoding", "connection", "content-length", "server", "date")
        }
        length = response.getheader("Content-Length") if self.command == "HEAD" else None
        self.send(response.status, kept, content, length)

    def send(self, status, headers, content, length=None):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", length or str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = answer


def main():
    folder = sys.argv[1]
    with open(os.path.join(folder, "tree.json")) as file:
        tree = json.load(file)
    os.environ.update(
        AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_DEFAULT_REGION=REGION,
        AWS_EC2_METADATA_DISABLED="true", AWS_CONFIG_FILE="/dev/null",
        AWS_SHARED_CREDENTIALS_FILE="/dev/null", AWS_PAGER="", NO_PROXY="127.0.0.1")
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    Front.tree, Front.moto = tree, moto._server.server_port
    front = ThreadingHTTPServer(("127.0.0.1", 0), Front)
    threading.Thread(target=front.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{front.server_port}"
    try:
        results = run_all(tree, endpoint)
        print(json.dumps(results))
    finally:
        front.shutdown()
        moto.stop()


def validate_logs(arguments, endpoint):
    """Runs the tool in this process: to load it anew for every case would take most of the time."""
    os.environ["AWS_ENDPOINT_URL"] = endpoint
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = create_clidriver().main(["cloudtrail", "validate-logs", *arguments])
    return {"status": status, "out": out.getvalue(), "err": err.getvalue()}


def run_all(tree, endpoint):
    s3 = boto3.client("s3", endpoint_url=endpoint)
    for bucket in sorted({each["bucket"] for each in tree["objects"]}):
        s3.create_bucket(Bucket=bucket)

    def put(each):
        with open(each["file"], "rb") as file:
            s3.put_object(Bucket=each["bucket"], Key=each["key"], Body=file.read(), Metadata=each["metadata"])

    objects = {(each["bucket"], each["key"]): each for each in tree["objects"]}
    for each in objects.values():
        put(each)
    results = {}
    for case in tree["cases"]:
        for change in case["changes"]:
            if change["file"]:
                put(change)
            else:
                s3.delete_object(Bucket=change["bucket"], Key=change["key"])
        results[case["name"]] = validate_logs(
            ["--trail-arn", tree["trail"]["TrailARN"], "--verbose", "--region", case["region"], *case["arguments"]],
            endpoint)
        for change in case["changes"]:
            place = (change["bucket"], change["key"])
            if place in objects:
                put(objects[place])
            else:
                s3.delete_object(Bucket=place[0], Key=place[1])
    return results


main()
