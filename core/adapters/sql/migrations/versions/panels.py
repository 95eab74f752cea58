"""The staff's own language on the panel."""

import sqlalchemy as sa
from alembic import op

revision = "panels"
down_revision = "patient"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("language", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("staff", "language")
