"""What the programs that measure a rival have in common: arguments, clock, memory, answers, report.

Each rival is a module that calls `main` with three functions: `load(data, work)` builds the store from the log
files and gives back whatever `ask` needs; `ask(store, sql)` runs one question and fetches all its rows; `sql` is
a table of questions. The report is one JSON object on standard output; the answers lie in WORK/answers/ENGINE,
one JSON object a row, named as trailq names its columns, so that one comparison serves all engines.
"""
import argparse
import gc
import json
import pathlib
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


def main(engine, version, load, ask, questions):
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--work", required=True, type=pathlib.Path)
    parser.add_argument("--parameters", required=True, help="a JSON file")
    parser.add_argument("--runs", type=int, default=21)
    parser.add_argument("--questions", required=True, help="their names, parted by commas")
    parser.add_argument("--warm-ups", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=20, help="no further run of a question after this")
    options = parser.parse_args()
    with open(options.parameters) as file:
        parameters = json.load(file)
    answers = options.work / "answers" / engine
    answers.mkdir(parents=True, exist_ok=True)

    begin = time.perf_counter()
    store = load(options.data, options.work)
    report = {"engine": engine, "version": version, "loadSeconds": time.perf_counter() - begin,
              "peakBytes": memory_bytes("VmHWM"), "residentBytes": memory_bytes("VmRSS"), "questions": {}}
    for name, (columns, sql) in questions(parameters).items():
        if name not in options.questions.split(","):
            continue
        print(f"  {engine} {name}", file=sys.stderr)
        rows = ask(store, sql)
        write_answer(answers / f"{name}.ndjson", columns, rows)
        stop = time.perf_counter() + options.seconds
        for _ in range(options.warm_ups):
            if time.perf_counter() < stop:
                ask(store, sql)
        times = []
        gc.disable()
        while len(times) < options.runs and (len(times) < 3 or time.perf_counter() < stop):
            times.append(milliseconds(lambda: ask(store, sql)))
        gc.enable()
        report["questions"][name] = {"milliseconds": times, "rows": len(rows)}
    json.dump(report, sys.stdout)
