"""How to reach the two databases we know: SQLite (one file, one writer) and PostgreSQL."""

import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from core.adapters.sql.gate import BUSY_PAUSE, Gate, LocalGate, RemoteGate

BUSY_SECONDS = 15
"""How long a SQLite writer waits for a writer of another process, unless told otherwise."""
STATEMENT_SECONDS = 30
"""When PostgreSQL is taken to be gone."""
SQLITE_READERS = 4
POSTGRES_PLACES = 16

_DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


def database(url: str) -> URL:
    """The URL with the driver we use; `ValueError` for another database, or one in memory.

    Every connection to `:memory:` is a database of its own, so there would be nothing to share.
    """
    given = make_url(url)
    driver = _DRIVERS.get(given.get_backend_name())
    if driver is None:
        raise ValueError(f"{given.get_backend_name()!r} is neither sqlite nor postgresql")
    if _is_sqlite(given) and given.database in (None, "", ":memory:"):
        raise ValueError("a SQLite database must be a file")
    return given.set(drivername=driver)


def writing_gate(url: URL, busy_seconds: float = BUSY_SECONDS) -> Gate:
    """To transactions that write: as many at a time as the database can do.

    SQLite has one writer; whoever comes second waits for at most `busy_seconds`.
    """
    if _is_sqlite(url):
        return _sqlite(url, 1, "IMMEDIATE", "", busy_seconds)
    return _postgres(url, "READ COMMITTED", readonly=False)


def reading_gate(url: URL) -> Gate:
    """To transactions that see one moment and cannot write."""
    if _is_sqlite(url):
        return _sqlite(url, SQLITE_READERS, "DEFERRED", "PRAGMA query_only = ON")
    return _postgres(url, "REPEATABLE READ", readonly=True)


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _sqlite(url: URL, places: int, begin: str, extra_pragma: str, busy_seconds: float = BUSY_SECONDS) -> LocalGate:
    """WAL, so that readers never wait; FULL, because a token that was spoken must survive a power cut.

    `isolation_level=None` takes the driver's own implicit BEGIN away: ours says IMMEDIATE for writers, so that two
    processes queue at BEGIN instead of failing at their first write (sqlite.org/lang_transaction.html).
    """
    engine = create_engine(url, pool_size=places, max_overflow=0, connect_args={"isolation_level": None, "timeout": 0})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        _use_wal(cursor)
        for pragma in ("synchronous = FULL", "foreign_keys = ON"):
            cursor.execute(f"PRAGMA {pragma}")
        if extra_pragma:
            cursor.execute(extra_pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {begin}")

    return LocalGate(engine, places, busy_seconds)


def _use_wal(cursor: sqlite3.Cursor) -> None:
    """Of several who find a new file one switches it; SQLite refuses the others at once, whatever its own time-out."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(BUSY_PAUSE)


def _postgres(url: URL, isolation: Any, *, readonly: bool) -> RemoteGate:
    engine = create_async_engine(
        url,
        pool_size=POSTGRES_PLACES,
        max_overflow=0,
        pool_pre_ping=True,
        isolation_level=isolation,
        execution_options={"postgresql_readonly": readonly},
        connect_args={"timeout": 10, "command_timeout": STATEMENT_SECONDS},
    )
    return RemoteGate(engine, POSTGRES_PLACES)
