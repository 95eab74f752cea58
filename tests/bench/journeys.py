"""Whole journeys: a returning patient dials, keys, hears the token, is brought together with a doctor, and it ends.

The doctor picks up at once; when both hear each other the case is closed on the panel (an HTTP request with session and
CSRF token, as a browser sends it: so its cost is the program's), then the doctor's phone says BYE, and the patient
hears the thanks and hangs up. Closing rather than signing: a signature draws a PDF, which is not of the call path.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from pbx.tasks import Tasks
from tests.bench.figures import Cpu
from tests.bench.house import House, Physician
from tests.bench.pairs import NotBridged, Pairs
from tests.bench.panel import CannotClose, Panel
from tests.bench.phones import Leg, Phones
from tests.live.sip import Refused

NUMBER = "104"
LONGEST = 20.0
"""Seconds; a journey that takes longer has failed."""
PROMPTS = ("opd_choice_general.0", "token_spoken.0", "sms_sent")
"""What each key of ours leads to: the department, the token (stored by then), and that it was sent."""


@dataclass(slots=True)
class Block:
    """What became of the journeys at one rate. Times in ns."""

    rate: float
    asked: int = 0
    bridged: int = 0
    """Both voices were heard at the other end."""
    done: int = 0
    stored: int = 0
    """Tokens that are closed in the database."""
    failures: list[str] = field(default_factory=list)
    key_to_prompt: list[int] = field(default_factory=list)
    lasted: list[int] = field(default_factory=list)
    seconds: float = 0.0
    cpu_ms: dict[str, float] = field(default_factory=dict)
    """For each journey, by process."""

    @property
    def flawless(self) -> bool:
        """Every journey was bridged, ended and stored."""
        return self.asked == self.bridged == self.done == self.stored and not self.failures


class Practice:
    """A house's doctors, who answer and close, and the patients who dial. `open_practice` makes it."""

    def __init__(self, house: House, phones: Phones, panel: Panel, tasks: Tasks) -> None:
        self._house, self._phones, self._panel, self._tasks = house, phones, panel, tasks
        self._patients: Iterator[str] = iter(house.patients)
        self._pairs = Pairs()
        self._failures: list[str] = []
        for physician in house.physicians:
            phones.on_ring[physician.account.user] = self._answering(physician)

    async def block(self, rate: float, seconds: float) -> Block:
        """So many journeys a second begin, whatever becomes of the earlier ones; returns when all have ended."""
        block, cpu = Block(rate), Cpu(self._house.processes())
        served, bridged, began = await self._served(), self._pairs.bridged, time.monotonic()
        self._failures = block.failures
        with cpu.measured():
            await asyncio.wait([task async for task in self._departures(block, seconds)])
        block.seconds = time.monotonic() - began
        block.cpu_ms = {name: used / block.asked for name, used in cpu.used.items()}
        block.stored, block.bridged = await self._served() - served, self._pairs.bridged - bridged
        return block

    async def _departures(self, block: Block, seconds: float) -> AsyncIterator[asyncio.Task[None]]:
        clock = asyncio.get_running_loop()
        due = clock.time()
        for _ in range(round(block.rate * seconds)):
            block.asked += 1
            yield self._tasks.start(self._journey(next(self._patients), block), "journey")
            due += 1 / block.rate
            await asyncio.sleep(due - clock.time())

    async def _served(self) -> int:
        async with self._house.clinic.ledger.read() as books:
            return await books.tokens_served_on(self._house.clinic.today())

    async def _journey(self, patient: str, block: Block) -> None:
        began, legs, stages = time.time_ns(), list[Leg](), ["dialled"]
        try:
            async with asyncio.timeout(LONGEST):
                legs.append(await self._phones.call(patient, NUMBER))
                await self._travel(legs[0], block, stages)
            block.done += 1
            block.lasted.append(time.time_ns() - began)
        except (TimeoutError, Refused, NotBridged) as error:
            block.failures.append(f"patient who {stages[-1]}: {error!r}")
        finally:
            for leg in legs:
                leg.hang_up()

    async def _travel(self, leg: Leg, block: Block, stages: list[str]) -> None:
        """Every key interrupts a prompt (barge-in); the last one ends in the line, where the doctor is coming."""
        await leg.voice.hears("welcome_back")
        for prompt in PROMPTS:
            stages.append(f"keyed for {prompt}")
            pressed = await leg.voice.press("1")
            block.key_to_prompt.append((await leg.voice.hears(prompt)).at - pressed)
        stages.append("waited")
        await leg.voice.press("1")
        await self._pairs.caller(leg)
        stages.append("talked")
        await leg.voice.hears("consult_over")

    def _answering(self, physician: Physician) -> Callable[[Leg], object]:
        return lambda leg: self._tasks.start(self._serve(physician, leg), "doctor")

    async def _serve(self, physician: Physician, leg: Leg) -> None:
        leg.answer()
        try:
            async with asyncio.timeout(LONGEST):
                await self._pairs.callee(leg)
                await self._panel.close_case(physician, await self._panel.case_of(physician))
        except (TimeoutError, CannotClose) as error:
            self._failures.append(f"doctor: {error!r}")
        leg.hang_up()


@asynccontextmanager
async def open_practice(house: House, phones: Phones) -> AsyncIterator[Practice]:
    """All doctors' phones are registered; whatever goes on ends with the block."""
    tasks = Tasks()
    async with Panel.open(house) as panel:
        try:
            tasks.start(phones.voices.run(), "voices")
            for physician in house.physicians:
                await phones.register(physician.account)
            yield Practice(house, phones, panel, tasks)
        finally:
            await tasks.close()
