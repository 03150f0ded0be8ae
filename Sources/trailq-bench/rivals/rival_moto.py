"""The matcher of moto 5, a Python model of AWS, asked which rules events match.

    rival_moto.py --patterns FOLDER --work FOLDER --rules 1,100,10000 --events 20000,2000,20 --runs 5

Matches the first so many events of FOLDER/events.ndjson against FOLDER/rules-N.ndjson, writes the rules that each
event matches to WORK/moto-N.ndjson, and prints the seconds of CPU time that each run took, as JSON by number of rules.
As in moto's bus, events are objects already, and each rule is asked in turn.
"""
import argparse
import json
import pathlib
import time

import moto
from moto.events.models import EventPattern


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--patterns", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--rules", required=True)
    parser.add_argument("--events", required=True)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    events = [json.loads(line) for line in (options.patterns / "events.ndjson").open()]
    seconds = {}
    for rules, count in zip(options.rules.split(","), map(int, options.events.split(","))):
        patterns = [EventPattern.load(line) for line in (options.patterns / f"rules-{rules}.ndjson").open()]
        seconds[rules] = []
        for _ in range(options.runs):
            begin = time.process_time()
            found = [[number for number, pattern in enumerate(patterns) if pattern.matches_event(event)]
                     for event in events[:count]]
            seconds[rules].append(time.process_time() - begin)
        (options.work / f"moto-{rules}.ndjson").write_text("".join(json.dumps(ids) + "\n" for ids in found))
    print(json.dumps({"version": moto.__version__, "seconds": seconds}))


main()
