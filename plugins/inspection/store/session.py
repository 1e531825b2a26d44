"""The door to the domain database: one engine per process and address, one transaction per door."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session

from inspection import settings
from inspection.errors import BadSource, NotMigrated, SourceUnavailable
from inspection.language import speak
from inspection.store import rights

BUSY_SECONDS = 30
# no fewer than the threads that may ask: 40 of the portal's pages; beyond the first ten a connection is not kept
POOL_SIZE, POOL_OVERFLOW, POOL_WAIT_SECONDS = 10, 40, 30.0
POSTGRESQL = frozenset({"postgresql", "postgresql+psycopg"})
_engines: dict[tuple[int, str], Engine] = {}


def make_engine(url: str) -> Engine:
    """An engine for SQLite (WAL, foreign keys, writes queue up to 30 s) or PostgreSQL."""
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            Path(parsed.database).touch(mode=0o600)  # the write-ahead log takes the same rights
        engine = create_engine(
            url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
            pool_size=POOL_SIZE, max_overflow=POOL_OVERFLOW, pool_timeout=POOL_WAIT_SECONDS,
        )  # fmt: skip
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.drivername in POSTGRESQL:
        return create_engine(
            url, pool_pre_ping=True, pool_size=POOL_SIZE, max_overflow=POOL_OVERFLOW, pool_timeout=POOL_WAIT_SECONDS
        )
    raise _bad_address(
        speak(f"不支援 {parsed.drivername!r} 類之資料庫", f"databases of kind {parsed.drivername!r} are not served")
    )


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):  # its own words repeat the address, and with it a password
        raise _bad_address(speak("資料庫位址格式有誤", "the address of the database is not well formed")) from None


def _bad_address(problem: str) -> BadSource:
    remedy = speak(
        "請於 INSPECTION_DATABASE_URL 填 sqlite:/// 或 postgresql:// 位址",
        "give a sqlite:/// or postgresql:// address in INSPECTION_DATABASE_URL",
    )
    return BadSource(problem, remedy=remedy)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we open transactions ourselves, see _begin_sqlite
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # a transaction that starts reading and then writes may lose to another writer without waiting;
    # IMMEDIATE takes the write lock first and waits for it
    read_only = connection.get_execution_options().get("inspection_read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def engine_for(url: str | None = None) -> Engine:
    """The engine of this process for an address (default: the settings'); made anew after a fork."""
    address = url or settings.get().effective_database_url
    key = (os.getpid(), address)
    if key not in _engines:
        _engines[key] = make_engine(address)
    return _engines[key]


def silent(error: OperationalError | NoConnection) -> SourceUnavailable:
    """What a database that does not answer is told as; the driver's own words may hold its address."""
    kind = type(error.orig if isinstance(error, OperationalError) else error).__name__
    return SourceUnavailable(
        speak(
            f"資料庫沒有回應（{kind}）；請執行 `inspection doctor` 檢查",
            f"the domain database did not answer: {kind}; run `inspection doctor`",
        )
    )


def dispose_engines() -> None:
    """Closes the engines of this process; for tests and orderly ends."""
    for key in [key for key in _engines if key[0] == os.getpid()]:
        _engines.pop(key).dispose()


def _no_such_table(error: DBAPIError) -> bool:
    return "no such table" in str(error.orig) or getattr(error.orig, "sqlstate", None) == "42P01"


@contextmanager
def session_scope(url: str | None = None, *, read_only: bool = False) -> Iterator[Session]:
    """One transaction: committed at the end, rolled back on any error. The doors open it, inner code never commits.

    Raises SourceUnavailable where the database cannot be reached, NotMigrated where it has no tables,
    NotGranted where its role lacks a right.
    """
    engine = engine_for(url)
    if read_only:
        engine = engine.execution_options(inspection_read_only=True)
    session = Session(engine, expire_on_commit=False)
    try:
        yield session
        if read_only:
            session.rollback()
        else:
            session.commit()
    except (OperationalError, ProgrammingError) as error:
        session.rollback()
        if _no_such_table(error):
            raise NotMigrated(
                speak("資料庫尚未建立資料表", "the domain database has no tables yet"),
                remedy=speak("請執行 `inspection db upgrade`", "run `inspection db upgrade`"),
            ) from error
        if isinstance(error, ProgrammingError):
            raise (rights.denied(error) or error) from error.__cause__
        raise silent(error) from error
    except NoConnection as error:  # all are at work: time mends it
        session.rollback()
        raise silent(error) from error
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()
