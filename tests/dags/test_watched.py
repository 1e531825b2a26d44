"""Nothing stops in silence: every task has a limit in time, an owner, and somebody who hears that it failed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from campaigns.paper_office import CONTACT, WORKS, PaperOffice, notices
from inspection import clock as now
from inspection.notices.outbox import Letter, write
from inspection.roster import form_lists
from inspection.settings import REPOSITORY
from inspection.store.session import session_scope

DAGS = sorted(path.stem for path in (REPOSITORY / "dags").glob("*.py") if "@dag(" in path.read_text(encoding="utf-8"))

OF_EACH = {f"planning.{one}" for one in ("await_assessment", "await_contents", "approve_plan")}
OF_INSPECTIONS = OF_EACH | {
    "checklists.await_checklists", "triage.await_triage", "reporting.sign_campaign_report",
    "reporting.sign_unit_reports",
}  # fmt: skip
# the tasks a run waits at for people, by DAG
STANDS_AT = {
    "semiannual_inspection": OF_INSPECTIONS,
    "ad_hoc_inspection": OF_INSPECTIONS | {"await_hour"},
    "spring_festival_security": OF_INSPECTIONS | {"window.await_window_end"},
    "project_safeguard": OF_EACH | {"await_end", "await_review", "await_triage", "sign_review"},
}


@pytest.mark.airflow
@pytest.mark.parametrize("name", DAGS)
def test_every_task_has_a_limit_an_owner_and_somebody_who_hears_of_it(name: str, airflow_metadata: Path) -> None:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.providers.standard.operators.hitl import HITLOperator

    bag = DagBag(dag_folder=str(REPOSITORY / "dags" / f"{name}.py"))
    assert bag.import_errors == {}
    dag = bag.dags[name]
    assert dag.tags and dag.doc_md and dag.dag_display_name != name
    for task in dag.tasks:
        given = task.partial_kwargs if task.is_mapped else vars(task)
        told = given["on_failure_callback"]
        names = [one.__name__ for one in (told if isinstance(told, list | tuple) else [told])]
        assert (task.owner, names) == ("inspection", ["tell_operators"]), task.task_id
        assert (task.retries or 0) <= 100, task.task_id
        if isinstance(task, HITLOperator):
            assert task.response_timeout is None, "a person has as long as it takes, and so has a date"
        else:
            assert timedelta() < task.execution_timeout <= timedelta(hours=12), task.task_id


@pytest.mark.airflow
@pytest.mark.parametrize("name", STANDS_AT)
def test_where_a_run_may_stand_for_weeks_its_task_keeps_its_name(name: str, airflow_metadata: Path) -> None:
    """DAG files have no versions: a run goes on with the code of today, and a task that is gone strands it for good.
    One that must go stays until no run stands at it."""
    from airflow.dag_processing.dagbag import DagBag

    dag = DagBag(dag_folder=str(REPOSITORY / "dags" / f"{name}.py")).dags[name]
    waits = {one.task_id for one in dag.tasks if hasattr(one, "awaits") or hasattr(one, "decides")}
    assert waits == STANDS_AT[name]


@pytest.mark.airflow
def test_a_task_that_fails_is_told_to_the_operators_by_our_own_outbox(
    office: PaperOffice, airflow_metadata: Path
) -> None:
    from airflow.dag_processing.dagbag import DagBag

    form_lists.write(form_lists.FormLists())  # a roster was applied here: the folder is the office's
    values = {"campaign_name": "檢查", "report_name": "結果", "copy_number": 1}
    with session_scope() as session:  # and no mail server is configured: nothing a retry mends
        write(session, Letter("k1", "report_delivered", CONTACT[WORKS], values), at=now.now())
    bag = DagBag(dag_folder=str(REPOSITORY / "dags" / "deliver_notices.py"))
    run = bag.dags["deliver_notices"].test(logical_date=datetime(2026, 11, 23, 1, tzinfo=UTC))
    assert {one.task_id: str(one.state) for one in run.get_task_instances()}["drain_outbox"] == "failed"
    (told,) = notices("run_failed")
    assert (told.values["task_id"], told.values["run_id"]) == ("drain_outbox", run.run_id)
