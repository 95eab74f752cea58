"""Every table: columns are named like the fields of the dataclasses in `core.rules`, constraints do the guarding."""

from core.adapters.sql.tables.administration import audit, duties, settings_changed
from core.adapters.sql.tables.api import abha_links, api_clients, api_tokens
from core.adapters.sql.tables.calls import call_backs, call_events, calls
from core.adapters.sql.tables.care import consultations, drafts, medicine_sets, tokens
from core.adapters.sql.tables.columns import metadata
from core.adapters.sql.tables.desk import grievances, operator_calls
from core.adapters.sql.tables.health_records import health_record_pages, health_records
from core.adapters.sql.tables.messages import outbox, received, sms_talks
from core.adapters.sql.tables.patient_access import one_time_codes, patient_sessions, tries
from core.adapters.sql.tables.patients import callers, patients
from core.adapters.sql.tables.pharmacy import dispensings, pharmacies
from core.adapters.sql.tables.prescriptions import formularies, papers, prescriptions
from core.adapters.sql.tables.reminders import reminder_wishes, reminders
from core.adapters.sql.tables.staff import doctors, sessions, staff

__all__ = [
    "abha_links",
    "api_clients",
    "api_tokens",
    "audit",
    "call_backs",
    "call_events",
    "callers",
    "calls",
    "consultations",
    "dispensings",
    "doctors",
    "drafts",
    "duties",
    "formularies",
    "grievances",
    "health_record_pages",
    "health_records",
    "medicine_sets",
    "metadata",
    "one_time_codes",
    "operator_calls",
    "outbox",
    "papers",
    "patient_sessions",
    "patients",
    "pharmacies",
    "prescriptions",
    "received",
    "reminder_wishes",
    "reminders",
    "sessions",
    "settings_changed",
    "sms_talks",
    "staff",
    "tokens",
    "tries",
]
