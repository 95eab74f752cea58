"""The operator's desk: who is with which operator, grievances, a number's SMS and call-backs found quickly."""

import sqlalchemy as sa
from alembic import op

revision = "fourth"
down_revision = "third"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_index(op.f("ix_outbox_mobile"), "outbox", ["mobile"])
    op.create_index(op.f("ix_call_backs_mobile"), "call_backs", ["mobile"])
    op.create_table(
        "operator_calls",
        sa.Column("id", ID, primary_key=True),
        sa.Column("operator_id", ID, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("mobile", sa.Text(), nullable=False),
        sa.Column("rang_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
    )
    present = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_operator_calls_present", "operator_calls", ["operator_id"], sqlite_where=present, postgresql_where=present
    )
    op.create_table(
        "grievances",
        sa.Column("id", ID, primary_key=True),
        sa.Column("mobile", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("patient_id", ID, sa.ForeignKey("patients.id"), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
    )
    op.create_index(op.f("ix_grievances_mobile"), "grievances", ["mobile"])
    op.create_index(op.f("ix_grievances_answered_at"), "grievances", ["answered_at"])


def downgrade() -> None:
    op.drop_table("grievances")
    op.drop_table("operator_calls")
    op.drop_index(op.f("ix_call_backs_mobile"), "call_backs")
    op.drop_index(op.f("ix_outbox_mobile"), "outbox")
