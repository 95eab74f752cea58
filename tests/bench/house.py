"""Our system, to be measured: the real program in a throw-away home with as many doctors and patients as are needed."""

import hashlib
import os
import secrets
import signal
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from config.opds import DAYS
from config.settings import load_settings
from core.clinic.clinic import Clinic
from core.ports import NEW, Books
from core.rules.patient import Caller, Gender, Patient, Relation, with_check_digit
from core.rules.records import WebSession
from core.rules.staff import Doctor, StaffKind, Verification, sip_digest
from core.rules.token import Priority, Token, TokenState
from house.wiring import open_clinic
from tests.bench.wire import Address
from tests.live.instance import CHECKOUT, Program, environment, processes_of, write_opds
from tests.live.ports import free_port
from tests.live.sip import Account

PASSWORD = "bench"
PIN_CODE = "302001"
LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Physician:
    """A doctor with a phone, and a browser that is signed in."""

    doctor: Doctor
    account: Account
    cookie: str
    csrf: str


@dataclass(frozen=True, slots=True)
class House:
    """What runs, who works there, and who has called before."""

    home: Path
    url: str
    sip: Address
    clinic: Clinic
    """The same ledger and line, to look at what was stored."""
    physicians: Sequence[Physician]
    patients: Sequence[str]
    """Mobiles, each with one registered person who has agreed to the notice."""

    def processes(self) -> dict[str, int]:
        """Process ids of `asterisk`, `valkey` and `python` (the program itself, which started them)."""
        found = {
            name: pid
            for pid, words in processes_of(self.home).items()
            for name in ("asterisk", "valkey")
            if name in words.partition(str(self.home))[0]
        }
        return found | {"python": _parent(found["asterisk"])}


@asynccontextmanager
async def open_house(doctors: int, patients: int, *, all_wait: bool = False) -> AsyncIterator[House]:
    """Start it; all of it ends with the block.

    With `all_wait` every patient has a token, the doctors pause, and there is no music (that of 800 callers alone would
    take most of a core from whatever is measured); else nobody waits, and the doctors are ready.
    """
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="duravani-bench-")))
        http_port, sip_port = free_port(), free_port()
        given = {
            "home": str(home), "http_port": str(http_port), "sip_port": str(sip_port), "trunk": "127.0.0.1:9",
            "opds": str(write_opds(home / "opds.toml", DAYS)), "natural_medicines": "false",
        }  # fmt: skip
        if all_wait:
            given["build"] = str(_without_music(home / "build"))
        async with open_clinic(load_settings(**given)) as clinic:
            staff = await _staff(clinic, doctors, available=not all_wait)
            mobiles = await _patients(clinic, patients, tokens=all_wait)
        program = Program(environment(**given))
        stack.callback(_kill_all, home)
        stack.push_async_callback(program.end)
        await program.start()
        given["redis_url"] = f"unix://{home / 'valkey.sock'}"
        clinic = await stack.enter_async_context(open_clinic(load_settings(**given)))
        yield House(home, f"http://127.0.0.1:{http_port}", ("127.0.0.1", sip_port), clinic, staff, mobiles)


async def _staff(clinic: Clinic, count: int, *, available: bool) -> list[Physician]:
    async with clinic.ledger.write() as books:
        return [await _hire(clinic, books, number, available) for number in range(1, count + 1)]


async def _hire(clinic: Clinic, books: Books, number: int, available: bool) -> Physician:
    """Like `add_doctor`, but signed in already: a thousand argon2 hashes would take longer than what is measured."""
    now, login = clinic.clock.now(), f"dr-{number}"
    doctor = await books.staff.add_doctor(
        Doctor(
            NEW, login, "Dr Bench", "MBBS", f"B-{number}", "Bench Council", "bench@example.org",
            opds=tuple(clinic.policy.opds), languages=clinic.policy.languages, states=(), account=f"doctor-{login}",
            sip_digest=sip_digest(f"doctor-{login}", PASSWORD), password_hash="none", created_at=now,
            available=available, verification=Verification.VERIFIED,
        )
    )  # fmt: skip
    cookie, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    hashed = hashlib.sha256(cookie.encode()).hexdigest()
    await books.sessions.add(WebSession(hashed, StaffKind.DOCTOR, doctor.id, csrf, now, now + timedelta(hours=1)))
    return Physician(doctor, Account(doctor.account, PASSWORD), cookie, csrf)


async def _patients(clinic: Clinic, count: int, *, tokens: bool) -> list[str]:
    mobiles = [f"+91{9_800_000_000 + number}" for number in range(count)]
    async with clinic.ledger.write() as books:
        for number, mobile in enumerate(mobiles):
            patient = await _know(clinic, books, mobile, number)
            if tokens:
                await books.tokens.add(_token(clinic, patient, number))
    return mobiles


def _token(clinic: Clinic, patient: Patient, number: int) -> Token:
    """Each joined a moment after the one before."""
    now = clinic.clock.now()
    return Token(
        NEW, str(10_000 + number), clinic.today(), patient.id, "general", patient.state, patient.language,
        Priority.ROUTINE, TokenState.WAITING, created_at=now, joined_at=now,
    )  # fmt: skip


async def _know(clinic: Clinic, books: Books, mobile: str, number: int) -> Patient:
    now, state = clinic.clock.now(), clinic.geography.state_of(PIN_CODE)
    assert state is not None
    await books.callers.save(Caller(mobile, LANGUAGE, clinic.policy.notice_version, now, "an earlier call"))
    return await books.patients.add(
        Patient(
            NEW, with_check_digit(f"{10_000_000 + number}"), mobile, Relation.SELF, Gender.MAN, age=40,
            age_on=clinic.today(), pin_code=PIN_CODE, state=state, district=None, language=LANGUAGE, created_at=now,
        )
    )  # fmt: skip


def _without_music(build: Path) -> Path:
    """What `make setup` prepared, but for the music: Asterisk finds nothing to play there."""
    (build / "prompts" / "music").mkdir(parents=True)
    (build / "prompts" / "music" / "none.txt").touch()
    for made in (CHECKOUT / ".build" / "prompts").iterdir():
        if made.name != "music":
            (build / "prompts" / made.name).symlink_to(made)
    return build


def _parent(pid: int) -> int:
    """Who started this process (ppid of proc(5))."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _kill_all(home: Path) -> None:
    """What a program that was killed has left behind."""
    for pid in processes_of(home):
        os.kill(pid, signal.SIGKILL)
