"""The engine: every list over every mode, every warning and what answers it; no prohibited medicine by any path."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.tables import load_formulary
from core.rules.formulary.drug import Drug, DrugList, Formulary, Product, Schedule
from core.rules.formulary.told import read_told
from core.rules.patient import Gender
from core.rules.prescribing.answer import answer
from core.rules.prescribing.check import acknowledged_where_warned, findings, problems
from core.rules.prescribing.encounter import Encounter
from core.rules.prescribing.finding import Decision, Finding, Reason, decision_of
from core.rules.prescribing.judge import free_instead, judge, story_of, unlawful_list
from core.rules.prescribing.page import page
from core.rules.prescribing.words import way_forward
from core.rules.prescription import Medicine, Mode, Prescription
from tests.answered import answered

STARTER = load_formulary()
FIRST = Encounter(Mode.AUDIO, follow_up=False, age=34)
AGAIN = replace(FIRST, follow_up=True)
VIDEO = replace(FIRST, mode=Mode.VIDEO)
PARACETAMOL = Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 5)
AMOXICILLIN = Medicine("amoxicillin", "capsule", "500 mg", "1-1-1", 5)
PROHIBITED = sorted(generic for generic, drug in STARTER.items() if drug.prohibited)

encounters = st.builds(
    Encounter, mode=st.sampled_from(Mode), follow_up=st.booleans(), age=st.none() | st.integers(0, 120),
    gender=st.none() | st.sampled_from(Gender), adult_identified=st.booleans(), allergies=st.text(max_size=20),
    current_medicines=st.sampled_from(["", "metformin", "morphine"]),
)  # fmt: skip


def one_of(drug: Drug, **changes: object) -> Medicine:
    made = drug.products[0]
    medicine = Medicine(drug.generic, made.form, made.strengths[0], "1-0-1", 5)
    return replace(medicine, **changes)  # type: ignore[arg-type]


def of(*medicines: Medicine) -> Prescription:
    return Prescription("Fever", "Viral fever", medicines)


def reasoned(content: Prescription, reason: str, encounter: Encounter = FIRST) -> Prescription:
    return answered(content, reason, findings(content, STARTER, encounter))


def blocked(content: Prescription, encounter: Encounter = FIRST) -> list[tuple[str, Reason]]:
    return [(one.field, one.reason) for one in problems(content, STARTER, encounter)]


@pytest.mark.parametrize(("generic", "first_audio", "first_video", "again_audio"), [
    ("paracetamol", None, None, None),
    ("amoxicillin", Reason.LIST_A_NEEDS_VIDEO, None, None),
    ("metformin", Reason.LIST_A_NEEDS_VIDEO, None, None),
    ("sitagliptin", Reason.LIST_B_NEEDS_FOLLOW_UP, Reason.LIST_B_NEEDS_FOLLOW_UP, None),
    ("morphine", Reason.PROHIBITED, Reason.PROHIBITED, Reason.PROHIBITED),
    ("alprazolam", Reason.PROHIBITED, Reason.PROHIBITED, Reason.PROHIBITED),
])  # fmt: skip
def test_each_list_over_each_mode(
    generic: str, first_audio: Reason | None, first_video: Reason | None, again_audio: Reason | None
) -> None:
    content = of(one_of(STARTER[generic]))
    for encounter, why in ((FIRST, first_audio), (VIDEO, first_video), (AGAIN, again_audio)):
        assert blocked(content, encounter) == ([("medicines.0.generic", why)] if why else [])
    assert blocked(content, replace(FIRST, mode=Mode.TEXT)) == blocked(content, FIRST)


def test_a_form_may_have_a_list_of_its_own_and_what_is_offered_instead_goes_the_same_way() -> None:
    cream = Medicine("hydrocortisone", "cream", "1 %", "1-0-1", 5)
    injection = Medicine("hydrocortisone", "injection", "100 mg", "STAT", 1)
    assert blocked(of(cream), VIDEO) == []
    assert blocked(of(injection), VIDEO) == [("medicines.0.generic", Reason.LIST_B_NEEDS_FOLLOW_UP)]
    assert "zinc oxide" in free_instead(STARTER["hydrocortisone"], STARTER, "cream")
    assert free_instead(STARTER["hydrocortisone"], STARTER, "injection") == ()
    assert free_instead(STARTER["ketorolac"], STARTER, "eye drops") == ()
    assert free_instead(STARTER["mometasone"], STARTER, "nasal spray") == ()
    assert "paracetamol" in free_instead(STARTER["ketorolac"], STARTER, "tablet")


def test_the_shipped_list_begins_nothing_dangerous_at_a_first_consultation() -> None:
    injected = [drug for drug in STARTER.values() if not drug.prohibited and "injection" in drug.forms]
    assert {drug.list_of("injection") for drug in injected} == {DrugList.B}
    for generic in ("warfarin", "amiodarone", "digoxin", "insulin glargine", "rifampicin"):
        assert STARTER[generic].drug_list is DrugList.B


def test_schedule_x_is_prohibited_whatever_its_list_says() -> None:
    drug = Drug("x", DrugList.O, (Product("tablet", ("1 mg",), schedule=Schedule.X),))
    for mode, follow_up in product(Mode, (False, True)):
        assert unlawful_list(drug, mode=mode, follow_up=follow_up) is Reason.PROHIBITED


@settings(deadline=None)
@given(st.sampled_from(PROHIBITED), encounters, st.text(min_size=1, max_size=20))
def test_no_acknowledgement_and_no_encounter_allows_what_is_prohibited(
    generic: str, encounter: Encounter, reason: str
) -> None:
    for made in STARTER[generic].products:
        content = of(PARACETAMOL, Medicine(generic, made.form, made.strengths[0], "1-0-1", 5, acknowledged=reason))
        found = list(problems(reasoned(content, reason, encounter), STARTER, encounter))
        assert ("medicines.1.generic", Reason.PROHIBITED) in [(one.field, one.reason) for one in found]
    assert answer(generic, encounter, STARTER).decision is Decision.REFUSED


@settings(deadline=None)
@given(st.sampled_from(sorted(STARTER)), encounters)
def test_a_medicine_and_a_prescription_of_it_get_the_same_answer(generic: str, encounter: Encounter) -> None:
    drug = STARTER[generic]
    medicine = one_of(drug)
    alone = [one.reason for one in judge(drug, encounter, story_of(encounter, STARTER), form=medicine.form)]
    signed = [one.reason for one in findings(of(medicine), STARTER, encounter)]
    of_dose = {Reason.ABOVE_DAILY_MAXIMUM, Reason.ABOVE_WEEKLY_MAXIMUM, Reason.TOO_MANY_DAYS}
    assert [reason for reason in signed if reason not in of_dose] == alone
    lawful = not any(one.reason.of_medicine for one in problems(of(medicine), STARTER, encounter))
    assert lawful == (decision_of(map(Finding, signed)) is Decision.ALLOWED)


def test_age_is_known_and_a_minor_has_an_adult() -> None:
    assert blocked(of(PARACETAMOL), replace(FIRST, age=None)) == [("medicines.0.generic", Reason.AGE_UNKNOWN)]
    child, syrup = replace(FIRST, age=8), Medicine("paracetamol", "syrup", "250 mg/5 ml", "1-1-1", 3)
    assert blocked(of(syrup), child) == []
    alone = replace(child, adult_identified=False)
    assert blocked(of(syrup), alone) == [("medicines.0.generic", Reason.MINOR_ALONE)]
    assert blocked(replace(of(), advice="Come to the hospital at once"), alone) == []
    assert blocked(of(PARACETAMOL), replace(alone, age=18)) == []


@pytest.mark.parametrize("told", [
    "penicillin", "Penicillins!", "penicilin since childhood", "ampicillin", "rash after cefixime", "AMOXICILLIN",
    "beta-lactam",
])  # fmt: skip
def test_an_allergy_is_told_by_substance_class_or_relative(told: str) -> None:
    encounter = replace(VIDEO, allergies=told)
    assert blocked(of(AMOXICILLIN), encounter) == [("medicines.0.acknowledged", Reason.ALLERGY)]
    assert blocked(reasoned(of(AMOXICILLIN), "tolerated it last year", encounter), encounter) == []
    assert blocked(of(PARACETAMOL), encounter) == []


@pytest.mark.parametrize("told", ["", "none", "no known allergy", "dust, peanuts", "कुछ नहीं"])
def test_what_names_no_medicine_warns_of_none(told: str) -> None:
    for drug in STARTER.values():
        assert read_told(told, STARTER).concerns(drug) == ""


def test_a_brand_name_that_the_deployment_knows_is_understood() -> None:
    formulary = replace(STARTER, aliases={"augmentin": "amoxicillin+clavulanic acid", "lost": "not there"})
    assert formulary.generic_of(" Augmentin ") == "amoxicillin+clavulanic acid"
    assert formulary.generic_of("lost") == "lost"
    assert read_told("swelling from Augmentin", formulary).concerns(STARTER["amoxicillin"]) == "amoxicillin"


def test_a_substance_is_not_taken_twice() -> None:
    taking = replace(AGAIN, current_medicines="Metformin 500 twice a day")
    metformin = Medicine("metformin", "tablet", "500 mg", "1-0-1", 30)
    assert blocked(of(metformin), taking) == [("medicines.0.acknowledged", Reason.TAKEN_ALREADY)]
    syrup = Medicine("paracetamol", "syrup", "250 mg/5 ml", "SOS", 3)
    assert blocked(of(PARACETAMOL, syrup)) == [("medicines.1.acknowledged", Reason.SAME_SUBSTANCE)]
    both = Medicine("amoxicillin+clavulanic acid", "tablet", "625 mg", "1-0-1", 5)
    assert blocked(of(AMOXICILLIN, both), VIDEO) == [("medicines.1.acknowledged", Reason.SAME_SUBSTANCE)]
    assert blocked(of(PARACETAMOL, replace(PARACETAMOL, acknowledged="why not"))) == [
        ("medicines.1.generic", Reason.LISTED_TWICE)
    ]


@pytest.mark.parametrize(("strength", "frequency", "above"), [
    ("500 mg", "2-2-2-2", False), ("650 mg", "2-2-2", False), ("650 mg", "2-2-2-2", True), ("500 mg", "SOS", False),
    ("650 mg", "2 QID", True), ("650 mg", "2 TDS", False), ("650 mg", "2 tab 6 hourly", True),
    ("500 mg", "2 Q4H", True), ("500 mg", "2-2-2-2-2", True),
])  # fmt: skip
def test_the_dose_of_a_day_is_counted_where_it_can_be(strength: str, frequency: str, above: bool) -> None:
    medicine = replace(PARACETAMOL, strength=strength, frequency=frequency)
    expected = [("medicines.0.acknowledged", Reason.ABOVE_DAILY_MAXIMUM)] if above else []
    assert blocked(of(medicine)) == expected


@pytest.mark.parametrize(("frequency", "uncounted"), [
    ("when it hurts", True), ("2 SOS", True), ("1-0", True), ("SOS", False), ("WEEKLY", False), ("2 tab TDS", False),
])  # fmt: skip
def test_a_dose_that_cannot_be_counted_is_said(frequency: str, uncounted: bool) -> None:
    expected = [("medicines.0.acknowledged", Reason.DOSE_UNCOUNTED)] if uncounted else []
    assert blocked(of(replace(PARACETAMOL, frequency=frequency))) == expected
    syrup = Medicine("paracetamol", "syrup", "250 mg/5 ml", frequency, 3)  # no maximum is named
    assert blocked(of(syrup)) == []


@pytest.mark.parametrize(("written", "stored"), [
    ("½-0-½", "1/2-0-1/2"), ("1½-0-1", "1 1/2-0-1"), ("1 ½-0-0", "1 1/2-0-0"), ("½ BD", "1/2 BD"),
])  # fmt: skip
def test_a_half_may_be_written_with_its_sign(written: str, stored: str) -> None:
    content = of(replace(PARACETAMOL, frequency=written))
    assert blocked(content) == []
    assert acknowledged_where_warned(content, STARTER, FIRST).medicines[0].frequency == stored
    assert blocked(of(replace(PARACETAMOL, frequency="½-½-½-½-½-½"))) == [("medicines.0.frequency", Reason.TOO_LONG)]


@pytest.mark.parametrize("frequency", ["0-0-0", "0-0-0-0", "0 TDS"])
def test_no_dose_is_refused(frequency: str) -> None:
    assert blocked(of(replace(PARACETAMOL, frequency=frequency))) == [("medicines.0.frequency", Reason.NO_DOSE)]


@pytest.mark.parametrize(("reason", "enough"), [
    (".", False), ("ok", False), ("1234 ...", False), ("mild", True), ("दर्द", True), ("82 kg", False),
])  # fmt: skip
def test_a_reason_is_a_word_at_least(reason: str, enough: bool) -> None:
    content = of(replace(PARACETAMOL, strength="650 mg", frequency="2-2-2-2"))
    assert (blocked(reasoned(content, reason)) == []) is enough


def test_a_reason_answers_what_stood_there_when_it_was_written_and_nothing_else() -> None:
    told = replace(VIDEO, allergies="penicillin")
    content = reasoned(of(AMOXICILLIN), "tolerated it last year", told)
    also_taken = replace(told, current_medicines="amoxicillin")
    assert blocked(content, also_taken) == [("medicines.0.acknowledged", Reason.TAKEN_ALREADY)]
    assert blocked(reasoned(content, "tolerated it last year", also_taken), also_taken) == []
    four_grams = reasoned(of(replace(PARACETAMOL, strength="650 mg", frequency="2-2-2-2")), "82 kg, two days")
    more = of(replace(four_grams.medicines[0], frequency="3-3-3-3"))
    assert blocked(more) == [("medicines.0.acknowledged", Reason.ABOVE_DAILY_MAXIMUM)]


def test_strengths_of_one_medicine_count_together() -> None:
    many = replace(PARACETAMOL, frequency="2-2-2"), replace(PARACETAMOL, strength="650 mg", frequency="1-1-1")
    (said, above) = findings(of(*many), STARTER, FIRST)
    assert said.reason is Reason.SAME_SUBSTANCE
    assert dict(above.about) == {"given": "4950 mg", "most": "4000 mg", "source": "WHO Model Formulary 2008"}


METFORMIN = Medicine("metformin", "tablet", "500 mg", "1-0-1", 30)
SITAGLIPTIN = Medicine("sitagliptin", "tablet", "50 mg", "1-0-0", 30)
UNKNOWN, NOTHING, DIABETES = None, frozenset[str](), frozenset({"metformin", "no longer there"})
NO_REFILL, NO_ADD_ON = Reason.NOT_A_REFILL, Reason.NOT_AN_ADD_ON


@pytest.mark.parametrize(("medicine", "prescribed", "taken", "mode", "warned"), [
    (METFORMIN, NOTHING, "", Mode.AUDIO, NO_REFILL),
    (METFORMIN, NOTHING, "", Mode.TEXT, NO_REFILL),
    (METFORMIN, NOTHING, "", Mode.VIDEO, None),  # at a first consultation by video it may be begun
    (METFORMIN, DIABETES, "", Mode.AUDIO, None),
    (METFORMIN, NOTHING, "Metformin 500 at night", Mode.AUDIO, Reason.TAKEN_ALREADY),
    (METFORMIN, DIABETES, "Metformin 500 at night", Mode.AUDIO, None),  # of a refill nothing is asked every month
    (METFORMIN, UNKNOWN, "", Mode.AUDIO, None),  # asked from a terminal, where nobody can tell
    (METFORMIN, UNKNOWN, "enalapril", Mode.AUDIO, NO_REFILL),
    (AMOXICILLIN, DIABETES, "", Mode.AUDIO, NO_REFILL),
    (Medicine("ceftriaxone", "injection", "1 g", "STAT", 1), DIABETES, "", Mode.AUDIO, NO_ADD_ON),
    (Medicine("warfarin", "tablet", "2 mg", "0-0-1", 9), DIABETES, "", Mode.VIDEO, NO_ADD_ON),
    (SITAGLIPTIN, NOTHING, "", Mode.AUDIO, NO_ADD_ON),
    (SITAGLIPTIN, NOTHING, "", Mode.VIDEO, NO_ADD_ON),
    (SITAGLIPTIN, DIABETES, "", Mode.AUDIO, None),
    (SITAGLIPTIN, NOTHING, "metformin", Mode.AUDIO, None),
    (SITAGLIPTIN, frozenset({"sitagliptin"}), "", Mode.AUDIO, None),
    (SITAGLIPTIN, frozenset({"amoxicillin"}), "", Mode.AUDIO, NO_ADD_ON),
    (PARACETAMOL, NOTHING, "", Mode.AUDIO, None),
])  # fmt: skip
def test_list_a_is_a_refill_and_list_b_an_addition(
    medicine: Medicine, prescribed: frozenset[str] | None, taken: str, mode: Mode, warned: Reason | None
) -> None:
    again = replace(AGAIN, mode=mode, prescribed=prescribed, current_medicines=taken)
    assert blocked(of(medicine), again) == ([("medicines.0.acknowledged", warned)] if warned else [])
    assert blocked(reasoned(of(medicine), "begun by the hospital", again), again) == []


def test_from_a_terminal_a_follow_up_says_what_it_must_be() -> None:
    refill = answer("metformin", AGAIN, STARTER)
    assert (refill.decision, refill.rule, "only as a refill" in refill.reason) == (Decision.ALLOWED, "T3", True)
    assert "only as an addition" in answer("sitagliptin", AGAIN, STARTER).reason
    assert "only as a refill" not in answer("metformin", replace(AGAIN, prescribed=DIABETES), STARTER).reason
    assert "only as a refill" not in answer("metformin", replace(AGAIN, mode=Mode.VIDEO), STARTER).reason


def test_age_and_pregnancy_are_reminded_of() -> None:
    nimesulide = Medicine("nimesulide", "tablet", "100 mg", "1-0-1", 3)
    assert blocked(of(nimesulide), replace(AGAIN, age=9)) == [("medicines.0.acknowledged", Reason.BELOW_AGE)]
    woman = replace(AGAIN, gender=Gender.WOMAN)
    assert blocked(of(nimesulide), woman) == [("medicines.0.acknowledged", Reason.PREGNANCY)]
    for encounter in (replace(woman, age=60), replace(woman, gender=Gender.MAN), replace(woman, gender=None)):
        assert blocked(of(nimesulide), encounter) == []
    drops = Medicine("ciprofloxacin", "eye drops", "0.3 %", "1-1-1", 5)
    assert blocked(of(drops), replace(woman, age=15)) == []


def test_a_reason_stays_only_where_there_was_a_warning() -> None:
    told = replace(VIDEO, allergies="penicillin")
    content = reasoned(of(replace(PARACETAMOL, answers=("allergy-0",)), AMOXICILLIN), " mild rash only ", told)
    stored = acknowledged_where_warned(content, STARTER, told)
    assert [one.acknowledged for one in stored.medicines] == ["", "mild rash only"]
    assert [len(one.answers) for one in stored.medicines] == [0, 1]


def test_a_refusal_names_what_may_be_given_at_once() -> None:
    found = answer("Ibuprofen", FIRST, STARTER)
    assert (found.decision, found.rule) == (Decision.REFUSED, "T3")
    assert "video" in found.way_forward
    assert "paracetamol" in found.way_forward
    assert "morphine" not in found.way_forward
    assert "पैरा" not in answer("ibuprofen", FIRST, STARTER, language="hi").way_forward
    assert way_forward(Finding(Reason.LIST_A_NEEDS_VIDEO), "ta") == way_forward(
        Finding(Reason.LIST_A_NEEDS_VIDEO), "en"
    )


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    found = answer("amoxicilin", FIRST, STARTER)
    assert (found.decision, found.rule, found.list) == (Decision.REFUSED, "T6", None)
    assert "amoxicillin" in found.way_forward
    assert answer("zzzz", FIRST, Formulary({})).decision is Decision.REFUSED


def test_an_answer_is_the_gravest_and_keeps_the_others() -> None:
    encounter = replace(FIRST, allergies="penicillin", age=5, adult_identified=False)
    found = answer("amoxicillin", encounter, STARTER)
    assert (found.decision, found.rule) == (Decision.REFUSED, "T2")
    assert [one.rule for one in found.also] == ["T3", "T8"]
    dose = answer("paracetamol", FIRST, STARTER, form="tablet", strength="650 mg", frequency="2-2-2-2")
    assert (dose.decision, "5200 mg" in dose.reason) == (Decision.WARNED, True)
    assert answer("paracetamol", FIRST, STARTER, form="patch").rule == "T6"


def test_the_page_for_doctors_is_up_to_date() -> None:
    kept = Path(__file__).parents[2] / "docs" / "prescribing.md"
    assert kept.read_text("utf-8") == page(), "duravani prescribe rules > docs/prescribing.md"
