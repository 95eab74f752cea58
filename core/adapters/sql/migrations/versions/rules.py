"""Formularies have versions: what each prescription was checked against is kept."""

import sqlalchemy as sa
from alembic import op

revision = "rules"
down_revision = "fhir"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "formularies",
        sa.Column("version", sa.Text(), primary_key=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
    )
    op.create_index(
        "one_formulary_in_force", "formularies", ["in_force"], unique=True,
        sqlite_where=sa.text("in_force IS true"), postgresql_where=sa.text("in_force IS true"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("one_formulary_in_force", "formularies")
    op.drop_table("formularies")
