"""The ledger (SQL), which is the truth: what can be written down and looked up.

Every write of a `Books` transaction is committed together when its block ends, or not at all when it raises.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import Protocol

from core.ports.api import AbhaLinks, ApiClients
from core.ports.audit_log import AuditLog
from core.ports.calls import Calls
from core.ports.care import Consultations, Prescriptions, Tokens
from core.ports.changes import SettingsChanged
from core.ports.desk import Grievances, Lookup, OperatorCalls
from core.ports.formularies import Formularies
from core.ports.health_records import HealthRecords
from core.ports.messages import Outbox, SmsTalks
from core.ports.own_day import OwnDays
from core.ports.patient_access import OneTimeCodes, PatientSessions, Tries
from core.ports.patients import Callers, Patients
from core.ports.pharmacy import Dispensings, Pharmacies
from core.ports.reminders import Reminders, ReminderWishes
from core.ports.roster import Roster
from core.ports.staff import Sessions, Staff
from core.ports.statistics import Statistics
from core.ports.supervisions import Supervisions
from core.ports.writing import Drafts, MedicineSets
from core.rules.records import AuditEntry

NEW = 0
"""The id of something not yet stored; `add` returns it with the id it got."""


class Duplicate(Exception):
    """A unique thing (token number of the day, patient code, active token, login, cause) is there already."""


class Stale(Exception):
    """The row was no longer in the state the caller saw: somebody else was first, nothing was changed."""


class Books(Protocol):
    """Everything that is written down, inside one transaction."""

    patients: Patients
    callers: Callers
    tokens: Tokens
    consultations: Consultations
    prescriptions: Prescriptions
    staff: Staff
    outbox: Outbox
    calls: Calls
    sessions: Sessions
    sms_talks: SmsTalks
    supervisions: Supervisions
    roster: Roster
    settings_changed: SettingsChanged
    audit_log: AuditLog
    lookup: Lookup
    operator_calls: OperatorCalls
    grievances: Grievances
    statistics: Statistics
    drafts: Drafts
    medicine_sets: MedicineSets
    formularies: Formularies
    own_days: OwnDays
    pharmacies: Pharmacies
    dispensings: Dispensings
    api_clients: ApiClients
    abha_links: AbhaLinks
    tries: Tries
    one_time_codes: OneTimeCodes
    patient_sessions: PatientSessions
    reminder_wishes: ReminderWishes
    reminders: Reminders
    health_records: HealthRecords

    async def audit(self, entry: AuditEntry) -> None: ...
    async def audit_of(self, subject: str) -> Sequence[AuditEntry]:
        """Newest first."""
        ...

    async def tokens_served_on(self, day: date) -> int: ...


class Ledger(Protocol):
    """The database."""

    def write(self) -> AbstractAsyncContextManager[Books]:
        """One transaction, committed at the end of the block; a cancelled task rolls back or commits, never half."""
        ...

    def read(self) -> AbstractAsyncContextManager[Books]:
        """A consistent look; writes raise."""
        ...

    async def alive(self) -> bool: ...
