"""Call-backs that the machine makes: when the next try is due, how many there were, one owed to a mobile at a time."""

import sqlalchemy as sa
from alembic import op

revision = "second"
down_revision = "first"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("call_backs", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("call_backs", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(op.f("ix_call_backs_requested_at"), "call_backs", ["requested_at"])
    owed_by_machine = "done_at IS NULL AND reason <> 'operator'"
    op.create_index(
        "one_owed_by_machine",
        "call_backs",
        ["mobile"],
        unique=True,
        sqlite_where=sa.text(owed_by_machine),
        postgresql_where=sa.text(owed_by_machine),
    )
    op.create_index(op.f("ix_calls_mobile"), "calls", ["mobile"])
    op.create_index(
        "ix_calls_open",
        "calls",
        ["started_at"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_calls_open", "calls")
    op.drop_index(op.f("ix_calls_mobile"), "calls")
    op.drop_index("one_owed_by_machine", "call_backs")
    op.drop_index(op.f("ix_call_backs_requested_at"), "call_backs")
    op.drop_column("call_backs", "attempts")
    op.drop_column("call_backs", "due_at")
