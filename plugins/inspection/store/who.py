"""What the database knows of one person on a day, in three statements: for `access.who`, which makes sense of it.

Each statement is a UNION of short lists; the first column of every row tells which list it belongs to. They are put
together once and bound to who asks: putting them together anew took longer than anything else a page does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ColumnExpressionArgument,
    CompoundSelect,
    Date,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from inspection import clock
from inspection.model import (
    Approval,
    Campaign,
    CampaignUnit,
    Checklist,
    ChecklistFiller,
    Deputy,
    DutyShift,
    Handover,
    HandoverLine,
    Opinion,
    Person,
    PersonInTheKnow,
    Plan,
    Pledge,
    Project,
    Report,
    ReportReader,
    RoleGrant,
    Unit,
)
from inspection.model.base import Instant
from inspection.model.lifecycle import ApprovalState, CampaignState, OpinionState, ReportState
from inspection.rules import campaign_kinds
from inspection.rules.campaign_kinds import CampaignKinds
from inspection.store import fillers, groups
from inspection.store.groups import GroupInForce, Rows
from inspection.store.kinds import is_no_project, is_told_at_its_hour
from inspection.store.spring import BEFORE_APPROVAL
from inspection.vocabulary import Role

DUTY_DAYS_BACK = timedelta(days=8)  # a report still missing may be made up for
DUTY_DAYS_AHEAD = timedelta(days=2)
COLUMNS = 5
Row = tuple[str | None, ...]

# who asks and when, as the statements below are bound to it
PERSON, NAMES = bindparam("person_id", type_=String()), bindparam("names", type_=String(), expanding=True)
ON, AT = bindparam("on", type_=Date()), bindparam("at", type_=Instant())
DUTY_FROM, DUTY_UNTIL = bindparam("duty_from", type_=Instant()), bindparam("duty_until", type_=Instant())
_matters: list[tuple[CampaignKinds, CompoundSelect[Any]]] = []

# what decides who somebody is: a change to any of these within a transaction makes an answer out of date
DECIDES = (
    Person, Unit, RoleGrant, Deputy, Plan, Campaign, CampaignUnit, Pledge, Handover, HandoverLine, DutyShift, Project,
    PersonInTheKnow, Approval, Opinion, Report, ReportReader, ChecklistFiller,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """The rows about one person. Lists of tuples are named by `lists`; `groups` are those of every plan in force,
    each with whether the person is a member who has signed and whose campaign's window is open on the day."""

    active: bool
    unit_id: str | None
    lists: dict[str, list[Row]]
    groups: list[tuple[GroupInForce, bool]]

    def ids(self, name: str) -> frozenset[str]:
        """The first column of a list."""
        return frozenset(str(row[0]) for row in self.lists[name])


def known(session: Session, person_id: str, *, at: datetime) -> Known | None:
    """Everything the policy asks about a person at an instant; None for somebody who is not in the roster."""
    on = clock.local_date(at)
    lists: dict[str, list[Row]] = defaultdict(list)
    _gather(session, lists, _of_roster(), {"person_id": person_id, "on": on})
    me = next(iter(lists["me"]), None)
    if me is None:
        return None
    names = [person_id, *(str(row[0]) for row in lists["principal"])]
    open_groups = _groups_in_force(session, person_id, on=on)
    asked = {"person_id": person_id, "names": names, "on": on, "at": at, **_duty_days(on)}
    _gather(session, lists, _of_matters(), asked)
    moves: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for key, giver, taker, *_ in sorted(lists["moved"], key=lambda row: (str(row[3]), str(row[4]))):
        moves[str(key)].append((str(giver), str(taker)))
    plans = [(plan, campaign, content) for plan, campaign, content, _ in open_groups]
    signed_for = {campaign for _, campaign, _, signed in open_groups if signed}
    found = [
        (group, group.campaign_id in signed_for and person_id in group.member_ids)
        for group in groups.as_they_stand(plans, moves)
    ]
    return Known(me[0] == "1", me[1], lists, found)


def _gather(
    session: Session, lists: dict[str, list[Row]], statement: CompoundSelect[Any], asked: Mapping[str, object]
) -> None:
    for row in session.execute(statement, asked):
        lists[row[0]].append(tuple(row[1:]))


def _duty_days(on: date) -> dict[str, datetime]:
    """The first and last hour of shifts that still concern somebody."""
    return {
        "duty_from": datetime.combine(on - DUTY_DAYS_BACK, time(), clock.zone()),
        "duty_until": datetime.combine(on + DUTY_DAYS_AHEAD, time(), clock.zone()),
    }


def _list(name: str, *columns: object) -> Rows:
    """One list of the union: its name, and its columns as texts."""
    texts = [cast(column, String).label(f"c{number}") for number, column in enumerate(columns)]
    texts += [cast(null(), String).label(f"c{number}") for number in range(len(columns), COLUMNS)]
    return select(cast(literal(name), String).label("list"), *texts)


def _flag(condition: ColumnExpressionArgument[bool]) -> ColumnElement[str]:
    return case((condition, literal("1")), else_=literal("0"))


@cache
def _of_roster() -> CompoundSelect[Any]:
    principal = aliased(Person)
    acts_for = (Deputy.deputy_id == PERSON, Deputy.valid_from <= ON, Deputy.valid_until >= ON, principal.active)
    principals = select(Deputy.principal_id).join(principal, principal.id == Deputy.principal_id).where(*acts_for)
    in_force = (
        Person.active,
        or_(RoleGrant.person_id == PERSON, RoleGrant.person_id.in_(principals)),
        or_(RoleGrant.valid_from.is_(None), RoleGrant.valid_from <= ON),
        or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until >= ON),
    )
    return union_all(
        _list("me", _flag(Person.active), Person.unit_id).where(Person.id == PERSON),
        _list("principal", principal.id, principal.unit_id)
        .select_from(Deputy)
        .join(principal, principal.id == Deputy.principal_id)
        .where(*acts_for),
        _list("grant", RoleGrant.person_id, RoleGrant.role, RoleGrant.unit_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(*in_force),
        _list("merged", Unit.id, Unit.merged_into).where(Unit.merged_into.is_not(None)),
    )


def _groups_in_force(
    session: Session, person_id: str, *, on: date
) -> list[tuple[str, str, list[dict[str, object]], bool]]:
    """(plan, campaign, groups, whether the person signed and the window is open) of plans in force."""
    found = []
    for plan, campaign, content, start, end, signed_by in session.execute(_plans(), {"person_id": person_id}):
        is_open = clock.local_date(start) <= on < clock.local_date(end)
        found.append((plan, campaign, content or [], is_open and signed_by is not None))
    return found


@cache
def _plans() -> Rows:
    signed = and_(Pledge.campaign_id == Campaign.id, Pledge.person_id == PERSON)
    wider = groups.plans_in_force().add_columns(Campaign.window_start, Campaign.window_end, Pledge.person_id)
    return wider.outerjoin(Pledge, signed)


def _of_matters() -> CompoundSelect[Any]:
    kinds = campaign_kinds.current()  # of which the statement holds some ids
    if not _matters or _matters[-1][0] is not kinds:
        _matters[:] = [(kinds, _put_together())]
    return _matters[-1][1]


def _put_together() -> CompoundSelect[Any]:
    later = aliased(Approval)
    has_later = exists().where(
        later.subject_kind == Approval.subject_kind,
        later.subject_id == Approval.subject_id,
        later.round > Approval.round,
    )
    unrevealed = or_(
        Campaign.reveal_at > AT,
        and_(Campaign.reveal_at.is_(None), is_told_at_its_hour(), Campaign.window_start > AT),
    )
    takes = select(HandoverLine.handover_id).where(HandoverLine.taker_id == PERSON)
    return union_all(
        groups.carried_out(
            _list(
                "moved",
                HandoverLine.subject_id,
                Handover.from_id,
                HandoverLine.taker_id,
                Handover.carried_out_at,
                Handover.id,
            )
        ),
        _list("duty", DutyShift.id)
        .join(Campaign, Campaign.id == DutyShift.campaign_id)
        .where(
            DutyShift.active,
            DutyShift.ends_at > DUTY_FROM,
            DutyShift.starts_at < DUTY_UNTIL,
            or_(DutyShift.person_id.in_(NAMES), DutyShift.deputy_id.in_(NAMES)),
            Campaign.state.not_in((*BEFORE_APPROVAL, CampaignState.CANCELLED)),
        ),
        _list("signed", PersonInTheKnow.campaign_id).where(
            PersonInTheKnow.person_id == PERSON,
            PersonInTheKnow.from_on <= ON,
            or_(PersonInTheKnow.until_on.is_(None), PersonInTheKnow.until_on >= ON),
            PersonInTheKnow.pledge_signed_on <= ON,
        ),
        _list("project", Campaign.id, Campaign.opened_by).where(~is_no_project()),
        _list("unrevealed", Campaign.id, CampaignUnit.unit_id)
        .join(CampaignUnit, CampaignUnit.campaign_id == Campaign.id)
        .where(unrevealed),
        _list("approver", Approval.subject_id, Approval.subject_kind, _flag(~has_later), Approval.campaign_id).where(
            Approval.approver_id.in_(NAMES), Approval.requested_by != PERSON
        ),
        _list("consulted", Approval.subject_id, Approval.subject_kind, Opinion.unit_id)
        .join(Opinion, and_(Opinion.approval_id == Approval.id, Opinion.content_hash == Approval.content_hash))
        .where(
            Approval.state == ApprovalState.PENDING,
            Approval.requested_by != PERSON,
            Opinion.state.not_in((OpinionState.NOT_ASKED, OpinionState.VOIDED)),
            ~has_later,
        ),
        _list("report", ReportReader.report_id)
        .join(Report, Report.id == ReportReader.report_id)
        .where(
            ReportReader.person_id == PERSON,
            ReportReader.handed_on.is_(None),
            Report.state == ReportState.ISSUED,
        ),
        fillers.standing(_list("fills", Checklist.unit_id, Checklist.campaign_id)).where(
            ChecklistFiller.person_id == PERSON
        ),
        _list("handover", Handover.id).where(
            or_(
                Handover.from_id == PERSON,
                Handover.to_id == PERSON,
                Handover.witness_id == PERSON,
                Handover.id.in_(takes),
            )
        ),
    )


def roles_of(rows: list[Row], person_id: str, merges: dict[str, str]) -> list[tuple[Role, str]]:
    """(role, unit id or '') of one person among the grants read; a role for a unit is one for what was merged into
    it as well."""
    own = sorted((Role(str(role)), str(unit or "")) for owner, role, unit, *_ in rows if owner == person_id)
    inherited = [(role, old) for role, unit in own if unit for old in sorted(went_into(merges, unit))]
    return own + [one for one in inherited if one not in own]


def went_into(merges: dict[str, str], unit_id: str) -> frozenset[str]:
    """Units that went on as this one, near or far."""
    found = {unit_id}
    for _ in merges:
        found |= {old for old, new in merges.items() if new in found}
    return frozenset(found - {unit_id})
