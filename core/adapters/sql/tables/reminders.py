"""Who agreed to be reminded, and of what."""

from sqlalchemy import Column, Date, Index, Table, Text

from core.adapters.sql.tables.columns import enum, key, metadata, ref, text, time
from core.rules.reminder import Kind, Way

reminder_wishes = Table(
    "reminder_wishes",
    metadata,
    Column("mobile", Text, primary_key=True),
    enum("way", Way),
    time("at"),
    text("by"),
)

reminders = Table(
    "reminders",
    metadata,
    key(),
    text("cause", unique=True),
    enum("kind", Kind),
    ref("patient_id", "patients.id"),
    Column("due_on", Date, nullable=False),
    ref("prescription_id", "prescriptions.id", null=True),
    ref("call_back_id", "call_backs.id", null=True, index=True),
    time("done_at", null=True),
    text("done_how", null=True),
)
_planned = reminders.c.done_at.is_(None)
Index("ix_reminders_planned", reminders.c.due_on, sqlite_where=_planned, postgresql_where=_planned)
