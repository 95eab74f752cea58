"""The bar at the top: what the doctor is doing, who waits for them, and the buttons that make sense now."""

from dataclasses import dataclass

from aiohttp import web

from core.clinic.own_day import own_queues
from core.clinic.steer import open_consultation
from core.clinic.talks_now import With, who_supervises
from core.rules.own_day import whole_minutes
from core.rules.staff import Doctor, DoctorState
from web.departments import opd_name
from web.guard import Visit
from web.render import render
from web.words import WORDS


@dataclass(frozen=True, slots=True)
class QueueShown:
    """One of the doctor's own OPDs in which somebody waits."""

    name: str
    waiting: int
    minutes: int
    """The longest wait."""


@dataclass(frozen=True, slots=True)
class Now:
    """What the bar says."""

    state: DoctorState
    queues: tuple[QueueShown, ...]
    wants: bool
    """Whether the doctor wants (more) patients."""
    seconds: int | None
    """While they wrap up: until the next patient may come."""
    on_demand: bool
    """Whether the next patient comes only when the doctor says so."""
    supervisor: With | None
    """Who of the call centre is with the talk."""


async def now(visit: Visit[Doctor]) -> web.StreamResponse:
    """Only the bar: what the page's script asks for when something has changed."""
    consultation = await open_consultation(visit.clinic, visit.person.id)
    case = consultation.id if consultation else 0
    return render(visit.request, "_now.html", case=case, now=await bar(visit))


async def bar(visit: Visit[Doctor]) -> Now:
    """As things stand."""
    server = await visit.clinic.line.state(visit.person.id)
    moment, back_at = visit.clinic.clock.now(), visit.person.back_at
    return Now(
        state=server.state if server else DoctorState.PAUSED,
        queues=await _queues(visit),
        wants=visit.person.available,
        seconds=max(1, round((back_at - moment).total_seconds())) if back_at else None,
        on_demand=visit.person.wrap_up_seconds is None,
        supervisor=await who_supervises(visit.clinic, visit.person.id),
    )


async def _queues(visit: Visit[Doctor]) -> tuple[QueueShown, ...]:
    moment, tongue = visit.clinic.clock.now(), visit.request.app[WORDS].tongue_of(visit.request)
    return tuple(
        QueueShown(opd_name(visit.clinic.policy, tongue, queue.opd), queue.waiting, whole_minutes(moment - queue.since))
        for queue in await own_queues(visit.clinic, visit.person)
    )
