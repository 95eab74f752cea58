"""Everything that is written down, inside one transaction."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from core import ports
from core.adapters.sql import tables
from core.adapters.sql.api import SqlAbhaLinks, SqlApiClients
from core.adapters.sql.audit_log import SqlAuditLog
from core.adapters.sql.calls import SqlCalls
from core.adapters.sql.changes import SqlSettingsChanged
from core.adapters.sql.consultations import SqlConsultations
from core.adapters.sql.formularies import SqlFormularies
from core.adapters.sql.gate import Statements
from core.adapters.sql.grievances import SqlGrievances
from core.adapters.sql.health_records import SqlHealthRecords
from core.adapters.sql.lookup import SqlLookup
from core.adapters.sql.operator_calls import SqlOperatorCalls
from core.adapters.sql.outbox import SqlOutbox
from core.adapters.sql.own_days import SqlOwnDays
from core.adapters.sql.patient_access import SqlOneTimeCodes, SqlPatientSessions, SqlTries
from core.adapters.sql.patients import SqlCallers, SqlPatients
from core.adapters.sql.pharmacies import SqlDispensings, SqlPharmacies
from core.adapters.sql.prescriptions import SqlPrescriptions
from core.adapters.sql.reminders import SqlReminders, SqlReminderWishes
from core.adapters.sql.roster import SqlRoster
from core.adapters.sql.rows import Rows
from core.adapters.sql.sessions import SqlSessions
from core.adapters.sql.sms_talks import SqlSmsTalks
from core.adapters.sql.staff import SqlStaff
from core.adapters.sql.statistics import SqlStatistics
from core.adapters.sql.supervisions import SqlSupervisions
from core.adapters.sql.tokens import SqlTokens
from core.adapters.sql.writing import SqlDrafts, SqlMedicineSets
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
        self.statistics: ports.Statistics = SqlStatistics(statements)
        self.drafts: ports.Drafts = SqlDrafts(statements)
        self.medicine_sets: ports.MedicineSets = SqlMedicineSets(statements)
        self.formularies: ports.Formularies = SqlFormularies(statements)
        self.own_days: ports.OwnDays = SqlOwnDays(statements)
        self.pharmacies: ports.Pharmacies = SqlPharmacies(statements)
        self.dispensings: ports.Dispensings = SqlDispensings(statements)
        self.roster: ports.Roster = SqlRoster(statements)
        self.settings_changed: ports.SettingsChanged = SqlSettingsChanged(statements)
        self.audit_log: ports.AuditLog = SqlAuditLog(statements)
        self.supervisions: ports.Supervisions = SqlSupervisions(statements)
        self.lookup: ports.Lookup = SqlLookup(statements)
        self.operator_calls: ports.OperatorCalls = SqlOperatorCalls(statements)
        self.grievances: ports.Grievances = SqlGrievances(statements)
        self.api_clients: ports.ApiClients = SqlApiClients(statements)
        self.abha_links: ports.AbhaLinks = SqlAbhaLinks(statements)
        self.tries: ports.Tries = SqlTries(statements)
        self.one_time_codes: ports.OneTimeCodes = SqlOneTimeCodes(statements)
        self.patient_sessions: ports.PatientSessions = SqlPatientSessions(statements)
        self.reminder_wishes: ports.ReminderWishes = SqlReminderWishes(statements)
        self.reminders: ports.Reminders = SqlReminders(statements)
        self.health_records: ports.HealthRecords = SqlHealthRecords(statements)
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
