"""Settings no other test changes: what each of them moves."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest

from inspection import clock, settings
from inspection.store import migrate


def test_days_are_counted_in_the_zone_named(monkeypatch: pytest.MonkeyPatch) -> None:
    late = datetime.fromisoformat("2026-11-20T18:00:00+00:00")
    assert clock.local_date(late) == date(2026, 11, 21)
    monkeypatch.setenv("INSPECTION_TIMEZONE", "Europe/London")
    settings.reset()
    assert clock.local_date(late) == date(2026, 11, 20)


def test_migrations_go_to_the_owners_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTION_DATABASE_URL", f"sqlite:///{tmp_path / 'work.db'}")
    monkeypatch.setenv("INSPECTION_MIGRATION_DATABASE_URL", f"sqlite:///{tmp_path / 'owner.db'}")
    settings.reset()
    migrate.upgrade()
    assert not (tmp_path / "work.db").exists()
    with closing(sqlite3.connect(tmp_path / "owner.db")) as owned:
        assert owned.execute("SELECT count(*) FROM campaign").fetchone() == (0,)


def test_forms_are_looked_for_in_the_folder_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTION_HOME", str(tmp_path))
    monkeypatch.setenv("INSPECTION_DROP_FOLDER", "returned")
    settings.reset()
    assert settings.get().drop_folder_path == tmp_path / "returned"
