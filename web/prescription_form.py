"""The prescription as it stands in the browser: raw text that survives every error, and what it means."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web

from core.rules.after_call import Plan
from core.rules.consultation import Visit
from core.rules.dosage import Food
from core.rules.formulary.drug import Formulary
from core.rules.prescribing.paper import plain_halves
from core.rules.prescription import LONGEST, MAX_MEDICINES, Medicine, Mode, Prescription
from web import forms

TEXTS = {
    "complaint": 1000,
    "history": 2000,
    "allergies": 600,
    "current_medicines": 1000,
    "findings": 2000,
    "diagnosis": 1000,
    "tests": 2000,
    "advice": 2000,
    "weight_kg": 20,
    "last_period": 40,
}
"""What the doctor may type into each text, in characters; what fits on the paper is the rules' business (LONGEST)."""
COLUMNS = {
    "generic": 100, "form": 40, "strength": 40, "frequency": 60, "days": 6, "food": 10, "repeats": 3,
    "instructions": 300, "acknowledged": 400, "answers": 400,
}  # fmt: skip
"""The same for each column of a medicine's row."""
OTHERS = {"refer_to": 40, "call_back_days": 4, "patient_name": 200, "mode": 10, "visit": 10}
"""What is no part of the paper. A form may leave them out."""
SPARE_ROWS = 2
MORE_ROWS = 2
"""What "Add medicine" adds where there is no script."""
MOST_ROWS = MAX_MEDICINES + 10
Row = Mapping[str, str]
EMPTY_ROW: Row = dict.fromkeys(COLUMNS, "")
_SAME = ("generic", "form", "strength")


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything typed so far."""

    texts: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(TEXTS, ""))
    medicines: tuple[Row, ...] = ()
    """Rows in which something was typed; their places are those of `Prescription.medicines`."""
    others: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(OTHERS, ""))

    def rows(self, more: int = 0) -> tuple[Row, ...]:
        """The rows to show: what was typed and a few empty ones, so that the form works without a script."""
        spare = 1 if self.medicines else SPARE_ROWS
        return (*self.medicines, *([EMPTY_ROW] * (spare + more)))

    @property
    def mode(self) -> Mode:
        """How they met; by telephone unless the doctor says otherwise."""
        chosen = self.others["mode"]
        return Mode(chosen) if chosen in list(Mode) else Mode.AUDIO

    @property
    def visit(self) -> Visit:
        """What the doctor says that it is, where it may be a follow-up."""
        said = self.others["visit"]
        return Visit(said) if said in list(Visit) else Visit.UNSAID

    def prescription(self, formulary: Formulary) -> Prescription:
        """What it means. A number that is none becomes one that the rules refuse at its field."""
        texts = {name: text for name, text in self.texts.items() if name != "tests"}
        tests = tuple(line.strip() for line in self.texts["tests"].splitlines() if line.strip())
        meant = (formulary.generic_meant(row["generic"], row["strength"]) for row in self.medicines)
        medicines = tuple(map(_medicine, self.medicines, meant))
        return Prescription(**texts, tests=tests, medicines=medicines)

    def plan(self) -> Plan:
        """What is to happen afterwards. Days that are no number become 0, which the rules refuse."""
        days = self.others["call_back_days"]
        return Plan(self.others["refer_to"] or None, _number(days) if days else None)

    def with_medicines(self, medicines: Iterable[Medicine], advice: str = "") -> "Draft":
        """These as well, each form and strength once; the advice below what stands there."""
        known = {tuple(row[name].lower() for name in _SAME) for row in self.medicines}
        new = [row for row in map(_row, medicines) if tuple(row[name].lower() for name in _SAME) not in known]
        there = self.texts["advice"]
        both = there if advice in there else f"{there}\n{advice}".strip()[: TEXTS["advice"]]
        return replace(self, medicines=(*self.medicines, *new)[:MOST_ROWS], texts={**self.texts, "advice": both})

    def with_texts(self, texts: Mapping[str, str]) -> "Draft":
        """With these texts instead."""
        return replace(self, texts={**self.texts, **texts})

    def as_text(self) -> str:
        """To be kept (see `core.clinic.keep_draft`)."""
        kept = {"texts": dict(self.texts), "medicines": [dict(row) for row in self.medicines], "others": self.others}
        return json.dumps(kept, ensure_ascii=False)


def read_draft(form: forms.Form) -> Draft:
    """The draft in a posted form. Raises HTTP 400 for fields that our page does not have, or not so long."""
    texts = {name: forms.field(form, name, longest=longest) for name, longest in TEXTS.items()}
    others = {name: forms.optional(form, name, longest=longest) for name, longest in OTHERS.items()}
    columns = {name: [_cell(cell, COLUMNS[name]) for cell in form.getall(name, [])] for name in COLUMNS}
    if len({len(cells) for cells in columns.values()}) != 1 or len(columns["generic"]) > MOST_ROWS:
        raise web.HTTPBadRequest
    known = {"", *Food}.issuperset(columns["food"]) and others["mode"] in {"", *Mode} and others["visit"] in list(Visit)
    if not known:
        raise web.HTTPBadRequest
    rows = (dict(zip(COLUMNS, cells, strict=True)) for cells in zip(*columns.values(), strict=True))
    return Draft(texts, tuple(row for row in rows if any(row[name] for name in COLUMNS if name != "answers")), others)


def draft_of(text: str) -> Draft:
    """What `as_text` made, also by another version of this program: what is not known any more is left out."""
    kept = json.loads(text)
    rows = tuple(_known(row, COLUMNS) for row in kept.get("medicines", []))
    return Draft(_known(kept.get("texts", {}), TEXTS), rows, _known(kept.get("others", {}), OTHERS))


def longest_typed() -> Mapping[str, int]:
    """`maxlength` by field name, for the page: what fits on the paper, where that is known."""
    return {name: min(most, LONGEST.get(name, most)) for name, most in (TEXTS | COLUMNS).items() if name != "tests"} | {
        "tests": TEXTS["tests"]
    }


def frequencies() -> Iterable[str]:
    """Usual ways to write how often, offered while typing."""
    return ("1-0-1", "1-1-1", "1-0-0", "0-0-1", "0-1-0", "1-1-1-1", "SOS", "HS", "STAT", "1/2-0-1/2", "WEEKLY")


def _known(kept: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    return {name: str(kept.get(name, "")) for name in names}


def _cell(value: str, longest: int) -> str:
    if len(value) > longest or "\n" in value or "\r" in value:
        raise web.HTTPBadRequest
    return " ".join(value.split())


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() else 0


def _medicine(row: Row, generic: str) -> Medicine:
    return Medicine(
        generic=generic,
        form=row["form"],
        strength=row["strength"],
        frequency=plain_halves(row["frequency"]),
        days=_number(row["days"]),
        instructions=row["instructions"],
        food=Food(row["food"]) if row["food"] in list(Food) else Food.ANY,
        repeats=_repeats(row["repeats"]),
        acknowledged=row["acknowledged"],
        answers=tuple(row["answers"].split()),
    )


def _repeats(text: str) -> int:
    """Nothing is none; what is no number is refused by the rules."""
    return int(text) if text.isascii() and text.isdecimal() else -1 if text else 0


def _row(medicine: Medicine) -> Row:
    """Without the reason for a warning: that was for another patient, or another day."""
    row = {name: str(getattr(medicine, name)) for name in COLUMNS}
    food = "" if medicine.food is Food.ANY else medicine.food.value
    return {**row, "food": food, "repeats": str(medicine.repeats or ""), "acknowledged": "", "answers": ""}
