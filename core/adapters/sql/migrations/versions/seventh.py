"""Browser phones: what each session's phone proves itself by."""

revision = "seventh"
down_revision = "sixth"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
