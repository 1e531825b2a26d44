"""A confirmed window starts its run through Airflow, once, however often the upkeep looks."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from inspection.settings import REPOSITORY
from spring.window_office import WINDOW, WindowOffice


def upkeep(hour: int) -> dict[str, str]:
    """Runs housekeeping once; the states of its Spring-Festival tasks."""
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
    from airflow.models.dagbundle import DagBundleModel
    from airflow.utils.session import create_session

    with create_session() as metadata:
        metadata.merge(DagBundleModel(name="testing"))
    bag = DagBag(dag_folder=str(REPOSITORY / "dags"))
    assert bag.import_errors == {}
    sync_bag_to_db(bag, "testing", None)
    run = bag.dags["housekeeping"].test(logical_date=datetime(2027, 1, 11, hour, tzinfo=UTC))
    return {f"{one.task_id}[{one.map_index}]": str(one.state) for one in run.get_task_instances()}


def forget_runs() -> None:
    """Airflow's own database is one for all tests of a worker: the run of an earlier one would count as started."""
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy import delete

    with create_session() as metadata:
        metadata.execute(delete(DagRun).where(DagRun.dag_id == "spring_festival_security"))


def runs() -> list[tuple[str, dict[str, str]]]:
    """The runs of the Spring-Festival work: name and conf."""
    from airflow.models.dagrun import DagRun

    return [(one.run_id, one.conf) for one in DagRun.find(dag_id="spring_festival_security")]


@pytest.mark.airflow
def test_a_confirmed_window_starts_one_run_of_its_name(new_year: WindowOffice, airflow_metadata: Path) -> None:
    forget_runs()
    assert upkeep(1)["start_spring[-1]"] == "skipped"
    new_year.confirm()
    before = runs()
    assert upkeep(2)["start_spring[0]"] == "success"
    assert runs() == [*before, (WINDOW, {"window_id": WINDOW})]
    assert upkeep(3)["start_spring[0]"] == "skipped"  # the run is there, its campaign not yet open
    new_year.open()
    assert upkeep(4)["start_spring[-1]"] == "skipped"
    assert len(runs()) == len(before) + 1
