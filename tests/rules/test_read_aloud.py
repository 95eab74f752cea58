"""Medicines as they are read aloud, and that everything of it is rendered ahead."""

from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.tables import load_formulary
from core.rules.dosage import Food
from core.rules.prescription import MAX_DAYS, MAX_MEDICINES, Medicine
from core.rules.read_aloud import SLOW, SLOWER, age_of, letter, medicine_lines, read_later
from core.rules.speech import PAUSE, Phrasebook, Spoken
from tests.rules.test_medicine_words import ENGLISH, HINDI

FORMULARY = load_formulary()
TABLET = Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 5, food=Food.AFTER)


def all_ready(_: Spoken) -> bool:
    return True


def words(medicine: Medicine, book: Phrasebook = ENGLISH) -> str:
    return " ".join(book.text(key, **values) for key, values in medicine_lines(book, 1, medicine, all_ready))


def keys(medicine: Medicine) -> list[str]:
    return [key for key, _ in medicine_lines(ENGLISH, 1, medicine, all_ready)]


def test_a_medicine_in_words() -> None:
    assert words(TABLET, HINDI) == (
        "दवा नंबर एक paracetamol गोली पाँच सौ मिलीग्राम सुबह एक रात को एक खाने के बाद। पाँच दिन तक।"
    )
    assert words(TABLET) == (
        "Medicine one paracetamol tablet five hundred milligrams "
        "In the morning one At night one After food. For five days."
    )


@pytest.mark.parametrize(
    ("frequency", "said"),
    [
        ("1-1-1", ["dose_morning", "dose_noon", "dose_night"]),
        ("1-1-1-1", ["dose_morning", "dose_noon", "dose_evening", "dose_night"]),
        ("½-0-0", ["dose_morning"]),
        ("5/7-0-0", ["dose_written"]),
        ("0-0-0", ["dose_written"]),
        ("OD", ["dose_once"]),
        ("TDS", ["dose_times"]),
        ("2 TDS", ["dose_written"]),
        ("SOS", ["dose_as_needed"]),
        ("HS", ["dose_bedtime"]),
        ("weekly", ["dose_weekly"]),
        ("once in 3 days", ["dose_written"]),
    ],
)
def test_how_often(frequency: str, said: list[str]) -> None:
    assert keys(replace(TABLET, frequency=frequency)) == ["medicine", *said, "food_after", "for_days"]


def test_once_and_now_has_no_days() -> None:
    assert keys(replace(TABLET, frequency="STAT")) == ["medicine", "dose_at_once", "food_after"]


def test_nobody_counts_cream() -> None:
    cream = Medicine("clotrimazole", "cream", "1 %", "1-0-1", 14)
    assert "two times a day." in words(cream)


def test_what_is_made_in_one_strength_has_none() -> None:
    assert words(Medicine("lozenges", "lozenge", "standard", "SOS", 1)) == (
        "Medicine one lozenges lozenge When it is needed. For one day."
    )


def test_what_has_no_sound_is_on_the_paper() -> None:
    lines = medicine_lines(ENGLISH, 2, replace(TABLET, instructions="x"), lambda spoken: "strength" not in spoken.stem)
    assert [key for key, _ in lines][:2] == ["medicine", "strength_written"]
    assert lines[-1][0] == "note_written"
    lines = medicine_lines(ENGLISH, 2, TABLET, lambda _: False)
    assert lines[0] == ("medicine_written", {"place": 2})


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "reading_today"), (1, "reading_yesterday"), (2, "reading_days"), (99, "reading_days"), (100, "reading_old")],
)
def test_how_old_it_is(days: int, said: str) -> None:
    assert age_of(date(2026, 1, 1), date.fromordinal(date(2026, 1, 1).toordinal() + days))[0] == said


def rendered(book: Phrasebook) -> set[str]:
    later = {utterance.stem for utterance in read_later(book, FORMULARY.values())}
    return later | set(book.texts()) | {PAUSE}


RENDERED = {book.code: rendered(book) for book in (HINDI, ENGLISH)}
ENTRIES = [
    (drug.generic, form, strength)
    for drug in FORMULARY.values()
    for form in drug.forms
    for strength in drug.strengths
    if drug.offers(form, strength)
]
FREQUENCIES = [
    "1-0-1",
    "½-0-½",
    "1-1/2-2",
    "1-1-1-1",
    "OD",
    "BD",
    "TDS",
    "QID",
    "SOS",
    "HS",
    "STAT",
    "weekly",
    "as told",
]


@pytest.mark.parametrize("book", [HINDI, ENGLISH], ids=["hi", "en"])
@given(
    entry=st.sampled_from(ENTRIES),
    place=st.integers(1, MAX_MEDICINES),
    frequency=st.sampled_from(FREQUENCIES),
    food=st.sampled_from(Food),
    days=st.integers(1, MAX_DAYS),
)
def test_every_sound_is_rendered_at_both_paces(
    book: Phrasebook, entry: tuple[str, str, str], place: int, frequency: str, food: Food, days: int
) -> None:
    medicine = Medicine(*entry, frequency, days, food=food)
    lines = medicine_lines(book, place, medicine, lambda spoken: spoken.stem in RENDERED[book.code])
    assert lines[0][0] == "medicine"
    assert "strength_written" not in [key for key, _ in lines]
    sounds = [sound for key, values in lines for sound in book.segments(key, **values)]
    assert set(sounds) <= RENDERED[book.code]
    assert {f"{SLOW}/{sound}" for sound in sounds} <= RENDERED[book.code]


@pytest.mark.parametrize("book", [HINDI, ENGLISH], ids=["hi", "en"])
def test_no_two_things_share_a_sound(book: Phrasebook) -> None:
    utterances = list(read_later(book, FORMULARY.values()))
    said: dict[str, str] = {}
    for utterance in utterances:
        assert said.setdefault(utterance.stem, utterance.text) == utterance.text
    slow = [utterance for utterance in utterances if utterance.stem.startswith(f"{SLOW}/")]
    assert {utterance.voice.speed for utterance in slow} == {book.voice.speed * SLOWER}


@dataclass(frozen=True)
class Named:
    """A medicine that has nothing but a name."""

    generic: str
    forms: tuple[str, ...] = ()
    strengths: tuple[str, ...] = ()


@pytest.mark.parametrize(("first", "second"), [("12.5 mg", "125 mg"), ("1 mg+2 mg", "1 mg/2 mg"), ("a+b", "a b")])
def test_names_of_files_are_told_apart(first: str, second: str) -> None:
    stems = {utterance.stem for utterance in read_later(ENGLISH, [Named(first), Named(second)])}
    assert len({stem for stem in stems if stem.startswith("en/generic/")}) == 2


def test_letters_are_called_by_name() -> None:
    assert letter(HINDI, "W") == Spoken("hi/letter/w", "डब्ल्यू")
    assert letter(HINDI, "क") is None
