"""Who brings a form in, and what follows from it: which checklists it may be of, who acts, and who is told what keeps
it out. One class for each way in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from inspection.access.policy import Act, may
from inspection.access.who import asking
from inspection.audit.actors import PART, program
from inspection.checklists import refusals
from inspection.model import Checklist
from inspection.rules import catalogue as rules

ACTOR = program(PART, "returns")


class Bringer(Protocol):
    """A way in. `actor` of its events; `elsewhere`: the problem of a form it does not admit."""

    @property
    def actor(self) -> str: ...

    @property
    def elsewhere(self) -> str: ...

    def admits(self, session: Session, checklist_id: str | None, *, at: datetime) -> bool:
        """Whether a form of this checklist (None: none that is known) may come in so."""

    def matter(self, digest: str) -> tuple[str, str]:
        """Where it is noted that a form, by the SHA-256 of its bytes, was not admitted."""

    def tell(
        self, session: Session, key: str, checklist: Checklist | None, problems: refusals.Problems, *, at: datetime
    ) -> None:
        """Tells whoever is not told in another way what keeps a form out; once per `key`."""


@dataclass(frozen=True, slots=True)
class Nobody:
    """The drop folder: nobody knows who laid a form there."""

    actor: str = ACTOR
    elsewhere: str = "other_form"

    def admits(self, _session: Session, _checklist_id: str | None, *, at: datetime) -> bool:
        """Any form that was issued."""
        return True

    def matter(self, digest: str) -> tuple[str, str]:
        """The file."""
        return ("returned_file", digest)

    def tell(
        self, session: Session, key: str, checklist: Checklist | None, problems: refusals.Problems, *, at: datetime
    ) -> None:
        """The unit and the office, by mail."""
        refusals.tell(session, key, checklist, problems, catalogue=rules.current(), at=at)


NOBODY = Nobody()


@dataclass(frozen=True, slots=True)
class Hand:
    """Whoever lays a form on the page of a checklist: they are told there what keeps it out, and no form of another
    checklist comes in there."""

    person_id: str
    checklist_id: str
    elsewhere: str = "other_form"

    @property
    def actor(self) -> str:
        """The person."""
        return self.person_id

    def admits(self, _session: Session, checklist_id: str | None, *, at: datetime) -> bool:
        """A form of that checklist."""
        return checklist_id == self.checklist_id

    def matter(self, _digest: str) -> tuple[str, str]:
        """The checklist whose page it was laid on."""
        return ("checklist", self.checklist_id)

    def tell(
        self, session: Session, key: str, checklist: Checklist | None, problems: refusals.Problems, *, at: datetime
    ) -> None:
        """Nobody: the page says it."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The people whose address a mail says it is from, which proves nothing: a program acts, as in the drop folder.
    They are answered by mail, and no form comes in that none of them may fill."""

    person_ids: Sequence[str]
    actor: str = ACTOR
    elsewhere: str = "not_yours"

    def admits(self, session: Session, checklist_id: str | None, *, at: datetime) -> bool:
        """A form one of them may answer."""
        checklist = session.get(Checklist, checklist_id) if checklist_id else None
        if checklist is None:
            return False
        return any(may(asking(session, one, at=at), Act.ANSWER_CHECKLIST, checklist) for one in self.person_ids)

    def matter(self, digest: str) -> tuple[str, str]:
        """The file."""
        return ("returned_file", digest)

    def tell(
        self, session: Session, key: str, checklist: Checklist | None, problems: refusals.Problems, *, at: datetime
    ) -> None:
        """The others of the unit and the office, by mail; the sender has an answer of their own."""
        refusals.tell(session, key, checklist, problems, catalogue=rules.current(), at=at, answered=self.person_ids)
