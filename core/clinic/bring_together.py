"""From a claim to two people on the line: begin, and the ways in which it can fail (S18, S19).

Each failure ends a consultation once: whoever comes second changes nothing.
"""

from dataclasses import replace

from core.clinic.clinic import Clinic
from core.clinic.send_sms import queue_sms
from core.clinic.stand_in_line import waiter_of
from core.ports import NEW, Books, Duplicate, Stale, Waiter
from core.rules.consultation import Consultation, Outcome, is_follow_up
from core.rules.queue import Match
from core.rules.token import TURNS_BACK, NotAllowed, Token, TokenState
from core.tasks import to_the_end


def match_of(consultation: Consultation) -> Match:
    """The reservation that a consultation stands on."""
    return Match(consultation.token_id, consultation.doctor_id)


async def begin_consultation(clinic: Clinic, match: Match) -> Consultation | None:
    """Write down that this doctor is for this token. None when it cannot be: both are freed, as far as they are free.

    Whatever else goes wrong (raised): the token waits again with its rank.
    """
    try:
        consultation = await _begin(clinic, match)
        await tell_doctor(clinic, consultation, "called")
    except (NotAllowed, Stale, Duplicate):
        await _refuse(clinic, match)
        return None
    except BaseException:
        await to_the_end(_undo(clinic, match))
        raise
    return consultation


async def _begin(clinic: Clinic, match: Match) -> Consultation:
    now = clinic.clock.now()
    async with clinic.ledger.write() as books:
        token = await books.tokens.move(await books.tokens.get(match.token_id), TokenState.CALLED)
        last = await books.consultations.last_talk(token.patient_id, match.doctor_id)
        return await books.consultations.add(
            Consultation(NEW, token.id, token.patient_id, match.doctor_id, is_follow_up(last, now), claimed_at=now)
        )


async def _refuse(clinic: Clinic, match: Match) -> None:
    """The token was cancelled; or the line had been lost, and gave again what is being lived through already."""
    async with clinic.ledger.read() as books:
        token = await books.tokens.get(match.token_id)
        consultation = await books.consultations.open_of_doctor(match.doctor_id)
    if consultation is None:
        await clinic.line.give_back(match, _waiter(token), doctor_ready=True)
    elif consultation.token_id != match.token_id:  # the doctor is busy with another one: no new match before that ends
        await clinic.line.give_back(match, _waiter(token), doctor_ready=False)


async def _undo(clinic: Clinic, match: Match) -> None:
    async with clinic.ledger.read() as books:
        token = await books.tokens.get(match.token_id)
        consultation = await books.consultations.open_of_token(match.token_id)
    if consultation is not None and consultation.doctor_id == match.doctor_id:
        await give_up_consultation(clinic, consultation, Outcome.CANCELLED, doctor_ready=True)
    else:
        await clinic.line.give_back(match, _waiter(token), doctor_ready=True)


def _waiter(token: Token) -> Waiter | None:
    """Its place in the line, None for a token that does not wait."""
    return waiter_of(token) if token.state is TokenState.WAITING else None


async def patient_did_not_come(clinic: Clinic, consultation: Consultation, *, blameless: bool = False) -> Token:
    """Two turns back, then closed with an SMS that says so (S19). The doctor is free again at once.

    `blameless`: we could not ring them, so they go to the back without a turn counted, and without an SMS.
    """
    async with clinic.ledger.write() as books:
        token = await books.tokens.get(consultation.token_id)
        if token.state is TokenState.CALLED and blameless:
            token = await books.tokens.move(token, TokenState.WAITING, joined_at=clinic.clock.now(), own_doctor_id=None)
        elif token.state is TokenState.CALLED:
            token = await _lose_a_turn(clinic, books, token)
        await _end(clinic, books, consultation, Outcome.PATIENT_ABSENT)
    await clinic.line.give_back(match_of(consultation), _waiter(token), doctor_ready=True)
    await tell_doctor(clinic, consultation, "patient_absent")
    return token


async def _lose_a_turn(clinic: Clinic, books: Books, token: Token) -> Token:
    last_turn = token.turns >= TURNS_BACK
    token = await books.tokens.move(
        token,
        TokenState.MISSED if last_turn else TokenState.WAITING,
        turns=token.turns + 1,
        joined_at=clinic.clock.now(),
        own_doctor_id=None,
    )
    patient = await books.patients.get(token.patient_id)
    await queue_sms(
        books, clinic, f"missed:{token.id}:{token.turns}", patient.mobile,
        "token_closed" if last_turn else "called_missed", token.language, token=token.number,
    )  # fmt: skip
    return token


async def doctor_did_not_answer(clinic: Clinic, consultation: Consultation) -> None:
    """The doctor is paused and told; the token keeps its place."""
    async with clinic.ledger.write() as books:
        doctor = await books.staff.doctor(consultation.doctor_id)
        await books.staff.save_doctor(replace(doctor, available=False))
    await give_up_consultation(clinic, consultation, Outcome.DOCTOR_ABSENT, doctor_ready=False)
    await tell_doctor(clinic, consultation, "doctor_missed")


async def give_up_consultation(
    clinic: Clinic, consultation: Consultation, outcome: Outcome, *, doctor_ready: bool
) -> None:
    """They were not brought together and nobody is to blame: the token keeps its place (S18).

    Nothing happens to a consultation that has ended, or in which they have talked: that the doctor concludes.
    """
    async with clinic.ledger.write() as books:
        current = await books.consultations.get(consultation.id)
        if current.outcome is not None or current.talked_at is not None:
            return
        token = await books.tokens.get(consultation.token_id)
        if token.state is TokenState.CALLED:
            token = await books.tokens.move(token, TokenState.WAITING)
        await _end(clinic, books, current, outcome)
    await clinic.line.give_back(match_of(consultation), _waiter(token), doctor_ready=doctor_ready)


async def _end(clinic: Clinic, books: Books, consultation: Consultation, outcome: Outcome) -> None:
    await books.consultations.end(consultation, outcome, clinic.clock.now())


async def tell_doctor(clinic: Clinic, consultation: Consultation, kind: str) -> None:
    """Wake the doctor's panel; it reads the facts from the ledger."""
    event = {"kind": kind, "consultation": consultation.id}
    await clinic.line.publish(f"doctor:{consultation.doctor_id}", event)
    await clinic.line.publish("clinic", {"kind": kind})
