"""The whole database as rows: read in one snapshot while people work on, and laid into an empty one.

A row is one JSON list in the order of the columns, so that a set made on one of both databases fits the other.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Enum,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import TypeEngine

from inspection.model import Record
from inspection.model.base import Instant
from inspection.store.session import engine_for, silent

BATCH = 1000


@cache
def tables() -> tuple[Table, ...]:
    """Every table without its constraints, those others name first; kinds of records as the words they are."""
    apart = MetaData()
    return tuple(
        Table(one.name, apart, *(Column(c.name, _plain(c.type), primary_key=c.primary_key) for c in one.columns))
        for one in Record.metadata.sorted_tables
    )


def _plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    # a kind that a rule names is a word here, whether the program at hand knows it or not
    return String() if isinstance(kind, Enum) else kind


@contextmanager
def snapshot() -> Iterator[Connection]:
    """Reads the office's database as it stands at the first statement, whatever is written meanwhile; writes nothing.

    Raises SourceUnavailable where the database does not answer.
    """
    engine = engine_for()
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    else:
        engine = engine.execution_options(inspection_read_only=True)
    try:
        with engine.connect() as connection:
            yield connection
            connection.rollback()
    except OperationalError as error:
        raise silent(error) from error


@contextmanager
def laying(url: str) -> Iterator[Connection]:
    """One transaction as the owner of the tables, in which a row may come before the one of its own table it names."""
    try:
        with engine_for(url).begin() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
                yield connection
                return
            own = _naming_themselves(connection)
            for table, key in own:
                connection.execute(text(f"ALTER TABLE {table} ALTER CONSTRAINT {key} DEFERRABLE INITIALLY DEFERRED"))
            yield connection
            connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            for table, key in own:
                connection.execute(text(f"ALTER TABLE {table} ALTER CONSTRAINT {key} NOT DEFERRABLE"))
            _set_sequences(connection)
    except OperationalError as error:
        raise silent(error) from error


def _naming_themselves(connection: Connection) -> list[tuple[str, str]]:
    """Tables whose rows name rows of the same table, each with that constraint; quoted."""
    quote, seen = connection.dialect.identifier_preparer.quote, inspect(connection)
    return [
        (quote(table.name), quote(str(key["name"])))
        for table in tables()
        for key in seen.get_foreign_keys(table.name)
        if key["referred_table"] == table.name
    ]


def _set_sequences(connection: Connection) -> None:
    for table in tables():
        key = list(table.primary_key.columns)
        if len(key) != 1 or not isinstance(key[0].type, Integer):
            continue
        sequence = connection.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": key[0].name}
        )
        if sequence:
            last = connection.scalar(select(func.max(key[0])))
            connection.execute(
                text("SELECT setval(CAST(:name AS regclass), :value, :used)"),
                {"name": sequence, "value": last or 1, "used": last is not None},
            )


def with_rows(connection: Connection) -> list[str]:
    """Names of the tables that hold something; tables that are not there yet hold nothing."""
    there = set(inspect(connection).get_table_names())
    return [
        table.name
        for table in tables()
        if table.name in there and connection.execute(select(text("1")).select_from(table).limit(1)).first()
    ]


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """The rows of a table by its key, each a line of JSON; few are in memory at a time."""
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    for row in connection.execute(query):
        yield json.dumps(list(row), default=_said, separators=(",", ":")).encode("ascii") + b"\n"


def _said(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, date):  # an instant is one too
        return value.isoformat()
    raise TypeError(type(value).__name__)


def rows(table: Table, told: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The rows again that `lines` told."""
    readers = [(column.name, _reader(column.type)) for column in table.columns]
    for line in told:
        values = zip(readers, json.loads(line), strict=True)
        yield {name: value if value is None or read is None else read(value) for (name, read), value in values}


def _reader(kind: TypeEngine[Any]) -> Callable[[str], object] | None:
    if isinstance(kind, Instant):
        return datetime.fromisoformat
    if isinstance(kind, Date):
        return date.fromisoformat
    return base64.b64decode if isinstance(kind, LargeBinary) else None


def lay(connection: Connection, table: Table, told: Iterable[bytes]) -> int:
    """Adds the rows of a table; returns how many."""
    laid, coming = 0, rows(table, told)
    while batch := list(islice(coming, BATCH)):
        connection.execute(insert(table), batch)
        laid += len(batch)
    return laid
