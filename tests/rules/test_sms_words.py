"""What villagers write, and what it is taken for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.patient import Gender
from core.rules.sms_words import (
    LONGEST_KEPT,
    Wish,
    age_in,
    gender_in,
    is_name_like,
    language_in,
    opd_in,
    pin_code_in,
    plain,
    readable,
    wish_in,
    yes_or_no,
)


@pytest.mark.parametrize(("text", "wish"), [
    ("TOKEN", Wish.TOKEN), (" token. ", Wish.TOKEN), ("ToKeN!!", Wish.TOKEN), ("ＴＯＫＥＮ", Wish.TOKEN),
    ("टोकन", Wish.TOKEN), ("टो\u200dकन।", Wish.TOKEN), ("मुझे टोकन चाहिए", Wish.TOKEN), ("I want a doctor", Wish.TOKEN),
    ("टोकन नंबर", Wish.TOKEN), ("डॉक्टर", Wish.TOKEN),
    ("status?", Wish.STATUS), ("मेरा टोकन कब आएगा", Wish.STATUS), ("kab milega doctor", Wish.STATUS),
    ("हाल", Wish.STATUS),
    ("स्थिति", Wish.STATUS), ("मेरा नंबर कब है", Wish.STATUS), ("इंतज़ार", Wish.STATUS),
    ("cancel", Wish.CANCEL), ("टोकन रद्द करो", Wish.CANCEL), ("radd", Wish.CANCEL), ("कैंसल", Wish.CANCEL),
    ("कैन्सिल", Wish.CANCEL), ("Token cancel", Wish.CANCEL),
    ("ID", Wish.ID), ("i.d.", Wish.ID), ("आईडी", Wish.ID), ("आई डी", Wish.ID), ("नंबर", Wish.ID),
    ("mera number", Wish.ID),
    ("नया", Wish.NEW), ("new token", Wish.NEW), ("नया टोकन", Wish.NEW),
    ("help", Wish.HELP), ("मदद", Wish.HELP), ("STOP", Wish.STOP), ("बंद", Wish.STOP),
    ("हिंदी", Wish.HINDI), ("हिन्दी", Wish.HINDI), ("english", Wish.ENGLISH), ("अंग्रेज़ी", Wish.ENGLISH),
    ("", None), ("धन्यवाद", None), ("😀", None), ("12345", None), ("cancel mat karo", None), ("टोकन नहीं चाहिए", None),
    ("please don't cancel", None), ("Your id is 4411, do not share this id with anybody else", None),
])  # fmt: skip
def test_wishes(text: str, wish: Wish | None) -> None:
    assert wish_in(text) is wish


@pytest.mark.parametrize(("text", "wish"), [
    ("TOKEN", Wish.TOKEN), ("token cancel", Wish.CANCEL), ("नया टोकन", Wish.NEW), ("आई डी", Wish.ID),
    ("Token Singh", None), ("मेरा टोकन", None), ("राम कब", None), ("34", None), ("haan", None),
])  # fmt: skip
def test_in_a_conversation_only_the_whole_message_is_a_wish(text: str, wish: Wish | None) -> None:
    assert wish_in(text, whole=True) is wish


@pytest.mark.parametrize(("text", "language"), [
    ("टोकन", "hi"), ("TOKEN", "en"), ("radd karo", "hi"), ("mera token kab", "hi"), ("hello", "en"),
    ("१२३", "hi"), ("123", None), ("😀", None), ("", None), ("مرحبا", None),
])  # fmt: skip
def test_languages(text: str, language: str | None) -> None:
    assert language_in(text) == language


@pytest.mark.parametrize(("text", "answer"), [
    ("YES", True), ("y", True), ("हाँ", True), ("हां जी", True), ("haan ji", True), ("1", True), ("१", True),
    ("ok", True), ("मंज़ूर है", True), ("no", False), ("नहीं", False), ("जी नहीं", False), ("nahi", False), ("2", False),
    ("mat karo", False),
    ("", None), ("why?", None), ("cancel mat karo", None), ("maybe yes", None), ("yes " * 20, None),
])  # fmt: skip
def test_yes_and_no(text: str, answer: bool | None) -> None:
    assert yes_or_no(text) is answer


@pytest.mark.parametrize(("text", "age"), [
    ("34", 34), ("३४", 34), ("34 साल", 34), ("34years", 34), ("मेरी उम्र 45 है", 45), ("0", 0), ("99", 99), ("104", 99),
    ("8 months", 0), ("14 महीने", 1), ("8months", 0), ("20 दिन", 0),
    ("", None), ("old", None), ("121", None), ("8 or 9", None), ("2J", None), ("1.5", None), ("-", None), ("²", 2),
    ("9" * 500, None),
])  # fmt: skip
def test_ages(text: str, age: int | None) -> None:
    assert age_in(text) == age


@pytest.mark.parametrize(("text", "gender"), [
    ("1", Gender.WOMAN), ("२", Gender.MAN), ("3", Gender.OTHER), ("औरत", Gender.WOMAN), ("लड़की है", Gender.WOMAN),
    ("लड़का", Gender.MAN), ("F", Gender.WOMAN), ("male", Gender.MAN), ("aadmi", Gender.MAN), ("अन्य", Gender.OTHER),
    ("", None), ("4", None), ("man woman", None), ("1 2", None),
])  # fmt: skip
def test_genders(text: str, gender: Gender | None) -> None:
    assert gender_in(text) is gender


@pytest.mark.parametrize(("text", "pin_code"), [
    ("302001", "302001"), ("302 001", "302001"), ("३०२००१", "302001"), ("pin 302001", "302001"),
    ("PIN-302001.", "302001"),
    ("30200", None), ("3020011", None), ("", None), ("pin", None),
])  # fmt: skip
def test_pin_codes(text: str, pin_code: str | None) -> None:
    assert pin_code_in(text) == pin_code


@pytest.mark.parametrize(("text", "opd"), [
    ("1", "general"), ("२", "speciality"), ("आम डॉक्टर", "general"), ("Specialist", "speciality"),
    ("general", "general"),
    ("3", None), ("", None), ("1 2", None), ("0", None),
])  # fmt: skip
def test_departments(text: str, opd: str | None) -> None:
    assert opd_in(text, ("general", "speciality")) == opd


@pytest.mark.parametrize(("text", "is_name"), [
    ("सुनीता देवी", True), ("Ravi", True), ("A. P. J. Abdul Kalam", True), ("Token Singh", True),
    ("haan", False), ("हाँ", False), ("TOKEN", False), ("namaste", False), ("R", False), ("", False), ("😀", False),
    ("mujhe do din se tez bukhar hai", False),
])  # fmt: skip
def test_names(text: str, is_name: bool) -> None:
    assert is_name_like(text) is is_name


@given(st.text(alphabet=st.characters(), max_size=300))
def test_nothing_that_is_written_can_raise(text: str) -> None:
    shown = readable(text)
    assert len(shown) <= LONGEST_KEPT
    assert all(character.isprintable() or character in "\u200c\u200d" for character in shown)
    assert readable(shown) == shown
    for reader in (plain, wish_in, language_in, yes_or_no, age_in, gender_in, pin_code_in, is_name_like):
        reader(shown)
    opd_in(shown, ("general",))


def test_what_is_kept_is_short() -> None:
    assert len(readable("टो" * 50_000)) == LONGEST_KEPT
