"""The bar at the top: what the doctor is doing, who waits for them, and the buttons that make sense now."""

from dataclasses import dataclass

from aiohttp import web

from core.clinic.doctor_now import doctor_now
from core.clinic.talks_now import With
from core.rules.own_day import OwnQueue, whole_minutes
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
    case: int
    """Whose patient they have: its id; 0: nobody's."""
    case_over: bool
    """Signed or closed already; they still talk."""
    queues: tuple[QueueShown, ...]
    wants: bool
    """Whether the doctor wants (more) patients."""
    seconds: int | None
    """While they wrap up: until the next patient may come."""
    on_demand: bool
    """Whether the next patient comes only when the doctor says so."""
    supervisor: With | None
    """Who of the call centre is with the talk."""

    @property
    def showing(self) -> str:
        """What belongs below the bar; when it changes, the page's script loads that anew."""
        return showing(self.case, over=self.case_over)


def showing(case: int, *, over: bool) -> str:
    """A name for the content of a case: a form, or what was signed; `0` for no case."""
    return f"{case}-over" if over else str(case)


async def now(visit: Visit[Doctor]) -> web.StreamResponse:
    """Only the bar: what the page's script asks for when something has changed."""
    said = await bar(visit)
    return render(visit.request, "_now.html", now=said)


async def bar(visit: Visit[Doctor]) -> Now:
    """As things stand."""
    found = await doctor_now(visit.clinic, visit.person)
    moment, back_at = visit.clinic.clock.now(), visit.person.back_at
    return Now(
        state=found.state,
        case=found.case.id if found.case else 0,
        case_over=found.case is not None and found.case.outcome is not None,
        queues=tuple(_shown(visit, queue) for queue in found.queues),
        wants=visit.person.available,
        seconds=max(1, round((back_at - moment).total_seconds())) if back_at else None,
        on_demand=visit.person.wrap_up_seconds is None,
        supervisor=found.supervisor,
    )


def _shown(visit: Visit[Doctor], queue: OwnQueue) -> QueueShown:
    name = opd_name(visit.clinic.policy, visit.request.app[WORDS].tongue_of(visit.request), queue.opd)
    return QueueShown(name, queue.waiting, whole_minutes(visit.clinic.clock.now() - queue.since))
