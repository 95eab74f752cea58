"""A throw-away Duravani: the real program in a temporary home on free ports, and the staff who work with it."""

import asyncio
import os
import re
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from core.adapters.line import RedisLine
from core.adapters.sql import SqlLedger
from pbx.handset import Handset, Village
from tests.live.story import Story

START_SECONDS = 60.0
STOP_SECONDS = 30.0
CHECKOUT = Path(__file__).resolve().parents[2]
ACCOUNT = re.compile(r"^\s+(\S+)\s+panel password (\S+)\s+softphone (\S+) password (\S+)$")


@dataclass(frozen=True, slots=True)
class Account:
    """One of the demo staff, as `duravani run` told them at its first start."""

    login: str
    password: str
    sip_user: str
    sip_password: str


@dataclass(slots=True)
class Instance:
    """What runs, and how to reach it. `village` is the trunk's far end: the patients' phones."""

    home: Path
    url: str
    sip: str
    village: Village
    environment: Mapping[str, str]
    accounts: dict[str, Account]
    ledger: SqlLedger
    line: RedisLine
    story: Story
    process: asyncio.subprocess.Process
    output: list[str] = field(default_factory=list)

    async def patient_phone(self, stack: AsyncExitStack, number: str, **options: Path | None) -> Handset:
        """A feature phone in the village: it dials in, and rings when its number is called."""
        phone = await stack.enter_async_context(Handset.start(registrar=self.sip, caller=number, **options))
        self.village.connect(number, phone.port)
        return phone

    async def staff_phone(self, stack: AsyncExitStack, login: str, **options: Path | None) -> Handset:
        """The registered softphone of one of the staff."""
        account = self.accounts[login]
        phone = await stack.enter_async_context(
            Handset.start(account=account.sip_user, password=account.sip_password, registrar=self.sip, **options)
        )
        await phone.register()
        return phone

    async def command(self, *arguments: str) -> tuple[int, str, str]:
        """Run `duravani …` against this home: exit code, standard output and error."""
        process = await asyncio.create_subprocess_exec(
            *_program(), *arguments, env=dict(self.environment), cwd=CHECKOUT,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()
        assert process.returncode is not None
        return process.returncode, out.decode(), err.decode()


@asynccontextmanager
async def instance(**settings: str) -> AsyncIterator[Instance]:
    """Start one; its processes end with the block. `settings` are DURAVANI_* without the prefix, in small letters."""
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="duravani-")))
        village = await stack.enter_async_context(Village.open("127.0.0.1", free_port()))
        http, sip = free_port(), free_port()
        given = {
            "home": str(home),
            "http_port": str(http),
            "sip_port": str(sip),
            "trunk": f"127.0.0.1:{village.port}",
            **settings,
        }
        environment = {key: value for key, value in os.environ.items() if not key.startswith("DURAVANI_")}
        environment |= {f"DURAVANI_{key.upper()}": value for key, value in given.items()}
        process, output = await stack.enter_async_context(serving(environment))
        ledger = SqlLedger.open(given.get("database_url", f"sqlite:///{home / 'duravani.db'}"))
        stack.push_async_callback(ledger.close)
        line = RedisLine.open(given.get("redis_url", f"unix://{home / 'valkey.sock'}"))
        stack.push_async_callback(line.close)
        story = await stack.enter_async_context(Story.follow(line))
        accounts = {account.login: account for account in map(_account, output) if account is not None}
        yield Instance(
            home, f"http://127.0.0.1:{http}", f"127.0.0.1:{sip}", village, environment, accounts, ledger, line, story,
            process, output,
        )  # fmt: skip


@asynccontextmanager
async def serving(environment: Mapping[str, str]) -> AsyncIterator[tuple[asyncio.subprocess.Process, list[str]]]:
    """`duravani run` with this environment, from READY until it has ended."""
    process = await asyncio.create_subprocess_exec(
        *_program(), "run", env=dict(environment), cwd=CHECKOUT,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(START_SECONDS):
            output = await _until_ready(process)
        yield process, output
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.communicate()
        except TimeoutError:
            process.kill()
            raise


async def _until_ready(process: asyncio.subprocess.Process) -> list[str]:
    assert process.stdout is not None
    output: list[str] = []
    async for line in process.stdout:
        output.append(line.decode().rstrip("\n"))
        if output[-1].startswith("READY"):
            return output
    raise RuntimeError("duravani run ended before it was ready:\n" + "\n".join(output))


def free_port() -> int:
    """A port that nobody uses on 127.0.0.1 just now, neither by UDP nor by TCP."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
            udp.bind(("127.0.0.1", 0))
            port = int(udp.getsockname()[1])
            try:
                tcp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def _program() -> tuple[str, str]:
    return sys.executable, str(CHECKOUT / "main.py")


def _account(line: str) -> Account | None:
    found = ACCOUNT.match(line)
    return Account(*found.groups()) if found else None
