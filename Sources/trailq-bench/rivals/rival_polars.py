"""Polars: a data frame in memory, the fields that people ask for as columns, the record's text beside them."""
import glob
import gzip

import orjson
import polars as pl

import rival

TEXT = pl.String
IDENTITY = pl.Struct({"principalId": TEXT, "arn": TEXT, "accessKeyId": TEXT, "userName": TEXT, "invokedBy": TEXT})
RECORD = pl.Struct({
    "eventTime": TEXT, "eventName": TEXT, "eventSource": TEXT, "sourceIPAddress": TEXT, "userAgent": TEXT,
    "errorCode": TEXT, "errorMessage": TEXT, "eventID": TEXT, "readOnly": pl.Boolean, "userIdentity": IDENTITY,
})
# Texts that repeat themselves: polars numbers them, as trailq does.
REPEATED = {"name": "eventName", "ip": "sourceIPAddress", "agent": "userAgent", "error": "errorCode"}


def load(data, _):
    records = []
    for path in glob.iglob(rival.log_files_pattern(data)):
        with gzip.open(path, "rb") as file:
            records += [orjson.dumps(record).decode() for record in orjson.loads(file.read())["Records"]]
    member = pl.col("r").struct.field
    identity = member("userIdentity").struct.field
    return (
        pl.DataFrame({"record": records}).lazy()
        .with_columns(pl.col("record").str.json_decode(RECORD).alias("r"))
        .select(
            member("eventTime").str.to_datetime("%Y-%m-%dT%H:%M:%SZ").alias("time"),
            member("eventSource").str.replace(".amazonaws.com", "", literal=True)
            .cast(pl.Categorical).alias("service"),
            *[member(field).cast(pl.Categorical).alias(name) for name, field in REPEATED.items()],
            member("errorMessage").alias("message"), member("eventID").alias("id"),
            member("readOnly").alias("readonly"),
            identity("userName").cast(pl.Categorical).alias("username"),
            identity("accessKeyId").cast(pl.Categorical).alias("key"),
            pl.coalesce(identity("arn"), identity("invokedBy"), identity("principalId"))
            .cast(pl.Categorical).alias("who"),
            pl.col("record"))
        .sort("time").collect())


def at(text):
    return pl.lit(text).str.to_datetime("%Y-%m-%d %H:%M:%S")


def text(name):
    return pl.col(name).cast(pl.String)


WHEN = pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
RECORD_NAME = "$.requestParameters.bucketName"


def questions(p):
    column = pl.col
    count = pl.len()
    most = {"descending": [True, False]}

    def matching(condition):
        return lambda frame: frame.filter(condition).select(count)

    return {
        "Q1": (None, lambda frame: frame.filter(
            (column("name") == "DeleteBucket") & (column("username") == "bob")
            & (column("time") >= at(p["hourAgo"]))).select("record")),
        "Q2": (None, lambda frame: frame.filter(column("id") == p["id"]).select("record")),
        "Q3": (["time", "id", "name", "ip"], lambda frame: frame.filter(column("key") == p["key"])
               .sort("time", "id").head(100).select(WHEN, "id", text("name"), text("ip"))),
        "Q4": (["name", "count"], lambda frame: frame.group_by("name").len("n").with_columns(text("name"))
               .sort("n", "name", **most).head(10)),
        "Q5": (["who", "count"], lambda frame: frame.filter(column("error") == "AccessDenied")
               .group_by("who").len("n").with_columns(text("who")).sort("n", "who", **most).head(20)),
        "Q6": (["time", "service", "count"], lambda frame: frame.filter(
            (column("time") >= at(p["dayStart"])) & (column("time") < at(p["dayEnd"])))
            .group_by(column("time").dt.truncate("5m"), "service").len("n")
            .with_columns(text("service")).sort("time", "service").select(WHEN, "service", "n")),
        "Q7": (["count"], matching(column("ip").cat.starts_with(p["addressPrefix"]))),
        "Q8": (["count"], matching(column("record").str.json_path_match(RECORD_NAME) == p["bucket"])),
        "Q9": (["count"], matching(text("agent").str.contains(p["agent"], literal=True))),
        "Q10": (["count"], matching(column("message").str.contains(p["pattern"]))),
        "Q11": (["who", "count", "distinct_ip"], lambda frame: frame.group_by("who")
                .agg(count.alias("count"), column("ip").n_unique().alias("n")).with_columns(text("who"))
                .sort("n", "who", **most).head(20)),
        "Q12": (["count"], matching(column("record").str.contains(p["token"], literal=True))),
        "Q12b": (["count"], matching(column("record").str.contains(p["piece"], literal=True))),
        "Q14": (["time", "id", "name", "who", "ip"], lambda frame: frame.filter(~column("readonly"))
                .sort("time", "id", descending=[True, False]).head(50)
                .select(WHEN, "id", text("name"), text("who"), text("ip"))),
    } | along_time(p)


def along_time(p):
    """Those of the questions along time that want no more than joins and groups."""
    column = pl.col
    day, week = at(p["dayAgo"]), at(p["weekAgo"])
    is_address = ~column("ip").cat.ends_with(".amazonaws.com") & (column("ip") != "AWS Internal")

    def calls(frame, name, time):
        return frame.filter(column("name") == name).select("who", column("time").alias(time))

    def when(name):
        return column(name).dt.strftime("%Y-%m-%dT%H:%M:%SZ")

    gap = (pl.coalesce("next", "end") - column("time")).dt.total_milliseconds().alias("gap")
    usual = (column("next") - column("time")).dt.total_milliseconds().quantile(0.5, "lower").over("who").cast(pl.Int64)
    return {
        "Q13": (["stopped", "time", "who"], lambda frame: calls(frame, "StopLogging", "stopped")
                .join(calls(frame, "DeleteTrail", "time"), on="who")
                .filter(column("time").is_between("stopped", column("stopped") + pl.duration(hours=1)))
                .select(when("stopped"), WHEN, text("who"))),
        "Q18": (["ip", "who", "first", "count"], lambda frame: frame.filter((column("time") >= week) & is_address)
                .group_by("ip", "who").agg(column("time").min(), pl.len().alias("n")).filter(column("time") >= day)
                .select(text("ip"), text("who"), WHEN, "n")),
        "Q19": (["ip", "count", "last"], lambda frame: frame.filter((column("time") >= week) & is_address)
                .group_by("ip").agg(pl.len().alias("n"), column("time").max())
                .filter((column("n") <= 3) & (column("time") >= day))
                .select(text("ip"), "n", WHEN).sort("n", "ip")),
        "Q22": (["who", "from", "to", "gap", "usual"], lambda frame: frame
                .with_columns(column("time").max().alias("end")).filter(column("name") == "CreateSnapshot")
                .with_columns(column("time").shift(-1).over("who").alias("next"))
                .select(text("who"), WHEN, when("next"), gap, usual.alias("usual"))
                .filter(column("gap") > 25 * 3600 * 1000)),
    }


rival.main("polars", pl.__version__, load, lambda frame, ask: ask(frame.lazy()).collect().rows(), questions)
