"""Airflow's services start, are watched, and leave nobody behind; a gate keeps to what the domain says."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from demo.airflow_api import FINISHED, SETTLE, AirflowRefused, wait_until
from demo.airflow_services import ADMIN, AirflowServices

from inspection import settings
from inspection.campaigns.airflow_answers import AirflowAnswers
from inspection.campaigns.lost_answers import Answered
from inspection.store.parked import ParkedGate
from servers.process import ServerFailed

PATIENCE = timedelta(seconds=60)
DAG_FILE = """
from datetime import timedelta
from airflow.sdk import Param, dag, task
from airflow.providers.standard.operators.hitl import HITLBranchOperator


class Gate(HITLBranchOperator):
    def execute(self, context):
        self.assigned_users = [{"id": "head", "name": "head"}]
        return super().execute(context)

    def execute_complete(self, context, event):
        if not event["params_input"]["document_number"]:
            raise ValueError("document number is missing")
        return super().execute_complete(context, event)


@dag(schedule=None, params={"unit": Param("A01", type="string")})
def small_story():
    @task
    def count(length: int) -> int:
        return length * 2

    @task
    def done() -> None: ...

    @task
    def again() -> None: ...

    gate = Gate(
        task_id="approve", subject="核定 {{ params.unit }}", options=["核定", "退回"],
        options_mapping={"核定": "done", "退回": "again"},
        params={"document_number": Param("", type="string")}, retries=9, retry_delay=timedelta(seconds=1),
    )
    count.expand(length=[1, 2]) >> gate >> [done(), again()]


small_story()
"""

pytestmark = [pytest.mark.slow, pytest.mark.airflow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AirflowServices]:
    """One Airflow for the tests of this file; the last of them breaks it."""
    folder = tmp_path_factory.mktemp("airflow")
    dags = folder / "dags"
    dags.mkdir()
    (dags / "small_story.py").write_text(DAG_FILE, encoding="utf-8")
    (dags / "broken.py").write_text("from airflow.sdk import dag\nraise ValueError('no such rule')\n", encoding="utf-8")
    with AirflowServices(folder / "home", dags_folder=dags, users={"head": "user"}) as running:
        api = running.api()
        wait_until(
            lambda: "small_story" in api.dag_ids(), what="the DAG", timeout=PATIENCE, alive=running.require_alive
        )
        api.unpause("small_story")
        yield running


def test_a_gate_refused_by_the_domain_asks_again_without_the_old_answer(
    services: AirflowServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    api, head = services.api(), services.api("head")
    run = api.trigger("small_story", {"unit": "B02"})

    def asked(at_try: int) -> bool:
        return any(action.task.try_number >= at_try for action in api.required_actions("small_story", run))

    wait_until(lambda: asked(1), what="the question", timeout=PATIENCE, alive=services.require_alive)
    (action,) = api.required_actions("small_story", run)
    assert (action.subject, action.options) == ("核定 B02", ("核定", "退回"))
    assert action.assigned_users == ("head",)
    with pytest.raises(AirflowRefused) as refused:
        api.answer(action, "核定", {"document_number": "1"})
    assert refused.value.status == 403

    time.sleep(SETTLE.total_seconds())
    head.answer(action, "核定", {"document_number": ""})
    wait_until(lambda: asked(2), what="the second question", timeout=PATIENCE, alive=services.require_alive)
    (anew,) = api.required_actions("small_story", run)
    assert not anew.answered
    assert "Task failed with exception" in api.log(action.task, try_number=1)
    assert (lost := lost_answer(services, monkeypatch, run)) is not None
    assert (lost.login, lost.option, lost.fields) == ("head", "核定", {"document_number": ""})

    time.sleep(SETTLE.total_seconds())
    head.answer(anew, "退回", {"document_number": "府政字第1號"})
    with pytest.raises(AirflowRefused) as late:
        head.answer(anew, "核定", {"document_number": "府政字第1號"})
    assert late.value.status == 409
    wait_until(
        lambda: api.run_state("small_story", run) in FINISHED,
        what="the end",
        timeout=PATIENCE,
        alive=services.require_alive,
    )
    states = {(task.task_id, task.map_index): task.state for task in api.task_instances("small_story", run)}
    assert states == {
        ("count", 0): "success",
        ("count", 1): "success",
        ("approve", -1): "success",
        ("done", -1): "skipped",
        ("again", -1): "success",
    }
    assert api.xcom("small_story", run, "count", map_index=1) == 4


def lost_answer(services: AirflowServices, monkeypatch: pytest.MonkeyPatch, run: str) -> Answered | None:
    """What the sender finds that was answered at the try before, in Airflow's own history."""
    password = services.passwords[ADMIN]
    for name, value in (("URL", services.url), ("USER", ADMIN), ("PASSWORD", password)):
        monkeypatch.setenv(f"INSPECTION_AIRFLOW_{name}", value)
    settings.reset()
    with AirflowAnswers() as airflow:
        return airflow.lost(ParkedGate("small_story", run, "approve"))


def test_a_dag_file_that_cannot_be_read_is_named(services: AirflowServices) -> None:
    (broken,) = services.api().import_errors().items()
    assert broken[0].endswith("broken.py")
    assert "no such rule" in broken[1]


def test_the_passwords_file_is_closed_to_others(services: AirflowServices) -> None:
    assert (services.home / "passwords.json").stat().st_mode & 0o077 == 0


def test_a_killed_scheduler_is_noticed_with_its_log(services: AirflowServices) -> None:
    services.require_alive()
    os.killpg(services.processes["scheduler"].pid, signal.SIGKILL)
    services.processes["scheduler"].kill()
    with pytest.raises(ServerFailed, match="airflow scheduler ended"):
        services.require_alive()


def test_nothing_runs_after_the_services_were_stopped(services: AirflowServices) -> None:
    assert services.leftovers()
    began = time.monotonic()
    services.stop()
    assert services.leftovers() == []
    assert time.monotonic() - began < 60
    assert Path(services.home / "airflow.db").exists()
