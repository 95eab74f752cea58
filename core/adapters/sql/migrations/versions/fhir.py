"""Other systems may read: clients of the API, their tokens, and the ABHA numbers of patients who agreed (S9)."""

import sqlalchemy as sa
from alembic import op

revision = "fhir"
down_revision = "pharmacy"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "api_clients",
        sa.Column("id", ID, nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_clients")),
        sa.UniqueConstraint("client_id", name=op.f("uq_api_clients_client_id")),
    )
    op.create_table(
        "api_tokens",
        sa.Column("id_hash", sa.Text(), nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_api_tokens")),
        sa.ForeignKeyConstraint(["client_id"], ["api_clients.id"], name=op.f("fk_api_tokens_client_id")),
    )
    op.create_index(op.f("ix_api_tokens_client_id"), "api_tokens", ["client_id"])
    op.create_index(op.f("ix_api_tokens_expires_at"), "api_tokens", ["expires_at"])
    op.create_table(
        "abha_links",
        sa.Column("id", ID, nullable=False),
        sa.Column("patient_id", ID, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("notice_version", sa.Text(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consent_call", sa.Text(), nullable=False),
        sa.Column("linked_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_abha_links")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_abha_links_patient_id")),
    )
    op.create_index(op.f("ix_abha_links_patient_id"), "abha_links", ["patient_id"])
    op.create_index(op.f("ix_abha_links_number"), "abha_links", ["number"])
    live = sa.text("withdrawn_at IS NULL")
    for name, column in (("one_abha_of_patient", "patient_id"), ("one_patient_of_abha", "number")):
        op.create_index(name, "abha_links", [column], unique=True, sqlite_where=live, postgresql_where=live)


def downgrade() -> None:
    raise NotImplementedError("what patients agreed to would be lost")
