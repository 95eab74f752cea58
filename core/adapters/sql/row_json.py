"""A row as one line of JSON, the same for every database, and back again."""

import base64
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, DateTime, LargeBinary, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
"""Values are written as PostgreSQL would get them, whatever database they come from."""


def to_json(table: Table, row: Mapping[str, Any]) -> bytes:
    """The row's columns by name, in UTF-8, with a newline at the end and none inside."""
    values = {column.name: _plain(column, row[column.name]) for column in table.columns}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def from_json(table: Table, line: bytes) -> dict[str, Any]:
    """The inverse; a column that the line does not have is left out. Raises ValueError."""
    try:
        return {name: _value(table.columns[name], plain) for name, plain in json.loads(line).items()}
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"a row of {table.name} cannot be read: {error!r}") from error


def _plain(column: Column[Any], value: Any) -> Any:
    """As JSON can hold it: times and dates by ISO 8601, bytes by base 64."""
    if isinstance(column.type, TypeDecorator):
        value = column.type.process_bind_param(value, _DIALECT)
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _value(column: Column[Any], plain: Any) -> Any:
    """The inverse of `_plain`."""
    kind = column.type
    value = None if plain is None else _parsed(kind.impl if isinstance(kind, TypeDecorator) else kind, plain)
    return kind.process_result_value(value, _DIALECT) if isinstance(kind, TypeDecorator) else value


def _parsed(kind: object, plain: Any) -> Any:
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(plain)
    if isinstance(kind, Date):
        return date.fromisoformat(plain)
    return base64.b64decode(plain, validate=True) if isinstance(kind, LargeBinary) else plain
