"""One matter's failure never keeps another from being followed up: each in a savepoint, the failure told once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError

from inspection.audit.events import record
from inspection.errors import InspectionError
from inspection.escalation.day import ETHICS, Day
from inspection.language import speak
from inspection.notices.outbox import Letter, write_all
from inspection.rules.messages import label

LOG = logging.getLogger(__name__)
KIND = "follow_up_failed"
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Matter:
    """What is followed up: the kind of record, its id, and the deadline it is followed up for (a failure is told once
    per deadline). `keeper` is told of a failure in place of the ethics office, where not all of it may know of the
    matter."""

    kind: str
    id: str
    deadline: str
    unit_id: str = ""
    campaign_id: str | None = None
    keeper: str = ""


def apart(day: Day, matter: Matter, do: Callable[[], Done], *, actor: str) -> Done | None:
    """What `do` gives for a matter; None where it failed: nothing of it was written then, the ethics office is told.

    A database that does not answer is no failure of a matter: it is raised, and the whole run is tried again.
    """
    try:
        with day.session.begin_nested():
            return do()
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # whatever is wrong with one matter, the others are followed up
        tell_failure(day, matter, error, actor=actor)
        return None


def tell_failure(day: Day, matter: Matter, error: Exception, *, actor: str) -> None:
    """Writes a failure down and tells the ethics office, once per matter and deadline."""
    session = day.session
    LOG.error(speak("追蹤 %s %s 失敗", "follow-up of %s %s failed"), label(matter.kind), matter.id, exc_info=error)
    try:
        with session.begin_nested():
            told, fresh = _write(day, matter)
    except InspectionError:  # the mails themselves are broken: the event and the log are left
        LOG.exception(
            speak("無法通知政風室：%s %s", "the ethics office could not be told of %s %s"),
            label(matter.kind),
            matter.id,
        )
        told = fresh = 0
    if fresh or not told:
        # only our own errors are known to hold nothing that was found in a file
        reason = str(error)[:500] if isinstance(error, InspectionError) else type(error).__name__
        record(session, at=day.at, actor=actor, subject=(matter.kind, matter.id), action=KIND, reason=reason)
    session.flush()


def _write(day: Day, matter: Matter) -> tuple[int, int]:
    """Writes the notices; how many people are to be told, and to how many it is new."""
    unit = day.units.get(matter.unit_id)
    values = {"matter_number": matter.id, "unit_name": unit.name if unit else ""}
    key = f"{KIND}:{matter.kind}:{matter.id}:{matter.deadline}"
    readers = [matter.keeper] if matter.keeper else [one.id for one in day.holding(ETHICS)]
    letters = [Letter(f"{key}:{one}", KIND, one, values, matter.campaign_id) for one in readers]
    return len(letters), write_all(day.session, letters, at=day.at)
