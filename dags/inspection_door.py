"""The door between Airflow and the house: one transaction, one reading of the clock, one mapping of errors.

SourceUnavailable may be tried again; everything else fails at once and says what to do. No DAG stands in this file.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import Param

if TYPE_CHECKING:
    from inspection.access.work import Work
    from inspection.store.parked import ParkedGate

RETRYING: dict[str, Any] = {"retries": 5, "retry_delay": timedelta(seconds=20), "retry_exponential_backoff": True}
CAMPAIGNS = "檢查專案"  # the tag of DAGs of which one run is one campaign
# a try that has not ended well for the sixth time is told though more follow: with the delays above, ten minutes
TOLD_AT_TRY = 6

# smbprotocol writes several lines per file, which drowns the log and names paths
for noisy in ("smbprotocol", "smbclient", "spnego"):
    logging.getLogger(noisy).setLevel(logging.WARNING)


def may_be_blank(type: str = "string", **schema: Any) -> Param:
    """A field of a form that may be left empty: an empty text would be demanded by Airflow's page like any other."""
    return Param(None, type=["null", type], **schema)


def place_of(context: Any) -> ParkedGate:
    """Where a task is parked in Airflow."""
    from inspection.store.parked import ParkedGate

    ti = context["ti"]
    return ParkedGate(ti.dag_id, ti.run_id, ti.task_id)


@contextmanager
def errors_as_airflow_knows_them() -> Iterator[None]:
    """Lets time-mended faults be retried and everything else fail at once; a server not to be read now is awaited.

    An error nobody foresaw is logged by its kind and place alone: its words may hold what was found in a file.
    """
    from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowRescheduleException

    import inspection.campaigns.matters  # noqa: F401 - whatever a task asks, the register of matters is full
    from inspection.errors import AccessRefused, InspectionError, ServerLater, SourceUnavailable, system_fault
    from inspection.language import speak

    try:
        yield
    except ServerLater as later:  # without a worker's slot, and without spending a try
        logging.getLogger(__name__).info(str(later))
        raise AirflowRescheduleException(later.until) from None  # type: ignore[no-untyped-call]
    except AccessRefused as error:
        raise AirflowFailException(str(error)) from None
    except (SourceUnavailable, AirflowException):
        raise
    except InspectionError as error:
        raise AirflowFailException(str(error)) from None
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
        kind = type(error).__name__ + (f"（{system_fault(error)}）" if isinstance(error, OSError) else "")
        raise AirflowFailException(speak(f"程式錯誤 {kind}，位於 {places}", f"{kind} at {places}")) from None


def tell_operators(context: Any) -> None:
    """Writes into our outbox that a task failed for good; called by Airflow where it ran, or by the DAG processor where
    its worker died. Where the domain's database is what fails there is nothing but the log, and `inspection doctor`.
    """
    from inspection.access.work import begin
    from inspection.audit.actors import DAG, program
    from inspection.language import speak
    from inspection.operations.runs import FailedTask, tell_failure

    ti, dag, task = context["ti"], context["dag"], context["task"]
    failed = FailedTask(
        dag_id=ti.dag_id,
        dag_name=dag.dag_display_name or ti.dag_id,
        task_id=ti.task_id,
        task_name=task.task_display_name or ti.task_id,
        run_id=ti.run_id,
        attempt=ti.try_number,
        campaign=CAMPAIGNS in dag.tags,
    )
    try:
        with begin(program(DAG, ti.dag_id)) as work:
            tell_failure(work.session, failed, at=work.at)
    except Exception as error:  # a callback must not hide the failure it tells of
        words = speak("失敗未能通知維運人員（%s）", "the operators could not be told (%s)")
        logging.getLogger(__name__).error(words, type(error).__name__)


def tell_operators_in_time(context: Any) -> None:
    """As above, for a task that is tried for long: told once, while it goes on trying."""
    if context["ti"].try_number == TOLD_AT_TRY:
        tell_operators(context)


# of every task: whose it is, how long one try may take (a hung one must not stop the mail for ever), who hears of it
WATCHED: dict[str, Any] = {
    "owner": "inspection",
    "execution_timeout": timedelta(minutes=30),
    "on_failure_callback": tell_operators,
    "on_retry_callback": tell_operators_in_time,
}
# one try of what reads shares and pictures; a shard is five to fifteen minutes of work, a listing may be a large tree
READING: dict[str, Any] = {**RETRYING, "execution_timeout": timedelta(hours=12)}


def is_last_try() -> bool:
    """Whether no further try of the task at work follows: what stays away then is recorded, not waited for."""
    from airflow.sdk import get_current_context

    ti = get_current_context()["ti"]
    return bool(ti.try_number > ti.max_tries)


@contextmanager
def door(actor: str = "") -> Iterator[Work]:
    """Opens the domain database for one task; who acts is a roster person where the task knows one, else its DAG."""
    from airflow.sdk import get_current_context

    from inspection.access.work import begin
    from inspection.audit.actors import DAG, program

    with errors_as_airflow_knows_them():
        acting = actor or program(DAG, get_current_context()["ti"].dag_id)
        with begin(acting) as work:
            yield work


@contextmanager
def door_of(campaign_id: str) -> Iterator[Work]:
    """As `door`, for what a campaign does by itself: it acts in the name of the person who ordered the campaign."""
    from inspection.access.work import begin_ordered

    with errors_as_airflow_knows_them(), begin_ordered(campaign_id) as work:
        yield work


def _run_name() -> str:
    """Which task of which run is at work, for the run table."""
    from airflow.sdk import get_current_context

    from inspection.store.runs import airflow_door

    ti = get_current_context()["ti"]
    return airflow_door(ti.dag_id, ti.run_id, ti.task_id)


def note_run(stage: str, campaign_id: str | None, counts: dict[str, int]) -> dict[str, int]:
    """Writes that a stage ran (the run table may hold it twice) and returns the counts for XCom."""
    from inspection.campaigns.runs import note

    with door() as opened:
        note(opened.session, stage=stage, campaign_id=campaign_id, door=_run_name(), counts=counts, at=opened.at)
    return counts
