"""The operator's desk: grievances."""

revision = "fourth"
down_revision = "third"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
