"""Browser phones: what each session's phone proves itself by; and doctors who are rung at an outside number."""

import sqlalchemy as sa
from alembic import op

revision = "seventh"
down_revision = "sixth"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("phone_digest", sa.Text(), nullable=True))
    op.add_column("sessions", sa.Column("phone_lent_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("doctors", sa.Column("outside_number", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("doctors", "outside_number")
    op.drop_column("sessions", "phone_lent_at")
    op.drop_column("sessions", "phone_digest")
