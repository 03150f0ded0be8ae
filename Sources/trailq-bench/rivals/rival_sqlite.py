"""SQLite, as well indexed as somebody could who knew all the questions: seventeen columns, fifteen indexes."""
import glob
import gzip
import json
import os
import re
import sqlite3

import rival

COLUMNS = ("time TEXT, name TEXT, service TEXT, ip TEXT, agent TEXT, error TEXT, message TEXT, id TEXT, "
           "readonly INT, username TEXT, key TEXT, newkey TEXT, who TEXT, region TEXT, account TEXT, bucket TEXT, "
           "record TEXT")
INDEXES = ("time", "name, time", "username, time", "id", "key, time", "ip", "error, who", "who, ip", "agent",
           "readonly, time", "service, time", "who, time", "newkey) WHERE (newkey IS NOT NULL",
           "bucket) WHERE (bucket IS NOT NULL", "message) WHERE (message IS NOT NULL")


def rows(data):
    for path in glob.iglob(rival.log_files_pattern(data)):
        with gzip.open(path) as file:
            records = json.load(file)["Records"]
        for r in records:
            who = r["userIdentity"]
            parameters = r.get("requestParameters") or {}
            answer = r.get("responseElements") or {}
            issued = answer.get("credentials") or answer.get("accessKey") or {}
            yield (r["eventTime"], r["eventName"], r["eventSource"].removesuffix(".amazonaws.com"),
                   r["sourceIPAddress"], r.get("userAgent"), r.get("errorCode"), r.get("errorMessage"), r["eventID"],
                   int(r["readOnly"]), who.get("userName"), who.get("accessKeyId"), issued.get("accessKeyId"),
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
    store.executemany(f"INSERT INTO event VALUES ({', '.join('?' * 17)})", rows(data))
    for number, columns in enumerate(INDEXES):
        store.execute(f"CREATE INDEX index{number} ON event ({columns})")
    store.execute("ANALYZE")
    store.commit()
    store.execute("PRAGMA mmap_size = 8000000000")
    return store


def questions(p):
    def iso(name):  # times are kept as the records spell them
        return p[name].replace(" ", "T") + "Z"

    return single(p, iso) | along_time(iso)


def single(p, iso):
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
        "Q12b": (["count"], f"SELECT count(*) FROM event WHERE instr(record, '{p['piece']}') > 0"),
        "Q14": (["time", "id", "name", "who", "ip"],
                "SELECT time, id, name, who, ip FROM event WHERE readonly = 0 ORDER BY time DESC, id LIMIT 50"),
    }


def later(time, seconds):
    return f"strftime('%Y-%m-%dT%H:%M:%SZ', {time}, '+{seconds} seconds')"


def bursts(held, keys, least):
    """Windows that hold enough and share events are one burst: it begins where a window does not reach back to the
    one before it."""
    return f"""
        WITH {held},
        marked AS (
            SELECT *, coalesce(start > lag(second) OVER (PARTITION BY {keys} ORDER BY second), 1) AS begins
            FROM held WHERE size >= {least}),
        numbered AS (
            SELECT *, sum(begins) OVER (PARTITION BY {keys} ORDER BY second ROWS UNBOUNDED PRECEDING) AS burst
            FROM marked)
        SELECT {keys}, strftime('%Y-%m-%dT%H:%M:%SZ', min(start), 'unixepoch'),
               strftime('%Y-%m-%dT%H:%M:%SZ', max(second), 'unixepoch'), max(upto) - min(upto - n), max(size)
        FROM numbered GROUP BY {keys}, burst"""


def windows(keys, seconds, where):
    """Of each event: where its window begins, how many of its group there are up to its second and in its window."""
    return f"""
            SELECT {keys}, second, min(second) OVER sliding AS start,
                   count(*) OVER (PARTITION BY {keys} ORDER BY second) AS upto, count(*) OVER sliding AS n
            FROM (SELECT {keys}, unixepoch(time) AS second FROM event WHERE {where})
            WINDOW sliding AS (PARTITION BY {keys} ORDER BY second
                               RANGE BETWEEN {seconds} PRECEDING AND CURRENT ROW)"""


def along_time(iso):
    day, week = iso("dayAgo"), iso("weekAgo")
    address = "ip NOT LIKE '%.amazonaws.com' AND ip <> 'AWS Internal'"
    downloads = windows("who, bucket", 300, "name = 'GetObject'")
    return {
        "Q13": (["stopped", "time", "who"],
                "SELECT s.time, d.time, d.who FROM event s JOIN event d ON +d.who = s.who "
                f"AND d.time BETWEEN s.time AND {later('s.time', 3600)} "
                "WHERE s.name = 'StopLogging' AND d.name = 'DeleteTrail'"),
        "Q15": (["k.newkey", "name", "count"],
                "SELECT k.newkey, u.name, count(*) AS n FROM event k JOIN event u ON u.key = k.newkey "
                f"AND u.time BETWEEN k.time AND {later('k.time', 86400)} AND u.ip <> k.ip "
                "WHERE k.name = 'CreateAccessKey' GROUP BY k.newkey, u.name ORDER BY n DESC, k.newkey, u.name"),
        "Q16": (["who", "count"], f"""
            SELECT who, count(*) AS n FROM event s WHERE name = 'StopLogging' AND NOT EXISTS (
                SELECT 1 FROM event r WHERE r.name = 'StartLogging' AND +r.who = s.who
                AND r.time BETWEEN s.time AND {later('s.time', 3600)})
            GROUP BY who ORDER BY n DESC, who"""),
        # Of each failure the one two before it; of each success the latest of those before it.
        "Q17": (["who", "count"], """
            WITH third AS (
                SELECT who, time, message, lag(time, 2) OVER (PARTITION BY who, message ORDER BY time) AS first
                FROM event WHERE name = 'ConsoleLogin'),
            before AS (
                SELECT who, time, message, max(first) FILTER (WHERE message IS NOT NULL) OVER (
                    PARTITION BY who ORDER BY time ROWS UNBOUNDED PRECEDING) AS first
                FROM third)
            SELECT who, count(*) AS n FROM before
            WHERE message IS NULL AND unixepoch(first) >= unixepoch(time) - 86400
            GROUP BY who ORDER BY n DESC, who"""),
        "Q18": (["ip", "who", "first", "count"],
                f"SELECT ip, who, min(time), count(*) FROM event WHERE time >= '{week}' AND {address} "
                f"GROUP BY ip, who HAVING min(time) >= '{day}'"),
        "Q19": (["ip", "count", "last"],
                f"SELECT ip, count(*) AS n, max(time) AS last FROM event WHERE time >= '{week}' AND {address} "
                f"GROUP BY ip HAVING n <= 3 AND last >= '{day}' ORDER BY n, ip"),
        "Q20": (["who", "bucket", "from", "to", "count", "peak"], bursts(
            f"held AS (SELECT *, n AS size FROM ({downloads}))", "who, bucket", 100)),
        # SQLite has no distinct aggregate in windows: they are counted where a window holds enough events at all.
        "Q21": (["who", "from", "to", "count", "peak"], bursts(f"""
            held AS (
                SELECT *, (SELECT count(DISTINCT e.name) FROM event e WHERE e.who = w.who AND e.readonly = 1
                           AND e.time BETWEEN strftime('%Y-%m-%dT%H:%M:%SZ', w.second - 600, 'unixepoch')
                           AND strftime('%Y-%m-%dT%H:%M:%SZ', w.second, 'unixepoch')) AS size
                FROM ({windows('who', 600, 'readonly = 1')}) w WHERE n >= 20)""", "who", 20)),
        "Q22": (["who", "from", "to", "gap", "usual"], """
            WITH step AS (
                SELECT who, time, next, unixepoch(next) - unixepoch(time) AS length
                FROM (SELECT who, time, lead(time) OVER (PARTITION BY who ORDER BY time) AS next
                      FROM event WHERE name = 'CreateSnapshot')),
            ranked AS (
                SELECT who, length, row_number() OVER (PARTITION BY who ORDER BY length) AS rank,
                       count(*) OVER (PARTITION BY who) AS n
                FROM step WHERE next IS NOT NULL),
            usual AS (SELECT who, length AS usual FROM ranked WHERE rank = (n + 1) / 2)
            SELECT who, time, next,
                   coalesce(length, unixepoch((SELECT max(time) FROM event)) - unixepoch(time)) * 1000 AS gap,
                   usual * 1000
            FROM step LEFT JOIN usual USING (who) WHERE gap > 25 * 3600 * 1000"""),
        "Q23": (["name", "count"], """
            WITH RECURSIVE issued(key) AS (
                SELECT newkey FROM event WHERE name = 'CreateAccessKey' AND newkey IS NOT NULL
                UNION
                SELECT newkey FROM issued CROSS JOIN event USING (key) WHERE newkey IS NOT NULL)
            SELECT name, count(*) AS n FROM event WHERE key IN (SELECT key FROM issued)
            GROUP BY name ORDER BY n DESC, name"""),
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
           lambda store, sql: store.execute(sql).fetchall(), questions, reopen=sqlite3.connect,
           stored="rival.sqlite")
