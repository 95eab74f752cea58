"""`make bench`: what the house can carry, beside app_queue and bare dialplan. A table, a JSON file, and RESULT."""

import argparse
import asyncio
import json
import signal
import sys
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.bench.bare import BareBlock, bare_block
from tests.bench.catalogue import load_catalogue
from tests.bench.contest import Gaps, Size, contest
from tests.bench.house import LANGUAGE, open_house
from tests.bench.journeys import Block, open_practice
from tests.bench.phones import Phones
from tests.bench.report import Report
from tests.bench.rival import open_rival
from tests.live.instance import CHECKOUT

LONGEST = 600.0
"""Seconds after which something must be wrong."""
WARM_UP_RATE, WARM_UP_SECONDS = 5.0, 2.0
"""Journeys that are not counted: what is compiled once is compiled by then."""
BARE_PHONES = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done."""

    rates: tuple[float, ...]
    """Journeys a second, tried one after another while they are flawless."""
    lower: tuple[float, ...]
    """Tried, one after another until one is flawless, when already the first of `rates` was not."""
    seconds: float
    """Of each rate."""
    doctors: int
    sizes: tuple[Size, ...]
    rounds: int
    block_seconds: float
    """Of each system in each round of the contest."""


FULL = Plan((20, 25, 30, 35, 40, 45, 50), (16, 12, 8, 4), 10, 100, (Size(100, 100, 100), Size(1000, 100, 800)), 3, 5)
QUICK = Plan((10, 20), (5,), 5, 60, (Size(20, 20, 20),), 1, 3)
SMOKE = Plan((2,), (), 3, 4, (), 0, 0)
PLANS = {"full": FULL, "quick": QUICK, "smoke": SMOKE}


async def bench(plan: Plan) -> Report:
    """Everything, one after another; told to end (SIGTERM), it ends what it has started. Raises TimeoutError."""
    report, task = Report(datetime.now(UTC)), asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with asyncio.timeout(LONGEST):
        report.journeys = await _journeys(plan)
        report.bare = await _bare(plan)
        for size in plan.sizes:
            report.gaps.append(await _contest(size, plan))
    return report


async def _journeys(plan: Plan) -> list[Block]:
    blocks: list[Block] = []
    callers = round(WARM_UP_RATE * WARM_UP_SECONDS + sum(plan.rates + plan.lower) * plan.seconds) + 1
    async with open_house(plan.doctors, callers) as house:
        phones = Phones(house.sip, load_catalogue(CHECKOUT / ".build/prompts" / LANGUAGE / "prompt"))
        try:
            async with open_practice(house, phones) as practice:
                await practice.block(WARM_UP_RATE, WARM_UP_SECONDS)
                for rate in plan.rates:
                    blocks.append(await practice.block(rate, plan.seconds))
                    _tell(blocks[-1], plan)
                    if not blocks[-1].flawless:
                        break
                lower = iter(plan.lower)
                while not any(block.flawless for block in blocks) and (rate := next(lower, 0.0)):
                    blocks.append(await practice.block(rate, plan.seconds))
                    _tell(blocks[-1], plan)
        finally:
            phones.close()
    return blocks


async def _bare(plan: Plan) -> BareBlock:
    async with open_rival(BARE_PHONES, BARE_PHONES) as rival:
        block = await bare_block(rival, plan.rates[0], plan.seconds)
    _say(f"bare Dial(): {plan.rates[0]:g}/s for {plan.seconds:g} s: {block.bridged} of {block.asked}")
    return block


async def _contest(size: Size, plan: Plan) -> Gaps:
    _say(f"gap: {size}: preparing")
    gaps = await contest(size, plan.rounds, plan.block_seconds)
    _say(f"gap: {size}: {len(gaps.bye)} + {len(gaps.close)} of ours, {len(gaps.app_queue)} of app_queue measured")
    return gaps


def _tell(block: Block, plan: Plan) -> None:
    _say(f"journeys: {block.rate:g}/s for {plan.seconds:g} s: {block.done} of {block.asked}")
    for failure in block.failures[:5]:
        _say(f"  {failure}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--plan", choices=sorted(PLANS), default="full", help="how much (%(default)s, at most 6 min)")
    parser.add_argument("--quick", action="store_const", const="quick", dest="plan", help="a minute, small numbers")
    report = asyncio.run(bench(PLANS[parser.parse_args().plan]))
    folder = CHECKOUT / ".build" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{report.at:%Y%m%d-%H%M%S}.json").write_text(json.dumps(report.figures(), indent=1) + "\n")
    print(report.table())
    print("RESULT", json.dumps(report.result()))


if __name__ == "__main__":
    main()
