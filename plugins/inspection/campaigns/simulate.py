"""A campaign on the calendar before it starts: mails per person and day, work per inspector, days that collide.

Computed from plan, rules and roster alone; nothing is written. It shows the way on which nobody hands in early: every
reminder up to the due date goes out, and so does every one after it where `late` is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar.working_days import WorkingCalendar
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Campaign, Plan
from inspection.notices.deliver import DAILY_CAP
from inspection.rules.catalogue import Catalogue
from inspection.rules.ladder import Channel, LadderKind, Rung
from inspection.store import calendar_days, campaigns, roster
from inspection.store.unannounced import hour_of
from inspection.vocabulary import Role

OF_UNIT = frozenset({Role.CONTACT, Role.UNIT_HEAD})
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class PlannedMail:
    """One mail that would go out: when, to whom, of which kind, about which unit ('' the whole campaign)."""

    on: date
    person_id: str
    kind: str
    unit_id: str = ""


@dataclass(frozen=True, slots=True)
class Workload:
    """What one leader has before them: units, statements to be checked, and how many a working day that makes."""

    person_id: str
    name: str
    units: tuple[str, ...]
    statements: int
    working_days: int

    @property
    def per_day(self) -> float:
        """Statements per working day of judging, one decimal; all of them where no day is left."""
        return round(self.statements / max(1, self.working_days), 1)


@dataclass(frozen=True, slots=True)
class Collision:
    """A day that does not fit: `kind` is holiday, make_up_day, closed, estimated, absent, cap or short."""

    on: date
    kind: str
    told: str


@dataclass(frozen=True, slots=True)
class Simulation:
    """The campaign as it would run."""

    campaign_id: str
    first_day: date
    last_day: date
    told_on: date
    checklist_due_on: date
    working_days: int
    mails: tuple[PlannedMail, ...]
    workload: tuple[Workload, ...]
    collisions: tuple[Collision, ...]

    @property
    def per_person_and_day(self) -> Mapping[tuple[date, str], int]:
        """How many mails a person gets on a day, in order of day and person."""
        counted = Counter((mail.on, mail.person_id) for mail in self.mails)
        return dict(sorted(counted.items()))


@dataclass(frozen=True, slots=True)
class Ground:
    """What a simulation stands on: values only, so that the computation is pure.

    `holders` gives the ids of the people in a role for a unit ('' the whole agency); `absent` the recorded days
    (first, last, ground) on which a deputy acts for a person.
    """

    campaign_id: str
    content: Mapping[str, object]
    first_day: date
    last_day: date
    checklist_due_on: date
    told_on: date
    approver_id: str
    calendar: WorkingCalendar
    checklist_rungs: tuple[tuple[int, Rung], ...]
    signing_working_days: int
    holders: Mapping[tuple[Role, str], tuple[str, ...]]
    names: Mapping[str, str]
    absent: Mapping[str, tuple[tuple[date, date, str], ...]] = field(default_factory=dict)


def simulate(session: Session, campaign_id: str, *, catalogue: Catalogue, late: bool = False) -> Simulation:
    """Simulates a campaign from its newest plan; raises NotFound where none was drafted."""
    campaign = campaigns.get(session, campaign_id)
    plan = campaigns.latest_plan(session, campaign_id)
    if plan is None:
        raise NotFound(
            speak(
                f"檢查專案 {campaign_id} 尚無計畫；請先以 `inspection plan draft` 擬訂",
                f"campaign {campaign_id} has no plan yet; draft it first (`inspection plan draft`)",
            )
        )
    return compute(_ground(session, campaign, plan, catalogue), late=late)


def compute(ground: Ground, *, late: bool = False) -> Simulation:
    """The simulation itself: pure, the same ground gives the same result."""
    mails = tuple(sorted(_mails(ground, late=late), key=lambda one: (one.on, one.person_id, one.kind, one.unit_id)))
    judging = max(0, ground.calendar.working_days_between(ground.checklist_due_on, ground.last_day))
    workload = tuple(_workload(ground, judging))
    return Simulation(
        campaign_id=ground.campaign_id,
        first_day=ground.first_day,
        last_day=ground.last_day,
        told_on=ground.told_on,
        checklist_due_on=ground.checklist_due_on,
        working_days=sum(1 for day in _days(ground) if ground.calendar.is_working(day)),
        mails=mails,
        workload=workload,
        collisions=tuple(sorted(_collisions(ground, mails, workload), key=lambda one: (one.on, one.kind, one.told))),
    )


def _days(ground: Ground) -> Iterator[date]:
    for offset in range((ground.last_day - ground.first_day).days + 1):
        yield ground.first_day + timedelta(days=offset)


def _units(ground: Ground) -> list[dict[str, object]]:
    units = ground.content["units"]
    assert isinstance(units, list)
    return units


def _mails(ground: Ground, *, late: bool) -> Iterator[PlannedMail]:
    due, calendar = ground.checklist_due_on, ground.calendar
    for unit in _units(ground):
        unit_id = str(unit["id"])
        for person in ground.holders.get((Role.CONTACT, unit_id), ()):
            yield PlannedMail(ground.told_on, person, "checklist_issued", unit_id)
        for offset, rung in ground.checklist_rungs:
            on = calendar.add_working_days(due, offset) if offset else due
            if on <= ground.told_on or (offset > 0 and not late):
                continue
            for person in _people(ground, rung, unit_id):
                yield PlannedMail(on, person, rung.template, unit_id)
    compiled = calendar.first_working_day(ground.last_day)
    heads = ground.holders.get((Role.ETHICS_HEAD, ""), ())[:1]
    for person in (ground.approver_id, *heads):
        yield PlannedMail(compiled, person, "approval_requested")
    signed = calendar.add_working_days(compiled, ground.signing_working_days)
    for unit in _units(ground):
        for person in ground.holders.get((Role.UNIT_HEAD, str(unit["id"])), ()):
            yield PlannedMail(signed, person, "report_delivered", str(unit["id"]))


def _people(ground: Ground, rung: Rung, unit_id: str) -> list[str]:
    roles = (rung.laid_before,) if rung.channel is Channel.DRAFT_LETTER and rung.laid_before else (*rung.to, *rung.cc)
    found = [one for role in roles for one in ground.holders.get((role, unit_id if role in OF_UNIT else ""), ())]
    return list(dict.fromkeys(found))


def _workload(ground: Ground, working_days: int) -> Iterator[Workload]:
    items = {str(unit["id"]): len(unit["items"]) for unit in _units(ground)}  # type: ignore[arg-type]
    groups = ground.content["groups"]
    assert isinstance(groups, list)
    for group in groups:
        units = tuple(str(one) for one in group["unit_ids"])
        statements = sum(items.get(unit, 0) for unit in units)
        yield Workload(str(group["leader_id"]), str(group["leader"]), units, statements, working_days)


def _collisions(ground: Ground, mails: tuple[PlannedMail, ...], workload: tuple[Workload, ...]) -> Iterator[Collision]:
    yield from _days_that_differ(ground)
    concerned = {ground.approver_id, *(one.person_id for one in workload), *(mail.person_id for mail in mails)}
    for person in sorted(concerned):
        for first, last, why in ground.absent.get(person, ()):
            if first <= ground.last_day and last >= ground.first_day:
                yield Collision(max(first, ground.first_day), "absent", f"{ground.names.get(person, person)}{why}")
    for (day, person), count in Counter((mail.on, mail.person_id) for mail in mails).items():
        if count > DAILY_CAP:
            yield Collision(day, "cap", f"{ground.names.get(person, person)}{count}封，逾每日{DAILY_CAP}封")
    if any(one.working_days == 0 for one in workload):
        yield Collision(ground.last_day, "short", "繳交期限後無工作日可供判定")


def _days_that_differ(ground: Ground) -> Iterator[Collision]:
    """Holidays and make-up workdays within the window, dates that fall on closed days, a calendar not yet official."""
    for day in _days(ground):
        standing = ground.calendar.standing(day)
        if not standing.is_working and day.weekday() < SATURDAY:
            yield Collision(day, "holiday", standing.name or "休假日")
        if standing.is_working and day.weekday() >= SATURDAY:
            yield Collision(day, "make_up_day", standing.name or "補行上班")
    dates = {"檢查首日": ground.first_day, "檢查表繳交期限": ground.checklist_due_on, "檢查末日": ground.last_day}
    for name, day in dates.items():
        if not ground.calendar.is_working(day):
            yield Collision(day, "closed", f"{name}非上班日")
    if ground.calendar.rests_on_estimate(ground.first_day, ground.last_day):
        yield Collision(ground.first_day, "estimated", "行事曆為推估，請匯入官方行事曆")


def _ground(session: Session, campaign: Campaign, plan: Plan, catalogue: Catalogue) -> Ground:
    calendar = calendar_days.calendar(session)
    window = plan.content["window"]
    first, end = (clock.local_date(datetime.fromisoformat(one)) for one in window)
    on = first
    units = [str(unit["id"]) for unit in plan.content["units"]]
    holders = {
        (role, unit_id): tuple(one.id for one in roster.holders(session, role, on=on, unit_id=unit_id))
        for role in OF_UNIT
        for unit_id in units
    }
    agency = [role for role in Role if role not in OF_UNIT]
    holders |= {(role, ""): tuple(one.id for one in roster.holders(session, role, on=on)) for role in agency}
    rule = catalogue.approval_table.document("campaign_report")
    approver = roster.holder(session, rule.decided_by if rule else Role.AGENCY_HEAD, on=on)
    hour = hour_of(campaign)
    revealed = clock.local_date(hour) if hour else first
    everybody = roster.people(session)
    return Ground(
        campaign_id=campaign.id,
        content=plan.content,
        first_day=first,
        last_day=end - timedelta(days=1),
        checklist_due_on=date.fromisoformat(plan.content["checklist_due_on"]),
        told_on=calendar.first_working_day(revealed),
        approver_id=approver.id,
        calendar=calendar,
        checklist_rungs=catalogue.ladders.ladder(LadderKind.CHECKLIST).rungs_for(None),
        signing_working_days=rule.waits_working_days if rule else 0,
        holders=holders,
        names={person.id: f"{person.title}{person.name}" for person in everybody},
        absent={person.id: _away(session, person.id) for person in everybody},
    )


def _away(session: Session, person_id: str) -> tuple[tuple[date, date, str], ...]:
    return tuple((one.valid_from, one.valid_until, one.ground) for one in roster.absences(session, person_id))
