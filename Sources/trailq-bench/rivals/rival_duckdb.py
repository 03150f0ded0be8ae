"""DuckDB: a database file, the fields that people ask for as columns, the rest as JSON, sorted by time."""
import json
import os

import duckdb

import rival

# What is taken out of a record while it is loaded. An array of JSON taken apart by from_json loads several
# times faster than an array of structs does.
RECORD = {
    "eventTime": "TIMESTAMP", "eventName": "VARCHAR", "eventSource": "VARCHAR", "sourceIPAddress": "VARCHAR",
    "userAgent": "VARCHAR", "errorCode": "VARCHAR", "errorMessage": "VARCHAR", "eventID": "VARCHAR",
    "readOnly": "BOOLEAN", "requestParameters": "JSON",
    "userIdentity": {"principalId": "VARCHAR", "arn": "VARCHAR", "accessKeyId": "VARCHAR",
                     "userName": "VARCHAR", "invokedBy": "VARCHAR"},
    "responseElements": {"credentials": {"accessKeyId": "VARCHAR"}, "accessKey": {"accessKeyId": "VARCHAR"}},
}


def events(data):
    """A SELECT over the log files that has the columns of the table."""
    return f"""
        SELECT r.eventTime AS time, r.eventName AS name, replace(r.eventSource, '.amazonaws.com', '') AS service,
               r.sourceIPAddress AS ip, r.userAgent AS agent, r.errorCode AS error, r.errorMessage AS message,
               r.eventID AS id, r.readOnly AS readonly, r.userIdentity.userName AS username,
               r.userIdentity.accessKeyId AS key, r.requestParameters AS parameters, record,
               coalesce(r.responseElements.credentials.accessKeyId,
                        r.responseElements.accessKey.accessKeyId) AS newkey,
               coalesce(r.userIdentity.arn, r.userIdentity.invokedBy, r.userIdentity.principalId) AS who
        FROM (SELECT record, from_json(record, '{json.dumps(RECORD)}') AS r
              FROM (SELECT unnest(Records) AS record
                    FROM read_json('{rival.log_files_pattern(data)}', columns = {{Records: 'JSON[]'}},
                                   maximum_object_size = 67108864)))"""


def connect(path):
    database = duckdb.connect(path)
    database.execute("SET preserve_insertion_order = false")
    return database


def load(data, work):
    path = f"{work}/rival.duckdb"
    for old in (path, f"{path}.wal"):
        if os.path.exists(old):
            os.unlink(old)
    database = connect(path)
    database.execute(f"CREATE TABLE event AS {events(data)} ORDER BY time")
    database.execute("CHECKPOINT")
    database.close()
    return duckdb.connect(path, read_only=True)


def questions(p):
    return single(p) | along_time(p)


def iso(moment):
    return f"strftime({moment}, '%Y-%m-%dT%H:%M:%SZ')"


def single(p):
    when = iso("time")
    start, end = (f"TIMESTAMP '{p[name]}'" for name in ("dayStart", "dayEnd"))
    return {
        "Q1": (None, f"SELECT record FROM event WHERE name = 'DeleteBucket' AND username = 'bob' "
                     f"AND time >= TIMESTAMP '{p['hourAgo']}' ORDER BY time"),
        "Q2": (None, f"SELECT record FROM event WHERE id = '{p['id']}'"),
        "Q3": (["time", "id", "name", "ip"],
               f"SELECT {when}, id, name, ip FROM event WHERE key = '{p['key']}' ORDER BY time, id LIMIT 100"),
        "Q4": (["name", "count"],
               "SELECT name, count(*) AS n FROM event GROUP BY name ORDER BY n DESC, name LIMIT 10"),
        "Q5": (["who", "count"], "SELECT who, count(*) AS n FROM event WHERE error = 'AccessDenied' "
                                 "GROUP BY who ORDER BY n DESC, who LIMIT 20"),
        "Q6": (["time", "service", "count"],
               "SELECT strftime(time_bucket(INTERVAL 5 MINUTE, time), '%Y-%m-%dT%H:%M:%SZ') AS b, service, "
               f"count(*) FROM event WHERE time >= {start} AND time < {end} GROUP BY ALL ORDER BY b, service"),
        "Q7": (["count"], f"SELECT count(*) FROM event WHERE starts_with(ip, '{p['addressPrefix']}')"),
        "Q8": (["count"], f"SELECT count(*) FROM event WHERE parameters->>'$.bucketName' = '{p['bucket']}'"),
        "Q9": (["count"], f"SELECT count(*) FROM event WHERE contains(agent, '{p['agent']}')"),
        "Q10": (["count"], f"SELECT count(*) FROM event WHERE regexp_matches(message, '{p['pattern']}')"),
        "Q11": (["who", "count", "distinct_ip"],
                "SELECT who, count(*), count(DISTINCT ip) AS n FROM event GROUP BY who ORDER BY n DESC, who LIMIT 20"),
        "Q12": (["count"], f"SELECT count(*) FROM event WHERE contains(record, '{p['token']}')"),
        "Q12b": (["count"], f"SELECT count(*) FROM event WHERE contains(record, '{p['piece']}')"),
        "Q14": (["time", "id", "name", "who", "ip"],
                f"SELECT {when}, id, name, who, ip FROM event WHERE NOT readonly ORDER BY time DESC, id LIMIT 50"),
    }


def bursts(source, keys, minutes, least, size):
    """Windows that hold enough and share events are one burst: it begins where a window does not reach back to the
    one before it."""
    return f"""
        WITH held AS (
            SELECT *, min(time) OVER sliding AS start, count(*) OVER (PARTITION BY {keys} ORDER BY time) AS upto,
                   count(*) OVER sliding AS n, {size} OVER sliding AS size
            FROM ({source})
            WINDOW sliding AS (PARTITION BY {keys} ORDER BY time
                               RANGE BETWEEN INTERVAL {minutes} MINUTE PRECEDING AND CURRENT ROW)),
        marked AS (
            SELECT *, coalesce(start > lag(time) OVER (PARTITION BY {keys} ORDER BY time), true) AS begins
            FROM held WHERE size >= {least}),
        numbered AS (
            SELECT *, sum(begins::INT) OVER (PARTITION BY {keys} ORDER BY time ROWS UNBOUNDED PRECEDING) AS burst
            FROM marked)
        SELECT {keys}, {iso('min(start)')}, {iso('max(time)')}, max(upto) - min(upto - n), max(size)
        FROM numbered GROUP BY {keys}, burst"""


def along_time(p):
    day, week = (f"TIMESTAMP '{p[name]}'" for name in ("dayAgo", "weekAgo"))
    address = "ip NOT LIKE '%.amazonaws.com' AND ip <> 'AWS Internal'"
    return {
        "Q13": (["stopped", "time", "who"],
                f"SELECT {iso('s.time')}, {iso('d.time')}, who FROM event s JOIN event d USING (who) "
                "WHERE s.name = 'StopLogging' AND d.name = 'DeleteTrail' "
                "AND d.time BETWEEN s.time AND s.time + INTERVAL 1 HOUR"),
        "Q15": (["k.newkey", "name", "count"],
                "SELECT k.newkey, u.name, count(*) AS n FROM event k JOIN event u ON u.key = k.newkey "
                "WHERE k.name = 'CreateAccessKey' AND u.ip <> k.ip "
                "AND u.time BETWEEN k.time AND k.time + INTERVAL 1 DAY "
                "GROUP BY ALL ORDER BY n DESC, k.newkey, u.name"),
        "Q16": (["who", "count"], """
            SELECT who, count(*) AS n
            FROM (SELECT who, name, time, min(time) FILTER (name = 'StartLogging') OVER (
                      PARTITION BY who ORDER BY time ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS started
                  FROM event WHERE name IN ('StopLogging', 'StartLogging'))
            WHERE name = 'StopLogging' AND (started IS NULL OR started > time + INTERVAL 1 HOUR)
            GROUP BY who ORDER BY n DESC, who"""),
        # Of each failure the one two before it; of each success the latest of those before it.
        "Q17": (["who", "count"], """
            WITH third AS (
                SELECT who, time, message, lag(time, 2) OVER (PARTITION BY who, message ORDER BY time) AS first
                FROM event WHERE name = 'ConsoleLogin'),
            before AS (
                SELECT who, time, message, max(first) FILTER (message IS NOT NULL) OVER (
                    PARTITION BY who ORDER BY time ROWS UNBOUNDED PRECEDING) AS first
                FROM third)
            SELECT who, count(*) AS n FROM before WHERE message IS NULL AND first >= time - INTERVAL 1 DAY
            GROUP BY who ORDER BY n DESC, who"""),
        "Q18": (["ip", "who", "first", "count"],
                f"SELECT ip, who, {iso('min(time)')}, count(*) FROM event WHERE time >= {week} AND {address} "
                f"GROUP BY ip, who HAVING min(time) >= {day}"),
        "Q19": (["ip", "count", "last"],
                f"SELECT ip, count(*) AS n, {iso('max(time)')} FROM event WHERE time >= {week} AND {address} "
                f"GROUP BY ip HAVING n <= 3 AND max(time) >= {day} ORDER BY n, ip"),
        "Q20": (["who", "bucket", "from", "to", "count", "peak"], bursts(
            "SELECT who, parameters->>'$.bucketName' AS bucket, time FROM event WHERE name = 'GetObject'",
            "who, bucket", 5, 100, "count(*)")),
        "Q21": (["who", "from", "to", "count", "peak"], bursts(
            "SELECT who, name, time FROM event WHERE readonly", "who", 10, 20, "count(DISTINCT name)")),
        "Q22": (["who", "from", "to", "gap", "usual"], f"""
            WITH step AS (
                SELECT who, time, lead(time) OVER (PARTITION BY who ORDER BY time) AS next
                FROM event WHERE name = 'CreateSnapshot'),
            usual AS (
                SELECT *, epoch_ms(coalesce(next, (SELECT max(time) FROM event))) - epoch_ms(time) AS gap,
                       quantile_disc(epoch_ms(next) - epoch_ms(time), 0.5) OVER (PARTITION BY who) AS usual
                FROM step)
            SELECT who, {iso('time')}, {iso('next')}, gap, usual FROM usual WHERE gap > 25 * 3600 * 1000"""),
        "Q23": (["name", "count"], """
            WITH RECURSIVE issued(key) AS (
                SELECT newkey FROM event WHERE name = 'CreateAccessKey' AND newkey IS NOT NULL
                UNION
                SELECT newkey FROM event JOIN issued USING (key) WHERE newkey IS NOT NULL)
            SELECT name, count(*) AS n FROM event SEMI JOIN issued USING (key)
            GROUP BY name ORDER BY n DESC, name"""),
    }


def ask(store, sql):
    return store.execute(sql).fetchall()


if __name__ == "__main__":
    rival.main("duckdb", duckdb.__version__, load, ask, questions,
               reopen=lambda path: duckdb.connect(path, read_only=True), stored="rival.duckdb", weighed=True)
