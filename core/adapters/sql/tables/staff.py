"""Who works here, and who is signed in."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table, Text

from core.adapters.sql.tables.columns import enum, key, metadata, ref, text, time
from core.adapters.sql.types import ID, EnumText, TextTuple
from core.rules.staff import StaffKind, Verification

# Doctors and operators are one table as far as logging in goes, so that no login or SIP account is given twice.
staff = Table(
    "staff",
    metadata,
    key(),
    enum("kind", StaffKind),
    text("login", unique=True),
    text("name"),
    text("account", unique=True),
    text("sip_digest"),
    text("password_hash"),
    time("created_at"),
    Column("available", Boolean, nullable=False),
    time("left_at", null=True),
    text("language", null=True),
)

doctors = Table(
    "doctors",
    metadata,
    Column("id", ID, ForeignKey("staff.id"), primary_key=True, autoincrement=False),
    text("qualification"),
    text("registration_number"),
    text("council"),
    text("contact"),
    Column("opds", TextTuple, nullable=False),
    Column("languages", TextTuple, nullable=False),
    Column("states", TextTuple, nullable=False),
    Column("wrap_up_seconds", Integer, nullable=True, server_default="0"),
    time("back_at", null=True, index=True),
    Column("verification", EnumText(Verification), nullable=False, server_default=Verification.UNVERIFIED.value),
    text("verified_by", null=True),
    time("verified_at", null=True),
    text("outside_number", null=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id_hash", Text, primary_key=True),
    enum("kind", StaffKind),
    ref("person_id", "staff.id", index=True),
    text("csrf"),
    time("created_at"),
    time("expires_at", index=True),
    text("phone_digest", null=True),
    time("phone_lent_at", null=True),
)
