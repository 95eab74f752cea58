"""Every part killed in every phase (see tests/live/drill): nobody is lost, and nothing is left over."""

import pytest

from tests.live.drill.schedule import COMBINATIONS, MOMENTS, Part, Phase, Schedule
from tests.live.drill.stage import open_stage

SCHEDULES = [each for each in map(Schedule.of, range(COMBINATIONS)) if each.part is not Part.VALKEY_STALLS]
"""Each part dies in each phase; what only stalls is left to `make drill`."""
GROUPS = 6
"""So that several workers share them; each has an instance of its own."""


@pytest.mark.live
@pytest.mark.parametrize("group", range(GROUPS))
async def test_nobody_is_lost(group: int) -> None:
    async with open_stage() as stage:
        for schedule in SCHEDULES[group::GROUPS]:
            await stage.play(schedule)


def test_a_seed_is_a_schedule() -> None:
    assert Schedule.of(7) == Schedule.of(7)
    assert len({(schedule.part, schedule.phases[0]) for schedule in SCHEDULES}) == len(SCHEDULES) == 36


def test_every_phase_has_its_moments() -> None:
    assert set(MOMENTS) == set(Phase)
    assert all(MOMENTS.values())
