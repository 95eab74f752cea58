"""The doctor's panel: drafts, sets of medicines, outcomes."""

revision = "sixth"
down_revision = "fifth"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
