"""A conversation by SMS that is not finished: what was answered so far, and what is asked next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.rules.patient import ADULT_AGE, Gender
from core.rules.sms_words import Wish

FORGOTTEN_AFTER = timedelta(days=1)
"""Who has not answered by then is asked from the beginning, and nothing of them is kept (T12)."""


class Question(StrEnum):
    """What may be asked, one thing at a time; the templates are called `ask_<question>`."""

    CONSENT = "consent"
    WHO = "who"
    NAME = "name"
    AGE = "age"
    GUARDIAN = "guardian"
    GENDER = "gender"
    PIN_CODE = "pin_code"
    OPD = "opd"


@dataclass(frozen=True, slots=True)
class SmsTalk:
    """One at a time for a mobile. Nobody is registered before everything is answered (T12)."""

    mobile: str
    """E.164, an Indian mobile."""
    language: str
    wish: Wish
    """A token, or to cancel one."""
    question: Question
    """What was asked last."""
    began_at: datetime
    asked_at: datetime
    for_someone_new: bool = False
    """Said so, though others are registered on this mobile (S7)."""
    consent: str | None = None
    """`sms:<received id>`: the message that agreed to the notice (T1, T12)."""
    consented_at: datetime | None = None
    patient_id: int | None = None
    """Whom it is for, once that is known."""
    name: str | None = None
    age: int | None = None
    guardian_name: str | None = None
    gender: Gender | None = None
    pin_code: str | None = None

    @property
    def forgotten_at(self) -> datetime:
        """When an answer to the last question comes too late."""
        return self.asked_at + FORGOTTEN_AFTER

    def lacks(self) -> Question | None:
        """The first thing that a registration still needs (S4); a minor needs an identified adult (T2)."""
        is_minor = self.age is not None and self.age < ADULT_AGE
        answers = {
            Question.NAME: self.name,
            Question.AGE: self.age,
            Question.GUARDIAN: self.guardian_name if is_minor else "nobody",
            Question.GENDER: self.gender,
            Question.PIN_CODE: self.pin_code,
        }
        return next((question for question, answer in answers.items() if answer is None), None)
