"""What may be signed, beyond the law of lists: what T6 wants, what fits, and the numbers of a prescription."""

import re
from dataclasses import replace
from datetime import date

import pytest

from config.tables import load_formulary
from core.rules.formulary.drug import DrugList
from core.rules.prescribing.check import problems
from core.rules.prescribing.encounter import Encounter
from core.rules.prescribing.finding import Reason
from core.rules.prescribing.words import WAY_FORWARD, WHY
from core.rules.prescription import (
    MAX_MEDICINES,
    Medicine,
    Mode,
    Prescription,
    is_prescription_number,
    prescription_number,
)

STARTER = load_formulary()
PARACETAMOL = Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 5)
FINE = Prescription("बुखार, fever", "Viral fever", (PARACETAMOL,), ("CBC",), advice="पानी पिएँ।\r\nRest.")
BY_PHONE = Encounter(Mode.AUDIO, follow_up=False, age=34)


def found(prescription: Prescription, encounter: Encounter = BY_PHONE) -> list[tuple[str, Reason]]:
    return [(p.field, p.reason) for p in problems(prescription, STARTER, encounter)]


def with_medicine(**changes: object) -> Prescription:
    return replace(FINE, medicines=(replace(PARACETAMOL, **changes),))  # type: ignore[arg-type]


def test_a_good_prescription_has_no_problem() -> None:
    assert found(FINE) == []


@pytest.mark.parametrize(("content", "field", "reason"), [
    (replace(FINE, complaint=" "), "complaint", Reason.COMPLAINT_MISSING),
    (replace(FINE, diagnosis=""), "diagnosis", Reason.DIAGNOSIS_MISSING),
    (replace(FINE, medicines=(), tests=(), advice=" "), "medicines", Reason.NOTHING_DECIDED),
    (replace(FINE, complaint="x" * 501), "complaint", Reason.TOO_LONG),
    (replace(FINE, allergies="x" * 301), "allergies", Reason.TOO_LONG),
    (replace(FINE, advice="بخار"), "advice", Reason.UNPRINTABLE),
    (replace(FINE, history="a\x00b"), "history", Reason.UNPRINTABLE),
    (replace(FINE, tests=("CBC", "two\nlines")), "tests.1", Reason.UNPRINTABLE),
    (replace(FINE, tests=("CBC",) * 16), "tests", Reason.TOO_MANY),
    (replace(FINE, weight_kg="6,2"), "weight_kg", Reason.WEIGHT_UNCLEAR),
    (with_medicine(generic="crocin"), "medicines.0.generic", Reason.NOT_IN_FORMULARY),
    (with_medicine(form="injection"), "medicines.0.form", Reason.FORM_NOT_OFFERED),
    (with_medicine(strength="125 mg/5 ml"), "medicines.0.strength", Reason.STRENGTH_NOT_OFFERED),
    (with_medicine(frequency=" "), "medicines.0.frequency", Reason.FREQUENCY_MISSING),
    (with_medicine(frequency="1-0-1 " * 4), "medicines.0.frequency", Reason.TOO_LONG),
    (with_medicine(frequency="रात को"), "medicines.0.frequency", Reason.FREQUENCY_NOT_PLAIN),
    (with_medicine(days=0), "medicines.0.days", Reason.DAYS_OUT_OF_RANGE),
    (with_medicine(days=91), "medicines.0.days", Reason.DAYS_OUT_OF_RANGE),
    (with_medicine(repeats=-1), "medicines.0.repeats", Reason.REPEATS_OUT_OF_RANGE),
    (with_medicine(repeats=6), "medicines.0.repeats", Reason.REPEATS_OUT_OF_RANGE),
    (with_medicine(instructions="x" * 121), "medicines.0.instructions", Reason.TOO_LONG),
    (replace(FINE, medicines=(PARACETAMOL, replace(PARACETAMOL, days=2))), "medicines.1.generic", Reason.LISTED_TWICE),
])  # fmt: skip
def test_each_problem_names_its_field(content: Prescription, field: str, reason: Reason) -> None:
    assert found(content) == [(field, reason)]


def test_too_many_medicines() -> None:
    every = [drug for drug in STARTER.values() if drug.drug_list is DrugList.O]
    medicines = tuple(
        replace(PARACETAMOL, generic=drug.generic, form=drug.forms[0], strength=drug.products[0].strengths[0])
        for drug in every
    )  # fmt: skip
    assert found(replace(FINE, medicines=medicines[:MAX_MEDICINES])) == []
    assert ("medicines", Reason.TOO_MANY) in found(replace(FINE, medicines=medicines[: MAX_MEDICINES + 1]))


def test_every_reason_has_words_in_every_language() -> None:
    for language, words in WHY.items():
        assert set(words) == set(Reason), language
    assert {frozenset(words) for words in WAY_FORWARD.values()} == {frozenset(WAY_FORWARD["en"])}


def test_number_is_printed_with_a_check_digit() -> None:
    number = prescription_number(date(2026, 11, 21), 17)
    assert re.fullmatch(r"RX261121\d{6}", number)
    assert is_prescription_number(number)
    for place in range(2, len(number)):
        wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        assert not is_prescription_number(wrong)
