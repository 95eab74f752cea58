"""Take a token: it and its SMS are stored in one transaction, then it joins the line (S10, S12, S16)."""

import secrets
from datetime import timedelta

from core.clinic.clinic import Clinic
from core.clinic.send_sms import queue_sms
from core.clinic.stand_in_line import join_line
from core.ports import NEW, Books, Duplicate
from core.rules.patient import Patient
from core.rules.queue import priority_of
from core.rules.token import Token, TokenState

DRAWS = 20
"""How many random numbers are tried before the day must be full."""
OWN_DOCTOR_WITHIN = timedelta(days=30)
"""Who comes back this soon waits for the same doctor first; a follow-up by T5 may come much later."""


async def take_token(clinic: Clinic, patient: Patient, opd: str) -> Token:
    """A stored token that is in the line. A patient who has an active one gets that one again (S16)."""
    async with clinic.ledger.write() as books:
        token, is_new = await book_token(clinic, books, patient, opd)
    if is_new:
        await join_line(clinic, token)
    return token


async def book_token(
    clinic: Clinic, books: Books, patient: Patient, opd: str, *, referred: bool = False
) -> tuple[Token, bool]:
    """Within the caller's transaction: the token and its SMS, and whether it is new. A new one must then join the line.

    Who is `referred` is meant for somebody else than the doctor they had.

    A number that is taken spoils nothing (`Duplicate` leaves the transaction whole): another one is drawn.
    """
    for _ in range(DRAWS):
        token = await books.tokens.active_of_patient(patient.id)
        if token is not None:
            return token, False
        try:
            token = await books.tokens.add(await _new_token(clinic, books, patient, opd, referred=referred))
        except Duplicate:
            continue
        await queue_sms(
            books, clinic, f"token:{token.id}", patient.mobile, "token", token.language,
            token=token.number, patient=patient.code,
        )  # fmt: skip
        return token, True
    raise RuntimeError("no free token number could be drawn: raise token_digits")


async def _new_token(clinic: Clinic, books: Books, patient: Patient, opd: str, *, referred: bool) -> Token:
    now, today = clinic.clock.now(), clinic.today()
    smallest = 10 ** (clinic.policy.token_digits - 1)
    return Token(
        id=NEW,
        number=str(smallest + secrets.randbelow(9 * smallest)),
        day=today,
        patient_id=patient.id,
        opd=opd,
        state_code=patient.state,
        language=patient.language,
        priority=priority_of(patient.age_at(today), pregnant=False),
        state=TokenState.WAITING,
        created_at=now,
        joined_at=now,
        own_doctor_id=None if referred else await _own_doctor(clinic, books, patient, opd),
    )


async def _own_doctor(clinic: Clinic, books: Books, patient: Patient, opd: str) -> int | None:
    """The doctor of a recent consultation, if they are at work today in this OPD."""
    for consultation in (await books.consultations.of_patient(patient.id))[:1]:
        doctor = await books.staff.doctor(consultation.doctor_id)
        recent = clinic.clock.now() - consultation.claimed_at <= OWN_DOCTOR_WITHIN
        if recent and doctor.available and opd in doctor.opds and patient.language in doctor.languages:
            return doctor.id
    return None


async def send_token_again(clinic: Clinic, token: Token, patient: Patient, call_id: str) -> None:
    """Who forgot it gets it by SMS again, once a call (S14)."""
    async with clinic.ledger.write() as books:
        await queue_sms(
            books, clinic, f"token_again:{token.id}:{call_id}", patient.mobile, "token_again", token.language,
            token=token.number, patient=patient.code,
        )  # fmt: skip
