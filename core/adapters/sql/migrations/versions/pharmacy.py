"""Pharmacies, what they dispensed, and the fingerprint of every paper."""

from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "pharmacy"
down_revision = "eighth"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pharmacies",
        sa.Column("id", ID, sa.ForeignKey("staff.id", name=op.f("fk_pharmacies_id")), autoincrement=False),
        sa.Column("licence_number", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("verification", sa.Text(), nullable=False),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pharmacies")),
        sa.UniqueConstraint("phone", name=op.f("uq_pharmacies_phone")),
    )
    op.create_table(
        "dispensings",
        sa.Column("id", ID, nullable=False),
        sa.Column("prescription_id", ID, sa.ForeignKey("prescriptions.id"), nullable=False),
        sa.Column("consultation_id", ID, sa.ForeignKey("consultations.id"), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("medicine", sa.Text(), nullable=False),
        sa.Column("already", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("prescribed", sa.Integer(), nullable=False),
        sa.Column("pharmacy_id", ID, sa.ForeignKey("pharmacies.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispensings")),
        sa.UniqueConstraint(
            "consultation_id", "medicine", "already", name=op.f("uq_dispensings_consultation_id_medicine_already")
        ),
        sa.CheckConstraint(
            "already >= 0 AND days > 0 AND already + days <= prescribed", name="within_what_was_prescribed"
        ),
    )
    for column in ("prescription_id", "pharmacy_id"):
        op.create_index(op.f(f"ix_dispensings_{column}"), "dispensings", [column])
    op.add_column("papers", sa.Column("sha256", sa.Text(), nullable=True))
    _fingerprint_papers()
    with op.batch_alter_table("papers") as table:
        table.alter_column("sha256", existing_type=sa.Text(), nullable=False)
        table.create_index(op.f("ix_papers_sha256"), ["sha256"])


def _fingerprint_papers() -> None:
    """Of those that were signed before; one at a time, as each is some 70 kB."""
    papers = sa.table("papers", sa.column("prescription_id"), sa.column("pdf"), sa.column("sha256"))
    connection = op.get_bind()
    for (row,) in connection.execute(sa.select(papers.c.prescription_id)).all():
        this = papers.c.prescription_id == row
        pdf = connection.execute(sa.select(papers.c.pdf).where(this)).scalar_one()
        connection.execute(papers.update().where(this).values(sha256=sha256(bytes(pdf)).hexdigest()))


def downgrade() -> None:
    raise NotImplementedError("what was dispensed would be lost")
