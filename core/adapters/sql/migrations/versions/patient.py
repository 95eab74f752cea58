"""Patients on the web (tries, one-time codes, sessions), and reminders to whoever agreed to them."""

import sqlalchemy as sa
from alembic import op

revision = "patient"
down_revision = "rules"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "tries",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
    )
    op.create_index(op.f("ix_tries_began_at"), "tries", ["began_at"])
    op.create_table(
        "one_time_codes",
        sa.Column("mobile", sa.Text(), primary_key=True),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index(op.f("ix_one_time_codes_expires_at"), "one_time_codes", ["expires_at"])
    op.create_table(
        "patient_sessions",
        sa.Column("id_hash", sa.Text(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mobile", sa.Text(), nullable=True),
        sa.Column("prescription_id", ID, sa.ForeignKey("prescriptions.id"), nullable=True),
    )
    op.create_index(op.f("ix_patient_sessions_expires_at"), "patient_sessions", ["expires_at"])
    code = sa.text("template = 'one_time_code' AND text != ''")
    op.create_index("ix_outbox_codes", "outbox", ["created_at"], sqlite_where=code, postgresql_where=code)
    _reminders()


def _reminders() -> None:
    op.create_table(
        "reminder_wishes",
        sa.Column("mobile", sa.Text(), primary_key=True),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
    )
    op.create_table(
        "reminders",
        sa.Column("id", ID, primary_key=True),
        sa.Column("cause", sa.Text(), nullable=False, unique=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("patient_id", ID, sa.ForeignKey("patients.id"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("prescription_id", ID, sa.ForeignKey("prescriptions.id"), nullable=True),
        sa.Column("call_back_id", ID, sa.ForeignKey("call_backs.id"), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_how", sa.Text(), nullable=True),
    )
    op.create_index(op.f("ix_reminders_call_back_id"), "reminders", ["call_back_id"])
    planned = sa.text("done_at IS NULL")
    op.create_index("ix_reminders_planned", "reminders", ["due_on"], sqlite_where=planned, postgresql_where=planned)


def downgrade() -> None:
    op.drop_index("ix_outbox_codes", "outbox")
    for table in ("reminders", "reminder_wishes", "patient_sessions", "one_time_codes", "tries"):
        op.drop_table(table)
