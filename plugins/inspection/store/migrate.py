"""Brings the domain database to the newest shape; two starts at once migrate once."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, ProgrammingError

from inspection import settings
from inspection.model import Record
from inspection.store import rights
from inspection.store.session import make_engine, silent

LOCK_NUMBER = 7_310_420  # any number, the same for every start


def configuration(url: str) -> Config:
    """Alembic's configuration for an address."""
    config = Config(str(settings.SQL / "alembic.ini"))
    config.set_main_option("script_location", str(settings.SQL / "migrations"))
    config.attributes["url"] = url
    return config


@contextmanager
def _one_at_a_time(url: str, engine: Engine) -> Iterator[None]:
    database = make_url(url).database
    if engine.dialect.name == "sqlite" and database:
        lock_file = Path(f"{database}.migrating")
        with lock_file.open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        return
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:n)"), {"n": LOCK_NUMBER})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": LOCK_NUMBER})


def upgrade(url: str | None = None, revision: str = "head") -> None:
    """Runs all migrations up to `revision` on an address (default: the settings' owner address)."""
    address = url or settings.get().effective_migration_url
    engine = make_engine(address)
    try:
        with _one_at_a_time(address, engine):
            command.upgrade(configuration(address), revision)
    except OperationalError as error:
        raise silent(error) from error
    finally:
        engine.dispose()


def newest_revision() -> str | None:
    """The newest revision this program knows."""
    return ScriptDirectory.from_config(configuration("")).get_current_head()


def current_revision(url: str | None = None) -> tuple[str | None, str | None]:
    """(revision of the database, newest revision known)."""
    address = url or settings.get().effective_database_url
    engine = make_engine(address)
    try:
        with engine.connect() as connection:
            found = MigrationContext.configure(
                connection, opts={"version_table": "inspection_version"}
            ).get_current_revision()
        return found, newest_revision()
    except OperationalError as error:
        raise silent(error) from error
    except ProgrammingError as error:
        raise (rights.denied(error) or error) from error.__cause__
    finally:
        engine.dispose()


def differences(url: str) -> list[object]:
    """What the records and the migrated database do not agree on; empty is right."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"version_table": "inspection_version", "compare_type": True}
            )
            return list(compare_metadata(context, Record.metadata))
    finally:
        engine.dispose()
