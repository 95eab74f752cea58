"""Health records that patients send (S11), page by page."""

from sqlalchemy import Column, Integer, LargeBinary, Table, UniqueConstraint

from core.adapters.sql.tables.columns import enum, key, metadata, ref, text, time
from core.rules.health_record import SentAs

health_records = Table(
    "health_records",
    metadata,
    key(),
    ref("patient_id", "patients.id", index=True),
    enum("sent_as", SentAs),
    Column("pages", Integer, nullable=False),
    text("sha256"),
    time("received_at"),
    text("received_by"),
    time("seen_at", null=True),
)

# Apart from `health_records`, so that looking at the list does not read the pictures.
health_record_pages = Table(
    "health_record_pages",
    metadata,
    key(),
    ref("record_id", "health_records.id"),
    Column("number", Integer, nullable=False),
    Column("jpeg", LargeBinary, nullable=False),
    UniqueConstraint("record_id", "number"),
)
