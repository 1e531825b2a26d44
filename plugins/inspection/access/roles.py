"""Who holds which role for which unit on a day, in their own right or acting for another."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.model import Person
from inspection.store import groups, people, pledges, roster, spring
from inspection.vocabulary import Role

ACTS_FOR = "代"
DUTY_DAYS_BACK = timedelta(days=8)  # a report still missing may be made up for


@dataclass(frozen=True, slots=True)
class Held:
    """A role on a day: for a unit ('' the whole agency); `on_behalf_of` is the principal's id for a deputy.

    `campaign_id` is set for a 會辦 member of an inspector group: only to see, and only matters of that campaign.
    """

    role: Role
    unit_id: str
    on_behalf_of: str | None = None
    campaign_id: str | None = None


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


def held_by(session: Session, person_id: str, *, on: date) -> tuple[Held, ...]:
    """Every role of an active person on a day, own ones first; deputies do not pass on what they hold for others."""
    if not roster.person(session, person_id).active:
        return ()
    own = [Held(role, unit_id) for role, unit_id in _held_in_person(session, person_id, on=on)]
    lent = [
        Held(role, unit_id, deputy.principal_id)
        for deputy in people.principals_of(session, person_id, on=on)
        for role, unit_id in _held_in_person(session, deputy.principal_id, on=on)
    ]
    # a 切結 is personal: what it opens is never lent
    seen = [Held(Role.INSPECTOR, unit, campaign_id=one) for one, unit in pledges.joined(session, person_id, on=on)]
    return (*own, *lent, *seen)


def _held_in_person(session: Session, person_id: str, *, on: date) -> list[tuple[Role, str]]:
    """Roles of the roster, and inspector of a unit where an approved plan names one from outside (A15)."""
    named = groups.inspected_from_outside(session, person_id)
    return [*roster.roles_of(session, person_id, on=on), *((Role.INSPECTOR, unit_id) for unit_id in named)]


def identities(session: Session, person_id: str, *, on: date) -> tuple[str, ...]:
    """In whose name a person may decide on a day: their own first, then each principal's."""
    return (person_id, *(deputy.principal_id for deputy in people.principals_of(session, person_id, on=on)))


def on_duty(session: Session, person_id: str, *, on: date) -> bool:
    """Whether the duty roster names an active person about a day, in the own name or for whom they act."""
    if not roster.person(session, person_id).active:
        return False
    first = datetime.combine(on - DUTY_DAYS_BACK, time(), clock.zone())
    last = datetime.combine(on + timedelta(days=2), time(), clock.zone())
    return spring.is_on_duty(session, identities(session, person_id, on=on), since=first, until=last)


def may_enter(session: Session, person_id: str, *, on: date) -> bool:
    """Whether anything waits for a person here: a role, or a duty, which people without a role have too."""
    return bool(held_by(session, person_id, on=on)) or on_duty(session, person_id, on=on)


def standing(session: Session, person_id: str, roles: Collection[Role], *, on: date, unit_id: str = "") -> Held | None:
    """The role among some by which a person may act on a day, own ones first; None where they hold none of them."""
    return next(
        (
            one
            for one in held_by(session, person_id, on=on)
            if one.role in roles and one.unit_id == unit_id and one.campaign_id is None
        ),
        None,
    )


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
