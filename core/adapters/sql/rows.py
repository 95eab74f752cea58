"""A table whose rows are one dataclass: columns and fields have the same names, the column types do the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Executable,
    Select,
    Table,
    UnaryExpression,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from core.adapters.sql.gate import Statements
from core.ports import NEW, Duplicate

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

D = TypeVar("D", bound="DataclassInstance")


def values_of(row: "DataclassInstance") -> dict[str, Any]:
    """The row's fields by name; a row that is not yet stored has no `id`."""
    values = {field.name: getattr(row, field.name) for field in fields(row)}
    if values.get("id") == NEW:
        del values["id"]
    return values


async def insert_new(
    statements: Statements, table: Table, values: Mapping[str, Any], returning: Sequence[Column[Any]]
) -> Mapping[str, Any] | None:
    """Insert and return these columns of the row as stored, or None when a unique constraint refuses it.

    By ON CONFLICT, because an error would spoil the whole transaction on PostgreSQL.
    """
    statement = _insertion(statements.dialect_name, table, tuple(returning))
    row = (await statements.execute(statement, values)).one_or_none()
    return None if row is None else dict(row._mapping)


@cache
def _insertion(dialect_name: str, table: Table, returning: tuple[Column[Any], ...]) -> Executable:
    """What is the same for every row is made once: it costs more than SQLite needs to run it."""
    dialect = sqlite if dialect_name == "sqlite" else postgresql
    statement: Executable = dialect.insert(table).on_conflict_do_nothing().returning(*returning)
    return statement


@cache
def _swapping(
    table: Table, expected: frozenset[str], changed: frozenset[str], returning: tuple[Column[Any], ...]
) -> Executable:
    """Likewise: a change of one row, by its id, if it is as expected."""
    columns = table.c
    conditions = [columns[name] == bindparam(f"was_{name}", type_=columns[name].type) for name in sorted(expected)]
    values = {name: bindparam(f"new_{name}", type_=columns[name].type) for name in sorted(changed)}
    return update(table).where(columns.id == bindparam("row_id"), *conditions).values(values).returning(*returning)


class Rows(Generic[D]):
    """Base of the repositories: `table` and `kind` are set by each."""

    table: ClassVar[Table]
    kind: type[D]
    _columns: ClassVar[tuple[Column[Any], ...]]
    _all: ClassVar[Select[Any]]
    _one: ClassVar[Select[Any]]

    def __init_subclass__(cls) -> None:
        """What is the same for every statement is made once."""
        super().__init_subclass__()
        cls._columns = tuple(cls.table.c[field.name] for field in fields(cls.kind))
        cls._all = select(*cls._columns)
        if "id" in cls.table.c:
            cls._one = cls._all.where(cls.table.c.id == bindparam("row_id"))

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def _insert(self, row: D) -> D:
        """The row with the id it got; `Duplicate` when a unique constraint refuses it."""
        stored = await self._insert_unless_known(row)
        if stored is None:
            raise Duplicate(f"{self.table.name}: something unique is there already")
        return stored

    async def _insert_unless_known(self, row: D) -> D | None:
        stored = await insert_new(self._statements, self.table, values_of(row), self._columns)
        return None if stored is None else self.kind(**stored)

    async def _insert_many(self, rows: Sequence[D]) -> None:
        if rows:
            await self._statements.execute(insert(self.table), [values_of(row) for row in rows])

    async def _find(
        self, *where: ColumnElement[bool], order: Sequence[UnaryExpression[Any]] = (), limit: int | None = None
    ) -> list[D]:
        """Rows that satisfy every condition, by default in the order in which they were added."""
        order = order or [column.asc() for column in self.table.primary_key.columns]
        return await self._rows(self._all.where(*where).order_by(*order).limit(limit))

    async def _rows(self, statement: Select[Any], **values: Any) -> list[D]:
        """What a statement that starts from `_all` finds. One that is asked often is made once, with `bindparam`."""
        return [self.kind(**row._mapping) for row in await self._statements.execute(statement, values)]

    async def _first(self, *where: ColumnElement[bool]) -> D | None:
        found = await self._find(*where, limit=1)
        return found[0] if found else None

    async def _get(self, row_id: int) -> D:
        """`LookupError` when there is no such row."""
        row = (await self._statements.execute(self._one, {"row_id": row_id})).one_or_none()
        if row is None:
            raise LookupError(f"{self.table.name} has no row {row_id}")
        return self.kind(**row._mapping)

    async def _change(self, *where: ColumnElement[bool], **changes: Any) -> list[D]:
        """Set columns of the rows that satisfy `where`; these rows, as they are now."""
        statement = update(self.table).where(*where).values(**changes).returning(*self._columns)
        return [self.kind(**row._mapping) for row in await self._statements.execute(statement)]

    async def _swap(self, row_id: int, expected: Mapping[str, Any], **changes: Any) -> D | None:
        """Compare and set: columns of the row of this id; the row as it is now, None when it was not as expected."""
        statement = _swapping(self.table, frozenset(expected), frozenset(changes), self._columns)
        values = {f"was_{name}": value for name, value in expected.items()}
        values |= {f"new_{name}": value for name, value in changes.items()}
        row = (await self._statements.execute(statement, {"row_id": row_id, **values})).one_or_none()
        return None if row is None else self.kind(**row._mapping)

    async def _save(self, row: D, row_id: int, *, keep: frozenset[str] = frozenset()) -> None:
        """Replace a stored row except for the columns of `keep`; `LookupError` when it is not there.

        `Duplicate` when something unique was changed to what is there already: the transaction must then be left.
        """
        changes = {name: value for name, value in values_of(row).items() if name != "id" and name not in keep}
        try:
            changed = await self._swap(row_id, {}, **changes)
        except IntegrityError as error:
            raise Duplicate(f"{self.table.name}: something unique is there already") from error
        if changed is None:
            raise LookupError(f"{self.table.name} has no row {row_id}")
