"""Each row of the README's table "What happens when…" is true because a test here shows it."""

import asyncio
import re
import resource
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.clinic.send_sms import send_due_sms
from core.clinic.take_token import take_token
from core.ports import SmsDelayed
from core.rules.sms import Sms
from core.rules.staff import DoctorState
from core.rules.token import TokenState
from tests.live.audio import contains
from tests.live.drill.invariants import agree
from tests.live.drill.journey import Journey
from tests.live.drill.schedule import Moment, Part, Phase, Schedule, Who
from tests.live.drill.stage import open_stage
from tests.live.instance import CHECKOUT, Instance, Program, instance
from tests.live.town import SECOND_TONE, visit
from tests.postgres import private_postgres
from tests.web.house import House, build_model, open_house

pytestmark = pytest.mark.live

README = CHECKOUT / "README.md"
PROMPTS = CHECKOUT / ".build/prompts"
ROW_TEST = re.compile(r"\[`(?P<test>test_\w+)`\]\((?P<file>\S+)\)")
TALKING, HOLDING, CHOOSING = 0, 1, 2
"""The three journeys of each drill below."""


async def _drill(part: Part) -> tuple[list[Journey], set[tuple[str, str]]]:
    """The part dies while one patient talks, one holds and one is in a menu; all of them come to their end.

    The journeys, and the SMS by mobile and template.
    """
    async with open_stage() as stage:
        phases = (Phase.TALKING, Phase.HOLDING, Phase.CHOOSING)
        journeys = await stage.play(Schedule(0, part, phases, Moment(Who.PATIENT, "talking"), 0.5))
        with closing(sqlite3.connect(f"file:{stage.service.home / 'duravani.db'}?mode=ro", uri=True)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            return journeys, set(database.execute("SELECT mobile, template FROM outbox"))


@pytest.mark.usefixtures("as_users_start_it")
async def test_our_program_is_killed() -> None:
    journeys, _ = await _drill(Part.PROGRAM)
    assert [journey.patient.calls for journey in journeys] == [1, 1, 1]  # nobody's call ended
    assert [journey.heard("interrupted") for journey in journeys] == [0, 1, 1]  # and the talk was not disturbed


async def test_asterisk_is_killed() -> None:
    journeys, sms = await _drill(Part.ASTERISK)
    assert journeys[TALKING].heard("dropped_patient") == 1
    assert journeys[HOLDING].heard("called_patient") == 1
    assert (journeys[HOLDING].patient.number, "place_no_doctor") in sms
    assert journeys[CHOOSING].heard("called_back") == 1
    assert [journey.patient.calls for journey in journeys] == [2, 2, 2]  # each was rung by us


async def test_redis_is_killed() -> None:
    journeys, _ = await _drill(Part.VALKEY)
    assert [journey.patient.calls for journey in journeys] == [1, 1, 1]
    assert [journey.heard("interrupted") for journey in journeys] == [0, 0, 0]


async def test_the_power_is_cut() -> None:
    journeys, sms = await _drill(Part.POWER)
    assert journeys[HOLDING].heard("called_patient") == 1
    assert (journeys[HOLDING].patient.number, "place_no_doctor") in sms
    assert journeys[CHOOSING].heard("called_back") == 1
    assert all(journey.patient.calls > 1 for journey in journeys)


# The database


async def test_the_database_is_full() -> None:
    async with instance() as service, visit(service) as town:
        doctor, holding, late = await town.physician(), await town.patient(), await town.patient()
        token = await holding.waits()
        with nothing_can_be_written(service.program):
            await late.phone.dial("104")
            await late.phone.gone()
            assert late.patient is not None
            async with service.clinic.ledger.read() as books:
                assert await books.tokens.active_of_patient(late.patient.id) is None
                assert not [owed for owed in await books.calls.owed_call_backs() if owed.mobile == late.number]
            assert contains(late.heard, PROMPTS / "hi/prompt/broken.wav") is not None
            assert contains(late.heard, PROMPTS / "en/prompt/broken.wav") is not None
        await agree(service)
        await late.phone.dial("104")  # as soon as there is room
        await late.answers("which_patient_unnamed", "1")
        await late.answers("opd_choice_general", "1")
        await late.told("token")
        assert await holding.token() == token
        await doctor.ready()
        await doctor.picks_up(token)
        await holding.told("talking")


@contextmanager
def nothing_can_be_written(program: Program) -> Iterator[None]:
    """No file of this process can grow or change while the block runs: every write ends like one to a full disk.

    By the resource limit of file sizes (setrlimit(2), EFBIG), as not everybody may mount a small disk; on one that is
    full (ENOSPC) the same happens.
    """
    soft, hard = resource.prlimit(program.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(program.pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.prlimit(program.pid, resource.RLIMIT_FSIZE, (soft, hard))


async def test_postgresql_is_restarted() -> None:
    with private_postgres() as cluster:
        await cluster.do("CREATE DATABASE clinic")
        async with instance(database_url=cluster.url("clinic")) as service, visit(service) as town:
            doctor, talking, holding = await town.physician(), await town.patient(), await town.patient()
            await doctor.takes(talking)
            token = await holding.waits()
            await asyncio.to_thread(cluster.control, "-m", "immediate", "-w", "stop")  # like kill -9
            await asyncio.to_thread(cluster.start)
            await talking.phone.stay(0.5)  # they talk on
            await doctor.phone.hang_up()
            await talking.says_goodbye()
            await doctor.is_(DoctorState.WRITING)
            assert (await talking.token()).state is TokenState.WRITING
            assert await holding.token() == token
            assert holding.phone.state == "talking"


# The SMS gateway


class Gateway:
    """Refuses for an hour; afterwards it takes everything, and counts."""

    def __init__(self) -> None:
        self.down = True
        self.taken: Counter[str] = Counter()

    async def send(self, sms: Sms) -> str:
        """The port's."""
        if self.down:
            raise SmsDelayed("503")
        self.taken[sms.cause] += 1
        return f"SM{sms.id}"

    async def alive(self) -> bool:
        """The port's."""
        return not self.down


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house with its people."""
    return build_model(tmp_path_factory.mktemp("model"))


async def test_the_sms_gateway_is_down_for_an_hour(tmp_path: Path, model: House) -> None:
    async with open_house(tmp_path, model) as house:
        gateway, minute = Gateway(), timedelta(minutes=1)
        tokens = [
            await take_token(house.clinic, await house.patient(f"+91987654321{place}"), "general") for place in range(3)
        ]
        for _ in range(60):
            await send_due_sms(house.clinic, gateway)
            house.clock.advance(minute)
        async with house.clinic.ledger.read() as books:
            assert {sms.sent_at for sms in await books.outbox.latest(10)} == {None}
        gateway.down = False
        for _ in range(60):
            await send_due_sms(house.clinic, gateway)
            house.clock.advance(minute)
        assert gateway.taken == Counter(f"token:{token.id}" for token in tokens)  # each once


# The doctor's phone


async def test_a_doctors_phone_is_dead(service: Instance) -> None:
    async with visit(service) as town:
        first, second = await town.physician(), await town.physician(SECOND_TONE)
        patient = await town.patient()
        token = await patient.waits()
        first.phone.kill()  # registered, ready, and silent
        await first.ready()
        await patient.said("doctor_not_picked")
        await first.is_(DoctorState.PAUSED)
        assert await patient.token() == replace(token, state=TokenState.WAITING)
        await second.ready()
        await second.picks_up(token)
        await patient.told("talking")


# The table itself


async def test_every_row_names_a_test_that_exists() -> None:
    table = README.read_text("utf-8").partition("## What happens when…")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    named = [ROW_TEST.search(row) for row in rows]
    assert all(named), rows
    for found in named:
        assert found is not None
        assert f"async def {found['test']}(" in (CHECKOUT / found["file"]).read_text("utf-8"), found["test"]
    ours = {name for name in globals() if name.startswith("test_")} - {"test_every_row_names_a_test_that_exists"}
    assert ours <= {found["test"] for found in named if found is not None}  # and no test here is without its row
