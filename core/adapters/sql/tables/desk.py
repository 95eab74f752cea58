"""The operator's desk: who is with which operator, and grievances (T9)."""

from sqlalchemy import Column, Date, Index, Table

from core.adapters.sql.tables.columns import enum, key, metadata, ref, text, time
from core.rules.grievance import About

operator_calls = Table(
    "operator_calls",
    metadata,
    key(),
    ref("operator_id", "staff.id"),
    text("call_id"),
    text("mobile"),
    time("rang_at"),
    time("answered_at", null=True),
    time("ended_at", null=True),
)
_with_operator = operator_calls.c.ended_at.is_(None)
Index(
    "ix_operator_calls_present",
    operator_calls.c.operator_id,
    sqlite_where=_with_operator,
    postgresql_where=_with_operator,
)

grievances = Table(
    "grievances",
    metadata,
    key(),
    text("mobile", index=True),
    enum("about", About),
    text("text"),
    text("language"),
    time("received_at"),
    text("received_by"),
    Column("due_on", Date, nullable=False),
    ref("patient_id", "patients.id", null=True),
    text("answer", null=True),
    time("answered_at", null=True, index=True),
    text("answered_by", null=True),
    ref("assigned_to", "staff.id", null=True),
)
