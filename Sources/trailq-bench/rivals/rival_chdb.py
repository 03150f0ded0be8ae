"""chDB (ClickHouse in the process): the Memory engine, typed columns beside the record's text, sorted by time."""
import json

import chdb
from chdb import session

import rival

RECORD = ("Tuple(eventTime String, eventName String, eventSource String, sourceIPAddress String, userAgent String, "
          "errorCode String, errorMessage String, eventID String, readOnly Bool, requestParameters String, "
          "userIdentity Tuple(principalId String, arn String, accessKeyId String, userName String, invokedBy String))")
FEW = "LowCardinality(String)"
COLUMNS = (f"time DateTime('UTC'), name {FEW}, service {FEW}, ip {FEW}, agent {FEW}, error {FEW}, message String, "
           f"id String, readonly Bool, username {FEW}, key {FEW}, who {FEW}, parameters String, record String")


def load(data, work):
    store = session.Session()
    store.query("CREATE DATABASE bench")
    store.query(f"CREATE TABLE bench.event ({COLUMNS}) ENGINE = Memory")
    store.query(f"""
        INSERT INTO bench.event
        SELECT parseDateTimeBestEffort(r.eventTime, 'UTC') AS time, r.eventName,
               replaceOne(r.eventSource, '.amazonaws.com', ''), r.sourceIPAddress, r.userAgent, r.errorCode,
               r.errorMessage, r.eventID, r.readOnly, r.userIdentity.userName, r.userIdentity.accessKeyId,
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


def questions(p):
    def iso(column):
        return f"formatDateTime({column}, '%Y-%m-%dT%H:%i:%SZ', 'UTC')"

    def moment(name):
        return f"toDateTime('{p[name]}', 'UTC')"

    def whole(count="count()"):  # 64-bit integers arrive as text unless made smaller
        return f"toUInt32({count})"

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
        "Q14": (["time", "id", "name", "who", "ip"],
                f"SELECT {iso('time')}, id, name, who, ip FROM bench.event WHERE NOT readonly "
                "ORDER BY time DESC, id LIMIT 50"),
    }


rival.main("chdb", chdb.__version__, load, ask, questions)
