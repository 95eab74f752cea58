"""A dump holds one moment of a database, and restores to the same in either kind of database, or not at all."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Connection, Date, Integer, LargeBinary, Row, Table, insert, select

from core.adapters.sql import SqlLedger, migrate
from core.adapters.sql.dump import BLOCK_BYTES, Block, CannotDump, Dump
from core.adapters.sql.engines import database, writing_gate
from core.adapters.sql.restore import Restore
from core.adapters.sql.tables import metadata
from core.adapters.sql.types import EnumText, MedicinesJson, PrescriptionJson, TextTuple, UtcDateTime
from core.rules.patient import Patient
from core.rules.prescription import SignedPrescription
from tests.adapters.conftest import NOW

Rows = dict[str, Sequence[Row[Any]]]


def _value(column: Column[Any], number: int, prescription: SignedPrescription) -> Any:
    """Something that this column can hold, another one for each number."""
    kind = column.type
    if column.nullable and number == 2:
        return None
    if column.foreign_keys or (column.primary_key and isinstance(kind, Integer)):
        return number * 1000  # so that numbering from one would be noticed
    if column.table.name == "dispensings" and column.name == "prescribed":
        return number * 1000  # no less than was given
    if isinstance(kind, EnumText):
        return list(kind.enum.__members__.values())[-number:][0]
    examples: dict[type, Any] = {
        UtcDateTime: NOW + timedelta(days=number),
        Boolean: number == 1,
        Integer: number,
        Date: date(2026, 1, number),
        LargeBinary: bytes(range(256)) * number,
        TextTuple: ("general", "ö")[:number],
        PrescriptionJson: prescription.content,
        MedicinesJson: prescription.content.medicines,
    }
    found = [value for example, value in examples.items() if isinstance(kind, example)]
    return found[0] if found else f'{column} {number}: "दवा",\r\n\u2028\\'


def _fill(connection: Connection, prescription: SignedPrescription) -> None:
    """Two rows in every table, whatever tables there are."""
    for table in metadata.sorted_tables:
        rows = [{each.name: _value(each, number, prescription) for each in table.columns} for number in (1, 2)]
        connection.execute(insert(table), rows)


def _read(connection: Connection) -> Rows:
    def of(table: Table) -> Sequence[Row[Any]]:
        return connection.execute(select(table).order_by(*table.primary_key.columns)).all()

    return {table.name: of(table) for table in metadata.sorted_tables}


async def _rows(url: str) -> Rows:
    gate, found = writing_gate(database(url)), list[Rows]()
    async with gate.transaction() as statements:
        await statements.call(lambda connection: found.append(_read(connection)))
    await gate.close()
    return found[0]


async def _filled(url: str, prescription: SignedPrescription) -> str:
    """This database, with rows in every table."""
    gate = writing_gate(database(url))
    async with gate.transaction() as statements:
        await statements.call(lambda connection: _fill(connection, prescription))
    await gate.close()
    return url


@pytest.fixture
async def full_url(url: str, prescription: SignedPrescription) -> str:
    """A database with rows in every table, of either kind."""
    return await _filled(url, prescription)


@pytest.fixture
async def dumped(migrated_file: Path, tmp_path: Path, prescription: SignedPrescription) -> tuple[list[Block], str]:
    """The blocks of such a database, which are the same from either kind, and its revision."""
    url = await _filled(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'full.db')}", prescription)
    return await _blocks(url), await _newest(url)


async def _blocks(url: str) -> list[Block]:
    async with Dump.open(url) as dump:
        return [block async for block in dump.blocks()]


async def _restore(url: str, blocks: Sequence[Block], revision: str) -> int:
    async with Restore.open(url, revision) as restoring:
        return sum([await restoring.add(block) for block in blocks])


async def _newest(url: str) -> str:
    async with Dump.open(url) as dump:
        return dump.revision


async def test_it_moves_from_either_kind_to_either_kind(full_url: str, empty_url: str, patient: Patient) -> None:
    before = await _rows(full_url)
    blocks = await _blocks(full_url)
    assert await _restore(empty_url, blocks, await _newest(full_url)) == 2 * len(metadata.tables)
    assert await _rows(empty_url) == before
    assert all(len(rows) == 2 for rows in before.values())
    assert await _blocks(empty_url) == blocks

    ledger = SqlLedger.open(empty_url)
    async with ledger.write() as books:
        added = await books.patients.add(replace(patient, code="next"))
    await ledger.close()
    assert added.id == 2001


async def test_what_is_written_meanwhile_is_not_in_it(url: str, ledger: SqlLedger, patient: Patient) -> None:
    async with ledger.write() as books:
        await books.patients.add(patient)
    async with Dump.open(url) as dump:
        async with ledger.write() as books:
            await books.patients.add(replace(patient, code="later"))
        first = [block async for block in dump.blocks()]
    assert [block.table for block in first] == ["patients"]
    assert first[0].lines.count(b"\n") == 1
    assert (await _blocks(url))[0].lines.count(b"\n") == 2


async def test_a_block_is_never_large(url: str, ledger: SqlLedger, patient: Patient) -> None:
    many, name = 250, "x" * 20_000
    async with ledger.write() as books:
        for number in range(many):
            await books.patients.add(replace(patient, code=str(number), name=name))
    blocks = await _blocks(url)
    assert len(blocks) > 2
    assert all(len(block.lines) < BLOCK_BYTES + 2 * len(name) for block in blocks)
    assert sum(block.lines.count(b"\n") for block in blocks) == many


async def test_a_database_that_is_in_use_is_left_alone(full_url: str) -> None:
    before = await _rows(full_url)
    with pytest.raises(CannotDump, match="is not empty"):
        await _restore(full_url, [], await _newest(full_url))
    assert await _rows(full_url) == before


async def test_tables_without_rows_are_empty_enough(full_url: str, empty_url: str) -> None:
    await migrate(empty_url)
    await _restore(empty_url, await _blocks(full_url), await _newest(full_url))
    assert await _rows(empty_url) == await _rows(full_url)


async def test_a_dump_of_an_older_version_is_brought_up_to_date(empty_url: str) -> None:
    old = b'{"id":7,"mobile":"+919876543210","reason":"operator","requested_at":"2026-03-02T04:30:15+00:00"}\n'
    await _restore(empty_url, [Block("call_backs", old)], "first")
    ((call_back,),) = [rows for rows in (await _rows(empty_url)).values() if rows]
    assert (call_back.id, call_back.attempts, call_back.due_at) == (7, 0, None)


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (Block("patients", b'{"id":1}\n'), "rows of patients are refused"),
        (Block("patients", b'{"id":1,"created_at":"soon"}\n'), "a row of patients cannot be read"),
        (Block("patients", b'{"shoe_size":1}\n'), "a row of patients cannot be read"),
        (Block("patients", b"{"), "a row of patients cannot be read"),
        (Block("shoes", b"{}\n"), "there is no table 'shoes'"),
    ],
)
async def test_with_one_bad_block_nothing_is_restored(
    dumped: tuple[list[Block], str], empty_url: str, block: Block, message: str
) -> None:
    blocks, revision = dumped
    with pytest.raises(CannotDump, match=message):
        await _restore(empty_url, [*blocks, block], revision)
    await migrate(empty_url)
    assert not any((await _rows(empty_url)).values())


async def test_a_schema_that_nobody_knows_is_refused(empty_url: str) -> None:
    with pytest.raises(CannotDump, match="schema 'some-day' is not known here"):
        await _restore(empty_url, [], "some-day")


async def test_what_was_never_started_cannot_be_dumped(empty_url: str) -> None:
    with pytest.raises(CannotDump, match="start it once"):
        await _blocks(empty_url)
