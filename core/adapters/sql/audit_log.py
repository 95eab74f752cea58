"""The audit, written by `Books.audit` and searched here."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Column, ColumnElement, select

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
    if wanted.action:
        yield _AUDIT.action.contains(wanted.action, autoescape=True)
    if wanted.begins is not None:
        yield _AUDIT.at >= wanted.begins
    if wanted.ends is not None:
        yield _AUDIT.at < wanted.ends


def _begins(column: Column[str], text: str) -> ColumnElement[bool]:
    """`doctor:3` is one person, and an index finds them; `doctor` is all of them."""
    _, _, number = text.partition(":")
    return column == text if number else column.startswith(text, autoescape=True)
