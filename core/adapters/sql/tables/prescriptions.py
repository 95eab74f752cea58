"""What was signed, and its paper."""

from sqlalchemy import Column, ForeignKey, LargeBinary, Table

from core.adapters.sql.tables.columns import key, metadata, ref, text, time
from core.adapters.sql.types import ID, PrescriptionJson

prescriptions = Table(
    "prescriptions",
    metadata,
    key(),
    Column("consultation_id", ID, ForeignKey("consultations.id"), nullable=False, unique=True),
    ref("patient_id", "patients.id", index=True),
    ref("doctor_id", "doctors.id", index=True),
    Column("content", PrescriptionJson, nullable=False),
    time("signed_at"),
    text("number", unique=True),
    text("link_hash", unique=True),
    time("link_expires_at"),
)

# Apart from `prescriptions`, so that looking at the list does not read the paper.
papers = Table(
    "papers",
    metadata,
    Column("prescription_id", ID, ForeignKey("prescriptions.id"), primary_key=True, autoincrement=False),
    Column("pdf", LargeBinary, nullable=False),
)
