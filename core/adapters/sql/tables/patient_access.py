"""Patients on the web: tries that are counted, codes by SMS, and sessions."""

from sqlalchemy import Column, Integer, Table, Text

from core.adapters.sql.tables.columns import metadata, ref, text, time
from core.adapters.sql.types import ID

tries = Table(
    "tries",
    metadata,
    Column("key", Text, primary_key=True),
    time("began_at", index=True),
    Column("count", Integer, nullable=False),
)

one_time_codes = Table(
    "one_time_codes",
    metadata,
    Column("mobile", Text, primary_key=True),
    text("salt"),
    text("code_hash"),
    time("sent_at"),
    time("expires_at", index=True),
    Column("tries", Integer, nullable=False),
    time("used_at", null=True),
)

patient_sessions = Table(
    "patient_sessions",
    metadata,
    Column("id_hash", Text, primary_key=True),
    time("created_at"),
    time("expires_at", index=True),
    text("mobile", null=True),
    ref("prescription_id", "prescriptions.id", null=True),
    Column("token_id", ID, nullable=True),
)
