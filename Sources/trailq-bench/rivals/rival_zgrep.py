"""zgrep for a word that the answer must hold, then jq over the files that have it: the fastest of the usual ways."""
import re
import subprocess

import rival
from shell_pipeline import Pipelines, in_order_of_time, jq, quoted, total


def counted(condition):
    return jq(f"[.Records[] | select({condition})] | length")


def questions(p):
    hour_ago = quoted(p["hourAgo"].replace(" ", "T") + "Z")
    return {
        "Q1": (None, lambda files: in_order_of_time(files.files_with('"DeleteBucket"', jq(
            '.Records[] | select(.eventName == "DeleteBucket" and .userIdentity.userName == "bob" '
            f"and .eventTime >= {hour_ago})")))),
        "Q2": (None, lambda files: in_order_of_time(files.files_with(p["id"], jq(
            f".Records[] | select(.eventID == {quoted(p['id'])})")))),
        "Q12": (["count"], lambda files: total(files.files_with(p["token"], counted(
            f"tostring | contains({quoted(p['token'])})")))),
        "Q12b": (["count"], lambda files: total(files.files_with(p["piece"], counted(
            f"tostring | contains({quoted(p['piece'])})")))),
    }


def version():
    first = subprocess.check_output(["zgrep", "--version"], text=True).splitlines()[0]
    return re.search(r"[\d.]+", first)[0]


rival.main("zgrep", version(), Pipelines, lambda files, question: question(files), questions, warms_up=False)
