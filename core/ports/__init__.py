"""What the use cases need from outside, as Protocols: the ledger (SQL), the line (Redis), the rest of the outside."""

from core.ports.api import AbhaLinks, ApiClients
from core.ports.audit_log import AuditLine, AuditLog, AuditSearch
from core.ports.calls import Calls
from core.ports.care import Consultations, Prescriptions, Tokens
from core.ports.changes import SettingsChanged
from core.ports.desk import Grievances, Lookup, OperatorCalls
from core.ports.formularies import Formularies
from core.ports.health_records import HealthRecords, PageMaker, RecordUnreadable, TooManyPages
from core.ports.ledger import (
    NEW,
    Books,
    Duplicate,
    Ledger,
    Stale,
)
from core.ports.line import (
    AtWork,
    Line,
    LineCounts,
    LineLost,
    LineView,
    Place,
    Server,
    Waiter,
)
from core.ports.messages import Outbox, SmsTalks
from core.ports.outside import (
    Clock,
    Geography,
    Printer,
    SmsDelayed,
    SmsGateway,
    SmsRefused,
    Timeline,
)
from core.ports.own_day import OwnDays
from core.ports.patient_access import OneTimeCodes, PatientSessions, Tries
from core.ports.patients import Callers, Patients
from core.ports.pharmacy import Dispensings, Given, Pharmacies
from core.ports.prompts import BadSound, Prompt, PromptLibrary, PromptState
from core.ports.reminders import Reminders, ReminderWishes
from core.ports.roster import Roster
from core.ports.staff import Sessions, Staff
from core.ports.statistics import Statistics
from core.ports.supervisions import Supervisions
from core.ports.writing import Drafts, MedicineSets

__all__ = [
    "NEW",
    "AbhaLinks",
    "ApiClients",
    "AtWork",
    "AuditLine",
    "AuditLog",
    "AuditSearch",
    "BadSound",
    "Books",
    "Callers",
    "Calls",
    "Clock",
    "Consultations",
    "Dispensings",
    "Drafts",
    "Duplicate",
    "Formularies",
    "Geography",
    "Given",
    "Grievances",
    "HealthRecords",
    "Ledger",
    "Line",
    "LineCounts",
    "LineLost",
    "LineView",
    "Lookup",
    "MedicineSets",
    "OneTimeCodes",
    "OperatorCalls",
    "Outbox",
    "OwnDays",
    "PageMaker",
    "PatientSessions",
    "Patients",
    "Pharmacies",
    "Place",
    "Prescriptions",
    "Printer",
    "Prompt",
    "PromptLibrary",
    "PromptState",
    "RecordUnreadable",
    "ReminderWishes",
    "Reminders",
    "Roster",
    "Server",
    "Sessions",
    "SettingsChanged",
    "SmsDelayed",
    "SmsGateway",
    "SmsRefused",
    "SmsTalks",
    "Staff",
    "Stale",
    "Statistics",
    "Supervisions",
    "Timeline",
    "Tokens",
    "TooManyPages",
    "Tries",
    "Waiter",
]
