"""Administration: who left, verified doctors, duty roster, settings changed while running, a searchable audit."""

import sqlalchemy as sa
from alembic import op

revision = "fifth"
down_revision = "fourth"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("staff", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("doctors", sa.Column("verification", sa.Text(), nullable=False, server_default="unverified"))
    op.add_column("doctors", sa.Column("verified_by", sa.Text(), nullable=True))
    op.add_column("doctors", sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True))
    # Until now hiring a doctor was to vouch for them.
    op.execute("UPDATE doctors SET verification = 'verified', verified_by = 'system'")
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])
    op.create_index(op.f("ix_audit_actor"), "audit", ["actor"])
    op.create_table(
        "settings_changed",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "duties",
        sa.Column("id", ID, primary_key=True),
        sa.Column("doctor_id", ID, sa.ForeignKey("doctors.id"), nullable=False),
        sa.Column("opd", sa.Text(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(op.f("ix_duties_ends_at"), "duties", ["ends_at"])
    op.create_index(op.f("ix_duties_doctor_id_begins_at"), "duties", ["doctor_id", "begins_at"])


def downgrade() -> None:
    op.drop_table("duties")
    op.drop_table("settings_changed")
    op.drop_index(op.f("ix_audit_actor"), "audit")
    op.drop_index(op.f("ix_audit_at"), "audit")
    for column in ("verified_at", "verified_by", "verification"):
        op.drop_column("doctors", column)
    op.drop_column("staff", "left_at")
