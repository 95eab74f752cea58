"""Strengths and parts of a tablet in words, as the shipped languages have them."""

import tomllib
from fractions import Fraction
from pathlib import Path

import pytest

from config.tables import load_formulary
from core.rules.dose_unit import Unit
from core.rules.medicine_words import MOST, STANDARD, MedicineWords
from core.rules.phrasebook_file import parse_phrasebook
from core.rules.speech import Phrasebook, SpeechError, Spoken

PROMPTS = Path(__file__).parents[2] / "config" / "prompts"


def load(code: str) -> Phrasebook:
    return parse_phrasebook(f"{code}.toml", tomllib.loads((PROMPTS / f"{code}.toml").read_text("utf-8")))


HINDI, ENGLISH = load("hi"), load("en")


@pytest.mark.parametrize(
    ("written", "hindi", "english"),
    [
        ("0", "शून्य", "zero"),
        ("99", "निन्यानवे", "ninety-nine"),
        ("100", "एक सौ", "one hundred"),
        ("500", "पाँच सौ", "five hundred"),
        ("625", "छह सौ पच्चीस", "six hundred twenty-five"),
        ("1000", "एक हज़ार", "one thousand"),
        ("60000", "साठ हज़ार", "sixty thousand"),
        ("400000", "चार लाख", "four lakh"),
        ("1234567", "बारह लाख चौंतीस हज़ार पाँच सौ सड़सठ", "twelve lakh thirty-four thousand five hundred sixty-seven"),
        ("2.5", "दो दशमलव पाँच", "two point five"),
        ("0.65", "शून्य दशमलव छह पाँच", "zero point six five"),
    ],
)
def test_numbers(written: str, hindi: str, english: str) -> None:
    assert HINDI.medicine_words.number(written) == hindi
    assert ENGLISH.medicine_words.number(written) == english


def test_a_crore_has_no_words() -> None:
    assert ENGLISH.medicine_words.number(str(MOST)) is not None
    assert ENGLISH.medicine_words.number(str(MOST + 1)) is None


@pytest.mark.parametrize(
    ("written", "hindi", "english"),
    [
        ("500 mg", "पाँच सौ मिलीग्राम", "five hundred milligrams"),
        ("1 mg", "एक मिलीग्राम", "one milligram"),
        ("250 mg/5 ml", "पाँच मिलीलीटर में दो सौ पचास मिलीग्राम", "two hundred fifty milligrams in five millilitres"),
        ("50 mg/ml", "एक मिलीलीटर में पचास मिलीग्राम", "fifty milligrams in one millilitre"),
        ("25 mcg/h", "एक घंटे में पच्चीस माइक्रोग्राम", "twenty-five micrograms in one hour"),
        ("45 mg+1 mg", "पैंतालीस मिलीग्राम और एक मिलीग्राम", "forty-five milligrams and one milligram"),
        ("60000 IU", "साठ हज़ार यूनिट", "sixty thousand units"),
        ("0.5 %", "शून्य दशमलव पाँच प्रतिशत", "zero point five percent"),
    ],
)  # fmt: skip
def test_strengths(written: str, hindi: str, english: str) -> None:
    assert HINDI.medicine_words.strength(written) == hindi
    assert ENGLISH.medicine_words.strength(written) == english


@pytest.mark.parametrize("written", [STANDARD, "", "mg", "5", "5 zz", "5 mg/", "5 mg/zz", "5 mg/5 ml/h", "5 mg + x"])
def test_what_is_no_strength_has_no_words(written: str) -> None:
    assert ENGLISH.medicine_words.strength(written) is None


def test_a_language_without_words_says_nothing() -> None:
    assert MedicineWords().strength("500 mg") is None
    assert MedicineWords().number("1") is None


@pytest.mark.parametrize("book", [HINDI, ENGLISH], ids=["hi", "en"])
def test_the_whole_formulary_can_be_said(book: Phrasebook) -> None:
    for drug in load_formulary().values():
        for strength in drug.strengths:
            assert strength == STANDARD or book.medicine_words.strength(strength), (drug.generic, strength)
        for form in drug.forms:
            assert form in book.medicine_words.forms, (drug.generic, form)


def test_parts_of_a_tablet() -> None:
    said = {count: HINDI.dose(Unit.TABLET, Fraction(count)) for count in ("1/2", "3/2", "2", "5/7", "100")}
    assert said["1/2"] == (Spoken("hi/amount/1_2", "आधी"), Spoken("hi/dose/tablet.0", "गोली"))
    assert said["3/2"] == (Spoken("hi/amount/3_2", "डेढ़"), Spoken("hi/dose/tablet.0", "गोली"))
    assert said["2"] == (Spoken("hi/number/2", "दो"), Spoken("hi/dose/tablet.0", "गोली"))
    assert said["5/7"] is said["100"] is None


def test_doses() -> None:
    assert ENGLISH.dose(Unit.SPOON, Fraction(1, 2)) == (
        Spoken("en/dose/spoon.2", "half a spoon, two and a half millilitres"),
    )
    assert ENGLISH.dose(Unit.IU, Fraction(25)) == (
        Spoken("en/number/20", "twenty"), Spoken("en/number/5", "five"), Spoken("en/dose/iu.1", "units"),
    )  # fmt: skip
    assert ENGLISH.dose(Unit.APPLY, Fraction(1)) is None


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({"strengths": {"units": {"mg": ["one"]}}}, "strengths.units.mg"),
        ({"strengths": {"hundret": "x"}}, "strengths.hundret: unknown"),
        ({"doses": {"tablet": ["one"]}}, "doses.tablet: wanted"),
        ({"doses": {"pill": ["pill", "pills"]}}, "doses.pill: unknown"),
        ({"amounts": {"half": "half"}}, "amounts.half: not like 1/2"),
    ],
)
def test_faulty_tables_are_named(table: dict[str, object], complaint: str) -> None:
    data = tomllib.loads((PROMPTS / "en.toml").read_text("utf-8")) | table
    with pytest.raises(SpeechError, match=complaint):
        parse_phrasebook("en.toml", data)
