"""What jq and zgrep have in common: no store, a pipeline over the files for each question, on all processors."""
import collections
import glob
import json
import os
import shlex
import subprocess

import rival


class Pipelines:
    def __init__(self, data, work):
        self.files = f"{work}/files.list"
        with open(self.files, "w") as out:
            out.writelines(path + "\0" for path in glob.iglob(rival.log_files_pattern(data)))

    def all_files(self, command):
        """The command's output over all files, so many files a process that few processes are started."""
        return self.lines(f"xargs -0 -a {shlex.quote(self.files)} {PARALLEL} sh -c {shlex.quote(command)} sh")

    def files_with(self, word, command):
        """The same over the files that hold a word: gzip starts once a file for that."""
        # zgrep answers 1 where nothing is found, which is no failure.
        found = f"zgrep -l -F -e {shlex.quote(word)} \"$@\" || [ $? -eq 1 ]"
        return self.lines(
            f"xargs -0 -a {shlex.quote(self.files)} {PARALLEL} sh -c {shlex.quote(found)} sh "
            f"| tr '\\n' '\\0' | xargs -0 -r sh -c {shlex.quote(command)} sh")

    @staticmethod
    def lines(pipeline):
        environment = dict(os.environ, LC_ALL="C")
        return subprocess.run(["bash", "-c", "set -o pipefail; " + pipeline], check=True, env=environment,
                              stdout=subprocess.PIPE).stdout.decode().splitlines()


PARALLEL = f"-P {len(os.sched_getaffinity(0))} -n 1000"


def jq(program):
    # A file has no newline at its end; jq needs none.
    return f"zcat -- \"$@\" | jq -c {shlex.quote(program)}"


def in_order_of_time(lines):
    return [(line,) for line in sorted(lines, key=lambda line: json.loads(line)["eventTime"])]


def total(lines):
    return [(sum(map(int, lines)),)]


def most_first(lines, limit):
    counts = collections.Counter(json.loads(line) for line in lines)
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:limit]


def quoted(text):
    """A text as jq writes it."""
    return json.dumps(text)
