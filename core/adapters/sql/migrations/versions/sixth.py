"""The doctor's panel: drafts, sets of medicines, where a patient is sent on, a pause for wrapping up."""

import sqlalchemy as sa
from alembic import op

revision = "sixth"
down_revision = "fifth"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("doctors", sa.Column("wrap_up_seconds", sa.Integer(), nullable=True, server_default="0"))
    op.add_column("doctors", sa.Column("back_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_doctors_back_at"), "doctors", ["back_at"])
    op.add_column("consultations", sa.Column("referred_to", sa.Text(), nullable=True))
    op.add_column("consultations", sa.Column("call_back_on", sa.Date(), nullable=True))
    op.create_index(op.f("ix_consultations_call_back_on"), "consultations", ["call_back_on"])
    op.create_index(op.f("ix_prescriptions_doctor_id"), "prescriptions", ["doctor_id"])
    op.create_table(
        "drafts",
        sa.Column("consultation_id", ID, sa.ForeignKey("consultations.id"), primary_key=True, autoincrement=False),
        sa.Column("doctor_id", ID, sa.ForeignKey("doctors.id"), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "medicine_sets",
        sa.Column("id", ID, primary_key=True),
        sa.Column("doctor_id", ID, sa.ForeignKey("doctors.id"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("medicines", sa.JSON(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.UniqueConstraint("doctor_id", "name", name=op.f("uq_medicine_sets_doctor_id_name")),
    )


def downgrade() -> None:
    op.drop_table("medicine_sets")
    op.drop_table("drafts")
    op.drop_index(op.f("ix_prescriptions_doctor_id"), "prescriptions")
    op.drop_index(op.f("ix_consultations_call_back_on"), "consultations")
    op.drop_column("consultations", "call_back_on")
    op.drop_column("consultations", "referred_to")
    op.drop_index(op.f("ix_doctors_back_at"), "doctors")
    op.drop_column("doctors", "back_at")
    op.drop_column("doctors", "wrap_up_seconds")
