"""What the programs that measure a rival have in common: arguments, clock, memory, answers, report.

Each rival is a module that calls `main` with three functions: `load(data, work)` builds the store from the log
files and gives back whatever `ask` needs; `ask(store, sql)` runs one question and fetches all its rows; `sql` is
a table of questions. The report is one JSON object on standard output; the answers lie in WORK/answers/ENGINE,
one JSON object a row, named as trailq names its columns, so that one comparison serves all engines. A rival that
keeps nothing between questions is not warmed up: `warms_up=False`, and where it is slow it is asked once. One that
keeps its store in a file, `stored`, gives a function that opens it; it is opened for Q2 in the end, and the file
is removed after that. With `weighed`, the memory is noted of a new process that opens it and asks everything once.
"""
import argparse
import gc
import json
import os
import pathlib
import subprocess
import sys
import time


def log_files_pattern(data):
    return f"{data}/AWSLogs/*/CloudTrail/*/*/*/*/*.json.gz"


def memory_bytes(name):
    """What the system says of this process's memory: VmHWM is the most that it has held, VmRSS what it holds now."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(name))


def milliseconds(work):
    begin = time.perf_counter_ns()
    work()
    return (time.perf_counter_ns() - begin) / 1e6


def write_answer(path, columns, rows):
    """`columns` is None where the one column is the record's JSON text."""
    with open(path, "w") as out:
        for row in rows:
            out.write(row[0] if columns is None else json.dumps(dict(zip(columns, row))))
            out.write("\n")


def open_times(reopen, ask, sql, runs):
    """From a closed store to an answer."""
    def once():
        store = reopen()
        ask(store, sql)
        store.close()

    return [milliseconds(once) for _ in range(runs)]


def opened_bytes(path):
    """The memory of a new process that has opened the store and answered each question."""
    command = [sys.executable, *sys.argv, "--opened", path]
    return int(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def main(engine, version, load, ask, questions, warms_up=True, reopen=None, stored=None, weighed=False):
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--work", required=True, type=pathlib.Path)
    parser.add_argument("--parameters", required=True, help="a JSON file")
    parser.add_argument("--runs", type=int, default=21)
    parser.add_argument("--questions", required=True, help="their names, parted by commas")
    parser.add_argument("--warm-ups", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=20, help="no further run of a question after this")
    parser.add_argument("--opened", help="open this store, ask everything once, print the memory that it takes")
    options = parser.parse_args()
    with open(options.parameters) as file:
        parameters = json.load(file)
    asked = {name: question for name, question in questions(parameters).items()
             if name in options.questions.split(",")}
    if options.opened:
        store = reopen(options.opened)
        for _, sql in asked.values():
            ask(store, sql)
        print(memory_bytes("VmRSS"))
        return
    answers = options.work / "answers" / engine
    answers.mkdir(parents=True, exist_ok=True)

    begin = time.perf_counter()
    store = load(options.data, options.work)
    report = {"engine": engine, "version": version, "loadSeconds": time.perf_counter() - begin,
              "peakBytes": memory_bytes("VmHWM"), "residentBytes": memory_bytes("VmRSS"), "questions": {}}
    for name, (columns, sql) in asked.items():
        print(f"  {engine} {name}", file=sys.stderr)
        begin = time.perf_counter()
        rows = ask(store, sql)
        end = time.perf_counter()
        write_answer(answers / f"{name}.ndjson", columns, rows)
        stop = (end if warms_up else begin) + options.seconds
        if warms_up:
            for _ in range(options.warm_ups):
                if time.perf_counter() < stop:
                    ask(store, sql)
            times, least_runs = [], 3
        else:
            times, least_runs = [(end - begin) * 1000], 1
        gc.disable()
        while len(times) < options.runs and (len(times) < least_runs or time.perf_counter() < stop):
            times.append(milliseconds(lambda: ask(store, sql)))
        gc.enable()
        report["questions"][name] = {"milliseconds": times, "rows": len(rows)}
    if stored:
        path = f"{options.work}/{stored}"
        store.close()
        report["diskBytes"] = os.path.getsize(path)
        report["openMilliseconds"] = open_times(
            lambda: reopen(path), ask, questions(parameters)["Q2"][1], options.runs)
        if weighed:
            report["openedBytes"] = opened_bytes(path)
        os.unlink(path)
    json.dump(report, sys.stdout)
