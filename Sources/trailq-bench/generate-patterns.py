#!/usr/bin/env python3
"""Makes what the benchmark of event patterns runs on: events as EventBridge wraps them, and rules about them.

    generate-patterns.py --logs FOLDER --out FOLDER [--events N]

FOLDER/events.ndjson holds one event a line; FOLDER/rules-N.ndjson holds N patterns, a line each, made of values that
the events have, so that rules nearly match and some do. The same logs make the same rules. Standard library only.
"""
import argparse
import gzip
import json
import pathlib
import random

SEED = 11
RULES = (1, 100, 10_000)
DETAIL_TYPE = "AWS API Call via CloudTrail"


def envelope(number, record):
    return {
        "version": "0", "id": record["eventID"], "detail-type": DETAIL_TYPE,
        "source": "aws." + record["eventSource"].removesuffix(".amazonaws.com"),
        "account": record.get("recipientAccountId", "111122223333"), "time": record["eventTime"],
        "region": record["awsRegion"], "resources": [], "detail": record}


def events(logs, count):
    records = []
    for file in sorted(logs.rglob("*.json.gz")):
        records += json.loads(gzip.decompress(file.read_bytes()))["Records"]
    random.Random(SEED).shuffle(records)
    return [envelope(number, record) for number, record in enumerate(records[:count])]


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, path + (key,))
    elif isinstance(value, str) and value:
        yield path, value


def nested(path, alternatives):
    for key in reversed(path):
        alternatives = {key: alternatives}
    return alternatives


def merge(into, other):
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = value
    return into


def alternatives(rng, value):
    """Something to ask of a field that had this value, as people write it."""
    half = value[: max(3, len(value) // 2)]
    return rng.choice([
        lambda: [value], lambda: [value], lambda: [value], lambda: [value, value + "-2", value + "-3"],
        lambda: [{"prefix": half}], lambda: [{"suffix": value[-max(3, len(value) // 2):]}],
        lambda: [{"wildcard": f"{value[:2]}*{value[-4:]}"}] if "*" not in value and "\\" not in value else [value],
        lambda: [{"equals-ignore-case": value.upper()}], lambda: [{"anything-but": [value, "nothing"]}],
        lambda: [{"anything-but": {"prefix": half}}],
    ])()


def rule(rng, event):
    detail = event["detail"]
    pattern = {"source": [event["source"]], "detail-type": [DETAIL_TYPE],
               "detail": {"eventName": [detail["eventName"]]}}
    kind = rng.random()
    if kind < 0.1:
        address = detail["sourceIPAddress"].split(".")
        if len(address) == 4 and address[0].isdigit():
            pattern["detail"]["sourceIPAddress"] = [{"cidr": ".".join(address[:3]) + ".0/24"}]
    elif kind < 0.2:
        pattern["detail"]["errorCode"] = [{"exists": rng.random() < 0.5}]
    elif kind < 0.3:
        pattern["detail"]["$or"] = [
            {"userIdentity": {"type": ["Root"]}}, {"errorCode": [{"prefix": "Access"}]},
            {"userIdentity": {"accountId": [detail["userIdentity"].get("accountId", "x")]}}]
    elif kind < 0.4:
        del pattern["source"], pattern["detail-type"]
    for path, value in rng.sample(sorted(set(leaves(event))), k=rng.randrange(1, 3)):
        if not any("." in key for key in path) and path[0] not in ("id", "time", "detail-type"):
            merge(pattern, nested(path, alternatives(rng, value)))
    return pattern


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--logs", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--events", type=int, default=20_000)
    options = parser.parse_args()
    made = events(options.logs, options.events)
    options.out.mkdir(parents=True, exist_ok=True)
    for count in RULES:
        rng = random.Random(SEED)
        lines = [json.dumps(rule(rng, rng.choice(made)), separators=(",", ":")) for _ in range(count)]
        (options.out / f"rules-{count}.ndjson").write_text("\n".join(lines) + "\n")
    # Written last: where it is there, all is.
    lines = [json.dumps(event, separators=(",", ":")) for event in made]
    (options.out / "events.ndjson").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
