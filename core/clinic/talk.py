"""The talk itself, as it is written down: it begins, it may be cut and go on, it ends (S18)."""

import logging
from dataclasses import replace

from core.clinic.bring_together import match_of, tell_doctor
from core.clinic.clinic import Clinic
from core.clinic.conclude import conclude, tell_aftermath
from core.ports import Stale
from core.rules.consultation import Consultation
from core.rules.token import TokenState

log = logging.getLogger(__name__)


async def begin_talk(clinic: Clinic, consultation: Consultation, patient_call: str, doctor_call: str) -> Consultation:
    """Both hear each other from now. Raises `Stale` or `NotAllowed` when the token was cancelled, or served, meanwhile.

    The legs are written down, so that a restart finds them and the talk goes on.
    """
    async with clinic.ledger.write() as books:
        if (await books.consultations.get(consultation.id)).outcome is not None:
            raise Stale(f"{consultation.room} has ended")
        token = await books.tokens.get(consultation.token_id)
        if token.state is not TokenState.TALKING:
            await books.tokens.move(token, TokenState.TALKING)
        current = await books.consultations.get(consultation.id)
        current = replace(
            current,
            talked_at=current.talked_at or clinic.clock.now(),
            hung_up_at=None,
            patient_call=patient_call,
            doctor_call=doctor_call,
        )
        await books.consultations.save(current)
    if not await clinic.line.talking(match_of(consultation)):
        log.warning("%s: the line does not know of it, and has to be rebuilt", consultation.room)
    await tell_doctor(clinic, consultation, "talking")
    return current


async def replace_legs(clinic: Clinic, consultation: Consultation, patient_call: str, doctor_call: str) -> None:
    """A dropped leg was redialled: remember the new one (S18)."""
    async with clinic.ledger.write() as books:
        current = await books.consultations.get(consultation.id)
        await books.consultations.save(replace(current, patient_call=patient_call, doctor_call=doctor_call))


async def end_talk(clinic: Clinic, consultation: Consultation) -> None:
    """The voices are gone. The doctor writes now, or is free if it was signed or closed while they talked.

    Does nothing when they do not talk.
    """
    async with clinic.ledger.write() as books:
        current = await books.consultations.get(consultation.id)
        if current.talked_at is None or current.hung_up_at is not None:
            return
        await books.consultations.save(replace(current, hung_up_at=clinic.clock.now()))
        current = await books.consultations.get(consultation.id)  # from here on nobody signs without our knowing
        aftermath = await conclude(clinic, books, current)
        if current.outcome is None:
            token = await books.tokens.get(consultation.token_id)
            if token.state is TokenState.TALKING:
                await books.tokens.move(token, TokenState.WRITING)
    if current.outcome is None:
        await _write_up(clinic, consultation)
    else:
        await tell_aftermath(clinic, consultation, aftermath)
        await clinic.line.finish(match_of(consultation), hung_up=True)
    await tell_doctor(clinic, consultation, "hung_up")


async def _write_up(clinic: Clinic, consultation: Consultation) -> None:
    """First WRITING, then look again: whoever signs does it the other way round, so one of the two always finishes."""
    match = match_of(consultation)
    if not await clinic.line.writing(match):
        await clinic.line.talking(match)  # we may have been stopped in the middle of `begin_talk`
        await clinic.line.writing(match)
    if await is_over(clinic, consultation):
        await clinic.line.finish(match)


async def is_over(clinic: Clinic, consultation: Consultation) -> bool:
    """Whether the doctor has signed or closed: then a dropped call need not be redialled."""
    async with clinic.ledger.read() as books:
        return (await books.consultations.get(consultation.id)).outcome is not None
