"""The answers to our questions by SMS: taken, or asked again with why, and then on to the next question."""

from dataclasses import replace
from typing import Any, assert_never

from core.clinic.by_sms.token import registers, seek_token
from core.clinic.by_sms.turn import Turn
from core.clinic.patient_card import clean_name
from core.rules.sms_people import people_in
from core.rules.sms_talk import Question, SmsTalk
from core.rules.sms_words import age_in, gender_in, is_name_like, opd_in, pin_code_in, yes_or_no


async def take_answer(turn: Turn, talk: SmsTalk) -> None:
    """What they wrote is taken as the answer to what was asked last; what is none is asked again, with why."""
    match talk.question:
        case Question.CONSENT:
            await _take_consent(turn, talk)
        case Question.WHO:
            await _take_who(turn, talk)
        case Question.OPD:
            opd = opd_in(turn.text, tuple(turn.clinic.policy.known_opds))
            await (turn.ask_again(talk) if opd is None else seek_token(turn, talk, opd))
        case _:
            # Whoever was registered by telephone meanwhile is asked nothing more.
            filled = _filled(turn, talk) if registers(turn, talk) else talk
            await (turn.ask_again(talk) if filled is None else seek_token(turn, filled))


async def _take_consent(turn: Turn, talk: SmsTalk) -> None:
    """A yes to the notice, stored with the message that says so (T12)."""
    answer = yes_or_no(turn.text)
    if answer is None:
        return await seek_token(turn, talk)
    if not answer:
        await turn.forget_talk()
        return await turn.say("nothing_kept")
    at = turn.received.received_at
    await seek_token(turn, replace(talk, consent=f"sms:{turn.received.id}", consented_at=at))


async def _take_who(turn: Turn, talk: SmsTalk) -> None:
    found = people_in(turn.text, turn.known.patients)
    if len(found) != 1:
        return await turn.ask_again(talk)
    await seek_token(turn, replace(talk, patient_id=found[0].id))


def _filled(turn: Turn, talk: SmsTalk) -> SmsTalk | None:
    """The conversation with one more thing known; None when it cannot be that."""
    said: dict[str, Any]
    match talk.question:
        case Question.NAME:
            said = {"name": _name_in(turn.text)}
        case Question.GUARDIAN:
            said = {"guardian_name": _name_in(turn.text)}
        case Question.AGE:
            said = {"age": age_in(turn.text)}
        case Question.GENDER:
            said = {"gender": gender_in(turn.text)}
        case Question.PIN_CODE:
            said = {"pin_code": _known_pin_code(turn)}
        case Question.CONSENT | Question.WHO | Question.OPD:
            raise ValueError(f"{talk.question} is nothing about a person")
        case _:
            assert_never(talk.question)
    return None if None in said.values() else replace(talk, **said)


def _known_pin_code(turn: Turn) -> str | None:
    pin_code = pin_code_in(turn.text)
    known = pin_code is not None and turn.clinic.geography.state_of(pin_code) is not None
    return pin_code if known else None


def _name_in(text: str) -> str | None:
    if not is_name_like(text):
        return None
    try:
        return clean_name(text)
    except ValueError:
        return None
