"""The same dial-and-bridge in bare dialplan: a caller dials, Dial() rings a phone, both talk, both hang up."""

import asyncio
from dataclasses import dataclass, field
from itertools import cycle

from pbx.tasks import Tasks
from tests.bench.figures import Cpu
from tests.bench.pairs import NotBridged, Pairs
from tests.bench.phones import Leg
from tests.bench.rival import ONCE, Rival
from tests.live.sip import Refused

LONGEST = 10.0
CALLER = "+919812345678"


@dataclass(slots=True)
class BareBlock:
    """What became of the calls. Times in ns."""

    asked: int = 0
    bridged: int = 0
    failures: list[str] = field(default_factory=list)
    to_ring: list[int] = field(default_factory=list)
    """The caller's INVITE to the phone's."""
    cpu_ms: float = 0.0
    """Of Asterisk, for each call."""


async def bare_block(rival: Rival, rate: float, seconds: float) -> BareBlock:
    """So many calls a second, over all phones in turn."""
    block, tasks, pairs, cpu = BareBlock(), Tasks(), Pairs(), Cpu({"asterisk": rival.pid})
    numbers, rung = cycle(range(1, rival.members + 1)), dict[str, asyncio.Future[Leg]]()

    async def call(number: int) -> None:
        phone, legs = f"phone-{number}", list[Leg]()
        rung[phone] = asyncio.get_running_loop().create_future()
        rival.phones.on_ring[phone] = rung[phone].set_result
        try:
            async with asyncio.timeout(LONGEST):
                dialled = tasks.start(rival.phones.call(CALLER, f"{ONCE}{number}"), "dial")
                legs.append(await rung[phone])
                legs[0].answer()
                legs.append(await dialled)
                await asyncio.gather(pairs.callee(legs[0]), pairs.caller(legs[1]))
            block.to_ring.append(legs[0].at - legs[1].at)
        except (TimeoutError, Refused, NotBridged) as error:
            block.failures.append(repr(error))
        for leg in legs:
            leg.hang_up()

    try:
        tasks.start(rival.phones.voices.run(), "voices")
        with cpu.measured():
            calls = []
            for _ in range(round(rate * seconds)):
                calls.append(tasks.start(call(next(numbers)), "call"))
                await asyncio.sleep(1 / rate)
            await asyncio.wait(calls)
    finally:
        await tasks.close()
    block.asked, block.bridged = len(calls), pairs.bridged
    block.cpu_ms = cpu.used["asterisk"] / block.asked
    return block
