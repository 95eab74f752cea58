"""Searching the audit: who did what to whom, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.rules.records import AuditEntry


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """What is looked for; an empty text asks for nothing."""

    actor: str = ""
    """The whole actor (`doctor:3`), or how it begins (`doctor:`)."""
    action: str = ""
    """A part of the action …"""
    actions: tuple[str, ...] = ()
    """… or one of these: what somebody means who writes it in the words of a page."""
    subject: str = ""
    """The whole subject, or how it begins."""
    patient_id: int | None = None
    """Whatever was done to this patient, to their tokens, consultations, prescriptions and health records."""
    begins: datetime | None = None
    ends: datetime | None = None
    """Exclusive."""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An entry with its number in the log."""

    id: int
    entry: AuditEntry


class AuditLog(Protocol):
    """Read only: nothing in the audit is ever changed."""

    async def search(self, wanted: AuditSearch, *, before: int | None, limit: int) -> Sequence[AuditLine]:
        """Newest first; of a further page, those before this number."""
        ...
