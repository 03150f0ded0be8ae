"""DuckDB with its table in memory, which is not compressed there."""
import duckdb

import rival
from rival_duckdb import ask, connect, events, questions


def load(data, _):
    database = connect(":memory:")
    database.execute(f"CREATE TABLE event AS {events(data)} ORDER BY time")
    return database


rival.main("duckdb_memory", duckdb.__version__, load, ask, questions)
