"""A token by SMS alone: ask what is missing, one thing at a time, register, and give it (S4, S10, T2, T12).

The order is the one of the telephone's call flow, and so are the questions. A telephone call in between that registers
the person or agrees to the notice simply leaves less to be asked.
"""

from dataclasses import replace

from core.clinic.by_sms.turn import Turn
from core.clinic.register_patient import Registration, book_patient
from core.clinic.take_token import book_token
from core.rules.patient import Caller, Patient, Relation
from core.rules.sms_talk import Question, SmsTalk
from core.rules.sms_words import Wish
from core.rules.token import Token


async def want_token(turn: Turn, *, for_someone_new: bool) -> None:
    """TOKEN or NEW: go on where we are, or begin; outside opening hours say when it opens (S2)."""
    talk = turn.talk if turn.talk is not None and turn.talk.wish is Wish.TOKEN else None
    if talk is None and not (turn.clinic.open_opds() or turn.known.tokens):
        return await _say_closed(turn)
    talk = talk or turn.begin(Wish.TOKEN)
    if for_someone_new and turn.known.patients:
        talk = replace(talk, for_someone_new=True, patient_id=None)
    await seek_token(turn, talk)


async def seek_token(turn: Turn, talk: SmsTalk, opd: str | None = None) -> None:
    """Ask for the first thing that is missing, or give the token. `opd`: the department that was chosen just now."""
    if turn.known.caller is None and talk.consent is None:
        return await turn.ask(talk, Question.CONSENT)
    patient = _patient(turn, talk)
    if patient is None:
        if not registers(turn, talk):
            await turn.say_people(dict(enumerate(turn.known.patients, start=1)))
            return await turn.ask(talk, Question.WHO)
        if len(turn.known.patients) >= turn.clinic.policy.family_limit:
            return await _family_full(turn)
        lacking = talk.lacks()
        if lacking is not None:
            return await turn.ask(talk, lacking)
        if not turn.clinic.policy.serves(turn.clinic.geography.state_of(talk.pin_code or "") or ""):
            return await _not_served(turn)
        patient = await _register(turn, talk)
    await _keep_consent(turn, talk)
    await _give_token(turn, replace(talk, patient_id=patient.id), patient, opd)


def _patient(turn: Turn, talk: SmsTalk) -> Patient | None:
    """Whom it is for, as far as that is known: the only one on this mobile need not be asked."""
    patients = {patient.id: patient for patient in turn.known.patients}
    if talk.patient_id is not None:
        return patients.get(talk.patient_id)
    return turn.known.patients[0] if len(patients) == 1 and not talk.for_someone_new else None


def registers(turn: Turn, talk: SmsTalk) -> bool:
    """Whether somebody new is to be registered, as far as is known now."""
    return talk.for_someone_new or not turn.known.patients


async def _family_full(turn: Turn) -> None:
    await turn.forget_talk()
    await turn.say("family_full")


async def _not_served(turn: Turn) -> None:
    """Their state is not covered (S10)."""
    await turn.forget_talk()
    await turn.say("state_not_served")


async def _register(turn: Turn, talk: SmsTalk) -> Patient:
    assert talk.age is not None
    assert talk.gender is not None
    assert talk.pin_code is not None
    relation = Relation.FAMILY if turn.known.patients else Relation.SELF
    registration = Registration(
        talk.mobile, relation, talk.gender, talk.age, talk.pin_code, talk.language,
        name=talk.name, guardian_name=talk.guardian_name,
    )  # fmt: skip
    return await book_patient(turn.clinic, turn.books, registration)


async def _keep_consent(turn: Turn, talk: SmsTalk) -> None:
    """Only now that somebody is registered: before, nothing of them is to stay (T1, T12)."""
    if turn.known.caller is None and talk.consent is not None and talk.consented_at is not None:
        notice = turn.clinic.policy.notice_version
        await turn.books.callers.save(Caller(talk.mobile, talk.language, notice, talk.consented_at, talk.consent))


async def _give_token(turn: Turn, talk: SmsTalk, patient: Patient, opd: str | None) -> None:
    """The one they have (S16, S14), or a new one in the department that is open, asked for when there are several."""
    token = turn.known.tokens.get(patient.id)
    if token is not None:
        return await _say_again(turn, token, patient)
    if not turn.clinic.policy.serves(patient.state):
        return await _not_served(turn)
    open_now = turn.clinic.open_opds()
    if opd is not None and open_now and opd not in open_now:
        return await turn.ask(talk, Question.OPD, "ask_opd_again")
    if opd is None and len(open_now) > 1:
        return await turn.ask(talk, Question.OPD)
    await turn.end_talk()
    if not open_now:
        return await _say_closed(turn)
    token, is_new = await book_token(turn.clinic, turn.books, patient, opd or open_now[0])
    if not is_new:  # by telephone, at this very moment
        return await _say_again(turn, token, patient)
    turn.joined.append(token)  # and its own SMS says all


async def _say_again(turn: Turn, token: Token, patient: Patient) -> None:
    await turn.end_talk()
    await turn.say("token_again", token=token.number, patient=patient.code)


async def _say_closed(turn: Turn) -> None:
    """When the first of the departments opens (S2), in digits that need no translation."""
    now = turn.clinic.local_now()
    openings = [opd.next_opening(now) for opd in turn.clinic.policy.opds.values()]
    opening = min((opening for opening in openings if opening is not None), default=None)
    if opening is None:
        return await turn.say("closed_long")
    await turn.say("closed", day=f"{opening:%d-%m-%Y}", time=f"{opening:%H:%M}")
