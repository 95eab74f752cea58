"""Registered pharmacies, and what they gave."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, Table, UniqueConstraint

from core.adapters.sql.tables.columns import enum, key, metadata, ref, text, time
from core.adapters.sql.types import ID
from core.rules.pharmacy import Channel
from core.rules.staff import Verification

# What signing in needs of them is in `staff`, so that no login is given twice.
pharmacies = Table(
    "pharmacies",
    metadata,
    Column("id", ID, ForeignKey("staff.id"), primary_key=True, autoincrement=False),
    text("licence_number"),
    text("authority"),
    text("phone", null=True, unique=True),
    text("pin_hash"),
    enum("verification", Verification),
    text("verified_by", null=True),
    time("verified_at", null=True),
)

# The rows of one medicine are a chain, each beginning where the one before ended (`already`): two cannot begin at the
# same place, and none reaches beyond what was prescribed. So nothing is given twice, whoever presses when.
dispensings = Table(
    "dispensings",
    metadata,
    key(),
    ref("prescription_id", "prescriptions.id", index=True),
    ref("consultation_id", "consultations.id"),
    Column("item", Integer, nullable=False),
    text("medicine"),
    Column("already", Integer, nullable=False),
    Column("days", Integer, nullable=False),
    Column("prescribed", Integer, nullable=False),
    ref("pharmacy_id", "pharmacies.id", index=True),
    time("at"),
    enum("channel", Channel),
    UniqueConstraint("consultation_id", "medicine", "already"),
    CheckConstraint("already >= 0 AND days > 0 AND already + days <= prescribed", name="within_what_was_prescribed"),
)
