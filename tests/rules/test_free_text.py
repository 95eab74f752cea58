"""A medicine with a dose is refused in every text that goes out; what may never be prescribed, by its name alone."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.tables import load_formulary
from core.rules.formulary.drug import Drug
from core.rules.formulary.forbidden import plain
from core.rules.prescribing.check import problems
from core.rules.prescribing.encounter import Encounter
from core.rules.prescribing.finding import Reason
from core.rules.prescribing.free_text import free_text_problems
from core.rules.prescribing.not_prescribed import prescribed
from core.rules.prescribing.words import why
from core.rules.prescription import Medicine, Mode, Prescription
from tests.rules.ordinary_advice import ADVICE, DIAGNOSES, FINDINGS, TOLD

STARTER = load_formulary()
FIRST = Encounter(Mode.AUDIO, follow_up=False, age=34)
PARACETAMOL = Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 5, instructions="1 tablet after food")
FINE = Prescription("Fever", "Viral fever", (PARACETAMOL,), ("CBC",), advice="Rest, drink 2 l of water.")
FIELDS = ("advice", "tests.1", "medicines.0.instructions", "diagnosis", "findings")
AS_TOLD = ("complaint", "history", "current_medicines", "allergies")
ROOT = Path(__file__).resolve().parents[2]
HOUSE_TEXTS = [
    path for pattern in ("house/**/*.py", "config/**/*.toml", "web/words/**/*.toml") for path in ROOT.glob(pattern)
    if path.name != "prohibited.toml"
]  # fmt: skip
"""Where every text is one that the house says."""
WORDED = re.compile(r'(?:advice|instructions|diagnosis|findings|tests)"?[=:] ?\(?"([^"\n]+)"')
"""What the tests write into a prescription."""
ON_PURPOSE = re.compile(r"alprazolam|morphine|diazepam", re.IGNORECASE)
"""What the tests name so that it is refused."""
DOSES = (
    "0.5 mg HS", "5mg", "10 mg injection", "½ tab", "1 tablet", "two tablets", "1-0-1", "2 - 0 - 2", "BD", "tds",
    "SOS",
    "Q6H", "6 hourly", "every 8 hours", "0.5", ", 5 mg", ": 250 mcg", "\u200b5 mg", "(10 ml)", "- 2 drops",
    "tablet, half a tablet", "twice a day", "एक गोली रात को",
)  # fmt: skip


def told(field: str, text: str) -> Prescription:
    match field:
        case "advice":
            return replace(FINE, advice=f"{FINE.advice}\n{text}")
        case "tests.1":
            return replace(FINE, tests=(*FINE.tests, text))
        case "medicines.0.instructions":
            return replace(FINE, medicines=(replace(PARACETAMOL, instructions=text),))
        case "medicines.0.frequency":
            return replace(FINE, medicines=(replace(PARACETAMOL, frequency=text),))
        case _:
            return replace(FINE, **{field: text})  # type: ignore[arg-type]


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
    assert (field, Reason.PROHIBITED_IN_TEXT) in [(one.field, one.reason) for one in said]


@pytest.mark.parametrize("text", [
    "Take AMOXICILLIN 500 mg TDS and rest", "1 tablet of ibuprofen at night", "ibuprofen400mg",
    "Ibuprofen\n400 mg\n1-0-1",
    "amoxicillin+clavulanic acid 625 mg", "paracetamol when it hurts, 2 tablets of ibuprofen",
    "amoxycillin 500 mg TDS",
    "Cotrimoxazole 1 tab BD", "acetaminophen 650 mg SOS",
])  # fmt: skip
@pytest.mark.parametrize("field", FIELDS)
def test_a_medicine_with_a_dose_is_found_in_any_words(text: str, field: str) -> None:
    assert found(text, field) == [(field, Reason.MEDICINE_IN_TEXT)]


@pytest.mark.parametrize("text", [
    "Alprazolam at night for 10 days", "take morphine daily", "one alprazolam nightly",
    "Insomnia. Tab Alprazolam 0.5 mg HS",
    "take morphine two times a day for five days", "alprazolam roz raat ko ek", "alprazolam रोज़ रात को एक",
    "alprazolm 0.5 mg HS", "alprazo-lam 0.5 mg", "अल्प्राज़ोलम 0.5 mg रात में", "oxycodone 5 mg BD",
    "temazepam 10 mg HS",
    "triazolam 0.25 mg HS", "dextropropoxyphene 65 mg tds", "Inj Morphine 10 mg IM stat", "alprazolam",
    "Continue diazepam",
    "a l p r a z o l a m", "alp.razolam", "alpraz0lam", "alprazolamtab", "\u200balpra\u200bzolam", "टेमाज़ेपाम",
    "कोडीन की सिरप",
    "मॉर्फिन की सुई", "phenobarbitone at night", "Rest. Then alprazolam", "alprazolam 0.5 mg, do not drive",
])  # fmt: skip
@pytest.mark.parametrize("field", FIELDS)
def test_what_may_never_be_prescribed_is_not_named_in_own_words(text: str, field: str) -> None:
    assert found(text, field) == [(field, Reason.PROHIBITED_IN_TEXT)]


@pytest.mark.parametrize("text", [
    "do not forget alprazolam", "never miss alprazolam", "if no sleep alprazolam", "if not sleeping alprazolam",
    "no relief: alprazolam", "No improvement, alprazolam", "alprazolam if the pain does not stop",
    "alprazolam, no alcohol",
    "stop ibuprofen take alprazolam", "Stop ibuprofen and start alprazolam", "Stop ibuprofen, alprazolam at night",
    "diazepam for alcohol withdrawal", "alprazolam instead of ibuprofen", "do not worry take alprazolam",
    "alprazolam at night not in the morning", "alprazolam not more than one", "Take alprazolam. Smoking stopped.",
    "alprazolam and stop smoking", "alprazolam cannot be missed", "alprazolam never without food",
    "alprazolam\nNo smoking",
    "नींद न आए तो अल्प्राज़ोलम", "अल्प्राज़ोलम लें अगर नींद न आए", "अल्प्राज़ोलम लेना न भूलें",
    "अल्प्राज़ोलम दिन में नहीं रात में लें",
    "neend na aaye to alprazolam", "alprazolam le, sharab na le", "please give alprazolam, not diazepam",
])  # fmt: skip
def test_a_no_that_is_none_opens_no_door(text: str) -> None:
    assert found(text) == [("advice", Reason.PROHIBITED_IN_TEXT)]


@pytest.mark.parametrize("text", [
    "Stop alprazolam slowly with your own doctor", "alprazolam dependence", "alprazolam: avoid",
    "Avoid alprazolam at night",
    "Do not stop alprazolam suddenly", "Alprazolam and codeine are to be avoided", "No morphine, codeine or tramadol",
    "Serum phenobarbital level", "Urine for morphine", "Alprazolam not advised over the phone", "allergic to codeine",
    "side effects of methotrexate explained", "alprazolam मत लें", "अल्प्राज़ोलम बंद करें", "अल्प्राज़ोलम न लें",
    "कोडीन से एलर्जी",
    "alprazolam band kare", "Refused alprazolam", "methadone was stopped", "We met had one tea",
])  # fmt: skip
@pytest.mark.parametrize("field", FIELDS)
def test_to_say_that_it_is_not_prescribed_is_lawful(text: str, field: str) -> None:
    assert found(text, field) == []


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


@pytest.mark.parametrize("text", ADVICE)
def test_ordinary_advice_passes(text: str) -> None:
    assert found(text) == found(text, "medicines.0.instructions") == []


@pytest.mark.parametrize(("field", "texts"), [
    ("diagnosis", DIAGNOSES), ("findings", FINDINGS), *((field, TOLD) for field in AS_TOLD),
])  # fmt: skip
def test_ordinary_words_pass_in_each_field(field: str, texts: tuple[str, ...]) -> None:
    assert [(text, found(text, field)) for text in texts if found(text, field)] == []
    assert len(ADVICE) >= 60


def test_what_the_house_itself_writes_passes() -> None:
    """The words of page, paper, SMS and telephone, of the demo, and what the tests write where nothing is refused."""
    texts = {text for path in HOUSE_TEXTS for text in re.findall(r'"([^"\n]+)"', path.read_text("utf-8"))}
    written = {text for path in ROOT.glob("tests/**/*.py") for text in WORDED.findall(path.read_text("utf-8"))}
    texts |= {text for text in written if not ON_PURPOSE.search(text)}
    assert len(texts) > 2_000
    assert len(written) > 30
    named = {text: list(STARTER.forbidden.find(plain(text))) for text in texts}
    assert [text for text, names in named.items() if prescribed(plain(text), names)] == []


@pytest.mark.parametrize("text", [
    "Alprazolam 0.5 HS", "alprazolm HS", "1-0-1 amoxycillin", "OD with zinc", "ORS 1-0-1", "BD, paracetamol",
    "a-l-p-r-a-z-o-l-a-m",
    "temazepam HS", "lithium BD",
])  # fmt: skip
def test_how_often_names_no_medicine(text: str) -> None:
    assert ("medicines.0.frequency", Reason.MEDICINE_IN_FREQUENCY) in found(text, "medicines.0.frequency")


@pytest.mark.parametrize(
    "text", ["1-0-1", "SOS", "HS", "1 tab BD", "1/2-0-1/2", "2 lozenges TDS", "6 hourly", "at night"]
)
def test_how_often_says_how_often(text: str) -> None:
    assert found(text, "medicines.0.frequency") == []


@pytest.mark.parametrize("text", [
    "Alprazolam 0.5 mg", "takes alprazolam at night", "Inj Morphine 10 mg IM stat", "one alprazolam daily",
    "daily alprazolam",
    "alprazolam x 10 days", "alprazolam रात को", "alprazolam 10 days", "morphine, twice daily", "अल्प्राज़ोलम 0.5 mg",
    "temazepam 10 mg", "alprazolm 0.5",
])  # fmt: skip
@pytest.mark.parametrize("field", AS_TOLD)
def test_as_told_a_name_is_enough(text: str, field: str) -> None:
    (one,) = free_text_problems(told(field, text), STARTER)
    assert (one.field, one.reason) == (field, Reason.PROHIBITED_WITH_DOSE)
    assert "the name is enough" in why(one, "en")
    assert "नाम ही काफ़ी" in why(one, "hi")


def test_a_reason_for_a_warning_is_read_as_well() -> None:
    """It goes to other systems with the medicine."""
    content = replace(FINE, medicines=(replace(PARACETAMOL, acknowledged="with morphine 10 mg"),))
    (one,) = free_text_problems(content, STARTER)
    assert (one.field, one.reason) == ("medicines.0.acknowledged", Reason.PROHIBITED_WITH_DOSE)


def test_a_row_of_what_no_formulary_may_have_is_refused_by_t3() -> None:
    content = replace(FINE, medicines=(replace(PARACETAMOL, generic="temazepam"),))
    assert ("medicines.0.generic", Reason.PROHIBITED_IN_TEXT) in [(one.field, one.reason) for one in
                                                          problems(content, STARTER, FIRST)]  # fmt: skip


def test_a_brand_of_the_deployment_is_a_name_too() -> None:
    branded = replace(STARTER, aliases={"sleepwell": "alprazolam", "dolo": "paracetamol", "lost": "not there"})
    (one,) = free_text_problems(told("advice", "Sleepwell, lost 1 tab"), branded)
    assert one.reason is Reason.PROHIBITED_IN_TEXT
    assert "alprazolam" in why(one, "en")
    (one,) = free_text_problems(told("advice", "Dolo 1 tab"), branded)
    assert "dolo" in why(one, "hi")


@pytest.mark.parametrize("text", [
    "Stop zolpidem and switch to alprazolam", "Avoid oily food and tramadol if pain", "Avoid cold, codeine for cough",
    "Avoid ibuprofen, prefer tramadol", "Instead of ibuprofen, tramadol", "Stop ibuprofen, alprazolam instead",
    "Do not take more than two alprazolam tablets a day", "Never more than one tramadol", "Do not crush tramadol",
    "Tramadol khali pet na lein", "अल्प्राज़ोलम ख़ाली पेट न लें", "Tramadol should not be taken without food",
    "Alprazolam is not dangerous, take it", "Must not run out of alprazolam",
])  # fmt: skip
def test_a_negation_of_something_else_prescribes_it(text: str) -> None:
    assert found(text) == [("advice", Reason.PROHIBITED_IN_TEXT)]


@pytest.mark.parametrize(("field", "text"), [
    ("tests.1", "X-ray LS/D spine"), ("tests.1", "S. lithium"), ("tests.1", "Urine drug screen (morphine, THC)"),
    ("findings", "Serum lithium 0.8"), ("findings", "Patient is on lithium"),
    ("findings", "Urine positive for morphine"),
    ("findings", "Took paracetamol 500 mg at 8 am"), ("diagnosis", "RA on methotrexate"), ("diagnosis", "Opium use"),
    ("diagnosis", "Tramadol-induced vomiting"), ("diagnosis", "T2DM on metformin 500 mg BD"),
    ("advice", "Levothyroxine 30 minutes before food"), ("advice", "Stop aspirin 75 mg"),
    ("advice", "Paracetamol not more than 4 times a day"), ("advice", "Continue lithium as per psychiatrist"),
])  # fmt: skip
def test_what_is_looked_for_recorded_stopped_or_limited_is_lawful(field: str, text: str) -> None:
    assert found(text, field) == []


@pytest.mark.parametrize(("field", "text"), [
    ("diagnosis", "Insomnia on alprazolam 0.5 mg HS"), ("diagnosis", "Insomnia started on alprazolam"),
    ("tests.1", "Blood sugar. Alprazolam 0.5 mg HS"), ("findings", "On morphine 10 mg BD"),
])  # fmt: skip
def test_a_dose_makes_a_prescription_of_what_is_recorded(field: str, text: str) -> None:
    assert [where for where, _ in found(text, field)] == [field]
