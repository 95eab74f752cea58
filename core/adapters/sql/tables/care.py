"""From the token to the end of the consultation, and what a doctor has typed meanwhile."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, Table, UniqueConstraint

from core.adapters.sql.tables.columns import enum, key, metadata, ref, text, time, unique_where
from core.adapters.sql.types import ID, MedicinesJson
from core.rules.consultation import Outcome
from core.rules.token import ACTIVE, Priority, TokenState

tokens = Table(
    "tokens",
    metadata,
    key(),
    text("number"),
    Column("day", Date, nullable=False),
    ref("patient_id", "patients.id", index=True),
    text("opd"),
    text("state_code"),
    text("language"),
    enum("priority", Priority),
    enum("state", TokenState, index=True),
    time("created_at"),
    time("joined_at"),
    Column("turns", Integer, nullable=False),
    ref("own_doctor_id", "doctors.id", null=True),
    UniqueConstraint("day", "number"),
)
unique_where("one_active_token", tokens.c.patient_id, where=tokens.c.state.in_(sorted(ACTIVE)))

consultations = Table(
    "consultations",
    metadata,
    key(),
    ref("token_id", "tokens.id", index=True),
    ref("patient_id", "patients.id", index=True),
    ref("doctor_id", "doctors.id", index=True),
    Column("follow_up", Boolean, nullable=False),
    time("claimed_at"),
    time("talked_at", null=True),
    time("hung_up_at", null=True),
    time("ended_at", null=True, index=True),
    enum("outcome", Outcome, null=True),
    text("patient_call", null=True),
    text("doctor_call", null=True),
    text("referred_to", null=True),
    Column("call_back_on", Date, nullable=True, index=True),
)
unique_where("one_open_of_token", consultations.c.token_id, where=consultations.c.outcome.is_(None))
unique_where("one_open_of_doctor", consultations.c.doctor_id, where=consultations.c.outcome.is_(None))

# What a doctor has typed and not signed: one row a consultation, gone when that ends.
drafts = Table(
    "drafts",
    metadata,
    Column("consultation_id", ID, ForeignKey("consultations.id"), primary_key=True, autoincrement=False),
    ref("doctor_id", "doctors.id"),
    text("content"),
    time("saved_at"),
)

medicine_sets = Table(
    "medicine_sets",
    metadata,
    key(),
    ref("doctor_id", "doctors.id"),
    text("name"),
    Column("medicines", MedicinesJson, nullable=False),
    text("advice"),
    UniqueConstraint("doctor_id", "name"),
)
