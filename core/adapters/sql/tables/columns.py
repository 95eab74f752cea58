"""What every table is made of: the metadata, and the kinds of columns."""

from enum import StrEnum

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    MetaData,
    Text,
)

from core.adapters.sql.types import ID, EnumText, UtcDateTime

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def key() -> Column[int]:
    """The row's own number."""
    return Column("id", ID, primary_key=True)


def text(name: str, *, null: bool = False, index: bool = False, unique: bool = False) -> Column[str]:
    """Text of any length; not null unless said."""
    return Column(name, Text, nullable=null, index=index, unique=unique)


def time(name: str, *, null: bool = False, index: bool = False) -> Column[object]:
    """An instant, stored in UTC."""
    return Column(name, UtcDateTime, nullable=null, index=index)


def enum(name: str, enum: type[StrEnum], *, null: bool = False, index: bool = False) -> Column[StrEnum]:
    """One of an enumeration's values."""
    return Column(name, EnumText(enum), nullable=null, index=index)


def ref(name: str, target: str, *, null: bool = False, index: bool = False) -> Column[int]:
    """The key of a row of another table."""
    return Column(name, ID, ForeignKey(target), nullable=null, index=index)


def unique_where(name: str, *columns: Column[int] | Column[str] | Column[bool], where: ColumnElement[bool]) -> Index:
    """Unique among the rows that satisfy `where`; both databases can do it."""
    return Index(name, *columns, unique=True, sqlite_where=where, postgresql_where=where)
