"""Who a patient is: ages that count on, and a Patient ID in which a slip of the finger is noticed (S5, T2)."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.patient import Gender, Patient, Relation, is_patient_code, with_check_digit

eight_digits = st.from_regex(r"[0-9]{8}", fullmatch=True)


def aged(age: int, on: date) -> Patient:
    return Patient(
        id=1,
        code="100000009",
        mobile="+919876543210",
        relation=Relation.SELF,
        gender=Gender.OTHER,
        age=age,
        age_on=on,
        pin_code="302001",
        state="RJ",
        district=None,
        language="hi",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("day", "age"),
    [
        (date(2024, 2, 29), 17),
        (date(2025, 2, 28), 17),
        (date(2025, 3, 1), 18),
        (date(2026, 2, 28), 18),
        (date(2023, 1, 1), 17),  # a clock that was wrong makes nobody younger
    ],
)
def test_age_counts_on_from_the_day_it_was_stated(day: date, age: int) -> None:
    patient = aged(17, date(2024, 2, 29))
    assert patient.age_at(day) == age
    assert patient.is_minor(day) is (age < 18)


def test_the_check_digit_is_luhns() -> None:
    """The example of ISO/IEC 7812-1 annex B."""
    assert with_check_digit("7992739871") == "79927398713"


@given(eight_digits)
def test_a_code_is_a_code(digits: str) -> None:
    assert is_patient_code(with_check_digit(digits))


@given(eight_digits, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(digits: str, place: int, by: int) -> None:
    code = with_check_digit(digits)
    wrong = str((int(code[place]) + by) % 10)
    assert not is_patient_code(code[:place] + wrong + code[place + 1 :])


@given(eight_digits, st.integers(0, 7))
def test_two_swapped_digits_are_noticed(digits: str, place: int) -> None:
    """But for 09 and 90, Luhn's one blind spot."""
    code = with_check_digit(digits)
    pair = code[place : place + 2]
    swapped = code[:place] + pair[::-1] + code[place + 2 :]
    assert is_patient_code(swapped) is (pair[0] == pair[1] or set(pair) == {"0", "9"})


@pytest.mark.parametrize("text", ["", "10000000", "1000000090", "10000000a", "१००००००००", "²00000000", " 00000000"])
def test_what_cannot_be_a_code(text: str) -> None:
    assert not is_patient_code(text)
