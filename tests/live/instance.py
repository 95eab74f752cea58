"""A throw-away Duravani: the real program in a temporary home on free ports, and the staff who work with it."""

import asyncio
import os
import re
import signal
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from config.opds import DAYS
from config.settings import load_settings
from core.clinic.clinic import Clinic
from house.wiring import open_clinic, switch_config
from pbx.handset import Handset, Village
from pbx.names import APP
from pbx.render_config import load_access
from tests.live.forks import Started, forking, start
from tests.live.founded import move_in
from tests.live.ports import free_port
from tests.live.story import Story

PEOPLES = {"database_url", "opds", "home"}
"""Settings by which other people work there, or elsewhere."""
START_SECONDS = 60.0
STOP_SECONDS = 30.0
COMMAND_SECONDS = 120.0
CHECKOUT = Path(__file__).resolve().parents[2]
ACCOUNT = re.compile(r"^\s+(\S+)\s+panel password (\S+)\s+softphone (\S+) password (\S+)$")


class NotReady(Exception):
    """`duravani run` ended before it said READY; the exit code and what it wrote."""


@dataclass(frozen=True, slots=True)
class Account:
    """One of the staff, with the passwords that are told once."""

    login: str
    password: str
    sip_user: str
    sip_password: str


class Program:
    """`duravani run` with one environment; it can be stopped, killed and started again."""

    def __init__(self, environment: Mapping[str, str], roles: Iterable[str] = ()) -> None:
        """Without `roles` it has all of them."""
        self.environment = dict(environment)
        self._command = ["run", *(word for role in roles for word in ("--role", role))]
        self.output: list[str] = []
        """What the latest start said, up to READY's line."""
        self._process: Started | None = None

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Returns when it serves. Raises `NotReady`, `TimeoutError`."""
        self.output = []
        self._process = await start(*self._command, environment=self.environment)
        assert self._process.stdout is not None
        async with asyncio.timeout(START_SECONDS):
            async for line in self._process.stdout:
                self.output.append(line.decode().rstrip("\n"))
                if self.output[-1].startswith("READY"):
                    return
            raise NotReady(f"exit code {await self._process.wait()}:\n" + "\n".join(self.output))

    async def end(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Send it this signal; its exit code when it is gone (the one it had, if it was gone already)."""
        if self._process is None:
            return 0
        if self._process.returncode is None:
            self._process.send_signal(by)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._process.communicate()
        except TimeoutError:
            self._process.kill()
            raise
        assert self._process.returncode is not None
        return self._process.returncode


@dataclass(slots=True)
class Instance:
    """What runs, and how to reach it. `village` is the trunk's far end: the patients' phones."""

    home: Path
    url: str
    sip: str
    program: Program
    village: Village
    clinic: Clinic
    """The same ledger and line, for a look behind the scenes and for staff and patients who are there beforehand."""
    story: Story
    accounts: dict[str, Account]

    async def patient_phone(
        self, stack: AsyncExitStack, number: str, *, speak: Path | None = None, record: Path | None = None
    ) -> Handset:
        """A feature phone in the village: it dials in, and rings when its number is called."""
        phone = await stack.enter_async_context(
            Handset.start(registrar=self.sip, caller=number, speak=speak, record=record)
        )
        self.village.connect(number, phone.port)
        return phone

    async def staff_phone(
        self, stack: AsyncExitStack, account: Account, *, speak: Path | None = None, record: Path | None = None
    ) -> Handset:
        """The registered softphone of one of the staff."""
        phone = await stack.enter_async_context(
            Handset.start(
                account=account.sip_user, password=account.sip_password, registrar=self.sip, speak=speak, record=record
            )
        )
        await phone.register()
        return phone

    async def cut(self, who: str) -> None:
        """The network drops this person's latest leg (Q.850 cause 38), as the telephone company would tell Asterisk."""
        leg = next(event.call_id for event in reversed(self.story.events) if event.who == who)
        access = load_access(switch_config(load_settings(home=self.home)))
        address = f"http://127.0.0.1:{access.http_port}/ari/channels/{leg}?reason_code=38"
        proof = {"Authorization": aiohttp.encode_basic_auth(APP, access.ari_secret)}
        async with aiohttp.ClientSession(headers=proof) as session, session.delete(address) as answer:
            assert answer.status == 204, f"{leg}: {answer.status}"

    async def command(self, *arguments: str) -> tuple[int, str, str]:
        """Run `duravani …` against this home: exit code, standard output and error."""
        return await command(self.program.environment, *arguments)


async def command(environment: Mapping[str, str], *arguments: str) -> tuple[int, str, str]:
    """Run `duravani …` with this environment: exit code, standard output and error. Raises `TimeoutError`."""
    process = await start(*arguments, environment=environment, stderr=asyncio.subprocess.PIPE)
    try:
        async with asyncio.timeout(COMMAND_SECONDS):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


@asynccontextmanager
async def instance(**settings: str) -> AsyncIterator[Instance]:
    """Start one; every process of it ends with the block. `settings`: DURAVANI_* without prefix, in small letters.

    Where programs are forked it is no first start: its staff work there already.
    """
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="duravani-")))
        village = await stack.enter_async_context(Village.open("127.0.0.1"))
        given = {
            "home": str(home),
            "http_port": str(free_port()),
            "sip_port": str(free_port()),
            "trunk": f"127.0.0.1:{village.port}",
            "opds": str(write_opds(home / "opds.toml", DAYS)),
            **settings,
        }
        told = await move_in(home, given["opds"]) if forking() and not settings.keys() & PEOPLES else []
        program = Program(environment(**given))
        stack.callback(kill_all, home)
        stack.push_async_callback(program.end)
        await program.start()
        redis_url = given.get("redis_url", f"unix://{home / 'valkey.sock'}")
        clinic = await stack.enter_async_context(open_clinic(load_settings(**given | {"redis_url": redis_url})))
        story = await stack.enter_async_context(Story.follow(clinic.line))
        accounts = {
            account.login: account for account in map(_account, [*told, *program.output]) if account is not None
        }
        yield Instance(
            home, f"http://127.0.0.1:{given['http_port']}", f"127.0.0.1:{given['sip_port']}", program, village, clinic,
            story, accounts,
        )  # fmt: skip


def environment(**settings: str) -> dict[str, str]:
    """This process's environment with these settings and no others of Duravani's. No voice is rendered meanwhile."""
    others = {key: value for key, value in os.environ.items() if not key.startswith("DURAVANI_")}
    ours = {"natural_medicines": "false"} | settings  # the machine is the tests'
    return others | {f"DURAVANI_{key.upper()}": value for key, value in ours.items()}


def processes_of(home: Path) -> dict[int, str]:
    """Asterisk, Valkey and whatever else has this home on its command line: process ids and command lines."""
    found: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # ended meanwhile
            continue
        if str(home) in words:
            found[int(folder.name)] = words
    return found


def process_of(home: Path, name: str) -> int:
    """The id of the one process of this home that has `name` on its command line."""
    (pid,) = (pid for pid, words in processes_of(home).items() if name in words)
    return pid


def write_opds(path: Path, days: Iterable[str]) -> Path:
    """Two departments that are open the whole day on these days (all of `DAYS`: a test passes at any hour)."""
    hours = ", ".join(f'{day} = "00:00-24:00"' for day in days)
    path.write_text("".join(f"[{opd}]\nhours = {{ {hours} }}\n" for opd in ("general", "speciality")), "utf-8")
    return path


def kill_all(home: Path) -> None:
    """What a killed program has left behind, should its test have failed before it was started again."""
    for pid in processes_of(home):
        os.kill(pid, signal.SIGKILL)


def _account(line: str) -> Account | None:
    found = ACCOUNT.match(line)
    return Account(*found.groups()) if found else None
