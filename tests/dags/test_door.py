"""What becomes of an error at Airflow's door: who waits, who tries again, who fails at once."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import pytest

from house.spoken import english_in
from inspection.errors import AccessRefused, BadSource, InspectionError, ServerBusy, ServerQuiet, SourceUnavailable

DAGS = Path(__file__).resolve().parents[2] / "dags"
UNTIL = datetime.fromisoformat("2026-10-12T10:00:00+08:00")


@pytest.mark.airflow
@pytest.mark.parametrize(
    ("error", "becomes"),
    [
        (ServerQuiet("fs.test", UNTIL), "AirflowRescheduleException"),
        (ServerBusy("fs.test", 4, UNTIL), "AirflowRescheduleException"),
        (SourceUnavailable("no answer"), "SourceUnavailable"),
        (AccessRefused("wrong password"), "AirflowFailException"),
        (BadSource("a bad line"), "AirflowFailException"),
        (ZeroDivisionError("a secret in clear"), "AirflowFailException"),
        (PermissionError(13, "Permission denied", "/a secret in clear"), "AirflowFailException"),
    ],
)
def test_quiet_hours_are_waited_for_faults_retried_and_all_else_fails_at_once(
    error: Exception, becomes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(DAGS), *sys.path])
    from inspection_door import errors_as_airflow_knows_them

    with pytest.raises(Exception, match="") as raised, errors_as_airflow_knows_them():
        raise error
    assert type(raised.value).__name__ == becomes
    assert "in clear" not in str(raised.value)
    if not isinstance(error, InspectionError):  # what nobody foresaw
        assert english_in(str(raised.value)) == []
        assert str(raised.value).startswith(f"程式錯誤 {type(error).__name__}")
    if becomes == "AirflowRescheduleException":
        assert raised.value.reschedule_date == UNTIL  # type: ignore[attr-defined]


@pytest.mark.airflow
def test_an_answer_in_hand_is_kept_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(DAGS), *sys.path])
    from inspection_door import PAUSES_SECONDS, patiently

    tries, paused = [], list[float]()

    def step(away_for: int) -> str:
        tries.append(away_for)
        if len(tries) <= away_for:
            raise SourceUnavailable("no answer")
        return "taken"

    assert patiently(lambda: step(3), sleep=paused.append) == "taken"
    assert paused == list(PAUSES_SECONDS[:3])
    tries.clear()
    with pytest.raises(SourceUnavailable):  # it does not hold a worker for ever
        patiently(lambda: step(1000), sleep=paused.append)
    tries.clear()

    def refuses() -> str:
        tries.append(0)
        raise BadSource("a bad line")

    with pytest.raises(BadSource):
        patiently(refuses, sleep=paused.append)
    assert len(tries) == 1
