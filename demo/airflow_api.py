"""A typed client of Airflow's public API: what the demo and the end-to-end tests ask of it, no more."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

FINISHED = frozenset({"success", "failed"})
# An answer given in the first seconds after a task has parked is lost: the scheduler may hear of the end of the parking
# process only after it has queued the task again, and takes that for a crash (docs/decisions/0003).
SETTLE = timedelta(seconds=6)


LOOK_AGAIN_AFTER_SECONDS = (0.5, 1.0, 2.0, 4.0)


class AirflowRefused(RuntimeError):
    """Airflow answered with an error; `status` is the HTTP status, the message Airflow's own detail."""

    def __init__(self, status: int, detail: str) -> None:
        self.status = status
        super().__init__(f"Airflow answered {status}: {detail}")


@dataclass(frozen=True, slots=True)
class TaskInstance:
    """One task of a run. `map_index` is -1 where a task is not mapped; `state` is None while it waits for others,
    `ended_at` until it ended."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    state: str | None
    try_number: int
    duration_seconds: float | None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RequiredAction:
    """One question Airflow puts to a person (human in the loop)."""

    task: TaskInstance
    subject: str
    body: str
    options: tuple[str, ...]
    params: Mapping[str, Any]
    assigned_users: tuple[str, ...]
    asked_at: datetime
    answered: bool


class AirflowApi:
    """One signed-in user of the API. Raises AirflowRefused for an answer of 400 and above."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=30)
        answer = self._checked(self._client.post("/auth/token", json={"username": user, "password": password}))
        self._client.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def unpause(self, dag_id: str, *, paused: bool = False) -> None:
        """Lets a DAG run (or holds it)."""
        self._send("PATCH", f"/dags/{dag_id}", json={"is_paused": paused})

    def dag_ids(self) -> set[str]:
        """Every DAG Airflow knows, those with import errors left out."""
        return {dag["dag_id"] for dag in self._send("GET", "/dags", params={"limit": 100})["dags"]}

    def import_errors(self) -> dict[str, str]:
        """File name -> stack trace of every DAG file that could not be read."""
        found = self._send("GET", "/importErrors", params={"limit": 100})["import_errors"]
        return {error["filename"]: error["stack_trace"] for error in found}

    def trigger(self, dag_id: str, conf: Mapping[str, Any] | None = None, *, run_id: str | None = None) -> str:
        """Starts a run and returns its id."""
        body = {"conf": dict(conf or {}), "logical_date": None, **({"dag_run_id": run_id} if run_id else {})}
        return str(self._send("POST", f"/dags/{dag_id}/dagRuns", json=body)["dag_run_id"])

    def run_state(self, dag_id: str, run_id: str) -> str:
        """queued, running, success or failed."""
        return str(self._send("GET", f"/dags/{dag_id}/dagRuns/{run_id}")["state"])

    def run_conf(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """What a run was started with."""
        return dict(self._send("GET", f"/dags/{dag_id}/dagRuns/{run_id}")["conf"] or {})

    def run_ids(self, dag_id: str) -> dict[str, str]:
        """Run id -> state of all runs of a DAG, newest first."""
        params: dict[str, str | int] = {"limit": 100, "order_by": "-run_after"}
        found = self._send("GET", f"/dags/{dag_id}/dagRuns", params=params)["dag_runs"]
        return {run["dag_run_id"]: run["state"] for run in found}

    def task_instances(self, dag_id: str, run_id: str) -> list[TaskInstance]:
        """All tasks of a run with their states, mapped ones one by one."""
        found: list[TaskInstance] = []
        while True:
            page = self._send(
                "GET",
                f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances",
                params={"limit": 100, "offset": len(found)},
            )
            found += [_task_instance(one) for one in page["task_instances"]]
            if not page["task_instances"] or len(found) >= page["total_entries"]:
                return found

    def task_state(self, dag_id: str, run_id: str, task_id: str, map_index: int = -1) -> str | None:
        """State of one task; NotFound of Airflow is AirflowRefused with status 404."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}{_mapped(map_index)}"
        state = self._send("GET", path)["state"]
        return None if state is None else str(state)

    def required_actions(self, dag_id: str = "~", run_id: str = "~", *, open_only: bool = True) -> list[RequiredAction]:
        """Questions to people, those waiting for an answer or all. `~` means any."""
        params: dict[str, str | int | bool] = {"limit": 100}
        if open_only:
            params |= {"response_received": False, "state": "awaiting_input"}
        found = self._send("GET", f"/dags/{dag_id}/dagRuns/{run_id}/hitlDetails", params=params)
        return [_required_action(one) for one in found["hitl_details"]]

    def answer(self, action: RequiredAction, option: str, params: Mapping[str, Any] | None = None) -> None:
        """Answers a question. AirflowRefused: 403 not assigned, 409 answered already, 400 no such option."""
        self.answer_task(action.task, option, params)

    def answer_task(self, task: TaskInstance, option: str, params: Mapping[str, Any] | None = None) -> None:
        """Answers the question of a task."""
        path = f"/dags/{task.dag_id}/dagRuns/{task.run_id}/taskInstances/{task.task_id}/{task.map_index}/hitlDetails"
        self._send("PATCH", path, json={"chosen_options": [option], "params_input": dict(params or {})})

    def xcom(self, dag_id: str, run_id: str, task_id: str, *, key: str = "return_value", map_index: int = -1) -> Any:
        """What a task handed on."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/xcomEntries/{key}"
        return self._send("GET", path, params={"map_index": map_index, "deserialize": True})["value"]

    def log(self, task: TaskInstance, *, try_number: int | None = None) -> str:
        """The log of one try (default: the newest), one event per line."""
        path = f"/dags/{task.dag_id}/dagRuns/{task.run_id}/taskInstances/{task.task_id}/logs/"
        answer = self._send(
            "GET",
            f"{path}{try_number or task.try_number}",
            params={"map_index": task.map_index, "full_content": True},
        )
        content = answer["content"]
        if isinstance(content, str):
            return content
        return "\n".join(str(line.get("event", line)) if isinstance(line, dict) else str(line) for line in content)

    def clear(self, dag_id: str, run_id: str, task_ids: Collection[str], *, downstream: bool = True) -> None:
        """Has tasks run again, as an operator does."""
        body = {
            "dry_run": False,
            "dag_run_id": run_id,
            "task_ids": list(task_ids),
            "only_failed": False,
            "include_downstream": downstream,
        }
        self._send("POST", f"/dags/{dag_id}/clearTaskInstances", json=body)

    def health(self) -> dict[str, str]:
        """Component -> healthy or unhealthy, as Airflow reports itself."""
        return {name: part["status"] for name, part in self._send("GET", "/monitor/health").items() if part}

    def close(self) -> None:
        """Ends the connections."""
        self._client.close()

    def _send(self, method: str, path: str, **options: Any) -> Any:
        answer = self._client.request(method, f"/api/v2{path}", **options)
        # on a busy machine Airflow's SQLite may be locked for a moment: a look is taken again, and so is a deed whose
        # transaction the database refused
        for pause_seconds in LOOK_AGAIN_AFTER_SECONDS:
            if answer.status_code < 500 or (method != "GET" and "Database error" not in answer.text):
                break
            time.sleep(pause_seconds)
            answer = self._client.request(method, f"/api/v2{path}", **options)
        return self._checked(answer)

    @staticmethod
    def _checked(answer: httpx.Response) -> Any:
        if answer.status_code >= 400:
            raise AirflowRefused(answer.status_code, answer.text[:500])
        return answer.json() if answer.content else {}


def wait_until(happened: Callable[[], bool], *, what: str, timeout: timedelta, alive: Callable[[], None]) -> None:
    """Asks until it happened; `alive` is asked each time and raises where a service has ended."""
    deadline = time.monotonic() + timeout.total_seconds()
    while not happened():
        alive()
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {timeout.total_seconds():.0f} s ({datetime.now(UTC):%H:%M:%S}Z)")
        time.sleep(0.3)


def _mapped(map_index: int) -> str:
    return "" if map_index < 0 else f"/{map_index}"


def _task_instance(found: Mapping[str, Any]) -> TaskInstance:
    return TaskInstance(
        dag_id=found["dag_id"],
        run_id=found["dag_run_id"],
        task_id=found["task_id"],
        map_index=found["map_index"],
        state=found["state"],
        try_number=found["try_number"],
        duration_seconds=found["duration"],
        ended_at=datetime.fromisoformat(found["end_date"]) if found["end_date"] else None,
    )


def _required_action(found: Mapping[str, Any]) -> RequiredAction:
    # a question asked anew keeps the day it was first asked: the try that asks it tells when that was
    times = (found["created_at"], found["task_instance"]["start_date"])
    return RequiredAction(
        task=_task_instance(found["task_instance"]),
        subject=found["subject"],
        body=found["body"] or "",
        options=tuple(found["options"]),
        params=found["params"] or {},
        assigned_users=tuple(user["id"] for user in found["assigned_users"] or ()),
        asked_at=max(datetime.fromisoformat(one) for one in times if one),
        answered=bool(found["response_received"]),
    )
