"""Who did what; what was changed while running, and who is to be on duty when (S27)."""

from sqlalchemy import Column, Index, Table, Text

from core.adapters.sql.tables.columns import key, metadata, ref, text, time

audit = Table(
    "audit",
    metadata,
    key(),
    time("at", index=True),
    text("actor", index=True),
    text("action"),
    text("subject", index=True),
    text("detail"),
)

settings_changed = Table(
    "settings_changed",
    metadata,
    Column("key", Text, primary_key=True),
    text("value"),
    text("by"),
    time("at"),
)

duties = Table(
    "duties",
    metadata,
    key(),
    ref("doctor_id", "doctors.id"),
    text("opd"),
    time("begins_at"),
    time("ends_at", index=True),
    Index(None, "doctor_id", "begins_at"),
)
