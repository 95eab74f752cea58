"""Prescriptions have versions, a code to verify them by, a mode, and the formulary they were checked against."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "eighth"
down_revision = "seventh"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CODES = 10**11


def upgrade() -> None:
    # SQLite drops a constraint by copying the table, which nothing may point to meanwhile.
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        op.execute("CREATE TABLE papers_kept AS SELECT prescription_id, pdf FROM papers")
        op.drop_table("papers")
    op.add_column("prescriptions", sa.Column("code", sa.Text(), nullable=True))
    _give_codes()
    with op.batch_alter_table("prescriptions") as table:
        table.alter_column("code", existing_type=sa.Text(), nullable=False)
        table.drop_constraint(op.f("uq_prescriptions_consultation_id"), type_="unique")
        table.create_unique_constraint(op.f("uq_prescriptions_code"), ["code"])
        table.add_column(sa.Column("mode", sa.Text(), nullable=False, server_default="audio"))
        table.add_column(sa.Column("formulary_version", sa.Text(), nullable=True))
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("replaces_id", ID, nullable=True))
        table.add_column(sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True))
        table.create_foreign_key(op.f("fk_prescriptions_replaces_id"), "prescriptions", ["replaces_id"], ["id"])
    valid = sa.text("voided_at IS NULL")
    op.create_index(
        "one_valid_of_consultation", "prescriptions", ["consultation_id"],
        unique=True, sqlite_where=valid, postgresql_where=valid,
    )  # fmt: skip
    if sqlite:
        op.create_table(
            "papers",
            sa.Column("prescription_id", ID, sa.ForeignKey("prescriptions.id"), primary_key=True, autoincrement=False),
            sa.Column("pdf", sa.LargeBinary(), nullable=False),
        )
        op.execute("INSERT INTO papers (prescription_id, pdf) SELECT prescription_id, pdf FROM papers_kept")
        op.drop_table("papers_kept")


def _give_codes() -> None:
    """To those that were signed before: eleven digits drawn, and Luhn's check digit."""
    prescriptions = sa.table("prescriptions", sa.column("id"), sa.column("code"))
    connection = op.get_bind()
    for (row,) in connection.execute(sa.select(prescriptions.c.id)).all():
        code = _with_check_digit(f"{secrets.randbelow(CODES):011d}")
        connection.execute(prescriptions.update().where(prescriptions.c.id == row).values(code=code))


def _with_check_digit(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def downgrade() -> None:
    raise NotImplementedError("papers that were corrected would be lost")
