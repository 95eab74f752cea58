"""How the clinic stands at this moment, in numbers without anybody's name: what the wallboard shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clinic.clinic import Clinic
from core.clinic.roster import on_duty
from core.ports import Books, LineLost
from core.rules.staff import DoctorState
from core.rules.wallboard import (
    PROMPT,
    Abandoned,
    LaneWait,
    OnDuty,
    OnTheLine,
    Promptness,
    by_opd,
    edges_until,
    hour_edges,
    longest_first,
)

PATIENTS_LEGS = ("patient", "called_back", "called_again", "redialled")
"""Purposes of calls with a patient at the other end."""
AWAY = (DoctorState.OFFLINE, DoctorState.PAUSED)
"""Who is rostered and does this is missing (S27)."""


@dataclass(frozen=True, slots=True)
class Board:
    """The ledger's numbers are of one moment; the doctors' states are the line's, a moment before."""

    at: datetime
    on_the_line: OnTheLine
    waiting: Sequence[LaneWait]
    """Whoever waits longest first."""
    doctors: Mapping[DoctorState, int] | None
    """None while the line is lost."""
    duty: Sequence[OnDuty]
    """By OPD, for which anybody is rostered now (S27); empty without a roster, or while the line is lost."""
    promptness: Promptness
    abandoned: Abandoned
    today: Sequence[int]
    """Consultations that ended in each hour of today that has begun."""
    yesterday: Sequence[int]
    """In each hour of yesterday."""
    yesterday_by_now: int
    """Yesterday, until this time of the day."""


async def wallboard(clinic: Clinic) -> Board:
    """Everything, counted now: tens of milliseconds on a busy day, so ask for it once for all who look."""
    now = clinic.clock.now()
    doctors, duty = await _doctors(clinic), await _duty(clinic)
    async with clinic.ledger.read() as books:
        return await _count(clinic, books, now, doctors, duty)


async def _count(
    clinic: Clinic,
    books: Books,
    now: datetime,
    doctors: Mapping[DoctorState, int] | None,
    duty: Sequence[OnDuty],
) -> Board:
    count, day = books.statistics, clinic.today()
    today, yesterday = (hour_edges(each, clinic.policy.time_zone) for each in (day, day - timedelta(days=1)))
    return Board(
        at=now,
        on_the_line=await count.on_the_line(PATIENTS_LEGS),
        waiting=longest_first(await count.waiting()),
        doctors=doctors,
        duty=duty,
        promptness=await count.promptness(day, PROMPT, now),
        abandoned=await count.abandoned(day, today[0], PATIENTS_LEGS),
        today=await count.consultations(edges_until(today, now)),
        yesterday=await count.consultations(yesterday),
        yesterday_by_now=sum(await count.consultations(edges_until(yesterday, now - timedelta(days=1)))),
    )


async def _doctors(clinic: Clinic) -> Mapping[DoctorState, int] | None:
    try:
        return (await clinic.line.counts()).doctors
    except LineLost:
        return None


async def _duty(clinic: Clinic) -> Sequence[OnDuty]:
    try:
        return by_opd((each.duty.opd, each.state in AWAY) for each in await on_duty(clinic))
    except LineLost:
        return ()
