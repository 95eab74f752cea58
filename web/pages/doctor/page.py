"""The doctor's page: the card of the patient who has come and the form, or what to do while there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from core.clinic.keep_draft import keep_draft, kept_draft
from core.clinic.medicine_sets import own_sets
from core.clinic.own_day import own_day
from core.clinic.patient_card import Card, patient_card
from core.rules.after_call import FURTHEST_CALL_BACK
from core.rules.consultation import Visit as Condition
from core.rules.dosage import Food
from core.rules.place import place_of
from core.rules.prescription import MAX_REPEATS, Mode
from core.rules.staff import Doctor
from core.rules.writing import LONGEST_SET_NAME
from web.departments import opd_name
from web.deps import DEPS
from web.forms import number_in
from web.guard import Visit
from web.pages.doctor import records
from web.pages.doctor.bar import showing
from web.pages.doctor.frame import frame
from web.pages.doctor.judged import judge_rows, refused_said, unread_said
from web.prescription_form import TEXTS, Draft, draft_of, frequencies, longest_typed
from web.render import render
from web.words import WORDS, Tongue

CLOSING_REASONS = ("emergency", "in_person", "wrong_number", "no_talk", "not_needed", "other")
"""Why a case may end without a prescription; the words are in `words/<lang>/panel.toml`."""
WRAP_UPS = ("0", "15", "30", "60", "120", "ask")
"""What the doctor may choose: seconds after which the next patient comes, or `ask`: when they say so."""
LONGEST_NOTE = 250
"""Characters; with the reason before it, it stays under what `close_case` takes."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the page says about the last post, beside the form itself."""

    problems: Mapping[str, str]
    """By field, in the browser's language."""
    sms: tuple[str, ...] = ()
    """The texts that a signature would send: the form is being reviewed."""
    note: str = ""
    """Key of a text: something went well."""
    over: bool = False
    """The post was for a case that is not the open one."""


NOTHING = Said({})
OVER = Said({}, over=True)


@dataclass(frozen=True, slots=True)
class Posted:
    """What was sent from the form, never apart from the case it was typed for: no patient gets another one's."""

    consultation_id: int
    draft: Draft | None = None
    """None: nothing of it was sent; the one that is kept counts."""


async def page(visit: Visit[Doctor]) -> web.StreamResponse:
    """What the doctor has before them; what they typed is there again."""
    return await show(visit)


async def show(
    visit: Visit[Doctor], posted: Posted | None = None, said: Said = NOTHING, *, more: int = 0, status: int = 200
) -> web.Response:
    """The page with what was posted, by default with the draft that is kept.

    What was posted for a case that is not the open one is not shown: see `show_over`.
    """
    card = await patient_card(visit.clinic, visit.person.id)
    if posted and (card is None or card.consultation.outcome or card.consultation.id != posted.consultation_id):
        posted, said, status = None, OVER, 409
    context = await _context(visit, card, posted.draft if posted else None, more)
    return render(
        visit.request,
        "doctor.html",
        status=status,
        said=said,
        problems=said.problems,
        signed=number_in(visit.request.query.get("signed", ""), 0),
        closed="closed" in visit.request.query,
        opd_name=lambda opd: opd_name(visit.clinic.policy, tongue_of(visit), opd),
        **await frame(visit) | context,
    )


async def show_over(visit: Visit[Doctor]) -> web.Response:
    """HTTP 409: that case is over, or never was theirs. With what they have now, and nothing of what was typed."""
    return await show(visit, said=OVER, status=409)


async def keep(visit: Visit[Doctor], consultation_id: int, draft: Draft) -> bool:
    """On the server, so that it is there again after whatever happens."""
    return await keep_draft(
        visit.clinic, doctor_id=visit.person.id, consultation_id=consultation_id, content=draft.as_text()
    )


async def kept(visit: Visit[Doctor], consultation_id: int) -> Draft | None:
    """What was kept; None when nothing was."""
    found = await kept_draft(visit.clinic, doctor_id=visit.person.id, consultation_id=consultation_id)
    return draft_of(found.content) if found else None


def tongue_of(visit: Visit[Doctor]) -> Tongue:
    """The browser's language."""
    return visit.request.app[WORDS].tongue_of(visit.request)


async def _context(visit: Visit[Doctor], card: Card | None, draft: Draft | None, more: int) -> dict[str, Any]:
    """What the template needs."""
    if card is None:
        return await _between(visit)
    if card.consultation.outcome is not None:
        return _of_card(visit, card) | {"texts": tuple(TEXTS)}
    return _of_card(visit, card) | await _case(visit, card, draft, more)


def _of_card(visit: Visit[Doctor], card: Card) -> dict[str, Any]:
    """While there is a patient, also one whose case is over while they still talk."""
    case = card.consultation
    return {
        "card": card,
        "case": case.id,
        "records": card.records,
        "records_note": records.note(visit.request),
        "showing": showing(case.id, over=case.outcome is not None),
        "name": card.patient.name or "",
        "place": place_of(card.patient, visit.request.app[DEPS].states, tongue_of(visit).language),
    }


async def _case(visit: Visit[Doctor], card: Card, draft: Draft | None, more: int) -> dict[str, Any]:
    """While the case is open: the form."""
    policy = visit.clinic.policy
    draft = draft or await kept(visit, card.consultation.id) or Draft().with_texts(card.told_last)
    return {
        "name": draft.others["patient_name"] or card.patient.name or "",
        "draft": draft,
        "rows": draft.rows(more),
        "judged": judge_rows(visit, draft, card),
        "unread": unread_said(visit, draft),
        "refused": refused_said(visit, draft),
        "modes": tuple(Mode),
        "visits": tuple(Condition),
        "foods": tuple(Food),
        "most_repeats": MAX_REPEATS,
        "longest": longest_typed(),
        "longest_set_name": LONGEST_SET_NAME,
        "longest_note": LONGEST_NOTE,
        "furthest": FURTHEST_CALL_BACK,
        "drugs": policy.formulary.values(),
        "forms": sorted({form for drug in policy.formulary.values() for form in drug.forms}),
        "frequencies": frequencies(),
        "closing_reasons": CLOSING_REASONS,
        "sets": await own_sets(visit.clinic, visit.person.id),
        "elsewhere": [opd for opd in policy.opds if opd != card.token.opd],
    }


async def _between(visit: Visit[Doctor]) -> dict[str, Any]:
    """What the template needs while there is none."""
    seconds = visit.person.wrap_up_seconds
    return {
        "card": None,
        "showing": showing(0, over=False),
        "own_day": await own_day(visit.clinic, visit.person.id),
        "wrap_ups": WRAP_UPS,
        "wrap_up": "ask" if seconds is None else str(seconds),
    }
