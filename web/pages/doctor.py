"""The doctor's page: ready or paused, the patient who has come, and the prescription."""

from dataclasses import dataclass

from aiohttp import web

from core.clinic.close_case import close_case
from core.clinic.doctor_ready import doctor_pause, doctor_ready
from core.clinic.issue_prescription import CannotSign, CaseEnded, NotYours, issue_prescription
from core.clinic.patient_card import earlier_paper, name_patient, name_recording, patient_card
from core.clinic.steer import call_again, hang_up, open_consultation
from core.ports import Stale
from core.rules.place import place_of
from core.rules.prescription import Problem
from core.rules.prescription_reasons import reason_text
from core.rules.staff import Doctor, DoctorState
from core.rules.token import NotAllowed
from web.deps import DEPS
from web.forms import field, number, one_of, whole
from web.guard import Visit
from web.prescription_form import Draft, frequencies, longest_typed, read_draft
from web.render import pdf_response, render
from web.words import WORDS, Tongue

CLOSING_REASONS = ("emergency", "in_person", "wrong_number", "no_talk", "not_needed", "other")
"""Why a case may end without a prescription; the words are in `words/<lang>/panel.toml`."""
TOLD = ("doctor_missed", "patient_absent")
"""Kinds of events whose meaning is told on the page."""
GONE = (NotYours, CaseEnded, LookupError, Stale)
"""The case is another doctor's, unknown, or over."""
LONGEST_NOTE = 250
"""Characters; with the reason before it, it stays under what `close_case` takes."""


@dataclass(frozen=True, slots=True)
class Now:
    """What the bar at the top says."""

    state: DoctorState
    waiting: int
    """Tokens in the line."""
    wants: bool
    """Whether the doctor wants (more) patients."""


async def page(visit: Visit[Doctor]) -> web.StreamResponse:
    """What the doctor has before them."""
    return await _page(visit, Draft())


async def now(visit: Visit[Doctor]) -> web.StreamResponse:
    """Only the bar with the state and its buttons: what the page's script asks for when something has changed."""
    consultation = await open_consultation(visit.clinic, visit.person.id)
    case = consultation.id if consultation else 0
    return render(visit.request, "_now.html", case=case, now=await _now(visit))


async def ready(visit: Visit[Doctor]) -> web.StreamResponse:
    """The doctor wants patients."""
    await doctor_ready(visit.clinic, visit.person.id)
    raise web.HTTPSeeOther("/doctor")


async def pause(visit: Visit[Doctor]) -> web.StreamResponse:
    """No more patients, from now or after the present one."""
    await doctor_pause(visit.clinic, visit.person.id)
    raise web.HTTPSeeOther("/doctor")


async def stop_talk(visit: Visit[Doctor]) -> web.StreamResponse:
    """Hang up."""
    await hang_up(visit.clinic, visit.person.id)
    raise web.HTTPSeeOther("/doctor")


async def redial(visit: Visit[Doctor]) -> web.StreamResponse:
    """Ring the same patient again."""
    await call_again(visit.clinic, visit.person.id)
    raise web.HTTPSeeOther("/doctor")


async def prescribe(visit: Visit[Doctor]) -> web.StreamResponse:
    """One form, three buttons: another row of medicine, write down the name, or sign."""
    draft = read_draft(visit.form)
    consultation_id = number(visit.form, "consultation")
    name = field(visit.form, "patient_name", longest=200)
    pressed = one_of(visit.form, "do", "more", "name", "sign")
    if pressed == "more":
        return await _page(visit, draft, more=len(draft.medicines) + 2)
    if name and not await _named(visit, consultation_id, name):
        return await _page(visit, draft, {"patient_name": _tongue(visit)("card.not_a_name")}, name=name, status=422)
    if pressed == "name":
        return await _page(visit, draft)
    return await _sign(visit, consultation_id, draft)


async def close(visit: Visit[Doctor]) -> web.StreamResponse:
    """End the case without a prescription (S18)."""
    reason = one_of(visit.form, "reason", *CLOSING_REASONS)
    note = field(visit.form, "note", longest=LONGEST_NOTE)
    consultation_id = number(visit.form, "consultation")
    try:
        await close_case(
            visit.clinic,
            doctor_id=visit.person.id,
            consultation_id=consultation_id,
            reason=f"{reason}: {note}" if note else reason,
        )
    except NotAllowed:
        return await _page(visit, Draft(), {"consultation": _tongue(visit)("form.too_early")}, status=409)
    except GONE as error:
        raise web.HTTPConflict from error
    raise web.HTTPSeeOther("/doctor?closed=1")


async def paper(visit: Visit[Doctor]) -> web.StreamResponse:
    """The PDF of a prescription this doctor may read."""
    found = await earlier_paper(visit.clinic, visit.person.id, whole(visit.request.match_info["id"]))
    if found is None:
        raise web.HTTPNotFound
    return pdf_response(found.pdf, found.prescription.number)


async def spoken_name(visit: Visit[Doctor]) -> web.StreamResponse:
    """The patient's (or their adult's) own voice saying the name: for the treating doctor only."""
    consultation_id = whole(visit.request.match_info["consultation"])
    guardian = visit.request.match_info["who"] == "guardian"
    stem = await name_recording(visit.clinic, visit.person.id, consultation_id, guardian=guardian)
    file = visit.request.app[DEPS].recordings / f"{stem}.wav"
    if stem is None or not file.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(file, headers={"Content-Type": "audio/wav"})


async def formulary(visit: Visit[Doctor]) -> web.StreamResponse:
    """The formulary for the form's script: forms, strengths and list (T3) by generic name."""
    drugs = visit.clinic.policy.formulary.values()
    return web.json_response(
        {
            drug.generic: {
                "forms": drug.forms,
                "strengths": drug.strengths,
                "list": drug.drug_list,
                "pairs": sorted(drug.pairs),
            }
            for drug in drugs
        }
    )


async def _sign(visit: Visit[Doctor], consultation_id: int, draft: Draft) -> web.StreamResponse:
    try:
        signed = await issue_prescription(
            visit.clinic, doctor_id=visit.person.id, consultation_id=consultation_id, content=draft.prescription()
        )
    except CannotSign as refused:
        return await _page(visit, draft, _said(visit, refused.problems), status=422)
    except NotAllowed:
        return await _page(visit, draft, {"consultation": _tongue(visit)("form.too_early")}, status=409)
    except GONE as error:
        raise web.HTTPConflict from error
    raise web.HTTPSeeOther(f"/doctor?signed={signed.id}")


async def _named(visit: Visit[Doctor], consultation_id: int, name: str) -> bool:
    try:
        await name_patient(visit.clinic, visit.person.id, consultation_id, name)
    except ValueError:
        return False
    return True


async def _page(
    visit: Visit[Doctor],
    draft: Draft,
    problems: dict[str, str] | None = None,
    *,
    name: str | None = None,
    more: int = 0,
    status: int = 200,
) -> web.Response:
    card = await patient_card(visit.clinic, visit.person.id)
    policy = visit.clinic.policy
    return render(
        visit.request,
        "doctor.html",
        status=status,
        card=card,
        case=card.consultation.id if card else 0,
        name=name if name is not None else (card.patient.name or "" if card else ""),
        place=place_of(card.patient, visit.request.app[DEPS].states, _tongue(visit).language) if card else "",
        draft=draft,
        rows=draft.rows(more),
        problems=problems or {},
        longest=longest_typed(),
        drugs=policy.formulary.values(),
        forms=sorted({form for drug in policy.formulary.values() for form in drug.forms}),
        frequencies=frequencies(),
        closing_reasons=CLOSING_REASONS,
        longest_note=LONGEST_NOTE,
        signed=_digits(visit.request.query.get("signed", "")),
        closed="closed" in visit.request.query,
        told=[kind for kind in TOLD if kind == visit.request.query.get("told")],
        tellable=TOLD,
        now=await _now(visit),
    )


async def _now(visit: Visit[Doctor]) -> Now:
    server = await visit.clinic.line.state(visit.person.id)
    counts = await visit.clinic.line.counts()
    return Now(server.state if server else DoctorState.PAUSED, counts.waiting, visit.person.available)


def _said(visit: Visit[Doctor], problems: tuple[Problem, ...]) -> dict[str, str]:
    """By field, in the browser's language; what is said of one test is said at the tests."""
    language = _tongue(visit).language
    said: dict[str, str] = {}
    for problem in problems:
        place = "tests" if problem.field.startswith("tests.") else problem.field
        said.setdefault(place, reason_text(problem.reason, language))
    return said


def _tongue(visit: Visit[Doctor]) -> Tongue:
    """The browser's language."""
    return visit.request.app[WORDS].tongue_of(visit.request)


def _digits(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0
