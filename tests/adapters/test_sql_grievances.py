"""Complaints in SQL, on both databases: compared and set, so that the second of two is told; and those of before."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from alembic import command
from sqlalchemy import Connection, text

from core.adapters.sql import SqlLedger, migrate
from core.adapters.sql.engines import database, writing_gate
from core.adapters.sql.migrate import alembic_config
from core.ports import NEW, Stale
from core.rules.grievance import About, Grievance
from core.rules.staff import Operator

MOBILE = "+919876543210"


@pytest.fixture
def grievance(now: datetime) -> Grievance:
    return Grievance(NEW, MOBILE, About.STAFF, "rude", "hi", now, "operator:1", date(2026, 3, 9))


async def test_it_is_answered_and_given_to_somebody_once(
    ledger: SqlLedger, grievance: Grievance, operator: Operator
) -> None:
    async with ledger.write() as books:
        stored, worker = await books.grievances.add(grievance), (await books.staff.add_operator(operator)).id
        await books.grievances.assign(stored, worker)
        with pytest.raises(Stale):
            await books.grievances.assign(stored, None)  # which saw it with nobody
        taken = await books.grievances.get(stored.id)
        assert taken == replace(stored, assigned_to=worker)
        assert await books.grievances.add_words(stored.id, "rude, twice") == replace(taken, text="rude, twice")
        await books.grievances.answer(replace(taken, answer="sorry", answered_at=stored.received_at, answered_by="x:1"))
        with pytest.raises(Stale):
            await books.grievances.assign(taken, None)
        assert await books.grievances.add_words(stored.id, "more") is None
        assert (await books.grievances.get(stored.id)).text == "rude, twice"


async def test_what_is_due_first_comes_first(ledger: SqlLedger, grievance: Grievance) -> None:
    async with ledger.write() as books:
        late, soon, also = [
            await books.grievances.add(replace(grievance, due_on=date(2026, 3, day))) for day in (20, 9, 20)
        ]
        assert await books.grievances.open_ones() == [soon, late, also]


_AT = "'2026-03-02 04:30:00+00:00'"
_BEFORE = (
    "INSERT INTO grievances (id, mobile, about, text, language, received_at, received_by) "
    f"VALUES (1, '{MOBILE}', 'staff', 'rude', 'hi', {_AT}, 'operator:1')",
    "INSERT INTO grievances (id, mobile, about, text, language, received_at, received_by, answer, answered_at, "
    f"answered_by) VALUES (2, '{MOBILE}', 'other', 'late', 'hi', {_AT}, 'sms:7', 'sorry', {_AT}, 'operator:1')",
)


async def test_those_of_before_get_a_day_and_are_kept_when_one_goes_back(empty_url: str) -> None:
    def _of_before(connection: Connection) -> None:
        command.upgrade(alembic_config(connection), "records")
        for statement in _BEFORE:
            connection.execute(text(statement))

    def _back(connection: Connection) -> None:
        command.downgrade(alembic_config(connection), "records")
        rows = connection.execute(text("SELECT id, text, answer FROM grievances ORDER BY id")).all()
        assert [tuple(row) for row in rows] == [(1, "rude", None), (2, "late", "sorry")]

    gate = writing_gate(database(empty_url), 10)
    async with gate.transaction() as statements:
        await statements.call(_of_before)
    await migrate(empty_url)
    ledger = SqlLedger.open(empty_url)
    async with ledger.read() as books:
        (waiting,) = await books.grievances.open_ones()
        assert (waiting.id, waiting.due_on, waiting.assigned_to) == (1, date(2026, 3, 9), None)
        assert [each.id for each in await books.grievances.answered(5)] == [2]
    await ledger.close()
    async with gate.transaction() as statements:
        await statements.call(_back)
    await gate.close()
