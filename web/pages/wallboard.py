"""GET /wallboard: the clinic in numbers and pictures for a big screen. Nobody's name or number is on it."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from aiohttp import web

from core.clinic.clinic import Clinic
from core.clinic.wallboard import Board, wallboard
from core.rules.staff import DoctorState, Operator
from core.rules.wallboard import LaneWait, whole_minutes
from web.departments import opd_name
from web.deps import DEPS
from web.guard import Visit
from web.health import PATIENCE
from web.pictures import busy_hours, columns, curve, label_step, parts, scale_top
from web.render import render
from web.words import Tongue

REST = 20
"""For each second of counting that many pass before it is counted again: screens may cost a twentieth of a core."""
LONGEST_REST = 5.0
"""Seconds: a board that is older is no board."""
SHOWN_LANES = 7
WAITS_LONG, WAITS_VERY_LONG = 30, 60
"""Minutes from which a wait is marked."""
USUAL_HOURS = (8, 18)
"""The hours that the day's picture shows at least."""
MOST_HOURS_NAMED = 6
"""Below the day's picture; more of them would touch each other in letters that are read from five metres."""
CHART = (960.0, 240.0)
"""Width and height of the day's picture, in its own units."""
_S = DoctorState
STATES = (_S.READY, _S.RESERVED, _S.TALKING, _S.WRITING, _S.PAUSED, _S.OFFLINE)
"""In the order shown."""


class Counting:
    """One count serves every screen that asks before it begins; each sees at least what was true when it asked."""

    def __init__(self) -> None:
        self._next: asyncio.Task[Board] | None = None
        self._one_at_a_time = asyncio.Lock()
        self._rested = 0.0

    async def board(self, clinic: Clinic) -> Board:
        """As of now, or a moment later."""
        if self._next is None:
            self._next = asyncio.create_task(self._count(clinic))
        return await asyncio.shield(self._next)

    async def _count(self, clinic: Clinic) -> Board:
        clock = asyncio.get_running_loop().time
        async with self._one_at_a_time:
            await asyncio.sleep(max(0.0, self._rested - clock()))
            self._next = None  # who asks from here on may know of something that this count does not see
            began = clock()
            try:
                return await wallboard(clinic)
            finally:
                self._rested = clock() + min(LONGEST_REST, REST * (clock() - began))


COUNTING = web.AppKey("counting", Counting)


async def page(visit: Visit[Operator]) -> web.StreamResponse:
    """The board; `?shade=light` for a bright room."""
    counting = visit.request.app[COUNTING]
    board, channels = await asyncio.gather(counting.board(visit.clinic), _channels(visit.request))
    shade = "light" if visit.request.query.get("shade") == "light" else "dark"
    local = board.at.astimezone(visit.clinic.policy.time_zone)
    return render(
        visit.request, "wallboard.html",
        board=board, channels=channels, shade=shade, clock=f"{local:%H:%M}", day_of=_day(board), states=_states(board),
        lanes=board.waiting[:SHOWN_LANES], others=sum(lane.waiting for lane in board.waiting[SHOWN_LANES:]),
        most=max((lane.waiting for lane in board.waiting), default=1), line=_line(board),
        opd=partial(opd_name, visit.clinic.policy), waited=lambda t, lane: _waited(t, lane, board.at),
        mark=lambda lane: _mark(lane, board.at),
    )  # fmt: skip


async def _channels(request: web.Request) -> int | None:
    """How many legs are up on the switch, operators' and doctors' too; None when it does not say."""
    try:
        async with asyncio.timeout(PATIENCE):
            channels = (await request.app[DEPS].gauges()).get("channels")
    except Exception:  # whatever keeps the switch from answering, the rest of the board is worth seeing
        return None
    return None if channels is None or channels != channels else int(channels)


def _line(board: Board) -> Sequence[tuple[str, int, object]]:
    """What the callers do, how many, and their piece of the bar."""
    counts = board.on_the_line
    values = (counts.ivr, counts.holding, counts.talking)
    return list(zip(("ivr", "holding", "talking"), values, parts(values), strict=True))


def _states(board: Board) -> Sequence[tuple[DoctorState, int, float]]:
    """State, doctors, and the length of the bar in percent of the longest."""
    counted = [(state, (board.doctors or {}).get(state, 0)) for state in STATES]
    longest = max(1, *(count for _, count in counted))
    return [(state, count, 100 * count / longest) for state, count in counted]


def _day(board: Board) -> Mapping[str, object]:
    """The picture of the day: bars for today, a curve for yesterday."""
    hours = busy_hours(board.today, board.yesterday, first=USUAL_HOURS[0], last=USUAL_HOURS[1])
    today, yesterday = (list(day[hours.start : hours.stop]) for day in (board.today, board.yesterday))
    top = scale_top(max([*today, *yesterday, 0]))
    width, height = CHART
    return {
        "hours": hours,
        "step": label_step(len(hours), MOST_HOURS_NAMED),
        "top": top,
        "columns": columns(today, len(hours), top, width=width, height=height),
        "curve": curve(yesterday, top, width=width, height=height),
        "rows": [(hour, _at(board.today, hour), _at(board.yesterday, hour)) for hour in hours],
        "now": len(board.today) - 1,
        "total": sum(board.today),
        "width": width,
        "height": height,
    }


def _at(day: Sequence[int], hour: int) -> int | None:
    return day[hour] if hour < len(day) else None


def _waited(t: Tongue, lane: LaneWait, now: datetime) -> str:
    hours, minutes = divmod(whole_minutes(lane.since, now), 60)
    return t("wallboard.hours", hours=hours, minutes=minutes) if hours else t("wallboard.minutes", count=minutes)


def _mark(lane: LaneWait, now: datetime) -> str:
    minutes = whole_minutes(lane.since, now)
    return "very-long" if minutes >= WAITS_VERY_LONG else "long" if minutes >= WAITS_LONG else "short"
