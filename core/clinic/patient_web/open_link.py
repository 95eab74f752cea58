"""What a patient's link opens: nothing of the patient before a second fact is proved. Every try is audited.

The link alone holds 128 random bits, but an SMS is read over shoulders and forwarded. So the page asks for the year of
birth or the last digits of the Patient ID; the answer opens a short session that is good for this prescription only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.clinic.clinic import Clinic
from core.clinic.issue_prescription import link_hash
from core.clinic.patient_web.limits import Limited, closed_until, count_try
from core.clinic.patient_web.opened import OpenedPrescription, opened
from core.clinic.patient_web.sessions import open_patient_session, patient_session_in
from core.ports import Books
from core.rules.audit_action import AuditAction
from core.rules.prescription import SignedPrescription
from core.rules.records import AuditEntry
from core.rules.second_fact import proves
from core.rules.tries import LINK, LINK_ADDRESS, LINK_DAY


class LinkState(StrEnum):
    """What the page behind a link can show."""

    OPEN = "open"
    CLOSED = "closed"
    """The second fact is missing."""
    EXPIRED = "expired"
    VOID = "void"
    """The doctor has taken it back, mostly for a newer version, whose link came by an SMS of its own."""


_REFUSED: Mapping[LinkState, AuditAction] = {
    LinkState.CLOSED: "refused: link closed",
    LinkState.EXPIRED: "refused: link expired",
    LinkState.VOID: "refused: link void",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A link that exists."""

    state: LinkState
    language: str
    """The patient's, which is all that is told of them before the fact."""
    opened: OpenedPrescription | None = None
    """Only when it is open."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of an answer."""

    session: str | None = None
    """The secret for the cookie; None: it was wrong, or not looked at."""
    wait_until: datetime | None = None
    """It was not looked at: too many were wrong."""


async def open_link(clinic: Clinic, secret: str, proof: str, *, visitor: str, with_pdf: bool = False) -> Link | None:
    """By the link's secret and the session's (`proof`, may be empty); `visitor` (an address) goes into the audit.

    None for a link that there never was.
    """
    async with clinic.ledger.read() as books:
        signed = await books.prescriptions.by_link_hash(link_hash(secret))
    if signed is None:
        return None
    async with clinic.ledger.write() as books:
        patient = await books.patients.get(signed.patient_id)
        state = await _state(clinic, books, signed, proof)
        if state is LinkState.OPEN:
            await _audit(clinic, books, signed, "downloaded" if with_pdf else "opened", visitor)
            return Link(state, patient.language, await opened(books, signed, with_pdf=with_pdf))
        await _audit(clinic, books, signed, _REFUSED[state], visitor)
        return Link(state, patient.language)


async def answer_link(clinic: Clinic, secret: str, answer: str, *, visitor: str) -> Answered | None:
    """Is this the second fact? None for a link that cannot be opened (any more): its page says why.

    Of a link 5 answers an hour and 15 a day are looked at, and of an address 30 wrong ones an hour.
    """
    async with clinic.ledger.read() as books:
        signed = await books.prescriptions.by_link_hash(link_hash(secret))
    if signed is None:
        return None
    async with clinic.ledger.write() as books:
        if await _state(clinic, books, signed, "") is not LinkState.CLOSED:
            return None
        wait_until = await _count(clinic, books, signed, visitor)
        if wait_until is not None:
            await _audit(clinic, books, signed, "refused: too many answers", visitor)
            return Answered(wait_until=wait_until)
        if not proves(answer, await books.patients.get(signed.patient_id)):
            await count_try(books, clinic.clock.now(), _address(visitor))
            await _audit(clinic, books, signed, "refused: wrong answer", visitor)
            return Answered()
        for key, _ in _limits(signed):
            await books.tries.forget(key)
        await _audit(clinic, books, signed, "answered", visitor)
        return Answered(session=await open_patient_session(clinic, books, prescription_id=signed.id))


async def _state(clinic: Clinic, books: Books, signed: SignedPrescription, proof: str) -> LinkState:
    if signed.voided_at is not None:
        return LinkState.VOID
    if clinic.clock.now() >= signed.link_expires_at:
        return LinkState.EXPIRED
    session = await patient_session_in(clinic, books, proof)
    return LinkState.OPEN if session is not None and session.prescription_id == signed.id else LinkState.CLOSED


async def _count(clinic: Clinic, books: Books, signed: SignedPrescription, visitor: str) -> datetime | None:
    """Count this answer; until when none is looked at, if it is one too many (which does not count for the day)."""
    now, (hour, day) = clinic.clock.now(), _limits(signed)
    of_link = await count_try(books, now, hour) or await count_try(books, now, day)
    of_address = await closed_until(books, now, _address(visitor))
    return max(filter(None, (of_link, of_address)), default=None)


def _limits(signed: SignedPrescription) -> tuple[Limited, Limited]:
    return (f"link:{signed.id}", LINK), (f"link-day:{signed.id}", LINK_DAY)


def _address(visitor: str) -> Limited:
    return f"link-from:{visitor}", LINK_ADDRESS


async def _audit(clinic: Clinic, books: Books, signed: SignedPrescription, action: AuditAction, visitor: str) -> None:
    now, who = clinic.clock.now(), f"link:{signed.id}"
    await books.audit(AuditEntry(now, who, action, f"prescription:{signed.id}", visitor))
