"""What a notice depends on, as a value; each kind of condition has a module in `notices/conditions`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection.store import roster
from inspection.vocabulary import Role

ETHICS = frozenset({Role.ETHICS_STAFF, Role.ETHICS_HEAD})


@dataclass(frozen=True, slots=True)
class Depends:
    """That a notice leaves only while something holds: the kind of condition, the id of the record it is about and,
    where a record has several deadlines, which. Made by the functions of the modules of `notices/conditions`."""

    kind: str
    id: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a condition is asked at the moment of sending: the person, the campaign of the notice, the office's day
    and the instant."""

    person_id: str
    campaign_id: str | None
    on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Condition:
    """One kind of condition. `holds` asks the database and changes nothing; it is given a `Depends` of this kind.

    `outlives_campaign`: its notices leave although the campaign was cancelled, all others do not.
    """

    id: str
    holds: Callable[[Session, Depends, Reader], bool]
    outlives_campaign: bool = False

    def on(self, record_id: str, version: int | None = None) -> Depends:
        """The condition on one record."""
        return Depends(self.id, record_id, version)


def concerned(session: Session, reader: Reader, unit_id: str) -> bool:
    """Whether a person has a part in a unit's matters on the day: of the unit, or of the ethics office.

    Contacts and heads change in mid-campaign; nobody is reminded of a unit no longer theirs (officer review A20).
    """
    held = roster.roles_of(session, reader.person_id, on=reader.on)
    return any(unit == unit_id or role in ETHICS for role, unit in held)
