"""What the rules say of each medicine, as the form shows it at its row: refused or warned, why, and the way forward."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from core.clinic.judge_medicines import Generics, encounter_of, judge_medicines, judge_words
from core.rules.consultation import Consultation, as_said
from core.rules.formulary.told import unread
from core.rules.patient import Patient
from core.rules.prescribing.check import is_answered
from core.rules.prescribing.finding import Decision, Problem
from core.rules.prescribing.judge import free_instead
from core.rules.prescribing.words import way_forward, why
from core.rules.prescription import Medicine, Mode
from core.rules.staff import Doctor
from web.guard import Visit
from web.prescription_form import Draft
from web.words import WORDS


@dataclass(frozen=True, slots=True)
class Judged:
    """One line at a medicine's row."""

    decision: Decision
    reason: str
    """Makes the line's id."""
    key: str
    """What a reason against it answers (`Medicine.answers`)."""
    rule: str
    why: str
    way: str
    unanswered: bool
    """A warning that no reason was written against yet."""


TOLD = ("allergies", "current_medicines")
"""Texts that the rules look for names in."""
Rows = Mapping[int, tuple[Judged, ...]]
"""By the row's place, from 0."""


class Case(Protocol):
    """Whom the draft is for."""

    @property
    def consultation(self) -> Consultation: ...
    @property
    def patient(self) -> Patient: ...
    @property
    def prescribed(self) -> Generics: ...


def judge_rows(visit: Visit[Doctor], draft: Draft, case: Case, signed_by: Mode | None = None) -> Rows:
    """For every row of which there is something to say, in the browser's language.

    How they met, and whether it is a follow-up, stand in the form; `signed_by`: that was settled by a signature.
    """
    content = draft.prescription(visit.clinic.policy.formulary)
    met = case.consultation if signed_by else as_said(case.consultation, draft.visit)
    rows: dict[int, tuple[Judged, ...]] = {}
    encounter = encounter_of(visit.clinic, content, signed_by or draft.mode, met, case.patient, case.prescribed)
    for found in judge_medicines(visit.clinic, content, encounter):
        if found.place is not None:
            line = _line(visit, found, content.medicines[found.place], answered=is_answered(content, found))
            rows[found.place] = (*rows.get(found.place, ()), line)
    return rows


def unread_said(visit: Visit[Doctor], draft: Draft) -> Mapping[str, str]:
    """By field: of what was told, the parts in which the formulary recognises nothing. A note, no warning."""
    formulary, say = visit.clinic.policy.formulary, visit.request.app[WORDS].tongue_of(visit.request)
    parts = {name: unread(draft.texts[name], formulary) for name in TOLD}
    return {name: say("form.unread", what=", ".join(found)) for name, found in parts.items() if found}


def refused_said(visit: Visit[Doctor], draft: Draft) -> Mapping[str, str]:
    """By field: what is refused of the texts as they stand (see `judge_words`)."""
    return problems_said(visit, judge_words(visit.clinic, draft.prescription(visit.clinic.policy.formulary)))


def problems_said(visit: Visit[Doctor], problems: tuple[Problem, ...]) -> dict[str, str]:
    """By field, in the browser's language; what is said of one test is said at the tests."""
    language = _language(visit)
    said: dict[str, str] = {}
    for problem in problems:
        place = "tests" if problem.field.startswith("tests.") else problem.field
        if problem.reason.of_medicine:  # its words stand at the row in any case (`judged`)
            said.setdefault(f"medicines.{problem.place}.judged", "")
        else:
            said.setdefault(place, why(problem, language))
    return said


def for_script(rows: Rows) -> Mapping[str, Iterable[Mapping[str, Any]]]:
    """As JSON."""
    return {str(place): [asdict(line) for line in lines] for place, lines in rows.items()}


def _line(visit: Visit[Doctor], found: Problem, medicine: Medicine, *, answered: bool) -> Judged:
    language = _language(visit)
    formulary = visit.clinic.policy.formulary
    return Judged(
        decision=found.reason.decision,
        reason=found.reason,
        key=found.key,
        rule=found.reason.rule,
        why=why(found, language),
        way=way_forward(found, language, free_instead(formulary[medicine.generic], formulary, medicine.form)),
        unanswered=found.reason.decision is Decision.WARNED and not answered,
    )


def _language(visit: Visit[Doctor]) -> str:
    return visit.request.app[WORDS].tongue_of(visit.request).language
