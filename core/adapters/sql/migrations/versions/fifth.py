"""Administration: duty roster, holidays, settings that were changed in the panel."""

revision = "fifth"
down_revision = "fourth"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
