"""SQLite, as well indexed as somebody could who knew all the questions: sixteen columns, thirteen indexes."""
import glob
import gzip
import json
import os
import re
import sqlite3

import rival

COLUMNS = ("time TEXT, name TEXT, service TEXT, ip TEXT, agent TEXT, error TEXT, message TEXT, id TEXT, "
           "readonly INT, username TEXT, key TEXT, who TEXT, region TEXT, account TEXT, bucket TEXT, record TEXT")
INDEXES = ("time", "name, time", "username, time", "id", "key, time", "ip", "error, who", "who, ip", "agent",
           "readonly, time", "service, time", "bucket) WHERE (bucket IS NOT NULL",
           "message) WHERE (message IS NOT NULL")


def rows(data):
    for path in glob.iglob(rival.log_files_pattern(data)):
        with gzip.open(path) as file:
            records = json.load(file)["Records"]
        for r in records:
            who = r["userIdentity"]
            parameters = r.get("requestParameters") or {}
            yield (r["eventTime"], r["eventName"], r["eventSource"].removesuffix(".amazonaws.com"),
                   r["sourceIPAddress"], r.get("userAgent"), r.get("errorCode"), r.get("errorMessage"), r["eventID"],
                   int(r["readOnly"]), who.get("userName"), who.get("accessKeyId"),
                   who.get("arn") or who.get("invokedBy") or who.get("principalId"), r["awsRegion"],
                   r["recipientAccountId"], parameters.get("bucketName"), json.dumps(r, separators=(",", ":")))


def load(data, work):
    path = f"{work}/rival.sqlite"
    if os.path.exists(path):
        os.unlink(path)
    store = sqlite3.connect(path)
    store.executescript("PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; "
                        "PRAGMA cache_size = -500000")
    store.execute(f"CREATE TABLE event ({COLUMNS})")
    store.executemany(f"INSERT INTO event VALUES ({', '.join('?' * 16)})", rows(data))
    for number, columns in enumerate(INDEXES):
        store.execute(f"CREATE INDEX index{number} ON event ({columns})")
    store.execute("ANALYZE")
    store.commit()
    store.execute("PRAGMA mmap_size = 8000000000")
    return store


def questions(p):
    def iso(name):  # times are kept as the records spell them
        return p[name].replace(" ", "T") + "Z"

    prefix = p["addressPrefix"]
    past_prefix = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return {
        "Q1": (None, "SELECT record FROM event WHERE name = 'DeleteBucket' AND username = 'bob' "
                     f"AND time >= '{iso('hourAgo')}' ORDER BY time"),
        "Q2": (None, f"SELECT record FROM event WHERE id = '{p['id']}'"),
        "Q3": (["time", "id", "name", "ip"],
               f"SELECT time, id, name, ip FROM event WHERE key = '{p['key']}' ORDER BY time, id LIMIT 100"),
        "Q4": (["name", "count"],
               "SELECT name, count(*) AS n FROM event GROUP BY name ORDER BY n DESC, name LIMIT 10"),
        "Q5": (["who", "count"], "SELECT who, count(*) AS n FROM event WHERE error = 'AccessDenied' "
                                 "GROUP BY who ORDER BY n DESC, who LIMIT 20"),
        "Q6": (["time", "service", "count"],
               "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', unixepoch(time) / 300 * 300, 'unixepoch') AS b, service, "
               f"count(*) FROM event WHERE time >= '{iso('dayStart')}' AND time < '{iso('dayEnd')}' "
               "GROUP BY b, service ORDER BY b, service"),
        "Q7": (["count"], f"SELECT count(*) FROM event WHERE ip >= '{prefix}' AND ip < '{past_prefix}'"),
        "Q8": (["count"], f"SELECT count(*) FROM event WHERE bucket = '{p['bucket']}'"),
        "Q9": (["count"], f"SELECT count(*) FROM event WHERE instr(agent, '{p['agent']}') > 0"),
        "Q10": (["count"], f"SELECT count(*) FROM event WHERE message IS NOT NULL AND message REGEXP '{p['pattern']}'"),
        "Q11": (["who", "count", "distinct_ip"],
                "SELECT who, count(*), count(DISTINCT ip) AS n FROM event GROUP BY who ORDER BY n DESC, who LIMIT 20"),
        "Q12": (["count"], f"SELECT count(*) FROM event WHERE instr(record, '{p['token']}') > 0"),
        "Q14": (["time", "id", "name", "who", "ip"],
                "SELECT time, id, name, who, ip FROM event WHERE readonly = 0 ORDER BY time DESC, id LIMIT 50"),
    }


def open_with_patterns(data, work):
    """SQLite leaves REGEXP to the host; the pattern is compiled once."""
    store = load(data, work)
    patterns = {}

    def matches(pattern, text):
        if pattern not in patterns:
            patterns[pattern] = re.compile(pattern)
        return text is not None and patterns[pattern].search(text) is not None

    store.create_function("REGEXP", 2, matches, deterministic=True)
    return store


rival.main("sqlite", sqlite3.sqlite_version, open_with_patterns,
           lambda store, sql: store.execute(sql).fetchall(), questions)
