"""The prescription's form: one form, a few buttons. Whatever is pressed, what was typed is kept first."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from aiohttp import web

from core.clinic.issue_prescription import CannotSign, CaseEnded, NotYours, case_to_sign, issue_prescription
from core.clinic.medicine_sets import TooManySets, own_set, save_set
from core.clinic.patient_card import name_patient, patient_card
from core.clinic.preview_prescription import preview_sms
from core.ports import Stale
from core.rules.after_call import BadPlan
from core.rules.staff import Doctor
from core.rules.token import NotAllowed
from core.rules.writing import LONGEST_SET_NAME
from web.forms import number, one_of, optional, whole
from web.guard import Visit
from web.pages.doctor.judged import judge_rows, problems_said
from web.pages.doctor.page import Posted, Said, keep, show, show_over, tongue_of
from web.prescription_form import MORE_ROWS, Draft, read_draft

GONE = (NotYours, CaseEnded, LookupError, Stale)
"""The case is another doctor's, unknown, or over."""
Button = Callable[[Visit[Doctor], int, Draft], Awaitable[web.StreamResponse]]


async def prescribe(visit: Visit[Doctor]) -> web.StreamResponse:
    """The button that was pressed; the name that was typed is written down on the way.

    HTTP 409 for a case that is not the open one; a second signature finds the first.
    """
    draft = read_draft(visit.form)
    consultation_id = number(visit.form, "consultation")
    pressed = one_of(visit.form, "do", *BUTTONS)
    if not await keep(visit, consultation_id, draft) and pressed != "sign":
        return await show_over(visit)
    name = draft.others["patient_name"]
    if pressed in NAMING and name and not await _named(visit, consultation_id, name):
        return await _again(visit, consultation_id, draft, {"patient_name": tongue_of(visit)("card.not_a_name")})
    return await BUTTONS[pressed](visit, consultation_id, draft)


async def _form(visit: Visit[Doctor], consultation_id: int, draft: Draft, *, more: int = 0) -> web.StreamResponse:
    """The form again, with more rows; a name is written down already."""
    return await show(visit, Posted(consultation_id, draft), more=more)


async def _repeat(visit: Visit[Doctor], consultation_id: int, draft: Draft) -> web.StreamResponse:
    """The medicines of the patient's last prescription; what is forbidden today is said at its field (T3)."""
    card = await patient_card(visit.clinic, visit.person.id)
    if card is None or card.consultation.id != consultation_id:
        return await show_over(visit)
    return await _with_more(visit, consultation_id, draft.with_medicines(card.last_medicines), draft)


async def _insert(visit: Visit[Doctor], consultation_id: int, draft: Draft) -> web.StreamResponse:
    """One of the doctor's own sets."""
    chosen = optional(visit.form, "set", longest=16)
    one = await own_set(visit.clinic, visit.person.id, whole(chosen)) if chosen else None
    if one is None:
        return await _again(visit, consultation_id, draft, {"set": tongue_of(visit)("sets.choose")})
    return await _with_more(visit, consultation_id, draft.with_medicines(one.medicines, one.advice), draft)


async def _keep_set(visit: Visit[Doctor], consultation_id: int, draft: Draft) -> web.StreamResponse:
    """These medicines and the advice, under a name."""
    content, said = draft.prescription(visit.clinic.policy.formulary), tongue_of(visit)
    name = optional(visit.form, "set_name", longest=2 * LONGEST_SET_NAME)
    try:
        await save_set(visit.clinic, visit.person.id, name, content.medicines, content.advice)
    except ValueError:
        return await _again(visit, consultation_id, draft, {"set_name": said("sets.not_saved")})
    except TooManySets:
        return await _again(visit, consultation_id, draft, {"set_name": said("sets.too_many")})
    return await show(visit, Posted(consultation_id, draft), Said({}, note="sets.saved"))


async def _review(visit: Visit[Doctor], consultation_id: int, draft: Draft) -> web.StreamResponse:
    """What a signature would issue; nothing is signed."""
    try:
        texts = await preview_sms(
            visit.clinic,
            doctor_id=visit.person.id,
            consultation_id=consultation_id,
            content=draft.prescription(visit.clinic.policy.formulary),
            mode=draft.mode,
            visit=draft.visit,
        )
    except CannotSign as refused:
        return await _again(visit, consultation_id, draft, problems_said(visit, refused.problems))
    except GONE:
        return await show_over(visit)
    return await show(visit, Posted(consultation_id, draft), Said({}, sms=texts))


async def _sign(visit: Visit[Doctor], consultation_id: int, draft: Draft) -> web.StreamResponse:
    try:
        signed = await issue_prescription(
            visit.clinic,
            doctor_id=visit.person.id,
            consultation_id=consultation_id,
            content=draft.prescription(visit.clinic.policy.formulary),
            mode=draft.mode,
            visit=draft.visit,
            plan=draft.plan(),
        )
    except CannotSign as refused:
        return await _again(visit, consultation_id, draft, problems_said(visit, refused.problems))
    except BadPlan as refused:
        return await _again(visit, consultation_id, draft, plan_said(visit, refused))
    except NotAllowed:
        said = {"consultation": tongue_of(visit)("form.too_early")}
        return await show(visit, Posted(consultation_id, draft), Said(said), status=409)
    except GONE:
        return await show_over(visit)
    raise web.HTTPSeeOther(f"/doctor?signed={signed.id}")


BUTTONS: Mapping[str, Button] = {
    "more": partial(_form, more=MORE_ROWS), "name": _form, "repeat": _repeat, "insert": _insert,
    "keep_set": _keep_set, "review": _review, "sign": _sign,
}  # fmt: skip
NAMING = {"name", "review", "sign"}
"""Buttons that also write down the patient's name."""


def plan_said(visit: Visit[Doctor], refused: BadPlan) -> dict[str, str]:
    """What is wrong with what is to happen afterwards."""
    return {refused.field: tongue_of(visit)(f"after.bad_{refused.field}")}


async def _again(
    visit: Visit[Doctor], consultation_id: int, draft: Draft, said: Mapping[str, str]
) -> web.StreamResponse:
    return await show(visit, Posted(consultation_id, draft), Said(said), status=422)


async def _with_more(visit: Visit[Doctor], consultation_id: int, draft: Draft, before: Draft) -> web.StreamResponse:
    """The page says at its row what the rules forbid today of the medicines that were added."""
    if not await keep(visit, consultation_id, draft):
        return await show_over(visit)
    try:
        case, _ = await case_to_sign(visit.clinic, visit.person.id, consultation_id)
    except GONE:
        return await show_over(visit)
    judged = judge_rows(visit, draft, case)
    said = any(place >= len(before.medicines) for place in judged)
    return await show(visit, Posted(consultation_id, draft), Said({}, note="" if said else "sets.inserted"))


async def _named(visit: Visit[Doctor], consultation_id: int, name: str) -> bool:
    try:
        await name_patient(visit.clinic, visit.person.id, consultation_id, name)
    except ValueError:
        return False
    return True
