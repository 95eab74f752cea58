"""Every table: columns are named like the fields of the dataclasses in `core.rules`, constraints do the guarding."""

from enum import StrEnum

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    and_,
)

from core.adapters.sql.types import ID, EnumText, MedicinesJson, PrescriptionJson, TextTuple, UtcDateTime
from core.rules.consultation import Outcome
from core.rules.grievance import About
from core.rules.patient import Gender, Relation
from core.rules.records import CallBackReason
from core.rules.sms import SmsState
from core.rules.sms_talk import Question
from core.rules.sms_words import Wish
from core.rules.staff import StaffKind, Verification
from core.rules.token import ACTIVE, Priority, TokenState

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", ID, primary_key=True)


def _text(name: str, *, null: bool = False, index: bool = False, unique: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null, index=index, unique=unique)


def _time(name: str, *, null: bool = False, index: bool = False) -> Column[object]:
    return Column(name, UtcDateTime, nullable=null, index=index)


def _enum(name: str, enum: type[StrEnum], *, null: bool = False, index: bool = False) -> Column[StrEnum]:
    return Column(name, EnumText(enum), nullable=null, index=index)


def _ref(name: str, target: str, *, null: bool = False, index: bool = False) -> Column[int]:
    return Column(name, ID, ForeignKey(target), nullable=null, index=index)


def _unique_where(name: str, *columns: Column[int] | Column[str], where: ColumnElement[bool]) -> Index:
    """Unique among the rows that satisfy `where`; both databases can do it."""
    return Index(name, *columns, unique=True, sqlite_where=where, postgresql_where=where)


patients = Table(
    "patients",
    metadata,
    _id(),
    _text("code", unique=True),
    _text("mobile", index=True),
    _enum("relation", Relation),
    _enum("gender", Gender),
    Column("age", Integer, nullable=False),
    Column("age_on", Date, nullable=False),
    _text("pin_code"),
    _text("state"),
    _text("district", null=True),
    _text("language"),
    _time("created_at"),
    _text("name", null=True),
    _text("name_recording", null=True),
    _text("guardian_recording", null=True),
    _text("guardian_name", null=True),
)

callers = Table(
    "callers",
    metadata,
    Column("mobile", Text, primary_key=True),
    _text("language"),
    _text("notice_version"),
    _time("consented_at"),
    _text("consent_call"),
)

# Doctors and operators are one table as far as logging in goes, so that no login or SIP account is given twice.
staff = Table(
    "staff",
    metadata,
    _id(),
    _enum("kind", StaffKind),
    _text("login", unique=True),
    _text("name"),
    _text("account", unique=True),
    _text("sip_digest"),
    _text("password_hash"),
    _time("created_at"),
    Column("available", Boolean, nullable=False),
    _time("left_at", null=True),
)

doctors = Table(
    "doctors",
    metadata,
    Column("id", ID, ForeignKey("staff.id"), primary_key=True, autoincrement=False),
    _text("qualification"),
    _text("registration_number"),
    _text("council"),
    _text("contact"),
    Column("opds", TextTuple, nullable=False),
    Column("languages", TextTuple, nullable=False),
    Column("states", TextTuple, nullable=False),
    Column("wrap_up_seconds", Integer, nullable=True, server_default="0"),
    _time("back_at", null=True, index=True),
    Column("verification", EnumText(Verification), nullable=False, server_default=Verification.UNVERIFIED.value),
    _text("verified_by", null=True),
    _time("verified_at", null=True),
    _text("outside_number", null=True),
)

tokens = Table(
    "tokens",
    metadata,
    _id(),
    _text("number"),
    Column("day", Date, nullable=False),
    _ref("patient_id", "patients.id", index=True),
    _text("opd"),
    _text("state_code"),
    _text("language"),
    _enum("priority", Priority),
    _enum("state", TokenState, index=True),
    _time("created_at"),
    _time("joined_at"),
    Column("turns", Integer, nullable=False),
    _ref("own_doctor_id", "doctors.id", null=True),
    UniqueConstraint("day", "number"),
)
_unique_where("one_active_token", tokens.c.patient_id, where=tokens.c.state.in_(sorted(ACTIVE)))

consultations = Table(
    "consultations",
    metadata,
    _id(),
    _ref("token_id", "tokens.id", index=True),
    _ref("patient_id", "patients.id", index=True),
    _ref("doctor_id", "doctors.id", index=True),
    Column("follow_up", Boolean, nullable=False),
    _time("claimed_at"),
    _time("talked_at", null=True),
    _time("hung_up_at", null=True),
    _time("ended_at", null=True, index=True),
    _enum("outcome", Outcome, null=True),
    _text("patient_call", null=True),
    _text("doctor_call", null=True),
    _text("referred_to", null=True),
    Column("call_back_on", Date, nullable=True, index=True),
)
_unique_where("one_open_of_token", consultations.c.token_id, where=consultations.c.outcome.is_(None))
_unique_where("one_open_of_doctor", consultations.c.doctor_id, where=consultations.c.outcome.is_(None))

prescriptions = Table(
    "prescriptions",
    metadata,
    _id(),
    Column("consultation_id", ID, ForeignKey("consultations.id"), nullable=False, unique=True),
    _ref("patient_id", "patients.id", index=True),
    _ref("doctor_id", "doctors.id", index=True),
    Column("content", PrescriptionJson, nullable=False),
    _time("signed_at"),
    _text("number", unique=True),
    _text("link_hash", unique=True),
    _time("link_expires_at"),
)

# Apart from `prescriptions`, so that looking at the list does not read the paper.
papers = Table(
    "papers",
    metadata,
    Column("prescription_id", ID, ForeignKey("prescriptions.id"), primary_key=True, autoincrement=False),
    Column("pdf", LargeBinary, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    _text("cause", unique=True),
    _text("mobile", index=True),
    _text("template"),
    _text("language"),
    _text("text"),
    _text("dlt_template_id"),
    _time("created_at"),
    _enum("state", SmsState),
    Column("attempts", Integer, nullable=False),
    _time("next_attempt_at", null=True),
    _text("gateway_id", null=True, index=True),
    _text("error", null=True),
    _time("sent_at", null=True),
    _time("delivered_at", null=True),
    Index(None, "state", "next_attempt_at"),
)

received = Table(
    "received",
    metadata,
    _id(),
    _text("gateway_id", unique=True),
    _text("mobile"),
    _text("text"),
    _time("received_at"),
    Index(None, "mobile", "received_at"),
)

sms_talks = Table(
    "sms_talks",
    metadata,
    Column("mobile", Text, primary_key=True),
    _text("language"),
    _enum("wish", Wish),
    _enum("question", Question),
    _time("began_at"),
    _time("asked_at"),
    Column("for_someone_new", Boolean, nullable=False),
    _text("consent", null=True),
    _time("consented_at", null=True),
    _ref("patient_id", "patients.id", null=True),
    _text("name", null=True),
    Column("age", Integer, nullable=True),
    _text("guardian_name", null=True),
    _enum("gender", Gender, null=True),
    _text("pin_code", null=True),
)

calls = Table(
    "calls",
    metadata,
    Column("id", Text, primary_key=True),
    _text("purpose"),
    _text("mobile", index=True),
    _time("started_at", index=True),
    _time("ended_at", null=True),
    _text("language", null=True),
    _ref("patient_id", "patients.id", null=True),
    _ref("token_id", "tokens.id", null=True),
    _text("outcome", null=True),
)
_open = calls.c.ended_at.is_(None)
Index("ix_calls_open", calls.c.started_at, sqlite_where=_open, postgresql_where=_open)

# No foreign key: what is noted about a call must never be lost because the call itself was not written down yet.
call_events = Table(
    "call_events",
    metadata,
    _id(),
    _text("call_id", index=True),
    _time("at"),
    _text("kind"),
    _text("detail"),
)

call_backs = Table(
    "call_backs",
    metadata,
    _id(),
    _text("mobile", index=True),
    _enum("reason", CallBackReason),
    _text("language", null=True),
    _time("requested_at", index=True),
    _time("done_at", null=True),
    _text("done_by", null=True),
    _time("due_at", null=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
)
_unique_where("one_owed", call_backs.c.mobile, call_backs.c.reason, where=call_backs.c.done_at.is_(None))
_unique_where(
    "one_owed_by_machine",
    call_backs.c.mobile,
    where=and_(call_backs.c.done_at.is_(None), call_backs.c.reason != CallBackReason.OPERATOR),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    _time("at", index=True),
    _text("actor", index=True),
    _text("action"),
    _text("subject", index=True),
    _text("detail"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id_hash", Text, primary_key=True),
    _enum("kind", StaffKind),
    _ref("person_id", "staff.id", index=True),
    _text("csrf"),
    _time("created_at"),
    _time("expires_at", index=True),
    _text("phone_digest", null=True),
    _time("phone_lent_at", null=True),
)

# Administration: what was changed while running, and who is to be on duty when (S27).

settings_changed = Table(
    "settings_changed",
    metadata,
    Column("key", Text, primary_key=True),
    _text("value"),
    _text("by"),
    _time("at"),
)

duties = Table(
    "duties",
    metadata,
    _id(),
    _ref("doctor_id", "doctors.id"),
    _text("opd"),
    _time("begins_at"),
    _time("ends_at", index=True),
    Index(None, "doctor_id", "begins_at"),
)

# What a doctor has typed and not signed: one row a consultation, gone when that ends.
drafts = Table(
    "drafts",
    metadata,
    Column("consultation_id", ID, ForeignKey("consultations.id"), primary_key=True, autoincrement=False),
    _ref("doctor_id", "doctors.id"),
    _text("content"),
    _time("saved_at"),
)

medicine_sets = Table(
    "medicine_sets",
    metadata,
    _id(),
    _ref("doctor_id", "doctors.id"),
    _text("name"),
    Column("medicines", MedicinesJson, nullable=False),
    _text("advice"),
    UniqueConstraint("doctor_id", "name"),
)

# The operator's desk: who is with which operator, and grievances (T9).
operator_calls = Table(
    "operator_calls",
    metadata,
    _id(),
    _ref("operator_id", "staff.id"),
    _text("call_id"),
    _text("mobile"),
    _time("rang_at"),
    _time("answered_at", null=True),
    _time("ended_at", null=True),
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
    _id(),
    _text("mobile", index=True),
    _enum("about", About),
    _text("text"),
    _text("language"),
    _time("received_at"),
    _text("received_by"),
    _ref("patient_id", "patients.id", null=True),
    _text("answer", null=True),
    _time("answered_at", null=True, index=True),
    _text("answered_by", null=True),
)
