"""SMS that are answered: conversations that are not finished, a minor's adult by name, and how often a mobile wrote."""

import sqlalchemy as sa
from alembic import op

revision = "third"
down_revision = "second"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("patients", sa.Column("guardian_name", sa.Text(), nullable=True))
    op.create_index(op.f("ix_received_mobile_received_at"), "received", ["mobile", "received_at"])
    op.create_table(
        "sms_talks",
        sa.Column("mobile", sa.Text(), primary_key=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("for_someone_new", sa.Boolean(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=True),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("patient_id", ID, sa.ForeignKey("patients.id"), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("age", sa.Integer(), nullable=True),
        sa.Column("guardian_name", sa.Text(), nullable=True),
        sa.Column("gender", sa.Text(), nullable=True),
        sa.Column("pin_code", sa.Text(), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("sms_talks")
    op.drop_index(op.f("ix_received_mobile_received_at"), "received")
    op.drop_column("patients", "guardian_name")
