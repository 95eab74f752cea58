"""What every page of the desk shares: its render call, a caller's page, and going back to it with what was done."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import NoReturn

from aiohttp import web

from core.clinic.desk.refused import Refused
from core.clinic.desk.see_caller import CallerFile, see_caller
from core.clinic.sign_in import actor
from core.rules.abha import abha_shown
from core.rules.grievance import About
from core.rules.patient import Gender, details_mark
from core.rules.place import place_of
from core.rules.records import CallRecord
from core.rules.rerank import Spot
from core.rules.staff import Operator
from core.rules.story import is_private
from core.rules.token import Priority
from web.departments import opd_name
from web.deps import DEPS
from web.guard import Visit
from web.render import render
from web.words import WORDS, Tongue

LONGEST_CALL_ID = 100
Page = Callable[[Visit[Operator]], Awaitable[web.StreamResponse]]
DONE = frozenset({
    "caller.registered", "caller.corrected", "caller.unchanged", "caller.issued", "caller.cancelled",
    "caller.too_late", "caller.placed", "caller.sms_sent_again", "caller.calling", "grievance.noted",
    "grievance.answer_sent", "grievance.taken_by_you", "grievance.is_put_back", "grievance.given", "abha.done",
    "abha.withdrawn",
})  # fmt: skip
"""What a page may say was done, by the key of its words."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A form that came back: which, why, and what was typed."""

    form: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)
    """Reason by field."""
    typed: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, visit: Visit[Operator], form: str, refused: Refused) -> "Failed":
        """This form, refused."""
        typed = {name: value for name, value in visit.form.items() if name != "csrf"}
        return cls(form, {wrong.field: wrong.reason for wrong in refused.wrong}, typed)


NOTHING = Failed()


def render_desk(visit: Visit[Operator], template: str, *, status: int = 200, **context: object) -> web.Response:
    """A page of the desk, with what the last post did."""
    request = visit.request
    tongue = request.app[WORDS].tongue_of(request)
    done, told = request.query.get("done", ""), request.query.get("number", "")
    number = told if told.isascii() and told.isdecimal() and len(told) <= 16 else ""
    words: dict[str, object] = {
        "done": tongue(done, code=number, number=number) if done in DONE and status == 200 else "",
        "opd_name": lambda opd: opd_name(visit.clinic.policy, tongue, opd),
        "leg_name": lambda leg: tongue.texts.get(f"leg.{leg}", tongue("leg.other")),
        "end_name": lambda call: _end_name(tongue.texts, call),
        "typed_of": lambda failed: _typed_details(tongue, failed),
        "age_today": lambda patient: patient.age_at(visit.clinic.today()),
        "length": lambda call: _length(tongue, call),
        "seconds": lambda moment: _seconds(visit, moment),
    }
    return render(request, f"desk/{template}", status=status, tongue=tongue, **words, **context)


async def show_caller(visit: Visit[Operator], failed: Failed = NOTHING) -> web.Response:
    """The page of the number in the address; with a form that was refused, 422 and why."""
    try:
        file = await see_caller(visit.clinic, actor(visit.session), mobile_of(visit))
    except LookupError as error:
        raise web.HTTPNotFound from error
    states, language = visit.request.app[DEPS].states, visit.request.app[WORDS].tongue_of(visit.request).language
    places = {patient.id: place_of(patient, states, language) for patient in file.known.patients}
    return render_desk(
        visit, "caller.html", status=422 if failed.form else 200,
        file=file, failed=failed, places=places, names=_names(file), is_private=is_private, abha_shown=abha_shown,
        details_mark=details_mark, genders=list(Gender), priorities=list(Priority), spots=list(Spot),
        abouts=list(About), opds=visit.clinic.open_opds(), spoken_names=_spoken(visit),
    )  # fmt: skip


def on_callers_page(form: str) -> Callable[[Page], Page]:
    """A form of a caller's page: with what the desk refuses the page comes back; 404 for what is of another number.

    `form` names it there, parts of the address in braces: `correct-{person}`.
    """

    def guarded(page: Page) -> Page:
        @wraps(page)
        async def handle(visit: Visit[Operator]) -> web.StreamResponse:
            try:
                return await page(visit)
            except LookupError as error:
                raise web.HTTPNotFound from error
            except Refused as refused:
                failed = Failed.of(visit, form.format_map(visit.request.match_info), refused)
                return await show_caller(visit, failed)

        return handle

    return guarded


def mobile_of(visit: Visit[Operator]) -> str:
    """The number in the address, as it stands there."""
    return visit.request.match_info["mobile"]


def back_to_caller(visit: Visit[Operator], done: str, number: str = "") -> NoReturn:
    """To the caller's page, which says what was done."""
    said = f"?done={done}" + (f"&number={number}" if number else "")
    raise web.HTTPSeeOther(f"/operator/callers/{mobile_of(visit)}{said}")


def _names(file: CallerFile) -> Mapping[int, str]:
    return {patient.id: patient.name or patient.code for patient in file.known.patients}


def _spoken(visit: Visit[Operator]) -> list[tuple[str, str]]:
    """The languages that callers may choose, each with its own name for itself."""
    names = visit.request.app[WORDS].names
    return [(language, names.get(language, language)) for language in visit.clinic.policy.languages]


def _typed_details(tongue: Tongue, failed: Failed) -> str:
    """A correction that was not saved, in one line."""
    gender = tongue(f"gender.{Gender(failed.typed['gender'])}")
    rest = (failed.typed[name] for name in ("age", "pin_code", "guardian"))
    return ", ".join(filter(None, (failed.typed["name"], gender, *rest)))


def _length(tongue: Tongue, call: CallRecord) -> str:
    minutes, seconds = divmod(int((call.ended_at - call.started_at).total_seconds()) if call.ended_at else 0, 60)
    return tongue("caller.minutes", minutes=minutes, seconds=seconds)


def _end_name(texts: Mapping[str, str], call: CallRecord) -> str:
    """How a call ended, in words; the switch's cause is left out."""
    outcome = (call.outcome or "none").partition(" ")[0]
    return texts.get(f"legend.{outcome}", outcome)


def _seconds(visit: Visit[Operator], moment: datetime) -> str:
    return f"{moment.astimezone(visit.clinic.policy.time_zone):%H:%M:%S}"
