"""A complaint has a day by which it is answered, and somebody who works on it (T9, S24)."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "complaints"
down_revision = "records"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAYS = timedelta(days=7)
"""Of those that came before there was a promise: what the setting says by default."""


def upgrade() -> None:
    op.add_column("grievances", sa.Column("due_on", sa.Date(), nullable=True))
    _set_days()
    with op.batch_alter_table("grievances") as table:
        table.alter_column("due_on", existing_type=sa.Date(), nullable=False)
        table.add_column(sa.Column("assigned_to", ID, nullable=True))
        table.create_foreign_key(op.f("fk_grievances_assigned_to"), "staff", ["assigned_to"], ["id"])


def _set_days() -> None:
    received_at, due_on = sa.column("received_at", sa.DateTime(timezone=True)), sa.column("due_on", sa.Date())
    grievances = sa.table("grievances", sa.column("id"), received_at, due_on)
    connection = op.get_bind()
    for row, received_at in connection.execute(sa.select(grievances.c.id, grievances.c.received_at)).all():
        due = (received_at + DAYS).date()
        connection.execute(grievances.update().where(grievances.c.id == row).values(due_on=due))


def downgrade() -> None:
    with op.batch_alter_table("grievances") as table:
        table.drop_constraint(op.f("fk_grievances_assigned_to"), type_="foreignkey")
        table.drop_column("assigned_to")
        table.drop_column("due_on")
