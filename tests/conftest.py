"""Starts the real servers once per worker and gives each test its own home, clock and database."""

from __future__ import annotations

import logging
import os
import secrets
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy.orm import Session

from servers.airflow import migrate_metadata, point_airflow_at

# before anything imports Airflow: tests must never reach a person's own installation
REPOSITORY = Path(__file__).resolve().parents[1]
_AIRFLOW_HOME = tempfile.TemporaryDirectory(prefix="inspection-airflow-")
point_airflow_at(Path(_AIRFLOW_HOME.name), repository=REPOSITORY, environment=os.environ)

import inspection.campaigns.matters  # noqa: E402, F401 - as every door does
from inspection import settings  # noqa: E402
from inspection.store import migrate  # noqa: E402
from inspection.store.session import dispose_engines, session_scope  # noqa: E402
from servers.imap import ImapServer  # noqa: E402
from servers.mail import MailServer  # noqa: E402
from servers.postgres import PostgresServer  # noqa: E402
from servers.redis import RedisServer  # noqa: E402
from servers.samba import SambaServer  # noqa: E402

# both watch the clock on the wall: beside other work they fail for no fault of ours
hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("house")

pytest_plugins = ["strict_run", "campaigns.paper_office"]

MIGRATED = "migrated"
FIRST_MORNING = datetime.fromisoformat("2026-10-12T09:00:00+08:00")


@dataclass(frozen=True, slots=True)
class FixedClock:
    """The clock of one test: stands still until it is set."""

    file: Path

    def set(self, instant: datetime | str) -> None:
        """Moves the clock; an ISO text or an aware datetime."""
        moved = instant if isinstance(instant, datetime) else datetime.fromisoformat(instant)
        if moved.tzinfo is None:
            raise ValueError("an instant needs its zone: 2026-10-12T09:00:00+08:00")
        part = self.file.with_suffix(".part")
        part.write_text(moved.isoformat(), encoding="ascii")
        part.rename(self.file)  # another process may be reading

    @property
    def instant(self) -> datetime:
        """What it shows."""
        return datetime.fromisoformat(self.file.read_text(encoding="ascii"))


@dataclass(frozen=True, slots=True)
class SambaWithShare:
    """A running Samba, and the folder it serves as the share `files`."""

    server: SambaServer
    files: Path


# ---------------------------------------------------------------------------------------------- home and clock


@pytest.fixture(autouse=True)
def _settings_are_read_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting of the person's own shell reaches a test, and none of a test the next one."""
    for name in [name for name in os.environ if name.startswith("INSPECTION_") and name != "INSPECTION_EXTRA_CORPUS"]:
        monkeypatch.delenv(name)
    settings.reset()
    logs = logging.root.handlers[:], logging.root.level
    yield
    dispose_engines()
    settings.reset()
    logging.root.handlers[:], logging.root.level = logs  # a verb that logs for long had its own way of it


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of its own, profile test, a random key."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("INSPECTION_HOME", str(folder))
    monkeypatch.setenv("INSPECTION_PROFILE", "test")
    monkeypatch.setenv("INSPECTION_SECRET_KEY", secrets.token_hex(32))
    settings.reset()
    return folder


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FixedClock:
    """A clock that stands at 2026-10-12 09:00 in Taipei until the test sets it; other processes see it too."""
    fixed = FixedClock(tmp_path / "now")
    fixed.set(FIRST_MORNING)
    monkeypatch.setenv("INSPECTION_PROFILE", "test")
    monkeypatch.setenv("INSPECTION_NOW", f"@{fixed.file}")
    settings.reset()
    return fixed


# ---------------------------------------------------------------------------------------------- databases


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL per worker."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def _migrated_postgres(postgres: PostgresServer) -> str:
    """Name of a migrated database, for copies."""
    migrate.upgrade(postgres.create_database(MIGRATED))
    postgres.freeze(MIGRATED)
    return MIGRATED


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, for copies."""
    path = tmp_path_factory.mktemp("migrated") / "inspection.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(_migrated_sqlite: Path, tmp_path: Path) -> str:
    """A migrated, empty SQLite database of the test's own."""
    path = tmp_path / "inspection.db"
    with sqlite3.connect(_migrated_sqlite) as source, sqlite3.connect(path) as copy:
        source.backup(copy)  # sees the write-ahead log too, which a copied file would not
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: PostgresServer, _migrated_postgres: str) -> Iterator[str]:
    """A migrated, empty PostgreSQL database of the test's own."""
    name = f"test_{secrets.token_hex(8)}"
    yield postgres.create_database(name, template=_migrated_postgres)
    dispose_engines()
    postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The test runs on both databases; the settings name the one in use."""
    url = str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))
    monkeypatch.setenv("INSPECTION_DATABASE_URL", url)
    settings.reset()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table, for tests of migrations, on both."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"empty_{secrets.token_hex(8)}"
    yield server.create_database(name)
    dispose_engines()
    server.drop_database(name)


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """One open transaction on each of both databases, committed when the test ends well."""
    with session_scope(database_url) as opened:
        yield opened


# ---------------------------------------------------------------------------------------------- other servers


@pytest.fixture(scope="session")
def redis() -> Iterator[RedisServer]:
    """One Redis per worker."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def mail_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server of the test's own, named by the settings."""
    with MailServer(tmp_path / "mail") as server:
        monkeypatch.setenv("INSPECTION_SMTP_URL", server.url)
        settings.reset()
        yield server


@pytest.fixture(scope="session")
def _imap() -> Iterator[ImapServer]:
    """One IMAP server per worker."""
    with ImapServer() as server:
        yield server


@pytest.fixture
def imap(_imap: ImapServer, monkeypatch: pytest.MonkeyPatch) -> ImapServer:
    """An empty mailbox, named and trusted by the settings."""
    _imap.empty()
    monkeypatch.setenv("SSL_CERT_FILE", str(_imap.certificate))
    monkeypatch.setenv("INSPECTION_IMAP_URL", _imap.url)
    monkeypatch.setenv("INSPECTION_RETURNS_ADDRESS", "returns@shifan.gov.tw")
    settings.reset()
    return _imap


@pytest.fixture(scope="session")
def _samba(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SambaServer]:
    """One Samba per worker with the share `files`."""
    folder = tmp_path_factory.mktemp("samba")
    files = folder / "files"
    files.mkdir()
    with SambaServer(
        folder / "state", {"files": files}, user="inspector", password=secrets.token_urlsafe(12)
    ) as server:
        yield server


@pytest.fixture
def samba(_samba: SambaServer) -> SambaWithShare:
    """A running Samba whose share `files` holds an empty folder of the test's own.

    Tests that freeze, kill or configure the server start a `SambaServer` of their own.
    """
    folder = _samba.shares["files"] / secrets.token_hex(6)
    folder.mkdir()
    return SambaWithShare(_samba, folder)


# ---------------------------------------------------------------------------------------------- Airflow


@pytest.fixture(scope="session")
def airflow_metadata() -> Path:
    """A migrated metadata database for `dag.test()`; one per worker."""
    return migrate_metadata()
