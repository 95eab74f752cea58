"""Other systems: who they are, their tokens, and which patients let them read (S9, T12)."""

from sqlalchemy import Column, Table, Text

from core.adapters.sql.tables.columns import key, metadata, ref, text, time, unique_where
from core.adapters.sql.types import TextTuple

api_clients = Table(
    "api_clients",
    metadata,
    key(),
    text("client_id", unique=True),
    text("name"),
    text("secret_hash"),
    Column("scopes", TextTuple, nullable=False),
    time("created_at"),
    text("created_by"),
    time("revoked_at", null=True),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id_hash", Text, primary_key=True),
    ref("client_id", "api_clients.id", index=True),
    Column("scopes", TextTuple, nullable=False),
    time("issued_at"),
    time("expires_at", index=True),
)

abha_links = Table(
    "abha_links",
    metadata,
    key(),
    ref("patient_id", "patients.id", index=True),
    text("number", index=True),
    text("notice_version"),
    time("consented_at"),
    text("consent_call"),
    text("linked_by"),
    time("withdrawn_at", null=True),
)
_live = abha_links.c.withdrawn_at.is_(None)
unique_where("one_abha_of_patient", abha_links.c.patient_id, where=_live)
unique_where("one_patient_of_abha", abha_links.c.number, where=_live)
