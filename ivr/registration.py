"""Registering a person by voice and keys: for whom, name, age, gender, PIN code, and nothing else (S4, S7, T2)."""

import uuid
from pathlib import Path

from core.clinic.register_patient import Registration, register_patient
from core.rules.patient import ADULT_AGE, Gender, Patient, Relation
from ivr.desk import Desk
from ivr.dialogue import Dialogue, GaveUp

GENDERS = {"1": Gender.WOMAN, "2": Gender.MAN, "3": Gender.OTHER}
NAME_TRIES = 2


class NotServed(Exception):
    """The service does not cover their state (S10)."""


async def register(desk: Desk, dialogue: Dialogue, mobile: str) -> Patient:
    """A stored patient. Raises `GaveUp`, `NotServed`, or `FamilyFull` when the number has as many as allowed.

    Of a registration that is not finished nothing stays, least of all a voice (T12).
    """
    recordings: list[Path] = []
    try:
        return await _register(desk, dialogue, mobile, recordings)
    except BaseException:
        for recording in recordings:
            recording.unlink(missing_ok=True)
        raise


async def _register(desk: Desk, dialogue: Dialogue, mobile: str, recordings: list[Path]) -> Patient:
    relation = await dialogue.menu("for_whom", {"1": Relation.SELF, "2": Relation.FAMILY})
    name = await _spoken_name(dialogue, "say_name", recordings)
    age = await dialogue.ask("age", 2, int)
    guardian = None
    if age < ADULT_AGE:  # a minor is treated only with an identified adult (T2)
        guardian = await _spoken_name(dialogue, "say_guardian_name", recordings)
        if guardian is None:
            raise GaveUp
    gender = await dialogue.menu("gender", GENDERS)
    pin_code = await _pin_code(desk, dialogue)
    if not desk.clinic.policy.serves(desk.clinic.geography.state_of(pin_code) or ""):
        raise NotServed
    return await register_patient(
        desk.clinic, Registration(mobile, relation, gender, age, pin_code, dialogue.language, name, guardian)
    )


async def _spoken_name(dialogue: Dialogue, prompt: str, recordings: list[Path]) -> str | None:
    """The name of the recording, which joins `recordings`; None when nothing was said twice: a number will do then."""
    for _ in range(NAME_TRIES):
        recording = await dialogue.record(prompt, f"name-{uuid.uuid4().hex}")
        if recording is not None:
            recordings.append(recording)
            return recording.stem
    return None


async def _pin_code(desk: Desk, dialogue: Dialogue) -> str:
    """Six digits that can be a PIN code; asked again, kindly, when they cannot."""

    def known(digits: str) -> str | None:
        return digits if desk.clinic.geography.state_of(digits) else None

    return await dialogue.ask("pin_code", 6, known, refused="pin_code_unknown")
