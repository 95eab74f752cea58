"""Health records that patients send (S11), and the sessions by which they may."""

import sqlalchemy as sa
from alembic import op

revision = "records"
down_revision = "panels"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "health_records",
        sa.Column("id", ID, primary_key=True),
        sa.Column("patient_id", ID, sa.ForeignKey("patients.id"), nullable=False),
        sa.Column("sent_as", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index(op.f("ix_health_records_patient_id"), "health_records", ["patient_id"])
    op.create_table(
        "health_record_pages",
        sa.Column("id", ID, primary_key=True),
        sa.Column("record_id", ID, sa.ForeignKey("health_records.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("record_id", "number"),
    )
    # No foreign key: SQLite would have to make the table anew, and a session is looked up by its own key only.
    op.add_column("patient_sessions", sa.Column("token_id", ID, nullable=True))


def downgrade() -> None:
    op.drop_column("patient_sessions", "token_id")
    op.drop_table("health_record_pages")
    op.drop_table("health_records")
