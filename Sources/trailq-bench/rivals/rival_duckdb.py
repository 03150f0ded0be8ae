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
}


def load(data, work):
    path = f"{work}/rival.duckdb"
    for old in (path, f"{path}.wal"):
        if os.path.exists(old):
            os.unlink(old)
    database = duckdb.connect(path)
    database.execute("SET preserve_insertion_order = false")
    database.execute(f"""
        CREATE TABLE event AS
        SELECT r.eventTime AS time, r.eventName AS name, replace(r.eventSource, '.amazonaws.com', '') AS service,
               r.sourceIPAddress AS ip, r.userAgent AS agent, r.errorCode AS error, r.errorMessage AS message,
               r.eventID AS id, r.readOnly AS readonly, r.userIdentity.userName AS username,
               r.userIdentity.accessKeyId AS key, r.requestParameters AS parameters, record,
               coalesce(r.userIdentity.arn, r.userIdentity.invokedBy, r.userIdentity.principalId) AS who
        FROM (SELECT record, from_json(record, '{json.dumps(RECORD)}') AS r
              FROM (SELECT unnest(Records) AS record
                    FROM read_json('{rival.log_files_pattern(data)}', columns = {{Records: 'JSON[]'}},
                                   maximum_object_size = 67108864)))
        ORDER BY time""")
    database.execute("CHECKPOINT")
    database.close()
    return duckdb.connect(path, read_only=True)


def questions(p):
    when = "strftime(time, '%Y-%m-%dT%H:%M:%SZ')"
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
        "Q14": (["time", "id", "name", "who", "ip"],
                f"SELECT {when}, id, name, who, ip FROM event WHERE NOT readonly ORDER BY time DESC, id LIMIT 50"),
    }


rival.main("duckdb", duckdb.__version__, load, lambda store, sql: store.execute(sql).fetchall(), questions)
