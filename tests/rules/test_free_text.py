"""A medicine with a dose is refused in every text that goes out; a name alone is a mention."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.tables import load_formulary
from core.rules.formulary.drug import Drug
from core.rules.prescribing.check import problems
from core.rules.prescribing.encounter import Encounter
from core.rules.prescribing.finding import Reason
from core.rules.prescribing.free_text import free_text_problems
from core.rules.prescribing.words import why
from core.rules.prescription import Medicine, Mode, Prescription

STARTER = load_formulary()
FIRST = Encounter(Mode.AUDIO, follow_up=False, age=34)
PARACETAMOL = Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 5, instructions="1 tablet after food")
FINE = Prescription("Fever", "Viral fever", (PARACETAMOL,), ("CBC",), advice="Rest, drink 2 l of water.")
FIELDS = ("advice", "tests.1", "medicines.0.instructions")
DOSES = (
    "0.5 mg HS", "5mg", "10 mg injection", "½ tab", "1 tablet", "two tablets", "1-0-1", "2 - 0 - 2", "BD", "tds", "SOS",
    "Q6H", "6 hourly", "every 8 hours", "0.5", ", 5 mg", ": 250 mcg", "\u200b5 mg", "(10 ml)", "- 2 drops",
    "tablet, half a tablet", "twice a day", "एक गोली रात को",
)  # fmt: skip


def told(field: str, text: str) -> Prescription:
    match field:
        case "advice":
            return replace(FINE, advice=f"{FINE.advice}\n{text}")
        case "tests.1":
            return replace(FINE, tests=(*FINE.tests, text))
        case _:
            return replace(FINE, medicines=(replace(PARACETAMOL, instructions=text),))


def found(text: str, field: str = "advice") -> list[tuple[str, Reason]]:
    return [(one.field, one.reason) for one in free_text_problems(told(field, text), STARTER)]


@settings(deadline=None)
@given(
    st.sampled_from([drug for drug in STARTER.values() if drug.prohibited]), st.sampled_from(DOSES),
    st.sampled_from(FIELDS), st.sampled_from(["", "Take ", "and ", "Rest. Tab. ", "रात को "]), st.sampled_from(Mode),
    st.booleans(), st.booleans(),
)  # fmt: skip
def test_nothing_prohibited_leaves_as_text(
    drug: Drug, dose: str, field: str, before: str, mode: Mode, follow_up: bool, small: bool
) -> None:
    name = drug.generic if small else drug.generic.upper()
    content = told(field, f"{before}{name} {dose}")
    said = list(problems(content, STARTER, replace(FIRST, mode=mode, follow_up=follow_up)))
    assert (field, Reason.MEDICINE_IN_TEXT) in [(one.field, one.reason) for one in said]


@pytest.mark.parametrize("text", [
    "Take ALPRAZOLAM 0.5 mg HS for 10 days, and AMOXICILLIN 500 mg TDS", "1 tablet of alprazolam at night",
    "alprazolam0.5mg", "Alprazolam\n0.5 mg\n1-0-1", "take alprazolam, if you cannot sleep, and amoxicillin 500 mg",
    "amoxicillin+clavulanic acid 625 mg", "paracetamol when it hurts, 2 tablets of ibuprofen",
])  # fmt: skip
def test_a_medicine_with_a_dose_is_found_in_any_words(text: str) -> None:
    assert found(text) == [("advice", Reason.MEDICINE_IN_TEXT)]


@pytest.mark.parametrize("text", [
    "Stop alprazolam", "Avoid ibuprofen for 5 days", "1 tablet after food", "Stop ibuprofen, drink 500 ml water",
    "1. Stop ibuprofen\n2. Rest", "Stop ibuprofen and drink 200 ml ORS twice a day", "Vitamin D3 25-OH",
    "Blood urea 60 mg/dl", "Digoxin level", "stop ibuprofen 2 days before", "No aspirin (it makes you bleed)",
    "Stop ibuprofen. Come back in 3 days", "If paracetamol does not help within 2 days, call", "Gargle twice a day",
    "आइब्रुफेन न लें", "",
])  # fmt: skip
@pytest.mark.parametrize("field", FIELDS)
def test_a_mention_is_no_prescription(text: str, field: str) -> None:
    assert found(text, field) == []


def test_a_brand_of_the_deployment_is_a_name_too() -> None:
    branded = replace(STARTER, aliases={"sleepwell": "alprazolam", "lost": "not there"})
    (one,) = free_text_problems(told("advice", "Sleepwell 1 tab, lost 1 tab"), branded)
    assert "sleepwell" in why(one, "en")
    assert "sleepwell" in why(one, "hi")


def test_what_was_told_is_not_judged() -> None:
    text = "takes alprazolam 0.5 mg HS"
    content = replace(FINE, complaint=text, history=text, findings=text, current_medicines=text)
    assert list(free_text_problems(content, STARTER)) == []
