"""How Python values are kept in columns: aware UTC times, enumerations, tuples, the content of a prescription."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

from core.rules.dosage import Food
from core.rules.prescription import Medicine, Prescription

E = TypeVar("E", bound=StrEnum)

ID = BigInteger().with_variant(Integer, "sqlite")
"""A row's number: 64 bits; SQLite numbers rows by itself only when the type is plain INTEGER."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC, to the microsecond. SQLite keeps text without a zone, PostgreSQL `timestamptz`."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EnumText(TypeDecorator[E], Generic[E]):
    """A `StrEnum` kept as its text, so that a new member needs no change of the database."""

    impl = Text
    cache_ok = True

    def __init__(self, enum: type[E]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> E | None:
        return None if value is None else self.enum(value)


class TextTuple(TypeDecorator[tuple[str, ...]]):
    """A tuple of short texts, kept as a JSON array."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> Any:
        return None if value is None else list(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(value)


class PrescriptionJson(TypeDecorator[Prescription]):
    """What the doctor wrote, as JSON."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Prescription | None, dialect: Dialect) -> Any:
        return None if value is None else asdict(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Prescription | None:
        if value is None:
            return None
        medicines = tuple(map(_medicine, value["medicines"]))
        return Prescription(**{**value, "medicines": medicines, "tests": tuple(value["tests"])})


class MedicinesJson(TypeDecorator[tuple[Medicine, ...]]):
    """Medicines without a prescription around them, as JSON."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[Medicine, ...] | None, dialect: Dialect) -> Any:
        return None if value is None else [asdict(medicine) for medicine in value]

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[Medicine, ...] | None:
        return None if value is None else tuple(map(_medicine, value))


def _medicine(kept: Mapping[str, Any]) -> Medicine:
    """Also one that was kept before there were all of today's fields."""
    return Medicine(**{**kept, "food": Food(kept.get("food", Food.ANY)), "answers": tuple(kept.get("answers", ()))})
