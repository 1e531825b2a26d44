"""Runs that failed, and work of the clock that was not done: told to the operators once, and known until mended.

What ran stands in the table of stages, written by each task that ends well; what failed in the notices written here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar import roc
from inspection.calendar.working_days import WorkingCalendar
from inspection.model import Notice, Person
from inspection.notices.outbox import Letter, write_all
from inspection.operations.letters import MANY_TRIES
from inspection.store import calendar_days, notices, parked, roster, runs
from inspection.vocabulary import Role

REMEMBERED = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class FailedTask:
    """A task that failed for good, or fails again and again. `campaign` tells a run that is one campaign from a run of
    the clock, whose failures are told once a day."""

    dag_id: str
    dag_name: str
    task_id: str
    task_name: str
    run_id: str
    attempt: int
    campaign: bool

    def key(self, *, at: datetime) -> str:
        """What makes a failure one notice: the try of a campaign's task, the day of a task of the clock."""
        which = f"{self.run_id}:{self.attempt}" if self.campaign else f"{clock.local_date(at):%Y-%m-%d}"
        return f"run-failed:{self.dag_id}:{self.task_id}:{which}"[:180]


@dataclass(frozen=True, slots=True)
class Periodic:
    """Work the clock does: `stage` in the table of stages, the DAG, and how long it may rest before something is amiss.
    `working_days`: done on working days only; `only_if`: needed while this says so."""

    stage: str
    dag_id: str
    rests: timedelta
    working_days: bool = False
    only_if: Callable[[Session], bool] | None = None


SENDER = "sender"


# what an installation cannot do without; the nights' pictures and lessons may be switched off
PERIODIC = (
    Periodic("deliver_notices", "deliver_notices", timedelta(hours=1)),
    Periodic("collect_returns", "collect_returns", timedelta(hours=1)),
    Periodic("make_copies", "make_copies", timedelta(hours=2)),
    Periodic("housekeeping", "housekeeping", timedelta(hours=3)),
    Periodic("follow_up", "follow_up", timedelta(hours=36), working_days=True),
    # no DAG: the process `inspection sender`, without which nothing that is parked goes on
    Periodic(SENDER, SENDER, timedelta(minutes=30), only_if=parked.is_anything),
)


def operators(session: Session, *, at: datetime) -> list[Person]:
    """Who keeps the installation running; the ethics office where the roster names nobody."""
    on = clock.local_date(at)
    return roster.holders(session, Role.OPERATOR, on=on) or roster.holders(session, Role.ETHICS_STAFF, on=on)


def tell_failure(session: Session, failed: FailedTask, *, at: datetime) -> int:
    """Writes to the operators that a task failed, once per failure; how many letters are new."""
    values = {
        "dag_name": failed.dag_name,
        "task_name": failed.task_name,
        "dag_id": failed.dag_id,
        "task_id": failed.task_id,
        "run_id": failed.run_id,
        "failed_at": roc.moment(at),
    }
    return _tell(session, failed.key(at=at), "run_failed", values, at=at)


def watch(session: Session, *, at: datetime) -> dict[str, int]:
    """Tells the operators of work of the clock that was not done and of letters given up, once a day each; counts."""
    late = overdue(session, at=at)
    day = f"{clock.local_date(at):%Y-%m-%d}"
    told = sum(
        _tell(session, f"work-overdue:{one.dag_id}:{day}", "work_overdue", {"dag_id": one.dag_id}, at=at)
        for one in late
    )
    given_up, waiting = notices.unreached_count(session, tries=MANY_TRIES)
    if given_up or waiting:
        values = {"given_up": given_up, "waiting": waiting}
        told += tell_once_a_day(session, "letters_undelivered", values, at=at)
    return {"overdue": len(late), "undelivered": given_up + waiting, "told": told}


def overdue(session: Session, *, at: datetime) -> list[Periodic]:
    """The work of the clock that rests for too long: its DAG is paused, stuck or failing, or no scheduler runs.

    What never ran rests since the first of them did; where none ever did the installation is not at work yet.
    """
    stages = [one.stage for one in PERIODIC]
    begun = runs.began(session, stages)
    if begun is None:
        return []
    last = runs.last_of(session, stages)
    calendar = calendar_days.calendar(session)
    late = [one for one in PERIODIC if _rests_too_long(one, last.get(one.stage, begun), calendar, at=at)]
    return [one for one in late if one.only_if is None or one.only_if(session)]


def is_at_work(session: Session) -> bool:
    """Whether any work of the clock was ever done here."""
    return runs.began(session, [one.stage for one in PERIODIC]) is not None


def _rests_too_long(one: Periodic, last: datetime, calendar: WorkingCalendar, *, at: datetime) -> bool:
    if not one.working_days:
        return at - last > one.rests
    if not calendar.knows(clock.local_date(at).year):  # told of apart
        return at - last > timedelta(days=7)
    missed = calendar.working_days_between(clock.local_date(last), clock.local_date(at - timedelta(hours=12)))
    return missed >= 1 and at - last > one.rests


def unmended(session: Session, *, at: datetime) -> list[Notice]:
    """Failures told within a fortnight whose task has not ended well since, newest first, each once."""
    found: dict[str, Notice] = {}
    for one in notices.of_kind_since(session, "run_failed", since=at - REMEMBERED):
        told = {name: str(value) for name, value in one.values.items()}
        where = f"{told['dag_id']}:{told['task_id']}"
        if where not in found and not runs.ended_well(
            session, told["dag_id"], told["task_id"], told["run_id"], after=one.written_at
        ):
            found[where] = one
    return list(found.values())


def tell_once_a_day(session: Session, kind: str, values: Mapping[str, object], *, at: datetime) -> int:
    """Writes a mail of a kind to the operators, unless they were told of the same today; how many letters are new."""
    key = f"{kind.replace('_', '-')}:{clock.local_date(at):%Y-%m-%d}"
    return _tell(session, key, kind, values, at=at)


def _tell(session: Session, key: str, kind: str, values: Mapping[str, object], *, at: datetime) -> int:
    letters = [Letter(f"{key}:{person.id}"[:200], kind, person.id, values) for person in operators(session, at=at)]
    return write_all(session, letters, at=at)
