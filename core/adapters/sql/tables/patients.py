"""Patients, and the callers whose numbers they share."""

from sqlalchemy import Column, Date, Integer, Table, Text

from core.adapters.sql.tables.columns import enum, key, metadata, text, time
from core.rules.patient import Gender, Relation

patients = Table(
    "patients",
    metadata,
    key(),
    text("code", unique=True),
    text("mobile", index=True),
    enum("relation", Relation),
    enum("gender", Gender),
    Column("age", Integer, nullable=False),
    Column("age_on", Date, nullable=False),
    text("pin_code"),
    text("state"),
    text("district", null=True),
    text("language"),
    time("created_at"),
    text("name", null=True),
    text("name_recording", null=True),
    text("guardian_recording", null=True),
    text("guardian_name", null=True),
)

callers = Table(
    "callers",
    metadata,
    Column("mobile", Text, primary_key=True),
    text("language"),
    text("notice_version"),
    time("consented_at"),
    text("consent_call"),
)
