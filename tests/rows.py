"""What is written down in a SQLite database, to be compared before and after."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

PASSING = {"audit", "sessions", "calls", "call_events", "alembic_version"}
"""Tables in which looks and calls leave their traces."""
Rows = Mapping[str, list[tuple[object, ...]]]


def rows(database: Path, *without: str) -> Rows:
    """Every row of every table, but for passing traces and the tables `without`."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
        tables = {name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        kept = sorted(tables - PASSING - set(without))
        return {table: sorted(opened.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in kept}
