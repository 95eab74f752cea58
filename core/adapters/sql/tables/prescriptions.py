"""What was signed, its paper, and the formularies it was checked against."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, Table, Text

from core.adapters.sql.tables.columns import key, metadata, ref, text, time, unique_where
from core.adapters.sql.types import ID, EnumText, PrescriptionJson
from core.rules.prescription import Mode

prescriptions = Table(
    "prescriptions",
    metadata,
    key(),
    ref("consultation_id", "consultations.id"),
    ref("patient_id", "patients.id", index=True),
    ref("doctor_id", "doctors.id", index=True),
    Column("content", PrescriptionJson, nullable=False),
    time("signed_at"),
    text("number", unique=True),
    text("link_hash", unique=True),
    time("link_expires_at"),
    text("code", unique=True),
    Column("mode", EnumText(Mode), nullable=False, server_default=Mode.AUDIO.value),
    text("formulary_version", null=True),
    Column("version", Integer, nullable=False, server_default="1"),
    ref("replaces_id", "prescriptions.id", null=True),
    time("voided_at", null=True),
)
unique_where("one_valid_of_consultation", prescriptions.c.consultation_id, where=prescriptions.c.voided_at.is_(None))

# Apart from `prescriptions`, so that looking at the list does not read the paper.
papers = Table(
    "papers",
    metadata,
    Column("prescription_id", ID, ForeignKey("prescriptions.id"), primary_key=True, autoincrement=False),
    Column("pdf", LargeBinary, nullable=False),
    text("sha256", index=True),
)

formularies = Table(
    "formularies",
    metadata,
    Column("version", Text, primary_key=True),
    text("content"),
    text("by"),
    time("at"),
    Column("in_force", Boolean, nullable=False),
)
unique_where("one_formulary_in_force", formularies.c.in_force, where=formularies.c.in_force.is_(True))
