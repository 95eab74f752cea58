"""SMS: what goes out, what came in, and conversations that are not finished."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, and_

from core.adapters.sql.tables.columns import enum, key, metadata, ref, text, time
from core.rules.patient import Gender
from core.rules.patient_access import CODE_TEMPLATE
from core.rules.sms import SmsState
from core.rules.sms_talk import Question
from core.rules.sms_words import Wish

outbox = Table(
    "outbox",
    metadata,
    key(),
    text("cause", unique=True),
    text("mobile", index=True),
    text("template"),
    text("language"),
    text("text"),
    text("dlt_template_id"),
    time("created_at"),
    enum("state", SmsState),
    Column("attempts", Integer, nullable=False),
    time("next_attempt_at", null=True),
    text("gateway_id", null=True, index=True),
    text("error", null=True),
    time("sent_at", null=True),
    time("delivered_at", null=True),
    Index(None, "state", "next_attempt_at"),
)

_code = and_(outbox.c.template == CODE_TEMPLATE, outbox.c.text != "")
Index("ix_outbox_codes", outbox.c.created_at, sqlite_where=_code, postgresql_where=_code)

received = Table(
    "received",
    metadata,
    key(),
    text("gateway_id", unique=True),
    text("mobile"),
    text("text"),
    time("received_at"),
    Index(None, "mobile", "received_at"),
)

sms_talks = Table(
    "sms_talks",
    metadata,
    Column("mobile", Text, primary_key=True),
    text("language"),
    enum("wish", Wish),
    enum("question", Question),
    time("began_at"),
    time("asked_at"),
    Column("for_someone_new", Boolean, nullable=False),
    text("consent", null=True),
    time("consented_at", null=True),
    ref("patient_id", "patients.id", null=True),
    text("name", null=True),
    Column("age", Integer, nullable=True),
    text("guardian_name", null=True),
    enum("gender", Gender, null=True),
    text("pin_code", null=True),
)
