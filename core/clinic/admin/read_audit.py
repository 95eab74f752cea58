"""The audit log is searched, and exported: both leave an entry of their own."""

from collections.abc import Sequence

from core.clinic.clinic import Clinic
from core.ports import AuditLine, AuditSearch
from core.rules.audit_view import without_patient
from core.rules.csv_text import csv_text
from core.rules.records import AuditEntry

A_PAGE = 50
MOST_EXPORTED = 20_000
"""Lines of one file; more is asked for day by day."""
HEADING = ("number", "at", "who", "what", "subject", "detail")


async def read_audit(clinic: Clinic, wanted: AuditSearch, by: str, *, before: int | None = None) -> Sequence[AuditLine]:
    """A page and one line more, which tells that there are older ones; newest first, nothing about patients in it."""
    async with clinic.ledger.write() as books:
        found = await books.audit_log.search(wanted, before=before, limit=A_PAGE + 1)
        await books.audit(AuditEntry(clinic.clock.now(), by, "read", "audit", _said(wanted)))
    return [AuditLine(line.id, without_patient(line.entry)) for line in found]


async def export_audit(clinic: Clinic, wanted: AuditSearch, by: str) -> str:
    """Up to `MOST_EXPORTED` lines as CSV, newest first; times in UTC."""
    async with clinic.ledger.write() as books:
        found = await books.audit_log.search(wanted, before=None, limit=MOST_EXPORTED)
        detail = f"{len(found)} lines; {_said(wanted)}"
        await books.audit(AuditEntry(clinic.clock.now(), by, "exported", "audit", detail))
    return csv_text(HEADING, (_row(AuditLine(line.id, without_patient(line.entry))) for line in found))


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
