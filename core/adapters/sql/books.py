"""Everything that is written down, inside one transaction."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from core import ports
from core.adapters.sql import tables
from core.adapters.sql.calls import SqlCalls
from core.adapters.sql.consultations import SqlConsultations
from core.adapters.sql.gate import Statements
from core.adapters.sql.outbox import SqlOutbox
from core.adapters.sql.patients import SqlCallers, SqlPatients
from core.adapters.sql.prescriptions import SqlPrescriptions
from core.adapters.sql.rows import Rows
from core.adapters.sql.sessions import SqlSessions
from core.adapters.sql.sms_talks import SqlSmsTalks
from core.adapters.sql.staff import SqlStaff
from core.adapters.sql.tokens import SqlTokens
from core.rules.records import AuditEntry
from core.rules.token import TokenState


class _Audit(Rows[AuditEntry]):
    table = tables.audit
    kind = AuditEntry

    async def add(self, entry: AuditEntry) -> None:
        await self._insert(entry)

    async def of(self, subject: str) -> Sequence[AuditEntry]:
        return await self._find(self.table.c.subject == subject, order=[self.table.c.id.desc()])


class SqlBooks:
    """See `core.ports.Books`."""

    def __init__(self, statements: Statements) -> None:
        self.patients: ports.Patients = SqlPatients(statements)
        self.callers: ports.Callers = SqlCallers(statements)
        self.tokens: ports.Tokens = SqlTokens(statements)
        self.consultations: ports.Consultations = SqlConsultations(statements)
        self.prescriptions: ports.Prescriptions = SqlPrescriptions(statements)
        self.staff: ports.Staff = SqlStaff(statements)
        self.outbox: ports.Outbox = SqlOutbox(statements)
        self.calls: ports.Calls = SqlCalls(statements)
        self.sessions: ports.Sessions = SqlSessions(statements)
        self.sms_talks: ports.SmsTalks = SqlSmsTalks(statements)
        self._statements = statements
        self._audit = _Audit(statements)

    async def audit(self, entry: AuditEntry) -> None:
        await self._audit.add(entry)

    async def audit_of(self, subject: str) -> Sequence[AuditEntry]:
        return await self._audit.of(subject)

    async def tokens_served_on(self, day: date) -> int:
        """Tokens of this day whose consultation was completed, with a prescription or without (S18)."""
        table = tables.tokens.c
        served = select(func.count()).where(table.day == day, table.state.in_([TokenState.CONSUMED, TokenState.CLOSED]))
        return int((await self._statements.execute(served)).scalar_one())
