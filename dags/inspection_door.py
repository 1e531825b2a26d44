"""The door between Airflow and the house: one transaction, one reading of the clock, one mapping of errors.

SourceUnavailable may be tried again; everything else fails at once and says what to do. No DAG stands in this file.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from airflow.sdk import Param

from inspection.roster import form_lists

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from inspection.access.work import Work
    from inspection.store.parked import ParkedGate

Given = TypeVar("Given")
# a database that is started anew is back within one or two minutes
PAUSES_SECONDS = (1, 2, 4, 8, 15, 30, 60, 60, 60, 60)

RETRYING: dict[str, Any] = {"retries": 5, "retry_delay": timedelta(seconds=20), "retry_exponential_backoff": True}
FIRST_CRAWL = {"auto": "由系統依紀錄判斷", "yes": "是", "no": "否"}
CRAWL_QUEUE = "crawl"
CAMPAIGNS = "檢查專案"  # the tag of DAGs of which one run is one campaign
# a try that has not ended well for the sixth time is told though more follow: with the delays above, ten minutes
TOLD_AT_TRY = 6

# smbprotocol writes several lines per file, which drowns the log and names paths
for noisy in ("smbprotocol", "smbclient", "spnego"):
    logging.getLogger(noisy).setLevel(logging.WARNING)


def may_be_blank(type: str = "string", **schema: Any) -> Param:
    """A field of a form that may be left empty: an empty text would be demanded by Airflow's page like any other."""
    return Param(None, type=["null", type], **schema)


def units_asked(**schema: Any) -> Param:
    """A field for units: a list to choose from, once a roster was applied."""
    return _chosen("array", form_lists.read().units, items={"type": "string"}, **schema)


def unit_asked(**schema: Any) -> Param:
    """A field for one unit, chosen from the roster's or typed."""
    return _chosen("string", form_lists.read().units, **schema)


def officer_asked(**schema: Any) -> Param:
    """A field for the officer who orders; nobody's name stands in a form."""
    return _chosen("string", form_lists.read().officers, **schema)


def _chosen(kind: str, offered: Mapping[str, str], **schema: Any) -> Param:
    """What is offered binds nobody: the verb knows the roster of the day."""
    lists = {"examples": list(offered), "values_display": dict(offered)} if offered else {}
    return may_be_blank(kind, **lists, **schema)


def place_of(context: Any) -> ParkedGate:
    """Where a task is parked in Airflow."""
    from inspection.store.parked import ParkedGate

    ti = context["ti"]
    return ParkedGate(ti.dag_id, ti.run_id, ti.task_id)


@contextmanager
def errors_as_airflow_knows_them() -> Iterator[None]:
    """Lets time-mended faults be retried and everything else fail at once; a server not to be read now is awaited.

    A step of a campaign that was cancelled is skipped, and so is what follows it: its run ends and nobody is alarmed.
    An error nobody foresaw is logged by its kind and place alone: its words may hold what was found in a file.
    """
    from airflow.sdk.exceptions import (
        AirflowException,
        AirflowFailException,
        AirflowRescheduleException,
        AirflowSkipException,
    )

    import inspection.campaigns.matters  # noqa: F401 - whatever a task asks, the register of matters is full
    from inspection.errors import (
        AccessRefused,
        CalledOff,
        InspectionError,
        ServerLater,
        SourceUnavailable,
        system_fault,
    )
    from inspection.language import speak

    try:
        yield
    except ServerLater as later:  # without a worker's slot, and without spending a try
        logging.getLogger(__name__).info(str(later))
        raise AirflowRescheduleException(later.until) from None  # type: ignore[no-untyped-call]
    except CalledOff as over:
        raise AirflowSkipException(str(over)) from None
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


def patiently(step: Callable[[], Given], *, sleep: Callable[[float], object] = time.sleep) -> Given:
    """What a step gives that holds a person's answer: where the database does not answer it is tried again for some
    minutes, and raises then. A new try of the task would have lost the answer."""
    from inspection.errors import SourceUnavailable
    from inspection.language import speak

    for seconds in PAUSES_SECONDS:
        try:
            return step()
        except SourceUnavailable as error:
            said = speak(f"{error}；{seconds} 秒後再試，作答留存", f"{error}; again in {seconds} s, the answer is kept")
            logging.getLogger(__name__).warning(said)
            sleep(seconds)
    return step()


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


# how long a task rests that is left to another machine: while none that may do it runs, it must not go round and round
LEFT_FOR = timedelta(seconds=15)


@contextmanager
def in_office_folder() -> Iterator[None]:
    """For what keeps or reads documents outside a campaign: elsewhere the task is left to a machine with the folder."""
    from inspection import clock
    from inspection.operations.home import require_office_folder
    from inspection.store.session import session_scope

    with errors_as_airflow_knows_them():
        with left_to_another_machine(), session_scope() as session:
            require_office_folder(session, at=clock.now())
        yield


@contextmanager
def left_to_another_machine() -> Iterator[None]:
    """On a machine whose home is not the office's the task is put off for a moment, and no try is spent; that it was is
    noted, for no machine may have the folder."""
    from airflow.sdk import timezone
    from airflow.sdk.exceptions import AirflowRescheduleException

    from inspection import clock
    from inspection.operations.home import ForAnotherMachine, note_left
    from inspection.store.session import session_scope

    try:
        yield
    except ForAnotherMachine as elsewhere:
        logging.getLogger(__name__).warning(str(elsewhere))
        with session_scope() as session:
            note_left(session, at=clock.now())
        raise AirflowRescheduleException(timezone.utcnow() + LEFT_FOR) from None  # type: ignore[no-untyped-call]


# of every task: whose it is, how long one try may take (a hung one must not stop the mail for ever), who hears of it
WATCHED: dict[str, Any] = {
    "owner": "inspection",
    "execution_timeout": timedelta(minutes=30),
    "on_failure_callback": tell_operators,
    "on_retry_callback": tell_operators_in_time,
}
# one try of what reads shares and pictures; a shard is five to fifteen minutes of work, a listing may be a large tree
# it needs databases and file servers alone: a worker of another machine, without our folder, may serve its queue
READING: dict[str, Any] = {**RETRYING, "execution_timeout": timedelta(hours=12), "queue": CRAWL_QUEUE}


def is_last_try() -> bool:
    """Whether no further try of the task at work follows: what stays away then is recorded, not waited for."""
    from airflow.sdk import get_current_context

    ti = get_current_context()["ti"]
    return bool(ti.try_number > ti.max_tries)


@contextmanager
def door(actor: str = "", *, campaign_id: str = "") -> Iterator[Work]:
    """Opens the domain database for one task; who acts is a roster person where the task knows one, else its DAG.

    A step of a campaign names it: where it was cancelled meanwhile, the step is skipped.
    """
    from airflow.sdk import get_current_context

    from inspection.access.work import begin
    from inspection.audit.actors import DAG, program

    with errors_as_airflow_knows_them():
        acting = actor or program(DAG, get_current_context()["ti"].dag_id)
        with begin(acting) as work:
            if campaign_id:
                _require_going(work.session, campaign_id)
            yield work


@contextmanager
def door_of(campaign_id: str) -> Iterator[Work]:
    """As `door`, for what a campaign does by itself: it acts in the name of the person who ordered the campaign.

    Most such steps print a paper or send one: none runs where the office's folder is not.
    """
    from inspection.access.work import begin_ordered
    from inspection.operations.home import require_office_folder

    with errors_as_airflow_knows_them(), left_to_another_machine(), begin_ordered(campaign_id) as work:
        _require_going(work.session, campaign_id)
        require_office_folder(work.session, at=work.at)
        yield work


@contextmanager
def step_of(campaign_id: str) -> Iterator[None]:
    """For what a campaign does in many transactions of its own; skipped where the campaign was cancelled."""
    from inspection.store.session import session_scope

    with errors_as_airflow_knows_them():
        with session_scope(read_only=True) as session:
            _require_going(session, campaign_id)
        yield


def _require_going(session: Session, campaign_id: str) -> None:
    from inspection.campaigns.waits import require_not_cancelled

    require_not_cancelled(session, campaign_id)


def _run_name() -> str:
    """Which task of which run is at work, for the run table."""
    from airflow.sdk import get_current_context

    from inspection.store.runs import airflow_door

    ti = get_current_context()["ti"]
    return airflow_door(ti.dag_id, ti.run_id, ti.task_id)


def note_run(stage: str, campaign_id: str | None, counts: dict[str, int]) -> dict[str, int]:
    """Writes that a stage ran (the run table may hold it twice) and returns the counts for XCom."""
    from inspection.store.runs import note

    with door() as opened:
        note(opened.session, stage=stage, campaign_id=campaign_id, door=_run_name(), counts=counts, at=opened.at)
    return counts
