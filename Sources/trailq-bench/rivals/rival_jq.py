"""jq over the files: what people do who have nothing else."""
import subprocess

import rival
from shell_pipeline import Pipelines, in_order_of_time, jq, most_first, quoted, total

WHO = ".userIdentity.arn // .userIdentity.invokedBy // .userIdentity.principalId"


def counted(condition):
    return jq(f"[.Records[] | select({condition})] | length")


def questions(p):
    hour_ago = quoted(p["hourAgo"].replace(" ", "T") + "Z")
    return {
        "Q1": (None, lambda files: in_order_of_time(files.all_files(jq(
            '.Records[] | select(.eventName == "DeleteBucket" and .userIdentity.userName == "bob" '
            f"and .eventTime >= {hour_ago})")))),
        "Q2": (None, lambda files: in_order_of_time(files.all_files(jq(
            f".Records[] | select(.eventID == {quoted(p['id'])})")))),
        "Q4": (["name", "count"], lambda files: most_first(files.all_files(jq(".Records[].eventName")), 10)),
        "Q5": (["who", "count"], lambda files: most_first(files.all_files(jq(
            f'.Records[] | select(.errorCode == "AccessDenied") | {WHO}')), 20)),
        "Q8": (["count"], lambda files: total(files.all_files(counted(
            f".requestParameters.bucketName == {quoted(p['bucket'])}")))),
        "Q9": (["count"], lambda files: total(files.all_files(counted(
            f".userAgent // \"\" | contains({quoted(p['agent'])})")))),
        "Q12": (["count"], lambda files: total(files.all_files(counted(
            f"tostring | contains({quoted(p['token'])})")))),
        "Q12b": (["count"], lambda files: total(files.all_files(counted(
            f"tostring | contains({quoted(p['piece'])})")))),
    }


rival.main("jq", subprocess.check_output(["jq", "--version"], text=True).strip().removeprefix("jq-"),
           Pipelines, lambda files, question: question(files), questions, warms_up=False)
