"""Tells Airflow's gates what was decided by another door, as a service account that may answer and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import quote

import httpx
from sqlalchemy.orm import Session

from inspection import settings
from inspection.campaigns.gates import ParkedGate, releasable
from inspection.errors import BadSource, SourceUnavailable
from inspection.language import speak
from inspection.vocabulary import ApprovalOutcome

Scope = Callable[[], AbstractContextManager[Session]]
OPTION = {
    ApprovalOutcome.APPROVED: "核定",
    ApprovalOutcome.APPROVED_WITH_CHANGES: "修正後如擬",
    ApprovalOutcome.RETURNED: "退回",
}
ANSWERED_BEFORE = 409
GONE = 404
TIMEOUT_SECONDS = 20.0


def answer_airflow(scope: Scope) -> int:
    """Answers every gate that still waits though its decision stands; returns how many were released.

    Nothing happens where no service account is configured. An answer already given (409), or a run that is gone
    (404), counts as done. Raises SourceUnavailable where Airflow does not answer, BadSource for a refused login.
    """
    here = settings.get()
    if not here.airflow_url or not here.airflow_user:
        return 0
    with scope() as session:
        ready = releasable(session)
    if not ready:
        return 0
    try:
        with httpx.Client(base_url=here.airflow_url, timeout=TIMEOUT_SECONDS) as client:
            client.headers["Authorization"] = f"Bearer {_token(client)}"
            return sum(_answer(client, gate, outcome) for gate, outcome in ready)
    except httpx.TransportError as error:
        raise SourceUnavailable(
            speak(
                f"Airflow 的 API 沒有回應（{type(error).__name__}）",
                f"Airflow's API did not answer: {type(error).__name__}",
            )
        ) from None


def _token(client: httpx.Client) -> str:
    here = settings.get()
    reply = client.post("/auth/token", json={"username": here.airflow_user, "password": here.airflow_password})
    if reply.status_code in {401, 403}:
        raise BadSource(
            speak("Airflow 拒絕服務帳號登入", "Airflow refused the service account"),
            remedy=speak(
                "請更正 INSPECTION_AIRFLOW_USER 及 INSPECTION_AIRFLOW_PASSWORD",
                "mend INSPECTION_AIRFLOW_USER and _PASSWORD",
            ),
        )
    if reply.is_error:
        raise SourceUnavailable(
            speak(
                f"登入時 Airflow 的 API 回應 {reply.status_code}",
                f"Airflow's API answered {reply.status_code} at sign-in",
            )
        )
    return str(reply.json()["access_token"])


def _answer(client: httpx.Client, gate: ParkedGate, outcome: ApprovalOutcome) -> int:
    run, task = quote(gate.run_id, safe=""), quote(gate.task_id, safe="")
    address = f"/api/v2/dags/{quote(gate.dag_id, safe='')}/dagRuns/{run}/taskInstances/{task}/-1/hitlDetails"
    known = client.get(address)
    if known.status_code == GONE or (known.is_success and known.json().get("response_received")):
        return 0
    reply = client.patch(address, json={"chosen_options": [OPTION[outcome]], "params_input": {}})
    if reply.status_code in {ANSWERED_BEFORE, GONE}:
        return 0
    if reply.status_code == 403:
        raise BadSource(
            speak("Airflow 服務帳號無權作答必要動作", "the service account may not answer required actions in Airflow"),
            remedy=speak(
                "給予該帳號 HITL Detail 之編輯權限，或清除（Clear）該核定工作",
                "let the account edit HITL details, or clear the task of the decision",
            ),
        )
    if reply.is_error:
        raise SourceUnavailable(
            speak(f"Airflow 的 API 回應 {reply.status_code}", f"Airflow's API answered {reply.status_code}")
        )
    return 1
