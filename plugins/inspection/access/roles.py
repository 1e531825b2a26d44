"""Acting for another (代理): what events and papers say of it, and who somebody is on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.who import Held, Who, asking
from inspection.model import Person
from inspection.store import people, roster

ACTS_FOR = "代"


@dataclass(frozen=True, slots=True)
class Acting:
    """That a deputy acts for a principal, with the days and the ground, as pages and documents name it."""

    principal: Person
    deputy: Person
    valid_from: date
    valid_until: date
    ground: str

    @property
    def text(self) -> str:
        """游○賢代張○誠."""
        return f"{self.deputy.name}{ACTS_FOR}{self.principal.name}"


def on_day(session: Session, person_id: str, day: date) -> Who:
    """Who a person is on a day, where no instant is at hand: a decision on paper bears a date only."""
    return asking(session, person_id, at=datetime.combine(day, time(12), clock.zone()))


def on_behalf(person_id: str, held: Held | None) -> dict[str, object]:
    """What an event says of a deputy: for whom, and A 代 B; nothing for a role of one's own."""
    if held is None or held.on_behalf_of is None:
        return {}
    return {"on_behalf_of": held.on_behalf_of, "acting": f"{person_id}{ACTS_FOR}{held.on_behalf_of}"}


def acting(session: Session, principal_id: str, deputy_id: str, *, on: date) -> Acting | None:
    """The deputyship under which one person acts for another on a day."""
    for row in people.principals_of(session, deputy_id, on=on):
        if row.principal_id == principal_id:
            return Acting(
                roster.person(session, principal_id),
                roster.person(session, deputy_id),
                row.valid_from,
                row.valid_until,
                row.ground,
            )
    return None
