"""Airflow's required actions over its API, as a service account that may answer them and nothing else."""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from urllib.parse import quote

import httpx

from inspection import settings
from inspection.campaigns.lost_answers import Answered
from inspection.errors import BadSource, SourceUnavailable
from inspection.language import speak
from inspection.store.parked import ParkedGate

ANSWERED_BEFORE, GONE, UNAUTHORISED, FORBIDDEN = 409, 404, 401, 403
WAITS_FOR_AN_ANSWER = "awaiting_input"
TIMEOUT_SECONDS = 20.0
TRIES_LOOKED_AT = 10


def is_configured() -> bool:
    """Whether an address and a service account are set."""
    here = settings.get()
    return bool(here.airflow_url and here.airflow_user)


class AirflowAnswers:
    """One signed-in connection, kept as long as the process; it signs in when first asked, and anew when told to.

    Every question raises SourceUnavailable where Airflow does not answer or answers in error, BadSource for a refused
    login or a right the account lacks.
    """

    def __init__(self) -> None:
        self._client = httpx.Client(base_url=settings.get().airflow_url, timeout=TIMEOUT_SECONDS)

    def __enter__(self) -> AirflowAnswers:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def waits(self, place: ParkedGate) -> bool:
        """Whether a task is parked and nobody has answered it; not one that runs, has ended or never was."""
        reply = self._ask("GET", _address(place))
        if reply.status_code == GONE:
            return False
        told = self._checked(reply).json()
        return told["task_instance"]["state"] == WAITS_FOR_AN_ANSWER and not told["response_received"]

    def lost(self, place: ParkedGate) -> Answered | None:
        """What was answered last at an earlier try of a task that is parked again and waits for an answer."""
        reply = self._ask("GET", _address(place))
        if reply.status_code == GONE:
            return None
        told = self._checked(reply).json()
        if told["task_instance"]["state"] != WAITS_FOR_AN_ANSWER or told["response_received"]:
            return None
        newest = int(told["task_instance"]["try_number"]) - 1
        for number in range(newest, max(0, newest - TRIES_LOOKED_AT), -1):
            reply = self._ask("GET", f"{_address(place)}/tries/{number}")
            if reply.status_code == GONE:  # that try asked nobody
                continue
            earlier = self._checked(reply).json()
            if earlier["response_received"] and earlier["responded_by_user"]:
                return Answered(
                    login=str(earlier["responded_by_user"]["name"] or ""),
                    at=datetime.fromisoformat(earlier["responded_at"]),
                    option=str(earlier["chosen_options"][0]),
                    fields=earlier["params_input"] or {},
                )
        return None

    def answer(self, place: ParkedGate, option: str) -> bool:
        """Answers a parked task; False where somebody else did (409) or it is gone (404)."""
        reply = self._ask("PATCH", _address(place), {"chosen_options": [option], "params_input": {}})
        if reply.status_code in {ANSWERED_BEFORE, GONE}:
            return False
        self._checked(reply)
        return True

    def _ask(self, method: str, address: str, body: dict[str, object] | None = None) -> httpx.Response:
        try:
            if "Authorization" not in self._client.headers:
                self._sign_in()
            reply = self._client.request(method, address, json=body)
            if reply.status_code == UNAUTHORISED:  # the token has run out, or Airflow's key has changed
                self._sign_in()
                reply = self._client.request(method, address, json=body)
        except httpx.TransportError as error:
            kind = type(error).__name__
            raise SourceUnavailable(
                speak(f"Airflow 的 API 沒有回應（{kind}）", f"Airflow's API did not answer: {kind}")
            ) from None
        return reply

    def _sign_in(self) -> None:
        here = settings.get()
        self._client.headers.pop("Authorization", None)
        reply = self._client.post(
            "/auth/token", json={"username": here.airflow_user, "password": here.airflow_password}
        )
        if reply.status_code in {UNAUTHORISED, FORBIDDEN}:
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
        self._client.headers["Authorization"] = f"Bearer {reply.json()['access_token']}"

    @staticmethod
    def _checked(reply: httpx.Response) -> httpx.Response:
        if reply.status_code == FORBIDDEN:
            raise BadSource(
                speak(
                    "Airflow 服務帳號無權作答必要動作", "the service account may not answer required actions in Airflow"
                ),
                remedy=speak(
                    "給予該帳號 HITL Detail 之讀取及編輯權限，或清除（Clear）該工作",
                    "let the account read and edit HITL details, or clear the task that waits",
                ),
            )
        if reply.is_error:
            raise SourceUnavailable(
                speak(f"Airflow 的 API 回應 {reply.status_code}", f"Airflow's API answered {reply.status_code}")
            )
        return reply


def _address(place: ParkedGate) -> str:
    dag, run, task = (quote(one, safe="") for one in (place.dag_id, place.run_id, place.task_id))
    return f"/api/v2/dags/{dag}/dagRuns/{run}/taskInstances/{task}/-1/hitlDetails"
