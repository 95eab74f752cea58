"""Medicines by SMS (T11): every variable fits, no medicine is cut from its dose, whatever is prescribed."""

from dataclasses import replace
from itertools import cycle, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.tables import load_dose_words, load_formulary, load_sms_templates
from core.rules.dosage import Food
from core.rules.medicine_words import STANDARD
from core.rules.prescription import LONGEST, MAX_DAYS, MAX_FREQUENCY, MAX_MEDICINES, Medicine
from core.rules.prescription_sms import cut, medicine_messages
from core.rules.sms_template import MAX_VARIABLE, length

LANGUAGES = ("hi", "en")
NUMBER = "RX261121000176"
WORDS = load_dose_words()
TEMPLATES = load_sms_templates(languages=LANGUAGES, clinic_name="Duravani", public_url="https://duravani.example.in")
EVERY = [
    Medicine(generic, form, strength, "1-0-1", 5)
    for generic, drug in load_formulary().items()
    for form, strength in sorted(drug.pairs)
]
FREQUENCIES = (
    "1-0-1",
    "1/2-1-1/2-2",
    "2-1-1-2",
    "TDS",
    "QID",
    "SOS",
    "HS",
    "STAT",
    "WEEKLY",
    "every six hours",
    "x" * 20,
)
PARACETAMOL = Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 5, food=Food.AFTER)


def sent(language: str, *medicines: Medicine) -> list[str]:
    """The texts as they go out."""
    messages = medicine_messages(NUMBER, medicines, WORDS[language])
    return [TEMPLATES.fill(template, language, **values)[0] for template, values in messages]


def test_in_the_patients_language_and_script() -> None:
    (text,) = sent("hi", PARACETAMOL)
    assert text == (f"पर्ची {NUMBER} (1/1): PARACETAMOL 500 mg: 1 गोली, दिन में दो बार (सुबह, रात), खाने के बाद, 5 दिन")
    (text,) = sent("en", replace(PARACETAMOL, frequency="1/2-0-1"))
    assert "PARACETAMOL 500 mg: half a tablet in the morning, 1 tablet at night, after food, 5 days" in text


def test_an_english_half_does_not_leave_the_cheap_alphabet() -> None:
    texts = sent("en", replace(PARACETAMOL, form="capsule", frequency="1/2-0-1 1/2"), PARACETAMOL)
    assert {length(text).encoding for text in texts} == {"GSM-7"}
    (text,) = sent("en", replace(PARACETAMOL, form="capsule", frequency="½-0-½"))
    assert length(text).encoding == "GSM-7"


def test_several_share_a_message_but_none_is_cut() -> None:
    texts = sent("hi", *[replace(PARACETAMOL, days=days) for days in range(1, 6)])
    assert 1 < len(texts) < 5
    for days in range(1, 6):
        assert sum(f"खाने के बाद, {days} दिन" in text for text in texts) == 1
    assert all(text.count("PARACETAMOL") == text.count(" दिन;") + 1 for text in texts)


@pytest.mark.parametrize(
    ("medicine", "said"),
    [
        (Medicine("clotrimazole", "powder", "1 %", "BD", 5, route="topical"),
         "CLOTRIMAZOLE powder 1 %: लगाएँ, निगलें नहीं, दिन में दो बार, 5 दिन"),
        (Medicine("clotrimazole", "mouth paint", "1 %", "BD", 5, route="mouth"),
         "CLOTRIMAZOLE mouth paint 1 %: मुँह के अंदर लगाएँ, दिन में दो बार, 5 दिन"),
        (Medicine("potassium permanganate", "crystals", "standard", "OD", 5, route="topical"),
         "POTASSIUM PERMANGANATE crystals: लगाएँ, निगलें नहीं, दिन में एक बार, 5 दिन"),
        (Medicine("insulin isophane", "injection", "40 IU/ml", "10-0-8", 30),
         "INSULIN ISOPHANE injection 40 IU/ml: सुबह 10 यूनिट, रात 8 यूनिट, 30 दिन"),
        (Medicine("saline nasal drops", "nasal drops", "0.65 %", "2 TDS", 5),
         "SALINE NASAL DROPS 0.65 %: नाक में 2 बूँद, दिन में तीन बार, 5 दिन"),
        (Medicine("paracetamol", "tablet", "500 mg", "2 tab 6 hourly", 3),
         "PARACETAMOL 500 mg: 2 गोली, हर 6 घंटे में, 3 दिन"),
        (Medicine("paracetamol", "syrup", "125 mg/5 ml", "when hot", 3),
         "PARACETAMOL syrup 125 mg/5 ml: when hot, 3 दिन"),
        (Medicine("vitamin b complex", "syrup", "standard", "OD", 3),
         "VITAMIN B COMPLEX syrup: 1 ख़ुराक, दिन में एक बार, 3 दिन"),
        (Medicine("oral rehydration salts", "sachet", "21 g", "SOS", 3, "1 लीटर पानी में"),
         "ORAL REHYDRATION SALTS sachet 21 g: 1 पैकेट, ज़रूरत पड़ने पर, 3 दिन, 1 लीटर पानी में"),
        (Medicine("oral rehydration salts", "sachet", "21 g", "SOS", 3, "धीरे " * 24),
         "ORAL REHYDRATION SALTS sachet 21 g: 1 पैकेट, ज़रूरत पड़ने पर, 3 दिन, और बात पर्ची पर"),
    ],
)  # fmt: skip
def test_what_it_is_and_what_else_was_written(medicine: Medicine, said: str) -> None:
    (text,) = sent("hi", medicine)
    assert text == f"पर्ची {NUMBER} (1/1): {said}"


@pytest.mark.parametrize("note", ["पानी में", "1 litre [boiled]", "a\u200db"])
def test_a_note_in_other_letters_does_not_leave_the_cheap_alphabet(note: str) -> None:
    (text,) = sent("en", replace(PARACETAMOL, instructions=note))
    assert text.endswith("5 days, more on the paper")
    assert length(text).encoding == "GSM-7"
    (text,) = sent("en", replace(PARACETAMOL, instructions="with water"))
    assert text.endswith("5 days, with water")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_of_the_formulary_fits_with_every_frequency(language: str) -> None:
    foods = cycle(Food)  # each entry meets every frequency, and each frequency every word for food
    for medicine, frequency in product(EVERY, FREQUENCIES):
        whole = replace(medicine, frequency=frequency, food=next(foods), days=MAX_DAYS)
        (text,) = sent(language, whole)
        assert medicine.generic.upper() in text.replace("+ ", "+")
        assert "standard" not in text
        if medicine.form not in ("tablet", "capsule", "syrup"):
            assert medicine.form in text.lower()
        assert f"{MAX_DAYS}" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dozen_of_the_longest_fit(language: str) -> None:
    """Each in a message of its own: more than nine parts."""
    longest = sorted(EVERY, key=lambda medicine: len(f"{medicine.generic} {medicine.strength}"))[-MAX_MEDICINES:]
    texts = sent(language, *[replace(each, frequency="1-1-1", food=Food.AFTER, days=MAX_DAYS) for each in longest])
    assert len(texts) > 9
    assert f"(10/{len(texts)})" in texts[9]


plain = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789 +/-.%()", min_size=1).filter(lambda text: text.strip())
medicines = st.builds(
    Medicine,
    generic=st.one_of(st.sampled_from([each.generic for each in EVERY]), plain.map(lambda text: text[:60])),
    form=st.sampled_from(["tablet", "syrup", "eye drops", "sublingual tablet", "cream", "something else"]),
    strength=plain.map(lambda text: text[:30]).filter(str.strip),
    frequency=st.one_of(st.sampled_from(FREQUENCIES), plain.map(lambda text: text[:MAX_FREQUENCY])).filter(str.strip),
    days=st.integers(1, MAX_DAYS),
    instructions=st.one_of(st.just(""), plain, st.text(alphabet="कखग ि\u200d€[]😀x", max_size=LONGEST["instructions"])),
    food=st.sampled_from(Food),
    route=st.sampled_from(["", "oral", "topical"]),
).filter(lambda medicine: medicine.generic.strip() != "")


@given(st.lists(medicines, min_size=1, max_size=MAX_MEDICINES), st.sampled_from(LANGUAGES))
def test_whatever_is_prescribed_fits_and_stays_whole(every: list[Medicine], language: str) -> None:
    messages = list(medicine_messages(NUMBER, every, WORDS[language]))
    texts = [TEMPLATES.fill(template, language, **values)[0] for template, values in messages]
    assert len(texts) <= len(every)
    for medicine in every:
        strength = "" if medicine.strength == STANDARD else medicine.strength
        generic, form = medicine.generic.upper(), medicine.form
        begins = ["".join(f"{name}{strength}:".split()) for name in (generic, f"{generic}{form}")]
        ends = "".join(WORDS[language].days.of(medicine.days).split())  # type: ignore[arg-type]
        whole = ["".join(text.split()) for text in texts]
        after = [said for begin in begins for text in whole for said in text.split(begin)[1:]]
        assert any(ends in said for said in after)


@given(plain)
def test_cutting_keeps_every_character_and_every_piece_fits(text: str) -> None:
    pieces = cut(text)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(0 < len(piece) <= MAX_VARIABLE and piece == piece.strip() for piece in pieces)
