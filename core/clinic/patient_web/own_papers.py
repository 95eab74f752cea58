"""The prescriptions of everybody on a mobile, for whoever came in by its code (S3, S23). Looks are audited."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.clinic.clinic import Clinic
from core.clinic.patient_web.opened import OpenedPrescription, opened
from core.clinic.patient_web.sessions import mobile_in
from core.ports import Books
from core.rules.audit_action import AuditAction
from core.rules.patient import Patient
from core.rules.prescription import SignedPrescription
from core.rules.records import AuditEntry


@dataclass(frozen=True, slots=True)
class OwnPapers:
    """What is registered on a mobile."""

    mobile: str
    people: Sequence[Patient]
    """Oldest first."""
    papers: Sequence[tuple[SignedPrescription, Patient]]
    """Newest first, those that are void among them."""


async def own_papers(clinic: Clinic, session: str, *, visitor: str) -> OwnPapers | None:
    """The list; None without a session that a code has opened."""
    async with clinic.ledger.write() as books:
        mobile = await mobile_in(clinic, books, session)
        if mobile is None:
            return None
        people = await books.patients.of_mobile(mobile)
        papers = [(paper, one) for one in people for paper in await books.prescriptions.of_patient(one.id)]
        await _audit(clinic, books, mobile, "listed prescriptions", f"mobile:{mobile}", visitor)
    return OwnPapers(mobile, people, sorted(papers, key=lambda each: (each[0].signed_at, each[0].id), reverse=True))


async def own_paper(
    clinic: Clinic, session: str, prescription_id: int, *, visitor: str, with_pdf: bool = False
) -> OpenedPrescription | None:
    """One of them; None without such a session. Raises `LookupError` for a void one, or another number's."""
    async with clinic.ledger.write() as books:
        mobile = await mobile_in(clinic, books, session)
        if mobile is None:
            return None
        found = await opened(books, await books.prescriptions.get(prescription_id), with_pdf=with_pdf)
        if found.patient.mobile != mobile or found.prescription.voided_at is not None:
            raise LookupError(f"prescription {prescription_id} is not of this number, or void")
        action: AuditAction = "downloaded" if with_pdf else "opened"
        await _audit(clinic, books, mobile, action, f"prescription:{prescription_id}", visitor)
        return found


async def _audit(clinic: Clinic, books: Books, mobile: str, action: AuditAction, subject: str, visitor: str) -> None:
    await books.audit(AuditEntry(clinic.clock.now(), f"mobile:{mobile}", action, subject, visitor))
