"""The sender's loop: rounds until it is told to end, a sign of life at each, and a row that says that it works."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from inspection import settings
from inspection.campaigns.sender import NOTED_EVERY, ROUND_SECONDS, send
from inspection.errors import BadSource
from inspection.model import StageRun
from inspection.operations.runs import SENDER
from inspection.store.session import session_scope


class Loop:
    """Time that passes only where the loop pauses; it ends after so many rounds."""

    def __init__(self, rounds: int) -> None:
        self.left = rounds
        self.now = 0.0

    def seconds(self) -> float:
        return self.now

    def pause(self, seconds: float) -> bool:
        self.now += seconds
        self.left -= 1
        return self.left == 0


@pytest.fixture
def account(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service account at an Airflow that is not there: with nothing to release nobody asks it anything."""
    monkeypatch.setenv("INSPECTION_AIRFLOW_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("INSPECTION_AIRFLOW_USER", "inspection-sender")
    settings.reset()


def noted() -> int:
    with session_scope() as session:
        return len(session.scalars(select(StageRun.id).where(StageRun.stage == SENDER)).all())


def test_it_works_until_it_is_told_to_end_and_says_so_every_ten_minutes(account: None, tmp_path: Path) -> None:
    alive = tmp_path / "alive"
    loop = Loop(rounds=int(2.5 * NOTED_EVERY.total_seconds() / ROUND_SECONDS))
    send(seconds=loop.seconds, pause=loop.pause, alive=alive)
    assert alive.exists()
    assert (loop.left, noted()) == (0, 3)


def test_a_round_that_fails_is_no_work_and_ends_nothing(
    account: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    loop = Loop(rounds=3)
    monkeypatch.setenv("INSPECTION_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    settings.reset()
    send(seconds=loop.seconds, pause=loop.pause)
    assert loop.left == 0
    told = [one.message for one in caplog.records].count("資料庫尚未建立資料表 — 請執行 `inspection db upgrade`")
    assert told == 3 + 1, "three rounds, and the first minute's sealing, which waits for no round to succeed"


def test_without_an_account_it_says_what_to_set(database_url: str) -> None:
    loop = Loop(rounds=1)
    with pytest.raises(BadSource, match="INSPECTION_AIRFLOW_URL"):
        send(seconds=loop.seconds, pause=loop.pause)
