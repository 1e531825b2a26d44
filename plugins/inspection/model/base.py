"""The ground all records stand on: naming of constraints, instants in UTC, enums as checked text."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Enum, Index, MetaData, text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from inspection.errors import Misuse

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC on both databases (SQLite has no zone of its own)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses naive instants: they would mean another hour on another machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise Misuse("an instant must be aware")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def reference_index(table: str, column: str) -> Index:
    """An index on a reference that is mostly empty: of the rows that have one alone. Without it, whoever deletes what
    is referred to reads the whole table for each row."""
    there = text(f"{column} IS NOT NULL")
    return Index(f"ix_{table}_{column}", column, sqlite_where=there, postgresql_where=there)


def enum_column(kind: type[StrEnum]) -> Enum:
    """An enum as VARCHAR with a CHECK: readable in both databases, refused where unknown."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


def kind_column(kind: type[StrEnum]) -> Enum:
    """A kind that may be added as data (of campaign, project, matter): VARCHAR without a CHECK.

    What is known is decided where kinds are registered, so that a new one changes no table.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=40,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Record(DeclarativeBase):
    """Base of every mapped record."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a class attribute
        datetime: Instant(),
        dict[str, Any]: JSON(none_as_null=True),  # no value is NULL, not the JSON text null
        list[str]: JSON(none_as_null=True),
        list[dict[str, Any]]: JSON(none_as_null=True),
    }
