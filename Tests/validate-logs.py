#!/usr/bin/env python3
"""Shows a delivered tree to AWS's own `aws cloudtrail validate-logs`.

    validate-logs.py FOLDER

FOLDER/tree.json says what there is: the trail as DescribeTrails answers it, the public keys as ListPublicKeys answers
them, the time range, and of each object its bucket, key, file and user metadata. moto keeps the objects on the loopback
interface; a front answers CloudTrail's two calls and hands everything else to moto. Prints one JSON object: status and
output of the tool for the tree as it is, and for each way of tampering. Ends with status 77 where awscli or moto is
not installed.
"""
import http.client
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

try:
    import awscli  # noqa: F401
    import boto3
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
            return self.send(200, {}, json.dumps({"PublicKeyList": self.tree["keys"]}).encode())
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
        print(json.dumps(run_all(tree, endpoint)))
    finally:
        front.shutdown()
        moto.stop()


def run_all(tree, endpoint):
    s3 = boto3.client("s3", endpoint_url=endpoint)
    for bucket in sorted({each["bucket"] for each in tree["objects"]}):
        s3.create_bucket(Bucket=bucket)

    def put(each, content=None):
        if content is None:
            with open(each["file"], "rb") as file:
                content = file.read()
        s3.put_object(Bucket=each["bucket"], Key=each["key"], Body=content, Metadata=each["metadata"])

    def validate():
        environment = dict(os.environ, AWS_ENDPOINT_URL=endpoint)
        done = subprocess.run(
            [sys.executable, "-m", "awscli", "cloudtrail", "validate-logs", "--trail-arn",
             tree["trail"]["TrailARN"], "--start-time", tree["start"], "--end-time", tree["end"], "--verbose"],
            env=environment, capture_output=True, text=True, timeout=SECONDS)
        return {"status": done.returncode, "out": done.stdout, "err": done.stderr}

    for each in tree["objects"]:
        put(each)
    results = {"untouched": validate()}
    logs = [each for each in tree["objects"] if "/CloudTrail/" in each["key"]]
    digests = [each for each in tree["objects"] if "/CloudTrail-Digest/" in each["key"]]
    for name, each in tree["tampered"].items():
        place = next(o for o in tree["objects"] if o["key"] == each["key"])
        with open(each["file"], "rb") as file:
            put(place, file.read())
        results[name] = validate()
        put(place)
    s3.delete_object(Bucket=logs[0]["bucket"], Key=logs[0]["key"])
    results["log deleted"] = validate()
    put(logs[0])
    middle = digests[len(digests) // 2]
    s3.delete_object(Bucket=middle["bucket"], Key=middle["key"])
    results["digest deleted"] = validate()
    put(middle)
    return results


main()
