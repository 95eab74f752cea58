"""Doses in the patient's words: right units, right numbers, the order of each language, nothing guessed."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.tables import BadTable, load_dose_words, load_formulary
from core.rules.dosage import Food, Pattern, read_dosage
from core.rules.dose_unit import Unit, dosage_of, unit_of
from core.rules.dose_words import PartOfDay, course_words, dose_words, number_text, parts_of_day, quantity_words
from core.rules.prescription import Medicine, Prescription
from core.rules.route import with_routes

WORDS = load_dose_words()
LANGUAGES = {"en", "hi", "bn", "mr", "ta", "te", "gu", "kn", "ml", "pa", "or", "as"}


def medicine(
    frequency: str, form: str = "tablet", strength: str = "500 mg", food: Food = Food.ANY, days: int = 5
) -> Medicine:
    return Medicine("paracetamol", form, strength, frequency, days, food=food)


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("hi", medicine("BD", food=Food.AFTER), "1 गोली, दिन में दो बार, खाने के बाद"),
        ("hi", medicine("1-0-1"), "1 गोली, दिन में दो बार (सुबह, रात)"),
        ("hi", medicine("½-0-½"), "आधी गोली, दिन में दो बार (सुबह, रात)"),
        ("hi", medicine("1-0-1/2", food=Food.BEFORE), "सुबह 1 गोली, रात आधी गोली, खाने से पहले"),
        ("hi", medicine("0-0-1", "syrup", "125 mg/5 ml"), "1 चम्मच (5 ml), दिन में एक बार (रात)"),
        ("hi", medicine("1/2-0-0", "syrup", "125 mg/5 ml"), "आधा चम्मच (2.5 ml), दिन में एक बार (सुबह)"),
        ("hi", medicine("SOS", "lozenge", "standard"), "चूसने की 1 गोली, ज़रूरत पड़ने पर"),
        ("hi", medicine("1-0-2", "cream", "1 %"), "लगाएँ, दिन में दो बार (सुबह, रात)"),
        ("hi", medicine("2-2-2-2", "eye drops", "0.3 %"), "आँख में 2 बूँद, दिन में चार बार (सुबह, दोपहर, शाम, रात)"),
        ("en", medicine("1-0-2"), "1 tablet in the morning, 2 tablets at night"),
        ("en", medicine("3/2-0-0"), "1½ tablets, once a day (in the morning)"),
        ("en", medicine("HS", "inhaler", "100 mcg"), "1 puff, at bedtime"),
        ("en", medicine("every 6 hours", food=Food.WITH), "1 tablet, every 6 hours, with food"),
        ("en", medicine("0-0-0"), "0-0-0"),
        ("en", medicine("2 TDS", food=Food.AFTER), "2 tablets, three times a day, after food"),
        ("hi", medicine("½ BD"), "आधी गोली, दिन में दो बार"),
        ("en", medicine("2 tab TDS", "syrup", "125 mg/5 ml"), "2 tab TDS"),
        ("hi", medicine("2 tab 6 hourly"), "2 गोली, हर 6 घंटे में"),
        ("hi", medicine("2 SOS"), "2 गोली, ज़रूरत पड़ने पर"),
        ("en", medicine("q1h", "eye drops", "0.3 %"), "1 drop in the eye, every hour"),
        ("en", medicine("2 SOS", "syrup", "125 mg/5 ml"), "2 spoons (10 ml), when needed"),
        ("en", medicine("1 HS"), "1 tablet, at bedtime"),
        ("hi", medicine("4 times a day"), "1 गोली, दिन में चार बार"),
        ("hi", medicine("5 times a day"), "1 गोली, दिन में 5 बार"),
        ("hi", medicine("10-0-8", "injection", "40 IU/ml"), "सुबह 10 यूनिट, रात 8 यूनिट"),
        ("en", medicine("10-0-8", "injection", "40 IU/ml"), "10 units in the morning, 8 units at night"),
        ("en", medicine("10 IU BD", "injection", "100 IU/ml"), "10 units, twice a day"),
        ("en", medicine("10 IU BD", "injection", "25 mg/ml"), "10 IU BD"),
        ("en", medicine("1-0-0", "injection", "25 mg/ml"), "1 injection, once a day (in the morning)"),
        ("hi", medicine("BD", "crystals", "standard"), "लगाएँ, निगलें नहीं, दिन में दो बार"),
        ("en", medicine("as told", "nail lacquer", "5 %"), "apply, do not swallow, as told"),
        ("en", medicine("OD", "suspension", "200 mg/10 ml"), "10 ml, once a day"),
        ("en", medicine("OD", "syrup", "standard"), "1 dose, once a day"),
        ("en", medicine("OD", "vaginal tablet", "100 mg"), "1 in the vagina, once a day"),
        ("mr", medicine("2-0-2"), "2 गोळ्या, दिवसातून दोनदा (सकाळी, रात्री)"),
        ("bn", medicine("TDS"), "1টি ট্যাবলেট, দিনে তিনবার"),
        ("ta", medicine("BD", food=Food.AFTER), "1 மாத்திரை, ஒரு நாளைக்கு இரண்டு முறை, சாப்பிட்ட பின்"),
        ("as", medicine("STAT"), "1টা টেবলেট, এবাৰ, এতিয়াই"),
    ],
)
def test_a_dose_in_words(language: str, written: Medicine, said: str) -> None:
    assert dose_words(written, WORDS[language]) == said


def test_the_course() -> None:
    assert course_words(medicine("BD", days=1), WORDS["te"]) == "1 రోజు"
    assert course_words(medicine("BD", days=5), WORDS["te"]) == "5 రోజులు"


@pytest.mark.parametrize(
    ("count", "text"), [("2", "2"), ("1/2", "½"), ("7/4", "1¾"), ("2/3", "2/3"), ("5/3", "1 2/3"), ("0", "0")]
)
def test_numbers(count: str, text: str) -> None:
    assert number_text(Fraction(count)) == text


@pytest.mark.parametrize(
    ("form", "strength", "unit"),
    [
        ("chewable tablet", "500 mg", Unit.TABLET),
        ("eye ointment", "1 %", Unit.EYE_APPLY),
        ("eye/ear drops", "0.3 %", Unit.EYE_DROP),
        ("drops", "100 mg/ml", Unit.DROP),
        ("gel", "2 %", Unit.APPLY),
        ("oral gel", "2 %", Unit.MOUTH_APPLY),
        ("solution", "5 %", Unit.OUTSIDE),
        ("powder", "1 %", Unit.OUTSIDE),
        ("powder", "3.5 g", Unit.DOSE),
        ("oral solution", "10 g/15 ml", Unit.ML),
        ("injection", "100 iu / ml", Unit.IU),
        ("injection", "1000000 IU", Unit.INJECTION),
        ("syrup", "5 mg/ML", Unit.ML),
        ("vaginal cream", "2 %", Unit.VAGINAL),
        ("nebuliser solution", "5 mg/ml", Unit.RESPULE),
        ("something new", "1", Unit.DOSE),
    ],
)
def test_what_one_of_a_form_is(form: str, strength: str, unit: Unit) -> None:
    assert unit_of(medicine("OD", form, strength))[0] is unit


@pytest.mark.parametrize(
    ("route", "form", "strength", "unit"),
    [
        ("topical", "powder", "standard", Unit.OUTSIDE),
        ("topical", "something new", "1", Unit.OUTSIDE),
        ("topical", "cream", "1 %", Unit.APPLY),
        ("mouth", "gel", "8.7 %", Unit.MOUTH_APPLY),
        ("mouth", "solution", "0.2 %", Unit.MOUTH_APPLY),
        ("mouth", "mouthwash", "0.2 %", Unit.GARGLE),
        ("oral", "solution", "10 g/15 ml", Unit.ML),
        ("oral", "powder", "90 %", Unit.DOSE),
        ("oral", "gel", "standard", Unit.DOSE),
        ("eye", "drops", "0.5 %", Unit.EYE_DROP),
        ("inhaled", "solution", "3 %/ml", Unit.RESPULE),
        ("vaginal", "tablet", "100 mg", Unit.VAGINAL),
    ],
)
def test_the_route_decides_what_the_form_leaves_open(route: str, form: str, strength: str, unit: Unit) -> None:
    assert unit_of(replace(medicine("OD", form, strength), route=route))[0] is unit


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_nothing_of_our_formulary_for_skin_or_mouth_is_a_dose(language: str) -> None:
    """By its route, and on prescriptions that were signed before routes were kept."""
    formulary, words = load_formulary(), WORDS[language]
    for drug in formulary.values():
        for product in drug.products:
            for strength in product.strengths:
                here = Medicine(drug.generic, product.form, strength, "1-0-1", 5)
                (routed,) = with_routes(Prescription("x", "x", (here,)), formulary).medicines
                assert routed.route == product.route
                units = {unit_of(here)[0], unit_of(routed)[0]}
                if product.route in ("topical", "mouth"):
                    assert not any(words.units[unit].counts for unit in units), drug.generic
                    swallowed = product.form not in ("cream", "ointment", "gel", "mouth gel", "mouth paint")
                    safe = {words.units[Unit.OUTSIDE].one, words.units[Unit.GARGLE].one}
                    assert not swallowed or {words.units[unit].one for unit in units} <= safe, drug.generic
                else:
                    assert all(words.units[unit].counts or unit is Unit.EYE_APPLY for unit in units), drug.generic
                    assert (Unit.DOSE in units) <= (product.route == "oral"), drug.generic


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (medicine("1-0-1", days=3), "6 tablets"),
        (medicine("2 tab 6 hourly", days=3), "24 tablets"),
        (medicine("½-0-½", days=5), "5 tablets"),
        (medicine("½ OD", days=5), "3 tablets"),
        (medicine("STAT", days=5), "1 tablet"),
        (medicine("weekly", "capsule", days=60), "9 capsules"),
        (medicine("OD", "sublingual tablet"), "5 tablets"),
        (medicine("BD", "sachet"), "10 sachets"),
        (medicine("SOS"), ""),
        (medicine("2 SOS"), ""),
        (medicine("as told"), ""),
        (medicine("2 tab BD", "syrup", "125 mg/5 ml"), ""),
        (medicine("10-0-8", "injection", "40 IU/ml"), ""),
        (medicine("1-0-1", "cream", "1 %"), ""),
    ],
)
def test_how_many_a_pharmacy_counts_out(written: Medicine, said: str) -> None:
    assert quantity_words(written, WORDS["en"]) == said


def test_when_in_the_day() -> None:
    assert parts_of_day(read_dosage("BD")) == {PartOfDay.MORNING: 1, PartOfDay.NOON: 0, PartOfDay.NIGHT: 1}
    assert parts_of_day(read_dosage("2 BD")) == {PartOfDay.MORNING: 2, PartOfDay.NOON: 0, PartOfDay.NIGHT: 2}
    assert parts_of_day(read_dosage("0-1/2-0-2"))[PartOfDay.NOON] == Fraction(1, 2)
    assert parts_of_day(read_dosage("HS"))[PartOfDay.NIGHT] == 1
    assert parts_of_day(read_dosage("2 HS"))[PartOfDay.NIGHT] == 2
    assert parts_of_day(read_dosage("5 times a day")) == {}
    assert parts_of_day(read_dosage("OD")) == parts_of_day(read_dosage("SOS")) == {}


def test_every_language_that_is_promised_has_every_word() -> None:
    assert set(WORDS) == LANGUAGES
    for words in WORDS.values():
        assert set(words.units) == set(Unit)
        assert all(text.strip() for text in (*words.times, *words.parts.values(), *words.food.values()))
        assert all("{n}" in counted.many for counted in (words.often, words.every))
        assert words.more.strip()
        for unit, counted in words.units.items():
            english = WORDS["en"].units[unit]
            assert ("{n}" in counted.one, "{ml}" in counted.one) == ("{n}" in english.one, "{ml}" in english.one)


@given(
    st.sampled_from(sorted(WORDS)),
    st.from_regex(r"[0-4](/[2-9])?(-[0-4](/[2-9])?){2,3}", fullmatch=True),
    st.sampled_from(["tablet", "syrup", "cream", "inhaler", "eye drops", "unheard of"]),
)
def test_no_brace_is_ever_left(language: str, frequency: str, form: str) -> None:
    said = dose_words(medicine(frequency, form, "125 mg/5 ml"), WORDS[language])
    assert said
    assert not set("{}") & set(said)


def test_a_missing_word_is_named(tmp_path: Path) -> None:
    path = tmp_path / "dosage.toml"
    path.write_text('[en]\nat = "{dose} {part}"\n')
    with pytest.raises(BadTable, match="en: 'units' is missing"):
        load_dose_words(path)


def test_how_often_alone_says_no_amount_of_insulin() -> None:
    insulin = Medicine("insulin isophane", "injection", "40 IU/ml", "BD", 5, route="injection")
    assert dosage_of(insulin).pattern is Pattern.FREE  # never "1 unit, twice a day"
    assert dosage_of(replace(insulin, frequency="10 units BD")).units == 10
