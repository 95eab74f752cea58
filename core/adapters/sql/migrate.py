"""Brings a database to the newest revision, inside this process, before anything else uses it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from core.adapters.sql.engines import async_url, writing_engine
from core.adapters.sql.gate import Gate

_SCRIPTS = Path(__file__).parent / "migrations"
_POSTGRES_LOCK = 0x44757261
"""Any fixed number: whoever migrates at the same moment waits for it."""


async def migrate(url: str) -> None:
    """Upgrade to the newest revision in one transaction; does nothing when already there.

    Several processes may start at once: they take turns (SQLite by BEGIN IMMEDIATE, PostgreSQL by an advisory lock).
    """
    target = async_url(url)
    gate = Gate(*writing_engine(target))
    try:
        async with gate.transaction() as connection:
            if target.get_backend_name() == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
            await connection.run_sync(_upgrade)
    finally:
        await gate.close()


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
