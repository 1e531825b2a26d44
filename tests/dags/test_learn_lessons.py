"""The nightly learning as Airflow runs it: from what officers decided, once, and noted as a run."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from campaigns.paper_office import CAMPAIGN, SECOND_STAFF, STAFF, PaperOffice
from findings.test_learning import draw, filled, judge
from inspection.model import Correction, Event, StageRun
from inspection.settings import REPOSITORY
from inspection.store.session import session_scope


def run_once(hour: int) -> dict[str, str]:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(REPOSITORY / "dags" / "learn_lessons.py"))
    assert bag.import_errors == {}
    run = bag.dags["learn_lessons"].test(logical_date=datetime(2026, 11, 23, hour, tzinfo=UTC))
    return {one.task_id: str(one.state) for one in run.get_task_instances()}


@pytest.mark.airflow
def test_a_night_learns_from_decisions_and_the_next_adds_nothing(office: PaperOffice, airflow_metadata: Path) -> None:
    office.open(CAMPAIGN, first_day=date(2026, 11, 2), last_day=date(2026, 11, 20))
    ids = [one.id for one in draw(CAMPAIGN, *(filled(number) for number in range(60))).values()]
    judge(*ids[::2], person=STAFF)
    judge(*ids[1::2], person=SECOND_STAFF)
    for hour in (17, 18):
        assert run_once(hour) == {"learn": "success"}
    with session_scope() as session:
        assert [one.version for one in session.scalars(select(Correction))] == [1]
        counts = [one.counts for one in session.scalars(select(StageRun).where(StageRun.stage == "learn_lessons"))]
        (event,) = session.scalars(select(Event).where(Event.subject_kind == "correction"))
    assert [one["learned"] for one in counts] == [1, 0]
    assert event.actor == "dag:learn_lessons"
