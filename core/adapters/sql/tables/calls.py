"""Calls, what happened in them, and those that are owed."""

from sqlalchemy import Column, Index, Integer, Table, Text, and_

from core.adapters.sql.tables.columns import enum, key, metadata, ref, text, time, unique_where
from core.rules.records import CallBackReason

calls = Table(
    "calls",
    metadata,
    Column("id", Text, primary_key=True),
    text("purpose"),
    text("mobile", index=True),
    time("started_at", index=True),
    time("ended_at", null=True),
    text("language", null=True),
    ref("patient_id", "patients.id", null=True),
    ref("token_id", "tokens.id", null=True),
    text("outcome", null=True),
)
_open = calls.c.ended_at.is_(None)
Index("ix_calls_open", calls.c.started_at, sqlite_where=_open, postgresql_where=_open)

# No foreign key: what is noted about a call must never be lost because the call itself was not written down yet.
call_events = Table(
    "call_events",
    metadata,
    key(),
    text("call_id", index=True),
    time("at"),
    text("kind"),
    text("detail"),
)

call_backs = Table(
    "call_backs",
    metadata,
    key(),
    text("mobile", index=True),
    enum("reason", CallBackReason),
    text("language", null=True),
    time("requested_at", index=True),
    time("done_at", null=True),
    text("done_by", null=True),
    time("due_at", null=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
)
unique_where("one_owed", call_backs.c.mobile, call_backs.c.reason, where=call_backs.c.done_at.is_(None))
unique_where(
    "one_owed_by_machine",
    call_backs.c.mobile,
    where=and_(call_backs.c.done_at.is_(None), call_backs.c.reason != CallBackReason.OPERATOR),
)
