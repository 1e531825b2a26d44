"""The order of the Spring-Festival work, and how a confirmed window starts its one run."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.mark.airflow
def test_everything_waits_for_the_approval_and_the_window_runs_beside_the_inspection(airflow_metadata: Path) -> None:
    from spring_festival_security import spring_festival_security

    dag = spring_festival_security()

    def before(task_id: str) -> set[str]:
        return set(dag.get_task(task_id).get_flat_relative_ids(upstream=True))

    for task_id in ("crawl.begin_crawl", "checklists.prepare_checklists", "window.await_window_end"):
        assert {"planning.approve_plan", "begin_inspection"} <= before(task_id), task_id
    assert before("window.close_window") & {"crawl.finish_crawl", "triage.suspect"} == set()
    assert "window.close_window" not in before("reporting.compile_reports")
    assert {"planning.draft_plan", "planning.await_contents"} <= before("planning.submit_plan")
    assert {"crawl.finish_crawl", "checklists.await_checklists"} <= before("triage.suspect")
    assert dag.schedule is None
    assert dag.get_task("window.await_window_end").awaits == "window_end"
    mapped = {task.task_id for task in dag.tasks if task.is_mapped}  # none for a unit, a shift or a day
    assert mapped == {f"crawl.{one}" for one in ("list_share", "read_shard", "list_later", "read_later")}


@pytest.mark.airflow
def test_housekeeping_starts_a_run_named_after_its_window_and_no_second_one(airflow_metadata: Path) -> None:
    from housekeeping import housekeeping

    start = housekeeping().get_task("start_spring")
    assert start.is_mapped
    given = start.partial_kwargs
    assert given["trigger_dag_id"] == "spring_festival_security"
    assert given["skip_when_already_exists"] is True
    assert given.get("reset_dag_run", False) is False
