"""A private PostgreSQL for tests, where its binaries are installed."""

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest


def _tools() -> Path | None:
    """Where initdb is: Debian keeps it out of PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@dataclass(frozen=True)
class Postgres:
    """A private cluster on a unix socket."""

    folder: Path
    tools: Path
    user: str

    def url(self, database: str) -> str:
        return f"postgresql://clinic@/{database}?host={self.folder}"

    def admin(self, statement: str) -> None:
        asyncio.run(self.do(statement))

    async def do(self, statement: str) -> None:
        connection = await asyncpg.connect(host=str(self.folder), user="clinic", database="postgres")
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def control(self, *arguments: str) -> None:
        """`pg_ctl …`; returns when it is done."""
        self.run("pg_ctl", *arguments)

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c max_connections=60"
        self.control("-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def run(self, name: str, *arguments: str) -> None:
        command = [str(self.tools / name), "-D", str(self.folder / "data"), *arguments]
        subprocess.run(command, user=self.user, cwd="/", check=True, stdout=subprocess.DEVNULL)


@contextmanager
def private_postgres() -> Iterator[Postgres]:
    """Runs as the user `postgres` when we are root, because the server refuses root. Without binaries: skipped."""
    tools = _tools()
    if tools is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    cluster = Postgres(Path(tempfile.mkdtemp(prefix="duravani-pg-")), tools, user)  # short, as a socket's path must be
    try:
        shutil.chown(cluster.folder, user)
        cluster.run("initdb", "-A", "trust", "-U", "clinic", "-E", "UTF8", "--no-sync")
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.control("-m", "immediate", "stop")
    finally:
        shutil.rmtree(cluster.folder)
