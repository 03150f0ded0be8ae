"""chDB (ClickHouse in the process): the Memory engine, typed columns beside the record's text, sorted by time."""
import json

import chdb
from chdb import session

import rival

RECORD = ("Tuple(eventTime String, eventName String, eventSource String, sourceIPAddress String, userAgent String, "
          "errorCode String, errorMessage String, eventID String, readOnly Bool, requestParameters String, "
          "userIdentity Tuple(principalId String, arn String, accessKeyId String, userName String, invokedBy String), "
          "responseElements Tuple(credentials Tuple(accessKeyId String), accessKey Tuple(accessKeyId String)))")
FEW = "LowCardinality(String)"
COLUMNS = (f"time DateTime('UTC'), name {FEW}, service {FEW}, ip {FEW}, agent {FEW}, error {FEW}, message String, "
           f"id String, readonly Bool, username {FEW}, key {FEW}, newkey String, who {FEW}, parameters String, "
           "record String")


def load(data, work):
    store = session.Session()
    store.query("CREATE DATABASE bench")
    store.query(f"CREATE TABLE bench.event ({COLUMNS}) ENGINE = Memory")
    store.query(f"""
        INSERT INTO bench.event
        SELECT parseDateTimeBestEffort(r.eventTime, 'UTC') AS time, r.eventName,
               replaceOne(r.eventSource, '.amazonaws.com', ''), r.sourceIPAddress, r.userAgent, r.errorCode,
               r.errorMessage, r.eventID, r.readOnly, r.userIdentity.userName, r.userIdentity.accessKeyId,
               coalesce(nullIf(r.responseElements.credentials.accessKeyId, ''),
                        r.responseElements.accessKey.accessKeyId),
               coalesce(nullIf(r.userIdentity.arn, ''), nullIf(r.userIdentity.invokedBy, ''),
                        r.userIdentity.principalId), r.requestParameters, record
        FROM (SELECT record, JSONExtract(record, '{RECORD}') AS r
              FROM (SELECT arrayJoin(Records) AS record
                    FROM file('{rival.log_files_pattern(data)}', 'JSONEachRow', 'Records Array(String)')))
        ORDER BY time
        SETTINGS input_format_json_read_objects_as_strings = 1, max_threads = 2, max_insert_threads = 2""")
    return store


def ask(store, sql):
    return [json.loads(line) for line in str(store.query(sql, "JSONCompactEachRow")).splitlines()]


def iso(column):
    return f"formatDateTime({column}, '%Y-%m-%dT%H:%i:%SZ', 'UTC')"


def whole(count="count()"):  # 64-bit integers arrive as text unless made smaller
    return f"toUInt32({count})"


def questions(p):
    def moment(name):
        return f"toDateTime('{p[name]}', 'UTC')"

    return single(p, moment) | along_time(moment)


def single(p, moment):
    escaped = p["pattern"].replace("\\", "\\\\")
    return {
        "Q1": (None, "SELECT record FROM bench.event WHERE name = 'DeleteBucket' AND username = 'bob' "
                     f"AND time >= {moment('hourAgo')} ORDER BY time"),
        "Q2": (None, f"SELECT record FROM bench.event WHERE id = '{p['id']}'"),
        "Q3": (["time", "id", "name", "ip"],
               f"SELECT {iso('time')}, id, name, ip FROM bench.event WHERE key = '{p['key']}' "
               "ORDER BY time, id LIMIT 100"),
        "Q4": (["name", "count"], f"SELECT name, {whole()} AS n FROM bench.event GROUP BY name "
                                  "ORDER BY n DESC, name LIMIT 10"),
        "Q5": (["who", "count"], f"SELECT who, {whole()} AS n FROM bench.event WHERE error = 'AccessDenied' "
                                 "GROUP BY who ORDER BY n DESC, who LIMIT 20"),
        "Q6": (["time", "service", "count"],
               f"SELECT {iso('toStartOfFiveMinutes(time)')} AS b, service, {whole()} FROM bench.event "
               f"WHERE time >= {moment('dayStart')} AND time < {moment('dayEnd')} GROUP BY b, service "
               "ORDER BY b, service"),
        "Q7": (["count"], f"SELECT {whole()} FROM bench.event WHERE startsWith(ip, '{p['addressPrefix']}')"),
        "Q8": (["count"], f"SELECT {whole()} FROM bench.event "
                          f"WHERE JSONExtractString(parameters, 'bucketName') = '{p['bucket']}'"),
        "Q9": (["count"], f"SELECT {whole()} FROM bench.event WHERE position(agent, '{p['agent']}') > 0"),
        "Q10": (["count"], f"SELECT {whole()} FROM bench.event WHERE match(message, '{escaped}')"),
        "Q11": (["who", "count", "distinct_ip"],
                f"SELECT who, {whole()}, {whole('uniqExact(ip)')} AS n FROM bench.event GROUP BY who "
                "ORDER BY n DESC, who LIMIT 20"),
        "Q12": (["count"], f"SELECT {whole()} FROM bench.event WHERE position(record, '{p['token']}') > 0"),
        "Q12b": (["count"], f"SELECT {whole()} FROM bench.event WHERE position(record, '{p['piece']}') > 0"),
        "Q14": (["time", "id", "name", "who", "ip"],
                f"SELECT {iso('time')}, id, name, who, ip FROM bench.event WHERE NOT readonly "
                "ORDER BY time DESC, id LIMIT 50"),
    }


def bursts(source, keys, seconds, least, size):
    """Windows that hold enough and share events are one burst: it begins where a window does not reach back to the
    one before it."""
    sliding = f"OVER (PARTITION BY {keys} ORDER BY time RANGE BETWEEN {seconds} PRECEDING AND CURRENT ROW)"
    return f"""
        WITH held AS (
            SELECT *, min(time) {sliding} AS start, count() OVER (PARTITION BY {keys} ORDER BY time) AS upto,
                   count() {sliding} AS n, {size} {sliding} AS size
            FROM ({source})),
        marked AS (
            SELECT *, start > lagInFrame(time) OVER (
                       PARTITION BY {keys} ORDER BY time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS begins
            FROM held WHERE size >= {least}),
        numbered AS (
            SELECT *, sum(begins) OVER (PARTITION BY {keys} ORDER BY time ROWS UNBOUNDED PRECEDING) AS burst
            FROM marked)
        SELECT {keys}, {iso('min(start)')}, {iso('max(time)')}, {whole('max(upto) - min(upto - n)')},
               {whole('max(size)')}
        FROM numbered GROUP BY {keys}, burst"""


def along_time(moment):
    day, week = moment("dayAgo"), moment("weekAgo")
    address = "ip NOT LIKE '%.amazonaws.com' AND ip != 'AWS Internal'"
    last = "toDateTime(4294967295, 'UTC')"  # stands for: never
    return {
        "Q13": (["stopped", "time", "who"],
                f"SELECT {iso('s.time')}, {iso('d.time')}, who FROM "
                "(SELECT who, time FROM bench.event WHERE name = 'StopLogging') AS s JOIN "
                "(SELECT who, time FROM bench.event WHERE name = 'DeleteTrail') AS d USING (who) "
                "WHERE d.time BETWEEN s.time AND s.time + 3600"),
        "Q15": (["k.newkey", "name", "count"],
                f"SELECT k.newkey, u.name, {whole()} AS n FROM bench.event AS u JOIN "
                "(SELECT newkey, ip, time FROM bench.event WHERE name = 'CreateAccessKey' AND newkey != '') AS k "
                "ON u.key = k.newkey WHERE u.ip != k.ip AND u.time BETWEEN k.time AND k.time + 86400 "
                "GROUP BY k.newkey, u.name ORDER BY n DESC, k.newkey, u.name"),
        "Q16": (["who", "count"], f"""
            SELECT who, {whole()} AS n
            FROM (SELECT who, name, time, min(if(name = 'StartLogging', time, {last})) OVER (
                      PARTITION BY who ORDER BY time ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS started,
                      count() OVER (PARTITION BY who ORDER BY time
                                    ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS behind
                  FROM bench.event WHERE name IN ('StopLogging', 'StartLogging'))
            WHERE name = 'StopLogging' AND (behind = 0 OR started > time + 3600)
            GROUP BY who ORDER BY n DESC, who"""),
        # Of each failure the one two before it; of each success the latest of those before it.
        "Q17": (["who", "count"], f"""
            WITH third AS (
                SELECT who, time, message, lagInFrame(time, 2) OVER (
                    PARTITION BY who, message ORDER BY time
                    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS first
                FROM bench.event WHERE name = 'ConsoleLogin'),
            before AS (
                SELECT who, time, message, maxIf(first, message != '') OVER (
                    PARTITION BY who ORDER BY time ROWS UNBOUNDED PRECEDING) AS first
                FROM third)
            SELECT who, {whole()} AS n FROM before WHERE message = '' AND first >= time - 86400
            GROUP BY who ORDER BY n DESC, who"""),
        "Q18": (["ip", "who", "first", "count"],
                f"SELECT ip, who, {iso('min(time)')}, {whole()} FROM bench.event WHERE time >= {week} AND {address} "
                f"GROUP BY ip, who HAVING min(time) >= {day}"),
        "Q19": (["ip", "count", "last"],
                f"SELECT ip, {whole()} AS n, {iso('max(time)')} FROM bench.event WHERE time >= {week} AND {address} "
                f"GROUP BY ip HAVING n <= 3 AND max(time) >= {day} ORDER BY n, ip"),
        "Q20": (["who", "bucket", "from", "to", "count", "peak"], bursts(
            "SELECT who, JSONExtractString(parameters, 'bucketName') AS bucket, time FROM bench.event "
            "WHERE name = 'GetObject'", "who, bucket", 300, 100, "count()")),
        "Q21": (["who", "from", "to", "count", "peak"], bursts(
            "SELECT who, name, time FROM bench.event WHERE readonly", "who", 600, 20, "uniqExact(name)")),
        "Q22": (["who", "from", "to", "gap", "usual"], f"""
            WITH step AS (
                SELECT who, time, leadInFrame(toNullable(time)) OVER (
                    PARTITION BY who ORDER BY time ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS next
                FROM bench.event WHERE name = 'CreateSnapshot'),
            usual AS (
                SELECT *, coalesce(next, (SELECT max(time) FROM bench.event)) - time AS gap,
                       quantileExactLow(0.5)(next - time) OVER (PARTITION BY who) AS usual
                FROM step)
            SELECT who, {iso('time')}, {iso('next')}, {whole('gap * 1000')}, {whole('usual * 1000')}
            FROM usual WHERE gap > 25 * 3600"""),
        "Q23": (["name", "count"], f"""
            WITH RECURSIVE issued AS (
                SELECT newkey AS key FROM bench.event WHERE name = 'CreateAccessKey' AND newkey != ''
                UNION ALL
                SELECT e.newkey AS key FROM bench.event AS e JOIN issued ON e.key = issued.key WHERE e.newkey != '')
            SELECT name, {whole()} AS n FROM bench.event WHERE key IN (SELECT key FROM issued)
            GROUP BY name ORDER BY n DESC, name"""),
    }


rival.main("chdb", chdb.__version__, load, ask, questions)
