"""What may be signed: the lists of T3, what T6 wants, and a formulary whose errors name file, line and key."""

import re
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from config.tables import FORMULARY, BadTable, load_formulary
from core.rules.prescription import (
    MAX_MEDICINES,
    Drug,
    DrugList,
    Medicine,
    Mode,
    Prescription,
    Reason,
    allowed_by_list,
    is_prescription_number,
    prescription_number,
    problems,
)
from core.rules.prescription_reasons import WORDS, reason_text

STARTER = load_formulary()
PARACETAMOL = Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 5)
FINE = Prescription("बुखार, fever", "Viral fever", (PARACETAMOL,), ("CBC",), advice="पानी पिएँ।\r\nRest.")


def found(prescription: Prescription, *, mode: Mode = Mode.AUDIO, follow_up: bool = False) -> list[tuple[str, Reason]]:
    return [(p.field, p.reason) for p in problems(prescription, STARTER, mode=mode, follow_up=follow_up)]


def with_medicine(**changes: object) -> Prescription:
    return replace(FINE, medicines=(replace(PARACETAMOL, **changes),))  # type: ignore[arg-type]


def test_a_good_prescription_has_no_problem() -> None:
    assert found(FINE) == []


@pytest.mark.parametrize(("generic", "form", "strength", "first_audio", "first_video", "again_audio"), [
    ("paracetamol", "tablet", "500 mg", None, None, None),
    ("amoxicillin", "capsule", "500 mg", Reason.LIST_A_NEEDS_VIDEO, None, None),
    ("metformin", "tablet", "500 mg", Reason.LIST_A_NEEDS_VIDEO, None, None),
    ("sitagliptin", "tablet", "50 mg", Reason.LIST_B_NEEDS_FOLLOW_UP, Reason.LIST_B_NEEDS_FOLLOW_UP, None),
    ("morphine", "tablet", "10 mg", Reason.PROHIBITED, Reason.PROHIBITED, Reason.PROHIBITED),
    ("alprazolam", "tablet", "0.5 mg", Reason.PROHIBITED, Reason.PROHIBITED, Reason.PROHIBITED),
])  # fmt: skip
def test_each_list_over_each_mode(
    generic: str, form: str, strength: str,
    first_audio: Reason | None, first_video: Reason | None, again_audio: Reason | None,
) -> None:  # fmt: skip
    content = with_medicine(generic=generic, form=form, strength=strength)
    for (mode, follow_up), why in {
        (Mode.AUDIO, False): first_audio,
        (Mode.VIDEO, False): first_video,
        (Mode.AUDIO, True): again_audio,
    }.items():
        assert found(content, mode=mode, follow_up=follow_up) == ([("medicines.0.generic", why)] if why else [])


def test_prohibited_is_never_and_list_o_always_allowed() -> None:
    for mode, follow_up in product(Mode, (False, True)):
        assert allowed_by_list(DrugList.PROHIBITED, mode=mode, follow_up=follow_up) is Reason.PROHIBITED
        assert allowed_by_list(DrugList.O, mode=mode, follow_up=follow_up) is None


@pytest.mark.parametrize(("content", "field", "reason"), [
    (replace(FINE, complaint=" "), "complaint", Reason.COMPLAINT_MISSING),
    (replace(FINE, diagnosis=""), "diagnosis", Reason.DIAGNOSIS_MISSING),
    (replace(FINE, medicines=(), tests=(), advice=" "), "medicines", Reason.NOTHING_DECIDED),
    (replace(FINE, complaint="x" * 501), "complaint", Reason.TOO_LONG),
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
    (with_medicine(instructions="x" * 121), "medicines.0.instructions", Reason.TOO_LONG),
    (replace(FINE, medicines=(PARACETAMOL, replace(PARACETAMOL, days=2))), "medicines.1.generic", Reason.LISTED_TWICE),
])  # fmt: skip
def test_each_problem_names_its_field(content: Prescription, field: str, reason: Reason) -> None:
    assert found(content) == [(field, reason)]


def test_too_many_medicines() -> None:
    every = [drug for drug in STARTER.values() if drug.drug_list is DrugList.O]
    medicines = tuple(
        replace(PARACETAMOL, generic=drug.generic, form=form, strength=strength)
        for drug in every for form, strength in sorted(drug.pairs)
    )  # fmt: skip
    assert found(replace(FINE, medicines=medicines[:MAX_MEDICINES])) == []
    assert ("medicines", Reason.TOO_MANY) in found(replace(FINE, medicines=medicines[: MAX_MEDICINES + 1]))


def test_every_reason_has_words_in_every_language() -> None:
    for language, words in WORDS.items():
        assert set(words) == set(Reason), language
    assert reason_text(Reason.PROHIBITED, "ta") == WORDS["en"][Reason.PROHIBITED]


def test_number_is_printed_with_a_check_digit() -> None:
    number = prescription_number(date(2026, 11, 21), 17)
    assert re.fullmatch(r"RX261121\d{6}", number)
    assert is_prescription_number(number)
    for place in range(2, len(number)):
        wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        assert not is_prescription_number(wrong)


def test_the_starter_formulary() -> None:
    assert len(STARTER) >= 60
    by_list = {drug_list: {d.generic for d in STARTER.values() if d.drug_list is drug_list} for drug_list in DrugList}
    assert {"paracetamol", "ambroxol", "oral rehydration salts", "zinc sulfate"} <= by_list[DrugList.O]
    assert {"clotrimazole", "mupirocin", "enalapril", "metformin", "salmeterol", "amoxicillin"} <= by_list[DrugList.A]
    assert {"hydrochlorothiazide", "sitagliptin"} <= by_list[DrugList.B]
    assert {"morphine", "codeine", "alprazolam"} <= by_list[DrugList.PROHIBITED]
    assert "STARTER" in FORMULARY.read_text(encoding="utf-8").splitlines()[0]


def test_a_drug_without_pairs_offers_every_form_in_every_strength() -> None:
    drug = Drug("x", ("tablet", "syrup"), ("1 mg", "2 mg"), DrugList.O)
    assert drug.offers("syrup", "2 mg")
    assert not drug.offers("drops", "2 mg")


@pytest.mark.parametrize(("line", "message"), [
    ("aspirin,Q,tablet,75 mg", "line 2, list: 'Q' is none of O, A, B, prohibited"),
    ("aspirin,A,tablet", "line 2: has more or fewer values than the heading"),
    ("aspirin,A,tablet,75 mg,x", "line 2: has more or fewer values than the heading"),
    ("aspirin,A,,75 mg", "line 2, form: is empty"),
    ("aspirin,A,tablet,75 mg;", "line 2, strengths: '' must be plain and 1 to 14 characters"),
    (f"{'a' * 31},A,tablet,75 mg", "line 2, generic"),
    ("aspirin,A,tablet,75 mg\naspirin,O,syrup,75 mg", "line 2, list: 'aspirin' stands in two lists"),
])  # fmt: skip
def test_a_bad_formulary_names_file_line_and_key(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"generic,list,form,strengths\n{line}\n")
    with pytest.raises(BadTable, match=re.escape(message)) as bad:
        load_formulary(path)
    assert str(path) in str(bad.value)


def test_a_formulary_without_a_column_or_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    with pytest.raises(BadTable, match="file"):
        load_formulary(path)
    path.write_text("generic,form,strengths\nx,tablet,1 mg\n")
    with pytest.raises(BadTable, match="list: the heading has no such column"):
        load_formulary(path)
