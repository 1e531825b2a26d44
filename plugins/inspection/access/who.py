"""Who is asking: resolved once per request, task or command into one frozen value, judged by the policy without SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from inspection import clock
from inspection.errors import NotFound
from inspection.language import speak
from inspection.store import who as store
from inspection.store.unannounced import ETHICS, unrevealed
from inspection.vocabulary import Role

KEPT = "inspection.access.who"


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
class Who:
    """A person on a day, with everything the policy asks about them; deputies do not pass on what they hold for others.

    `names`: in whose name they act, their own first. `own_units`: the unit they belong to, with what it has become or
    was made of. `projects`: of those they are in, by which role they keep one (None: they only read it). `closed`:
    projects of others. `unrevealed`: unannounced inspections of their units, or they go along with, before the hour.
    `named`: (how, kind, id) of matters that name them. `inspects`: (campaign, unit) of the groups they lead, or go
    along with after their 切結 within the window; never lent, for whoever stands in was not there. `members_of`:
    campaigns of whose groups they are 會辦 members, signed or not. `consulted`: (kind, id) on which a unit they head
    is asked for its opinion while the decision waits.
    `fills`: (unit, campaign) whose checklist they were named to fill.
    """

    person_id: str
    at: datetime
    active: bool = True
    held: tuple[Held, ...] = ()
    names: tuple[str, ...] = ()
    own_units: frozenset[str] = frozenset()
    on_duty: bool = False
    signed_for: frozenset[str] = frozenset()
    projects: Mapping[str, Held | None] = field(default_factory=dict, hash=False)
    closed: frozenset[str] = frozenset()
    unrevealed: frozenset[str] = frozenset()
    named: frozenset[tuple[str, str, str]] = frozenset()
    inspects: frozenset[tuple[str, str]] = frozenset()
    members_of: frozenset[str] = frozenset()
    consulted: frozenset[tuple[str, str]] = frozenset()
    fills: frozenset[tuple[str, str]] = frozenset()

    @property
    def on(self) -> date:
        """The day, in the office's zone."""
        return clock.local_date(self.at)

    @property
    def barred(self) -> frozenset[str]:
        """Campaigns of which this person may not know anything today."""
        return self.closed | self.unrevealed

    @property
    def has_business(self) -> bool:
        """Whether there is anything in the portal for them: a role, duty, a form to fill, a project they signed for."""
        return bool(self.held) or self.on_duty or bool(self.fills) or (self.active and bool(self.signed_for))

    def holding(self, roles: Collection[Role], *, unit_id: str = "") -> Held | None:
        """The role among some by which they may act for a unit ('' the whole agency), own ones first."""
        fitting = (one for one in self.held if one.role in roles and one.unit_id == unit_id and not one.campaign_id)
        return next(fitting, None)


def asking(session: Session, person_id: str, *, at: datetime) -> Who:
    """Who a person is at an instant: three statements the first time, none after that within one transaction.

    A change within the transaction to what decides it (`store.who.DECIDES`) lets the next question look again. Raises
    NotFound for somebody who is not in the roster.
    """
    session.flush()  # a change not yet written decides too
    kept: dict[tuple[str, datetime], Who] = session.info.setdefault(KEPT, {})
    if (person_id, at) not in kept:
        kept[person_id, at] = _resolve(session, person_id, at=at)
    return kept[person_id, at]


def _resolve(session: Session, person_id: str, *, at: datetime) -> Who:
    known = store.known(session, person_id, at=at)
    if known is None:
        raise NotFound(speak(f"名冊查無人員 {person_id}", f"person {person_id} is not in the roster"))
    if not known.active:
        return Who(
            person_id,
            at,
            active=False,
            names=(person_id,),
            closed=known.ids("project"),
            unrevealed=unrevealed(known, person_id),
        )
    merges = {str(old): str(new) for old, new, *_ in known.lists["merged"]}
    names = (person_id, *sorted(str(row[0]) for row in known.lists["principal"]))
    held = _held(known, person_id, names, merges)
    projects = _projects(known, held, names)
    heads = {one.unit_id for one in held if one.role is Role.UNIT_HEAD}
    joined = frozenset(group.campaign_id for group, _ in known.groups if person_id in group.member_ids)
    return Who(
        person_id=person_id,
        at=at,
        held=held,
        names=names,
        own_units=_same_unit(known.unit_id, merges),
        on_duty=bool(known.lists["duty"]),
        signed_for=known.ids("signed"),
        projects=projects,
        closed=known.ids("project") - projects.keys(),
        unrevealed=unrevealed(known, person_id),
        named=_named(known),
        inspects=frozenset(
            (group.campaign_id, unit)
            for group, opens in known.groups
            if opens or group.leader_id == person_id
            for unit in group.unit_ids
        ),
        members_of=joined,
        consulted=frozenset(
            (str(kind), str(subject)) for subject, kind, unit, *_ in known.lists["consulted"] if unit in heads
        ),
        fills=frozenset((str(unit), str(campaign)) for unit, campaign, *_ in known.lists["fills"]),
    )


def _held(known: store.Known, person_id: str, names: tuple[str, ...], merges: dict[str, str]) -> tuple[Held, ...]:
    found = []
    for name in names:
        lent = None if name == person_id else name
        found += [Held(role, unit, lent) for role, unit in store.roles_of(known.lists["grant"], name, merges)]
        # whom an approved plan names from outside inspects the ethics office itself (officer review A15)
        led = [group for group, _ in known.groups if group.outsider and group.leader_id == name]
        units = {unit for group in led for unit in group.unit_ids}
        found += [Held(Role.INSPECTOR, unit, lent) for unit in sorted(units)]
    # a 切結 is personal: what it opens is never lent
    joined = [group for group, opens in known.groups if opens]
    found += [Held(Role.INSPECTOR, unit, campaign_id=group.campaign_id) for group in joined for unit in group.unit_ids]
    return tuple(found)


def _projects(known: store.Known, held: tuple[Held, ...], names: tuple[str, ...]) -> dict[str, Held | None]:
    """The projects a person is in. The ethics head keeps each, so does the officer in charge (who opened it), and
    another of the ethics office who is in the know and has signed; deputies within their days. Who has signed, or was
    asked to decide, reads."""
    decides = {campaign for _, _, _, campaign, *_ in known.lists["approver"]}
    signed = known.ids("signed")
    found: dict[str, Held | None] = {}
    for campaign_id, opened_by, *_ in known.lists["project"]:
        of_ethics = (one for one in held if one.role in ETHICS and not one.unit_id)
        is_close = opened_by in names or campaign_id in signed
        keeps = next((one for one in of_ethics if one.role is Role.ETHICS_HEAD or is_close), None)
        if keeps is not None or campaign_id in signed or campaign_id in decides:
            found[str(campaign_id)] = keeps
    return found


def _named(known: store.Known) -> frozenset[tuple[str, str, str]]:
    found = set()
    for subject, kind, is_latest, *_ in known.lists["approver"]:
        found.add(("any_approver", str(kind), str(subject)))
        if is_latest == "1":
            found.add(("latest_approver", str(kind), str(subject)))
    found |= {("reader", "", one) for one in known.ids("report")}
    found |= {("party", "", one) for one in known.ids("handover")}
    return frozenset(found)


def _same_unit(unit_id: str | None, merges: dict[str, str]) -> frozenset[str]:
    """A unit, what it has become, and whatever else became that."""
    if unit_id is None:
        return frozenset()
    now = unit_id
    for _ in merges:
        now = merges.get(now, now)
    return frozenset({now, *store.went_into(merges, now)})


def _forget(session: Session, *_: Any) -> None:
    session.info.pop(KEPT, None)


def _forget_if_written(session: Session, *_: Any) -> None:
    if KEPT in session.info and any(
        isinstance(one, store.DECIDES) for rows in (session.new, session.dirty, session.deleted) for one in rows
    ):
        _forget(session)


def _forget_if_stated(state: ORMExecuteState) -> None:
    if (state.is_insert or state.is_update or state.is_delete) and KEPT in state.session.info:
        mapper = state.bind_mapper
        if mapper is None or issubclass(mapper.class_, store.DECIDES):
            _forget(state.session)


event.listen(Session, "after_flush", _forget_if_written)
event.listen(Session, "do_orm_execute", _forget_if_stated)
event.listen(Session, "after_commit", _forget)
event.listen(Session, "after_soft_rollback", _forget)
