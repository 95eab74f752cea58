"""What can be wanted by SMS at any time, besides a token: STATUS, CANCEL, ID, STOP, GRIEVANCE, a language, HELP."""

from dataclasses import replace

from core.clinic.by_sms.answers import take_answer
from core.clinic.by_sms.token import seek_token, want_token
from core.clinic.by_sms.turn import Turn
from core.clinic.cancel_token import book_cancelled
from core.clinic.desk.hear_grievance import noted_values, take_complaint
from core.clinic.reminders.wish import wish_in
from core.clinic.tell_place import place_words
from core.rules.patient import Patient
from core.rules.reminder import Way
from core.rules.sms_people import people_in
from core.rules.sms_talk import Question, SmsTalk
from core.rules.sms_words import Wish
from core.rules.token import Token, TokenState

WITHDRAWN = ""
"""The notice to which somebody agrees who has withdrawn: none. The next call or token asks anew (T12)."""
LANGUAGES = {Wish.HINDI: "hi", Wish.ENGLISH: "en"}


async def fulfil(turn: Turn, wish: Wish | None) -> None:
    """Do what is wanted; None: what they wrote is no wish, so it is the answer to our question, or not understood."""
    match wish:
        case Wish.TOKEN | Wish.NEW:
            await want_token(turn, for_someone_new=wish is Wish.NEW)
        case Wish.STATUS:
            await _status(turn)
        case Wish.CANCEL:
            await _cancel(turn)
        case Wish.ID:
            await _ids(turn)
        case Wish.STOP:
            await _stop(turn)
        case Wish.HINDI | Wish.ENGLISH:
            await _speak(turn, LANGUAGES[wish])
        case Wish.GRIEVANCE:
            await _complain(turn)
        case Wish.HELP:
            await _remind(turn, "sms_help")
        case None if turn.talk is None:
            await turn.say("sms_help")
        case None:
            await _answer(turn, turn.talk)


async def _answer(turn: Turn, talk: SmsTalk) -> None:
    if talk.wish is Wish.CANCEL:
        await _take_whose(turn, talk)
    else:
        await take_answer(turn, talk)


async def _remind(turn: Turn, template: str) -> None:
    """Say this; who is in the middle of something better hears our question once more."""
    if turn.talk is None:
        await turn.say(template)
    elif turn.talk.wish is Wish.CANCEL:
        await turn.ask(turn.talk, Question.WHO, "ask_who_cancel")
    else:
        await seek_token(turn, turn.talk)


# STATUS, ID


async def _status(turn: Turn) -> None:
    """Place and honest wait of every token on this mobile (S20)."""
    if not turn.known.tokens:
        return await _remind(turn, "no_token")
    for patient in turn.known.patients:
        token = turn.known.tokens.get(patient.id)
        if token is not None:
            await _say_place(turn, patient, token)


async def _say_place(turn: Turn, patient: Patient, token: Token) -> None:
    if token.state is TokenState.CALLED:
        return await turn.say("turn_now", token=token.number)
    if token.state in (TokenState.TALKING, TokenState.WRITING):
        return await turn.say("with_doctor", token=token.number)
    template, values = place_words(token.number, patient.code, turn.waits.get(token.id))
    await turn.say(template, **values)


async def _ids(turn: Turn) -> None:
    if not turn.known.patients:
        return await _remind(turn, "no_patient")
    await turn.say_people(_numbered(turn))


def _numbered(turn: Turn) -> dict[int, Patient]:
    """Everybody on this mobile by their place in the family, which stays as others join."""
    return dict(enumerate(turn.known.patients, start=1))


# CANCEL


async def _cancel(turn: Turn) -> None:
    """The token (S15), or the conversation that was to lead to one; of several tokens, which."""
    if turn.talk is not None and turn.talk.wish is Wish.TOKEN:
        await turn.forget_talk()
        return await turn.say("nothing_kept" if turn.talk.patient_id is None else "sms_help")
    holders = _holders(turn)
    if not holders:
        await turn.end_talk()
        return await turn.say("no_token")
    if len(holders) == 1:
        return await _cancel_of(turn, *holders.values())
    await turn.say_people(holders)
    await turn.ask(turn.begin(Wish.CANCEL), Question.WHO, "ask_who_cancel")


def _holders(turn: Turn) -> dict[int, Patient]:
    return {place: patient for place, patient in _numbered(turn).items() if patient.id in turn.known.tokens}


async def _take_whose(turn: Turn, talk: SmsTalk) -> None:
    holders = list(_holders(turn).values())
    found = [patient for patient in people_in(turn.text, turn.known.patients) if patient in holders]
    if len(found) == 1:
        await _cancel_of(turn, found[0])
    elif holders:
        await turn.ask_again(talk)
    else:
        await _cancel(turn)


async def _cancel_of(turn: Turn, patient: Patient) -> None:
    """Done and said by the same message as on the telephone; or too late, since the doctor is with them."""
    await turn.end_talk()
    token = turn.known.tokens[patient.id]
    if await book_cancelled(turn.clinic, turn.books, token, patient):
        turn.left.append(token)
    else:
        await turn.say("cancel_too_late", token=token.number)


# GRIEVANCE


async def _complain(turn: Turn) -> None:
    """It is written down and gets a number (T9, S24); a question of ours stays open."""
    grievance = await take_complaint(turn.clinic, turn.books, turn.received, turn.language)
    await turn.say("grievance_noted", **noted_values(grievance))


# STOP, languages


async def _stop(turn: Turn) -> None:
    """Consent is withdrawn (T12): nothing new begins without asking again, and nobody is reminded of anything.

    A token that waits is not taken away.
    """
    await turn.forget_talk()
    at, message = turn.received.received_at, f"sms:{turn.received.id}"
    caller = await turn.books.callers.get(turn.received.mobile)
    if caller is not None:
        await turn.books.callers.save(replace(caller, notice_version=WITHDRAWN, consented_at=at, consent_call=message))
    await wish_in(turn.clinic, turn.books, turn.received.mobile, Way.NOT, message)
    await turn.say("consent_withdrawn")


async def _speak(turn: Turn, language: str) -> None:
    """From now on in this language, and what we asked last once more."""
    if language in turn.clinic.policy.languages:
        turn.language = language
        caller = await turn.books.callers.get(turn.received.mobile)
        if caller is not None:
            await turn.books.callers.save(replace(caller, language=language))
        if turn.talk is not None:
            turn.talk = replace(turn.talk, language=language)
    await _remind(turn, "sms_help")
