"""What must be true after every drill, read from SQL, Redis and Asterisk themselves."""

import asyncio
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from redis.asyncio import Redis

from config.settings import load_settings
from core.adapters.line import keys
from core.rules.staff import DoctorState
from core.rules.token import ACTIVE, TokenState
from house.wiring import switch_config
from pbx.names import APP
from pbx.render_config import load_access
from tests.live.drill.witness import everything
from tests.live.instance import Instance, processes_of
from tests.live.story import Event

BUSY = {
    TokenState.CALLED: DoctorState.RESERVED,
    TokenState.TALKING: DoctorState.TALKING,
    TokenState.WRITING: DoctorState.WRITING,
}
"""What the doctor of a token does."""
IDLE = (DoctorState.PAUSED, DoctorState.OFFLINE)
AGREE_SECONDS = 25.0
"""Two comparisons of the line with the ledger (core.clinic.keep_time), and then some."""
LOOK_EVERY = 0.1
SPOKEN_TOKEN = re.compile(r"^token_(?:spoken|again): \D*((?:\d ?)+)")


@dataclass(frozen=True, slots=True)
class InSql:
    """The ledger's rows, read without our own code."""

    tokens: list[tuple[int, str, int, str, str]]
    """Id, number, patient, state, lane."""
    open: list[tuple[int, int]]
    """Token and doctor of every consultation without an outcome."""
    doctors: dict[int, bool]
    """Whether they want patients."""


@dataclass(frozen=True, slots=True)
class InRedis:
    """The line's keys, read without our own scripts."""

    waiting: list[tuple[str, int]]
    """Lane and token, in the order of the line."""
    doctors: dict[int, tuple[str, int | None]]
    """State and token."""


def read_sql(home: Path) -> InSql:
    """One look."""
    with closing(sqlite3.connect(f"file:{home / 'duravani.db'}?mode=ro", uri=True)) as database:
        database.execute("BEGIN")
        tokens = database.execute(
            "SELECT id, number, patient_id, state, state_code || '/' || opd || '/' || language FROM tokens"
            " ORDER BY joined_at, id"
        ).fetchall()
        begun = database.execute("SELECT token_id, doctor_id FROM consultations WHERE outcome IS NULL").fetchall()
        doctors = database.execute("SELECT id, available FROM staff WHERE kind = 'doctor'").fetchall()
        return InSql(tokens, begun, {doctor: bool(available) for doctor, available in doctors})


async def read_redis(service: Instance, doctors: Iterable[int]) -> InRedis:
    """One look, or nearly: whoever compares looks again when it does not fit."""
    async with Redis.from_url(f"unix://{service.home / 'valkey.sock'}", decode_responses=True) as redis:
        lanes = sorted(map(str, await redis.smembers(keys.key(keys.LANES))))
        waiting = []
        for lane in lanes:
            waiting += [(lane, int(str(token))) for token in await redis.zrange(keys.key(keys.ALL, lane), 0, -1)]
        states = {}
        for doctor in doctors:
            state, token = await redis.hmget(keys.key(keys.DOCTOR, str(doctor)), "state", "token")
            states[doctor] = (str(state), int(str(token)) if token else None)
        return InRedis(waiting, states)


def differences(sql: InSql, redis: InRedis) -> list[str]:
    """Where the two contradict each other or the rules; nothing when all is well."""
    return [*_two_tokens(sql), *_line(sql, redis), *_cases(sql), *_doctors(sql, redis)]


def _two_tokens(sql: InSql) -> list[str]:
    active = Counter(patient for _, _, patient, state, _ in sql.tokens if state in ACTIVE)
    return [f"patient {patient} has {count} active tokens (S16)" for patient, count in active.items() if count > 1]


def _line(sql: InSql, redis: InRedis) -> list[str]:
    """Every waiting token once, in the order in which they joined: all of a drill's patients are of one class."""
    lanes = {lane for *_, lane in sql.tokens} | {lane for lane, _ in redis.waiting}
    found = []
    for lane in sorted(lanes):
        due = [token for token, _, _, state, its in sql.tokens if state == TokenState.WAITING and its == lane]
        there = [token for its, token in redis.waiting if its == lane]
        if due != there:
            found.append(f"in {lane} wait {due}, and in the line {there}")
    return found


def _cases(sql: InSql) -> list[str]:
    """A token that a doctor has, has one open consultation, and no other token has any."""
    cases = Counter(token for token, _ in sql.open)
    return [
        f"token {number} is {state} with {cases[token]} open consultations"
        for token, number, _, state, _ in sql.tokens
        if cases[token] != (1 if state in BUSY else 0)
    ]


def _doctors(sql: InSql, redis: InRedis) -> list[str]:
    states = {token: state for token, _, _, state, _ in sql.tokens}
    has = {doctor: token for token, doctor in sql.open}
    found = []
    for doctor, wants in sql.doctors.items():
        state, token = redis.doctors[doctor]
        mine = has.get(doctor)
        if mine is not None:
            right = token == mine and state == BUSY.get(TokenState(states[mine]))
        else:
            right = token is None and (state == DoctorState.READY if wants else state in IDLE)
        if not right:
            found.append(f"doctor {doctor} (wants patients: {wants}, token {mine}) is {state} with token {token}")
    return found


async def agree(service: Instance) -> None:
    """Returns when SQL and Redis agree. `AssertionError` when they do not within the time that mending takes."""
    found = ["never looked"]
    try:
        async with asyncio.timeout(AGREE_SECONDS):
            while found:
                sql = read_sql(service.home)
                found = differences(sql, await read_redis(service, sql.doctors))
                await asyncio.sleep(LOOK_EVERY if found else 0)
    except TimeoutError:
        raise AssertionError("SQL and Redis do not agree: " + "; ".join(found)) from None


def spoken_tokens(events: Iterable[Event]) -> set[str]:
    """The numbers that callers were told, or were about to be told."""
    spoken = {event.detail for event in events if event.kind == "token"}
    said = (SPOKEN_TOKEN.match(event.detail) for event in events if event.kind == "said")
    return spoken | {found[1].replace(" ", "") for found in said if found is not None}


def check_spoken(service: Instance) -> None:
    """Nobody was told a token that is not stored."""
    stored = {number for _, number, *_ in read_sql(service.home).tokens}
    lost = spoken_tokens(everything(service.home / "duravani.db")) - stored
    assert not lost, f"spoken, and not in SQL: {sorted(lost)}"


async def nothing_left(service: Instance, tasks: int | None = None) -> None:
    """Returns when nobody is on the telephone: not for Asterisk, not for us, and no process is left over.

    `tasks`: how many asyncio tasks our program had when nobody had called yet (`tasks_of`); not one more is left.
    """
    left: dict[str, object] = {}
    try:
        async with asyncio.timeout(AGREE_SECONDS):
            while left := await what_is_left(service, tasks):  # noqa: ASYNC110  Asterisk tells nobody but its application
                await asyncio.sleep(LOOK_EVERY)
    except TimeoutError:
        raise AssertionError(f"left over: {left}") from None
    processes = processes_of(service.home)
    assert len(processes) == 2, f"Asterisk and Valkey, and nobody else: {processes}"


async def tasks_of(service: Instance) -> int:
    """How many asyncio tasks our program has, this question's own among them."""
    return int((await _gauges(service))["duravani_tasks"])


async def _gauges(service: Instance) -> dict[str, float]:
    async with aiohttp.ClientSession() as session, session.get(f"{service.url}/metrics") as answer:
        lines = [line.rsplit(" ", 1) for line in (await answer.text()).splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


async def what_is_left(service: Instance, tasks: int | None) -> dict[str, object]:
    """Channels and bridges by Asterisk's own count, conversations by ours; empty when there is nothing."""
    settings = load_settings(home=service.home, http_port=int(service.url.rpartition(":")[2]))
    access = load_access(switch_config(settings))
    proof = {"Authorization": aiohttp.encode_basic_auth(APP, access.ari_secret)}
    left: dict[str, object] = {}
    async with aiohttp.ClientSession(headers=proof) as session:
        for what in ("channels", "bridges"):
            async with session.get(f"http://127.0.0.1:{access.http_port}/ari/{what}") as answer:
                left[what] = [each.get("name") or each["id"] for each in await answer.json()]
    gauges = await _gauges(service)
    left["conversations"] = gauges["duravani_conversations"]
    left["holding"] = gauges["duravani_holding"]
    left["tasks"] = 0 if tasks is None else max(gauges["duravani_tasks"] - tasks, 0)
    return {what: each for what, each in left.items() if each}
