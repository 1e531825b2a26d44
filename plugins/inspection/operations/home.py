"""Whether a machine has the office's own folder: who has not leaves what needs it to another machine, which is noted,
for where no machine has it nothing would fail and nothing would be done."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from inspection.calendar import roc
from inspection.documents.storage import holds_newest
from inspection.errors import SourceUnavailable
from inspection.language import speak
from inspection.model.campaign import DOOR_LENGTH
from inspection.operations.runs import tell_once_a_day
from inspection.roster import form_lists
from inspection.store import roster, runs

LEFT, DONE = "left_to_another_machine", "done_in_office_folder"
"""Stages in the table of runs: each machine's door is its host name."""
LEFT_NOTED_EVERY, DONE_NOTED_EVERY = timedelta(minutes=1), timedelta(minutes=5)
# a task that is put off comes again each quarter of a minute; the clock's own work needs the folder each five minutes
STILL_LEFT, FOR_TOO_LONG = timedelta(minutes=15), timedelta(minutes=30)


class ForAnotherMachine(SourceUnavailable):
    """A task needs the folder the office's machines share, and this machine has one of its own."""


@dataclass(frozen=True, slots=True)
class Abandoned:
    """What needs the office's folder is left by every machine: since when, and by which."""

    since: datetime
    machines: tuple[str, ...]


def has_office_folder(session: Session) -> bool:
    """Whether INSPECTION_HOME is the folder the office's machines share.

    Whoever applies a roster leaves the forms' lists in the office's folder, and what is made later lies there too: in a
    folder with nothing of that a document would be kept where nobody finds it. Before the first roster nobody can tell.
    """
    return form_lists.are_here() or holds_newest(session) or not roster.units(session)


def require_office_folder(session: Session, *, at: datetime) -> None:
    """Raises ForAnotherMachine where INSPECTION_HOME is a folder of this machine alone; else notes that it is not."""
    if has_office_folder(session):
        _note(session, DONE, every=DONE_NOTED_EVERY, at=at)
        return
    raise ForAnotherMachine(
        speak(
            "本機之 INSPECTION_HOME 不是機關各主機共用者，本工作留待有掛載之主機；"
            "僅此一台主機者，請重新執行 inspection roster import --apply",
            "this machine's INSPECTION_HOME is not the one the office's machines share: the task is left to one that "
            "has it; where this is the only machine, run inspection roster import --apply again",
        )
    )


def note_left(session: Session, *, at: datetime) -> None:
    """Notes that this machine left something to another one."""
    _note(session, LEFT, every=LEFT_NOTED_EVERY, at=at)


def abandoned(session: Session, *, at: datetime) -> Abandoned | None:
    """What every machine leaves to another one; None where one has the folder, or nothing waits for it any more."""
    last = runs.last_of(session, (LEFT, DONE))
    if LEFT not in last or at - last[LEFT] > STILL_LEFT:
        return None
    left = runs.doors_since(session, LEFT, after=last.get(DONE))
    if not left or at - min(left.values()) <= FOR_TOO_LONG:
        return None
    return Abandoned(min(left.values()), tuple(sorted(left)))


def watch_folder(session: Session, *, at: datetime) -> dict[str, int]:
    """Tells the operators once a day where no machine has the office's folder; counts."""
    found = abandoned(session, at=at)
    if found is None:
        return {"folder_abandoned": 0}
    values = {"since": roc.moment(found.since), "machines": "、".join(found.machines)}
    return {"folder_abandoned": 1, "folder_told": tell_once_a_day(session, "office_folder_missing", values, at=at)}


def _note(session: Session, stage: str, *, every: timedelta, at: datetime) -> None:
    machine = socket.gethostname()[:DOOR_LENGTH]
    last = runs.last_by_door(session, stage, machine)
    if last is None or at - last >= every:
        runs.note(session, stage=stage, campaign_id=None, door=machine, counts={}, at=at)
