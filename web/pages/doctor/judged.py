"""What the rules say of each medicine, as the form shows it at its row: refused or warned, why, and the way forward."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from core.clinic.judge_medicines import judge_medicines
from core.rules.consultation import Consultation
from core.rules.patient import Patient
from core.rules.prescribing.check import is_answered
from core.rules.prescribing.finding import Decision, Problem
from core.rules.prescribing.judge import free_instead
from core.rules.prescribing.words import way_forward, why
from core.rules.prescription import Mode
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


Rows = Mapping[int, tuple[Judged, ...]]
"""By the row's place, from 0."""


def judge_rows(
    visit: Visit[Doctor], draft: Draft, consultation: Consultation, patient: Patient, mode: Mode | None = None
) -> Rows:
    """For every row of which there is something to say, in the browser's language; `mode` by default the form's."""
    content = draft.prescription(visit.clinic.policy.formulary)
    rows: dict[int, tuple[Judged, ...]] = {}
    for found in judge_medicines(visit.clinic, content, mode or draft.mode, consultation, patient):
        if found.place is not None:
            line = _line(visit, found, content.medicines[found.place].generic, answered=is_answered(content, found))
            rows[found.place] = (*rows.get(found.place, ()), line)
    return rows


def for_script(rows: Rows) -> Mapping[str, Iterable[Mapping[str, Any]]]:
    """As JSON."""
    return {str(place): [asdict(line) for line in lines] for place, lines in rows.items()}


def _line(visit: Visit[Doctor], found: Problem, generic: str, *, answered: bool) -> Judged:
    language = visit.request.app[WORDS].tongue_of(visit.request).language
    formulary = visit.clinic.policy.formulary
    return Judged(
        decision=found.reason.decision,
        reason=found.reason,
        key=found.key,
        rule=found.reason.rule,
        why=why(found, language),
        way=way_forward(found, language, free_instead(formulary[generic], formulary)),
        unanswered=found.reason.decision is Decision.WARNED and not answered,
    )
