"""The second fact that opens a patient's link: the year of birth, or the last digits of the Patient ID (S5).

A link may be read over a shoulder, or by whoever borrows the phone; what it opens must not be. Pure.
"""

from core.rules.patient import Patient
from core.rules.sms_words import plain

DIGITS = 4
"""Of the end of the Patient ID; as many as a year has, so that one field takes either."""
OLDEST = 99
"""Keyed with two digits, this age means so many years or more."""
LONGEST_LIFE = 125
"""Years."""


def years_of_birth(patient: Patient) -> range:
    """In which they may be born: who is 34 on a day of 2026 was born in 1991 or in 1992."""
    latest = patient.age_on.year - patient.age
    return range(latest - (LONGEST_LIFE - OLDEST if patient.age >= OLDEST else 1), latest + 1)


def proves(answer: str, patient: Patient) -> bool:
    """Whether this is one of the facts, in whatever digits it was typed."""
    typed = "".join(plain(answer))
    if len(typed) != DIGITS or not typed.isdecimal():
        return False
    return typed == patient.code[-DIGITS:] or int(typed) in years_of_birth(patient)
