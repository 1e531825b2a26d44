"""One matter's failure never keeps another from being followed up: each in a savepoint, the failure told once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.errors import InspectionError
from inspection.model import Unit
from inspection.notices.outbox import Letter, write
from inspection.store import roster
from inspection.vocabulary import Role

LOG = logging.getLogger(__name__)
KIND = "follow_up_failed"
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Matter:
    """What is followed up: the kind of record, its id, and the deadline it is followed up for (a failure is told once
    per deadline)."""

    kind: str
    id: str
    deadline: str
    unit_id: str = ""
    campaign_id: str | None = None


def apart(
    session: Session, matter: Matter, do: Callable[[], Done], *, actor: str, on: date, at: datetime
) -> Done | None:
    """What `do` gives for a matter; None where it failed: nothing of it was written then, the ethics office is told.

    A database that does not answer is no failure of a matter: it is raised, and the whole run is tried again.
    """
    try:
        with session.begin_nested():
            return do()
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # whatever is wrong with one matter, the others are followed up
        LOG.exception("follow-up of %s %s failed", matter.kind, matter.id)
        _tell(session, matter, error, actor=actor, on=on, at=at)
        return None


def _tell(session: Session, matter: Matter, error: Exception, *, actor: str, on: date, at: datetime) -> None:
    """Writes the failure down and tells the ethics office, once per matter and deadline."""
    try:
        with session.begin_nested():
            told, fresh = _write(session, matter, on=on, at=at)
    except InspectionError:  # the mails themselves are broken: the event and the log are left
        LOG.exception("the ethics office could not be told of %s %s", matter.kind, matter.id)
        told = fresh = 0
    if fresh or not told:
        # only our own errors are known to hold nothing that was found in a file
        reason = str(error)[:500] if isinstance(error, InspectionError) else type(error).__name__
        record(session, at=at, actor=actor, subject=(matter.kind, matter.id), action=KIND, reason=reason)
    session.flush()


def _write(session: Session, matter: Matter, *, on: date, at: datetime) -> tuple[int, int]:
    """Writes the notices; how many people are to be told, and to how many it is new."""
    readers = roster.holding_any(session, (Role.ETHICS_HEAD, Role.ETHICS_STAFF), unit_id="", on=on)
    unit = session.get(Unit, matter.unit_id)
    values = {"matter_number": matter.id, "unit_name": unit.name if unit else ""}
    key = f"{KIND}:{matter.kind}:{matter.id}:{matter.deadline}"
    letters = [Letter(f"{key}:{one.id}", KIND, one.id, values, matter.campaign_id) for one in readers]
    return len(letters), sum(write(session, letter, at=at) for letter in letters)
