"""DuckDB over the log files themselves: nothing to load, all files for each question."""
import duckdb

import rival
from rival_duckdb import ask, connect, events, single

# Enough to show what reading all files costs.
NAMES = ("Q1", "Q2", "Q4", "Q5", "Q8", "Q9", "Q12")


def load(data, _):
    database = connect(":memory:")
    database.execute(f"CREATE VIEW event AS {events(data)}")
    return database


rival.main("duckdb_files", duckdb.__version__, load, ask,
           lambda p: {name: question for name, question in single(p).items() if name in NAMES}, warms_up=False)
