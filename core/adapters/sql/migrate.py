"""Brings a database to the newest revision, inside this process, before anything else uses it."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

from core.adapters.sql.engines import database, writing_gate

_SCRIPTS = Path(__file__).parent / "migrations"
_POSTGRES_LOCK = 0x44757261
"""Any fixed number: whoever migrates at the same moment waits for it."""
_OTHERS_SECONDS = 120.0
"""How long we wait, with SQLite, while another process migrates."""


async def migrate(url: str) -> None:
    """Upgrade to the newest revision in one transaction; does nothing when already there.

    Several processes may start at once: they take turns (SQLite by BEGIN IMMEDIATE, PostgreSQL by an advisory lock).
    """
    target = database(url)
    gate = writing_gate(target, _OTHERS_SECONDS)
    try:
        async with gate.transaction() as statements:
            if target.get_backend_name() == "postgresql":
                await statements.execute(select(func.pg_advisory_xact_lock(_POSTGRES_LOCK)))
            await statements.call(_upgrade)
    finally:
        await gate.close()


def _upgrade(connection: Connection) -> None:
    """Mostly there is nothing to do, and alembic would read every revision again to find that out."""
    if MigrationContext.configure(connection).get_current_heads() != (newest_revision(),):
        command.upgrade(alembic_config(connection), "head")


@cache
def newest_revision() -> str:
    """Of this program's schema; the revisions are read once a process."""
    return ScriptDirectory(str(_SCRIPTS)).get_current_head() or ""


def alembic_config(connection: Connection) -> Config:
    """For alembic's commands: our revisions, over this connection and within its transaction."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
