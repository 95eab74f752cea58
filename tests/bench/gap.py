"""A doctor becomes free while callers wait: how long until his phone rings again."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Self

from pbx.tasks import Tasks
from tests.bench.pairs import NotBridged, Pairs
from tests.bench.phones import Leg, Phones
from tests.live.sip import Refused

FREED_PER_SECOND = 10.0
"""Doctors who become free, in each system alike; as many new callers dial."""
LONGEST = 20.0
"""Seconds that one doctor is waited for."""

Dial = Callable[[], Awaitable[Leg]]
Release = Callable[[str, Leg], Awaitable[int]]
"""Makes the doctor of this account free, whose leg this is; when that was asked for, ns since 1970."""


async def put_down(_: str, leg: Leg) -> int:
    """The doctor's phone says BYE."""
    return leg.hang_up()


class Ward:
    """Doctors who talk and callers who wait, in one system under test. `async with` it."""

    def __init__(self, name: str, phones: Phones, dial: Dial, accounts: Sequence[str]) -> None:
        """`dial` makes one more caller, who is answered; the phones of `accounts` pick up from now on."""
        self.name = name
        self.pairs = Pairs()
        self.failures: list[str] = []
        self.talking: dict[str, Leg] = {}
        self.rung = {account: asyncio.Queue[int]() for account in accounts}
        """When a doctor's phone rang, ns since 1970, until somebody has read it."""
        self._dial = dial
        self._tasks = Tasks()
        self._phones = phones
        for account in accounts:
            phones.on_ring[account] = lambda leg, account=account: self._rings(account, leg)  # type: ignore[misc]

    async def __aenter__(self) -> Self:
        self._tasks.start(self._phones.voices.run(), "voices")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._tasks.close()

    async def fill(self, callers: int, per_second: float) -> None:
        """So many callers dial, at this rate; returns when all are answered."""
        calls = []
        for _ in range(callers):
            calls.append(self._tasks.start(self._one_caller(), "caller"))
            await asyncio.sleep(1 / per_second)
        await asyncio.wait(calls)

    async def all_talk(self) -> None:
        """Returns when every doctor talks."""
        while len(self.talking) < len(self.rung):  # noqa: ASYNC110  # once, before anything is measured
            await asyncio.sleep(0.05)

    async def measure(self, release: Release, seconds: float, *, refill: bool = True) -> list[int]:
        """Gaps (ns) while doctors become free at random; with `refill` a new caller dials for each who is served."""
        clock = asyncio.get_running_loop()
        until, gaps, frees = clock.time() + seconds, list[int](), []
        while clock.time() < until:
            account = random.choice(list(self.talking))
            frees.append(self._tasks.start(self._free(account, release, gaps), "free"))
            if refill:
                frees.append(self._tasks.start(self._one_caller(), "caller"))
            await asyncio.sleep(random.expovariate(FREED_PER_SECOND))
        await asyncio.wait(frees)
        return gaps

    async def _free(self, account: str, release: Release, gaps: list[int]) -> None:
        leg, rung = self.talking.pop(account), self.rung[account]
        while not rung.empty():
            rung.get_nowait()
        try:
            async with asyncio.timeout(LONGEST):
                if freed := await release(account, leg):
                    gaps.append(await rung.get() - freed)
                else:
                    self.failures.append("a doctor was hung up on")
        except TimeoutError:
            self.failures.append("a doctor's phone did not ring again")

    def _rings(self, account: str, leg: Leg) -> None:
        self.rung[account].put_nowait(leg.at)
        leg.answer()
        self._tasks.start(self._doctor(account, leg), "doctor")

    async def _doctor(self, account: str, leg: Leg) -> None:
        try:
            async with asyncio.timeout(LONGEST):
                await self.pairs.callee(leg)
            self.talking[account] = leg
        except TimeoutError:
            self.failures.append("a doctor heard nobody")

    async def _one_caller(self) -> None:
        """Returns when answered; the caller then waits, and talks."""
        try:
            leg = await self._dial()
        except (Refused, TimeoutError) as error:
            self.failures.append(f"a caller was not answered: {error!r}")
        else:
            self._tasks.start(self._waits(leg), "waiting caller")

    async def _waits(self, leg: Leg) -> None:
        """Who is put through again and again (the Dial loop) is heard each time."""
        try:
            while not leg.gone.is_set():
                await self.pairs.caller(leg)
        except NotBridged as error:
            self.failures.append(str(error))
