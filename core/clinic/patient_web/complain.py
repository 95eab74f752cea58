"""Complain on the web (T9, S24): whoever came in by a code writes one, and sees what became of the earlier ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.clinic.clinic import Clinic
from core.clinic.desk.hear_grievance import heard_just_now, tell_desk, write_down
from core.clinic.desk.refused import refuse
from core.clinic.patient_web.limits import count_try
from core.clinic.patient_web.sessions import mobile_in
from core.ports import Books
from core.rules.audit_action import AuditAction
from core.rules.grievance import About, Grievance
from core.rules.records import AuditEntry
from core.rules.tries import COMPLAINT


@dataclass(frozen=True, slots=True)
class Complained:
    """What came of complaining."""

    grievance: Grievance | None = None
    wait_until: datetime | None = None
    """It was not written down: this mobile has complained too often."""


async def own_complaints(clinic: Clinic, session: str, *, visitor: str) -> Sequence[Grievance] | None:
    """Those of the mobile, however they came, newest first; None without a session that a code has opened. Audited."""
    async with clinic.ledger.write() as books:
        mobile = await mobile_in(clinic, books, session)
        if mobile is None:
            return None
        await _audit(clinic, books, mobile, "listed complaints", visitor)
        return await books.grievances.of_mobile(mobile)


async def complain(clinic: Clinic, session: str, about: About, text: str, *, visitor: str) -> Complained | None:
    """Write it down, at most 5 a day for a mobile; its SMS says the number. The same words again within a minute are
    the same complaint. None without a session that a code has opened. Raises `Refused` for an empty text."""
    text = text.strip()
    if not text:
        raise refuse("text", "needed")
    async with clinic.ledger.write() as books:
        mobile = await mobile_in(clinic, books, session)
        if mobile is None:
            return None
        await books.callers.hold(mobile)
        heard = await heard_just_now(clinic, books, mobile, about, text)
        if heard is not None:
            return Complained(heard)
        wait_until = await count_try(books, clinic.clock.now(), (f"complaint:{mobile}", COMPLAINT))
        if wait_until is not None:
            await _audit(clinic, books, mobile, "refused: too many complaints", visitor)
            return Complained(wait_until=wait_until)
        grievance = await write_down(clinic, books, f"mobile:{mobile}", mobile, about, text)
    await tell_desk(clinic)
    return Complained(grievance)


async def _audit(clinic: Clinic, books: Books, mobile: str, action: AuditAction, visitor: str) -> None:
    await books.audit(AuditEntry(clinic.clock.now(), f"mobile:{mobile}", action, f"mobile:{mobile}", visitor))
