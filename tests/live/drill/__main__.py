"""`make drill`: as many drills as one likes, each with a new seed, or one seed again."""

import argparse
import asyncio
import secrets
import sys
from collections.abc import Sequence

from tests.live.drill.schedule import Schedule
from tests.live.drill.stage import Lost, open_stage

AT_A_TIME = 12
"""Drills on one instance."""


async def play(seeds: Sequence[int]) -> bool:
    """Play these; whether nobody was lost. After a failure the rest goes on, on another instance."""
    left, clean = list(seeds), True
    while left:
        async with open_stage() as stage:
            for seed in left[:AT_A_TIME]:
                left.remove(seed)
                schedule = Schedule.of(seed)
                try:
                    await stage.play(schedule)
                except Lost as lost:
                    print(f"LOST    {lost}", flush=True)
                    clean = False
                    break
                print(f"kept    seed {seed}: {schedule}", flush=True)
    return clean


def main() -> int:
    """Exit code 0 when nobody was lost, else 1 with the seeds that replay it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schedules", type=int, default=100, help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, help="play this one only")
    given = parser.parse_args()
    first = secrets.randbelow(10**9)
    seeds = range(first, first + given.schedules) if given.seed is None else [given.seed]
    return 0 if asyncio.run(play(seeds)) else 1


if __name__ == "__main__":
    sys.exit(main())
