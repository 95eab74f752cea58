"""The gap in three systems side by side: ours, app_queue, and a bare Dial() loop, which take turns in short blocks.

Ours is free in one of two ways: the case was closed while they talked and the doctor's BYE frees (`bye`, which is what
app_queue knows), or the doctor has hung up, writes, and closing the case on the panel frees (`close`).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count

from core.clinic.doctor_ready import server_of
from tests.bench.figures import Cpu
from tests.bench.gap import Ward, put_down
from tests.bench.house import House, Physician, open_house
from tests.bench.panel import Panel
from tests.bench.phones import Leg, Phones
from tests.bench.rival import LOOP, QUEUE, Rival, open_rival

CALLER = "+919812345678"
TYPED_AHEAD = "11"
"""Who is ill, and to wait: nothing is heard before the music."""
TALKS = 0.2
"""Seconds between closing a case and the doctor's BYE, and the other way round."""
OURS_PER_SECOND, READY_PER_SECOND, RIVALS_PER_SECOND = 25.0, 20.0, 80.0
"""Callers who dial, and doctors who become ready, while everything is prepared."""
LOOPS = 100
"""Dial() loops; no caller waits there, so more of them would show nothing."""
SETTLES = 3.0
"""Seconds that app_queue gets to itself before its block, after it stood still."""
PREPARING_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Size:
    """How many doctors are on the staff and have a phone, how many of them serve, and how many callers wait."""

    doctors: int
    serving: int
    waiting: int

    def __str__(self) -> str:
        return f"{self.doctors:,} doctors ({self.serving} serve) / {self.waiting} waiting"


@dataclass(slots=True)
class Gaps:
    """Of one size. Times in ns; `bridged` counts verified calls."""

    size: Size
    bye: list[int] = field(default_factory=list)
    close: list[int] = field(default_factory=list)
    app_queue: list[int] = field(default_factory=list)
    dial: list[int] = field(default_factory=list)
    match_to_ring: list[int] = field(default_factory=list)
    bridged: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    idle_cpu: dict[str, float] = field(default_factory=dict)
    """Percent of a core while everybody waits or talks and nothing else happens."""


async def contest(size: Size, rounds: int, seconds: float) -> Gaps:
    """Prepare all three, then `rounds` times a block of each, `seconds` long."""
    gaps = Gaps(size)
    async with AsyncExitStack() as stack:
        ours = await stack.enter_async_context(_ours(size, rounds * seconds))
        queue = await stack.enter_async_context(open_rival(size.doctors, size.serving))
        loops = await stack.enter_async_context(open_rival(LOOPS, LOOPS))
        wards = [ours.ward, _queue_ward(queue, size), _loop_ward(loops)]
        for ward in wards:
            await stack.enter_async_context(ward)
        async with asyncio.timeout(PREPARING_SECONDS):
            await ours.prepare(gaps)
            for ward, callers in ((wards[1], size.serving + size.waiting), (wards[2], LOOPS)):
                await ward.fill(callers, RIVALS_PER_SECOND)
                await ward.all_talk()
        await _rest(gaps, ours.house, queue)
        for _ in range(rounds):
            with queue.stopped():  # looking after 800 callers once a second takes half a core
                gaps.bye += await ours.ward.measure(ours.signed, seconds)
                gaps.close += await ours.ward.measure(ours.wrote, seconds)
                gaps.dial += await wards[2].measure(put_down, seconds, refill=False)
            await asyncio.sleep(SETTLES)
            gaps.app_queue += await wards[1].measure(put_down, seconds)
    gaps.bridged = {ward.name: ward.pairs.bridged for ward in wards}
    gaps.failures = [f"{ward.name}: {failure}" for ward in wards for failure in ward.failures]
    return gaps


async def _rest(gaps: Gaps, house: House, queue: Rival, seconds: float = 3.0) -> None:
    """What waiting alone costs."""
    cpu = Cpu(house.processes() | {"app_queue": queue.pid})
    with cpu.measured():
        await asyncio.sleep(seconds)
    gaps.idle_cpu = {name: used / seconds / 10 for name, used in cpu.used.items()}


class Ours:
    """Our system in the contest."""

    def __init__(self, house: House, phones: Phones, panel: Panel, size: Size) -> None:
        self.house, self._phones, self._panel, self._size = house, phones, panel, size
        self._patients: Iterator[str] = iter(house.patients)
        self._serving = {each.account.user: each for each in house.physicians[: size.serving]}
        self.ward = Ward("ours", phones, self._dial, list(self._serving))

    async def prepare(self, gaps: Gaps) -> None:
        """Everybody holds the line; then the doctors become ready, one after another, and talk."""
        for physician in self.house.physicians:
            await self._phones.register(physician.account)
        callers = self._size.serving + self._size.waiting
        await self.ward.fill(callers, OURS_PER_SECOND)
        while await self._panel.holding() < callers:  # noqa: ASYNC110  # a gauge does not call
            await asyncio.sleep(0.5)
        for account, physician in self._serving.items():
            gaps.match_to_ring.append(await self._becomes_ready(account, physician))
            await asyncio.sleep(1 / READY_PER_SECOND)
        await self.ward.all_talk()

    async def signed(self, account: str, leg: Leg) -> int:
        """Closed while they talk: the BYE frees."""
        physician = self._serving[account]
        await self._panel.close_case(physician, await self._panel.case_of(physician))
        await asyncio.sleep(TALKS)
        return leg.hang_up()

    async def wrote(self, account: str, leg: Leg) -> int:
        """Closed when they have talked: the request, as it is sent, frees."""
        physician = self._serving[account]
        case = await self._panel.case_of(physician)
        leg.hang_up()
        await asyncio.sleep(TALKS)
        sent = time.time_ns()
        await self._panel.close_case(physician, case)
        return sent

    async def _becomes_ready(self, account: str, physician: Physician) -> int:
        """From the moment before Redis matches until the phone rings, ns."""
        clinic = self.house.clinic
        async with clinic.ledger.write() as books:
            await books.staff.save_doctor(replace(physician.doctor, available=True))
        asked = time.time_ns()
        if await clinic.line.ready(server_of(clinic, physician.doctor)) is None:
            raise RuntimeError("nobody waits")
        return await self.ward.rung[account].get() - asked

    async def _dial(self) -> Leg:
        leg = await self._phones.call(next(self._patients), QUEUE)
        for key in TYPED_AHEAD:
            await leg.voice.press(key)
        return leg


@asynccontextmanager
async def _ours(size: Size, seconds: float) -> AsyncIterator[Ours]:
    """With callers enough for so many seconds of each kind of block."""
    callers = size.serving + size.waiting + round(seconds * 30) + 50
    async with open_house(size.doctors, callers, all_wait=True) as house, Panel.open(house) as panel:
        phones = Phones(house.sip, {})
        try:
            phones.voices.only_voices()
            yield Ours(house, phones, panel, size)
        finally:
            phones.close()


def _queue_ward(rival: Rival, size: Size) -> Ward:
    rival.phones.voices.only_voices()
    accounts = [f"phone-{number}" for number in range(1, size.serving + 1)]
    return Ward("app_queue", rival.phones, lambda: rival.phones.call(CALLER, QUEUE), accounts)


def _loop_ward(rival: Rival) -> Ward:
    numbers = count(1)
    accounts = [f"phone-{number}" for number in range(1, LOOPS + 1)]
    return Ward("dial", rival.phones, lambda: rival.phones.call(CALLER, f"{LOOP}{next(numbers)}"), accounts)
