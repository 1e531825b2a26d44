"""Whether a machine has the office's own folder: who has not leaves what needs it to another machine."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inspection.documents.storage import holds_newest
from inspection.errors import SourceUnavailable
from inspection.language import speak
from inspection.roster import form_lists
from inspection.store import roster


class ForAnotherMachine(SourceUnavailable):
    """A task needs the folder the office's machines share, and this machine has one of its own."""


def require_office_folder(session: Session) -> None:
    """Raises ForAnotherMachine where INSPECTION_HOME is a folder of this machine alone.

    Whoever applies a roster leaves the forms' lists in the office's folder, and what is made later lies there too: in a
    folder with nothing of that a document would be kept where nobody finds it. Before the first roster nobody can tell.
    """
    if form_lists.are_here() or holds_newest(session) or not roster.units(session):
        return
    raise ForAnotherMachine(
        speak(
            "本機之 INSPECTION_HOME 不是機關各主機共用者，本工作留待有掛載之主機；"
            "僅此一台主機者，請重新執行 inspection roster import --apply",
            "this machine's INSPECTION_HOME is not the one the office's machines share: the task is left to one that "
            "has it; where this is the only machine, run inspection roster import --apply again",
        )
    )
