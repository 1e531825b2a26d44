"""A right at the database that nobody gave is named, at the start and where it is missed, with how it is given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, text

from inspection import settings
from inspection.doctor import records
from inspection.errors import NotGranted
from inspection.model import Unit
from inspection.portal.serve import serve
from inspection.store.session import session_scope
from servers.postgres import PostgresServer

REPOSITORY = Path(__file__).resolve().parents[2]
ROLE = "inspection"  # as docker/grants.sql names it


@pytest.fixture
def owner(
    home: Path, postgres: PostgresServer, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[psycopg.Connection]:
    """The owner's connection to a database with tables; the settings name a role nobody gave anything."""
    password = postgres.create_role(ROLE)
    database = postgres_url.rsplit("/", 1)[1]
    monkeypatch.setenv("INSPECTION_DATABASE_URL", postgres.url(database, role=ROLE, password=password))
    settings.reset()
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection
        connection.execute(f"DROP OWNED BY {ROLE}")
        connection.execute(f"DROP ROLE {ROLE}")


def test_a_portal_without_rights_says_which_and_what_to_do(owner: psycopg.Connection) -> None:
    with pytest.raises(NotGranted) as refused:
        serve("127.0.0.1:1")
    assert "資料庫帳號缺少權限：SELECT agency、INSERT agency、" in refused.value.problem
    assert "grants.sql" in refused.value.remedy and "domain-grants" in refused.value.remedy


def test_one_right_that_is_gone_is_named_before_somebody_misses_it(owner: psycopg.Connection) -> None:
    owner.execute((REPOSITORY / "docker" / "grants.sql").read_bytes())
    assert records.database().ok
    owner.execute(f"REVOKE INSERT ON event FROM {ROLE}")
    with pytest.raises(NotGranted, match="資料庫帳號缺少權限：INSERT event —"):
        serve("127.0.0.1:1")
    with pytest.raises(NotGranted, match="INSERT event"):
        records.database()


@pytest.mark.parametrize(
    ("statement", "right"),
    [
        ("SELECT id FROM unit", "SELECT unit"),
        ("UPDATE unit SET name = name", "UPDATE unit"),
        ("DELETE FROM unit", "DELETE unit"),
    ],
)
def test_what_is_refused_in_the_middle_of_work_is_told_by_the_right(
    owner: psycopg.Connection, statement: str, right: str
) -> None:
    with pytest.raises(NotGranted, match=right), session_scope() as session:
        session.execute(text(statement))


def test_a_row_that_may_be_read_and_not_held_lacks_the_right_to_change_it(owner: psycopg.Connection) -> None:
    owner.execute(f"GRANT SELECT ON unit TO {ROLE}")
    with pytest.raises(NotGranted, match="UPDATE unit"), session_scope() as session:
        session.scalars(select(Unit).with_for_update()).all()
