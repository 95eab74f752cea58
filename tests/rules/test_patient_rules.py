"""The second fact, and when somebody may be reminded: pure rules."""

from datetime import UTC, date, datetime

import pytest

from core.rules.patient import Gender, Patient, Relation
from core.rules.prescription import Medicine, Prescription
from core.rules.reminder import course_ends_on, is_decent, next_decent
from core.rules.second_fact import proves, years_of_birth

ON = date(2026, 11, 21)


def patient(age: int) -> Patient:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    return Patient(1, "123456782", "+919876543210", Relation.SELF, Gender.MAN, age, ON, "302001", "RJ", None, "hi", at)


@pytest.mark.parametrize(("answer", "age", "right"), [
    ("6782", 34, True),
    ("६७८२", 34, True),
    (" 67 82 ", 34, True),
    ("1991", 34, True),
    ("1992", 34, True),
    ("1990", 34, False),
    ("1993", 34, False),
    ("2026", 0, True),
    ("2025", 0, True),
    ("1927", 99, True),
    ("1905", 99, True),
    ("1928", 99, False),
    ("1234", 34, False),
    ("123456782", 34, False),
    ("", 34, False),
    ("199१", 34, True),
    ("²⁰²⁶", 34, False),
    ("91", 34, False),
])  # fmt: skip
def test_the_second_fact(answer: str, age: int, right: bool) -> None:
    assert proves(answer, patient(age)) is right


@pytest.mark.parametrize("age", range(99))
def test_whoever_has_this_age_was_born_in_one_of_two_years(age: int) -> None:
    after_birthday, before_birthday = ON.year - age, ON.year - age - 1
    assert set(years_of_birth(patient(age))) == {before_birthday, after_birthday}


def test_a_course_ends_with_its_longest_medicine() -> None:
    medicines = tuple(Medicine("paracetamol", "tablet", "500 mg", "OD", days) for days in (3, 5, 1))
    assert course_ends_on(Prescription("c", "d", medicines), ON) == date(2026, 11, 25)
    assert course_ends_on(Prescription("c", "d", tests=("CBC",)), ON) is None


@pytest.mark.parametrize(("local", "then"), [
    ((21, 8, 59), (21, 9, 0)),
    ((21, 9, 0), (21, 9, 0)),
    ((21, 17, 59), (21, 17, 59)),
    ((21, 18, 0), (22, 9, 0)),
    ((30, 23, 30), (31, 9, 0)),
    ((22, 0, 0), (22, 9, 0)),
])  # fmt: skip
def test_nobody_is_reminded_at_night(local: tuple[int, int, int], then: tuple[int, int, int]) -> None:
    at = datetime(2026, 12, *local)
    assert next_decent(at) == datetime(2026, 12, *then)
    assert is_decent(at) is (at == datetime(2026, 12, *then))
