"""The audit log is searched, and exported: both leave an entry of their own."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from core.clinic.clinic import Clinic
from core.ports import AuditLine, AuditSearch, Books
from core.rules.audit_view import without_patient
from core.rules.csv_text import csv_rows
from core.rules.patient import is_patient_code
from core.rules.records import AuditEntry

A_PAGE = 50
A_PIECE = 1000
"""Lines that are exported at once: nothing grows with the length of the file."""
HEADING = ("number", "at", "who", "what", "subject", "detail")
_NOBODY = 0


async def read_audit(clinic: Clinic, wanted: AuditSearch, by: str, *, before: int | None = None) -> Sequence[AuditLine]:
    """A page and one line more, which tells that there are older ones; newest first, nothing about patients in it.

    The subject may be a Patient ID: then it is whatever was done to that patient.
    """
    async with clinic.ledger.write() as books:
        found = await books.audit_log.search(await _meant(books, wanted), before=before, limit=A_PAGE + 1)
        await books.audit(AuditEntry(clinic.clock.now(), by, "read", "audit", _said(wanted)))
    return [AuditLine(line.id, without_patient(line.entry)) for line in found]


async def export_audit(clinic: Clinic, wanted: AuditSearch, by: str) -> AsyncIterator[str]:
    """All of it as CSV, in pieces, newest first, as it was when it was asked for; times in UTC."""
    async with clinic.ledger.write() as books:
        meant = await _meant(books, wanted)
        found = await books.audit_log.search(meant, before=None, limit=A_PIECE)
        await books.audit(AuditEntry(clinic.clock.now(), by, "exported", "audit", _said(wanted)))
    yield csv_rows([HEADING])
    while found:
        yield csv_rows(_row(AuditLine(line.id, without_patient(line.entry))) for line in found)
        async with clinic.ledger.read() as books:
            found = await books.audit_log.search(meant, before=found[-1].id, limit=A_PIECE)


async def _meant(books: Books, wanted: AuditSearch) -> AuditSearch:
    """By the ID that patients know themselves by; one that nobody has finds nothing."""
    code = "".join(wanted.subject.split())
    if not is_patient_code(code):
        return wanted
    patient = await books.patients.by_code(code)
    return replace(wanted, subject="", patient_id=patient.id if patient else _NOBODY)


def _row(line: AuditLine) -> tuple[str, ...]:
    entry = line.entry
    at = entry.at.isoformat(sep=" ", timespec="seconds")
    return str(line.id), at, entry.actor, entry.action, entry.subject, entry.detail


def _said(wanted: AuditSearch) -> str:
    asked = {
        "who": wanted.actor,
        "what": wanted.action,
        "subject": wanted.subject,
        "from": wanted.begins.isoformat() if wanted.begins else "",
        "to": wanted.ends.isoformat() if wanted.ends else "",
    }
    return ", ".join(f"{name} {value}" for name, value in asked.items() if value) or "everything"
