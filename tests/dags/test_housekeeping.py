"""The hourly upkeep as Airflow runs it: the chain is sealed, the year is watched, and nothing is told twice."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from campaigns.paper_office import PaperOffice, notices
from inspection import clock as now
from inspection.audit import chain
from inspection.model import EventSeal, StageRun
from inspection.settings import REPOSITORY
from inspection.store.session import session_scope


def run_once() -> dict[str, str]:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(REPOSITORY / "dags" / "housekeeping.py"))
    assert bag.import_errors == {}
    # after the day the DAG begins on, else Airflow makes no task of it
    run = bag.dags["housekeeping"].test(logical_date=datetime(2026, 11, 23, 1, tzinfo=UTC))
    return {one.task_id: str(one.state) for one in run.get_task_instances()}


@pytest.mark.airflow
def test_upkeep_seals_the_events_and_watches_the_year_once(office: PaperOffice, airflow_metadata: Path) -> None:
    with session_scope() as session:  # the tasks run in no order: there is a seal to be told whichever comes first
        chain.seal(session, at=now.now())
    told = []
    for _ in range(2):
        assert run_once() == {
            "seal_events": "success",
            "check_calendar": "success",
            "watch_operations": "success",
            "ask_duty": "success",
            "apply_retention": "success",
            "spring_windows": "success",
            "start_spring": "skipped",  # no window is confirmed
            "carry_out_handovers": "success",
        }
        told.append([one.key for one in notices()])
    assert told[0] == told[1]
    assert {one.kind for one in notices()} == {
        "calendar_missing",
        "spring_window_unconfirmed",
        "bases_due_for_review",
        "record_seal",
    }
    with session_scope() as session:
        assert session.query(EventSeal).count() > 0
        counts = [one.counts for one in session.query(StageRun).filter_by(stage="check_calendar").order_by(StageRun.id)]
    assert [one["notices"] for one in counts] == [len(told[0]), 0]
    assert [one["windows_unconfirmed"] for one in counts] == [1, 1]
