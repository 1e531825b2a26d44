"""How the sender speaks with Airflow: signed in once, anew when the token has run out, and told what it may not do."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from inspection import settings
from inspection.campaigns.airflow_answers import AirflowAnswers
from inspection.errors import BadSource, SourceUnavailable
from inspection.store.parked import ParkedGate

PLACE = ParkedGate("a_dag", "manual__2026-11-02T09:00:00+00:00", "checklists.await_checklists")
PARKED = {"task_instance": {"state": "awaiting_input"}, "response_received": False}


@dataclass
class Api:
    """What the API answers next, by method, and what it was asked."""

    status: dict[str, int] = field(default_factory=lambda: {"POST": 201, "GET": 200, "PATCH": 200})
    detail: dict[str, Any] = field(default_factory=lambda: dict(PARKED))
    token: str = "first"
    asked: list[tuple[str, str]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    tries: dict[str, dict[str, Any]] = field(default_factory=dict)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    told = Api()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            told.asked.append((self.command, self.path))
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
            told.sent.append(body)
            status = told.status[self.command]
            if self.command != "POST" and self.headers["Authorization"] != f"Bearer {told.token}":
                status = 401
            detail, (before, _, number) = told.detail, self.path.rpartition("/")
            if before.endswith("/tries"):
                detail, status = told.tries.get(number, {}), status if number in told.tries else 404
            reply = json.dumps({"access_token": told.token, **detail}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.answer()

        def do_PATCH(self) -> None:
            self.answer()

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("INSPECTION_AIRFLOW_URL", f"http://127.0.0.1:{server.server_address[1]}")
    monkeypatch.setenv("INSPECTION_AIRFLOW_USER", "inspection-sender")
    monkeypatch.setenv("INSPECTION_AIRFLOW_PASSWORD", "a pass word")
    settings.reset()
    yield told
    server.shutdown()
    server.server_close()


def test_it_signs_in_once_and_anew_when_the_token_has_run_out(api: Api) -> None:
    with AirflowAnswers() as airflow:
        assert airflow.waits(PLACE) and airflow.answer(PLACE, "再看一次")
        assert [method for method, _ in api.asked] == ["POST", "GET", "PATCH"]
        assert api.sent[-1] == {"chosen_options": ["再看一次"], "params_input": {}}
        api.token = "second"
        assert airflow.waits(PLACE)
    assert [method for method, _ in api.asked[3:]] == ["GET", "POST", "GET"]
    assert (
        "/manual__2026-11-02T09%3A00%3A00%2B00%3A00/taskInstances/checklists.await_checklists/-1/" in api.asked[-1][1]
    )


@pytest.mark.parametrize(
    "detail",
    [
        {"task_instance": {"state": "running"}, "response_received": False},
        {"task_instance": {"state": "success"}, "response_received": True},
        {"task_instance": {"state": "awaiting_input"}, "response_received": True},
    ],
)
def test_what_runs_has_ended_or_is_answered_does_not_wait(api: Api, detail: dict[str, Any]) -> None:
    api.detail = detail
    with AirflowAnswers() as airflow:
        assert not airflow.waits(PLACE)


def test_a_task_that_is_gone_or_was_answered_by_somebody_else_is_no_fault(api: Api) -> None:
    api.status |= {"GET": 404, "PATCH": 409}
    with AirflowAnswers() as airflow:
        assert not airflow.waits(PLACE)
        assert not airflow.answer(PLACE, "核定")


@pytest.mark.parametrize(
    ("method", "status", "error", "words"),
    [
        ("POST", 401, BadSource, "拒絕服務帳號登入"),
        ("POST", 500, SourceUnavailable, "登入時"),
        ("GET", 403, BadSource, "無權作答"),
        ("GET", 502, SourceUnavailable, "502"),
    ],
)
def test_a_refusal_says_what_to_mend_and_a_fault_passes(
    api: Api, method: str, status: int, error: type[Exception], words: str
) -> None:
    api.status[method] = status
    with AirflowAnswers() as airflow, pytest.raises(error, match=words) as raised:
        airflow.waits(PLACE)
    assert "a pass word" not in str(raised.value)


def test_silence_passes_too(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTION_AIRFLOW_URL", "http://127.0.0.1:1")
    settings.reset()
    with AirflowAnswers() as airflow, pytest.raises(SourceUnavailable, match="沒有回應"):
        airflow.waits(PLACE)


ANSWERED = {
    "response_received": True, "responded_by_user": {"id": "7", "name": "mayor"}, "chosen_options": ["核定"],
    "responded_at": "2026-11-02T01:00:00Z", "params_input": {"remark": None},
}  # fmt: skip


def test_what_was_answered_at_an_earlier_try_is_found_the_newest_first(api: Api) -> None:
    api.detail = {**PARKED, "task_instance": {"state": "awaiting_input", "try_number": 4}}
    api.tries = {"1": ANSWERED | {"chosen_options": ["退回"]}, "2": ANSWERED, "3": {"response_received": False}}
    with AirflowAnswers() as airflow:
        found = airflow.lost(PLACE)
        assert found is not None
        assert (found.login, found.option, found.fields) == ("mayor", "核定", {"remark": None})
        assert found.at.isoformat() == "2026-11-02T01:00:00+00:00"
        api.tries = {}
        assert airflow.lost(PLACE) is None
        api.tries = {"3": ANSWERED}
        for other in ({"response_received": True}, {"task_instance": {"state": "running", "try_number": 4}}):
            api.detail = {**PARKED, "task_instance": {"state": "awaiting_input", "try_number": 4}, **other}
            assert airflow.lost(PLACE) is None
        api.status["GET"] = 404
        assert airflow.lost(PLACE) is None
