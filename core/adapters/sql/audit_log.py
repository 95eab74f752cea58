"""The audit, written by `Books.audit` and searched here."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Column, ColumnElement, Text, cast, literal, or_, select

from core.adapters.sql import tables
from core.adapters.sql.gate import Statements
from core.ports.audit_log import AuditLine, AuditSearch
from core.rules.records import AuditEntry

_AUDIT = tables.audit.c


class SqlAuditLog:
    """See `core.ports.AuditLog`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def search(self, wanted: AuditSearch, *, before: int | None, limit: int) -> Sequence[AuditLine]:
        conditions = list(_conditions(wanted))
        if before is not None:
            conditions.append(_AUDIT.id < before)
        query = select(tables.audit).where(*conditions).order_by(_AUDIT.id.desc()).limit(limit)
        return [
            AuditLine(row.id, AuditEntry(row.at, row.actor, row.action, row.subject, row.detail))
            for row in await self._statements.execute(query)
        ]


def _conditions(wanted: AuditSearch) -> Iterator[ColumnElement[bool]]:
    if wanted.actor:
        yield _begins(_AUDIT.actor, wanted.actor)
    if wanted.subject:
        yield _begins(_AUDIT.subject, wanted.subject)
    if wanted.patient_id is not None:
        yield _about(wanted.patient_id)
    if wanted.action:
        yield or_(_AUDIT.action.contains(wanted.action, autoescape=True), _AUDIT.action.in_(wanted.actions))
    if wanted.begins is not None:
        yield _AUDIT.at >= wanted.begins
    if wanted.ends is not None:
        yield _AUDIT.at < wanted.ends


def _about(patient_id: int) -> ColumnElement[bool]:
    """A patient's things are named by their own numbers."""
    named = {
        "token": tables.tokens,
        "consultation": tables.consultations,
        "prescription": tables.prescriptions,
        "record": tables.health_records,
    }
    theirs = [
        select(literal(f"{name}:") + cast(table.c.id, Text)).where(table.c.patient_id == patient_id)
        for name, table in named.items()
    ]
    return or_(_AUDIT.subject == f"patient:{patient_id}", *(_AUDIT.subject.in_(each) for each in theirs))


def _begins(column: Column[str], text: str) -> ColumnElement[bool]:
    """`doctor:3` is one person, and an index finds them; `doctor` is all of them."""
    _, _, number = text.partition(":")
    return column == text if number else column.startswith(text, autoescape=True)
