"""計畫 of the Spring-Festival campaign: the headings of seed 003, its duty roster, targets, division and contacts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar import roc
from inspection.documents.kinds.spring_plan import SpringPlan, SpringPoint
from inspection.model import DutyShift, Plan
from inspection.model.spring import SpringListKind
from inspection.planning import annexes
from inspection.planning.alone import office_of_one
from inspection.planning.ground import Content, Ground, common, consulted_units, groups_of, open_cases, section
from inspection.planning.versions import OPEN_CASES
from inspection.rules.catalogue import Catalogue
from inspection.rules.spring import DivisionRule, Line, Part
from inspection.store import people, roster, spring, spring_windows

UNDER = "・"
"""Begins a line that stands under the one before it."""


def compose(ground: Ground) -> Content:
    """The plan as data; a section `holds` what it needs only where that is really there."""
    rules = ground.catalogue.spring
    agency = roster.agency(ground.session)
    campaign_id = ground.campaign.id
    content = common(ground, groups_of(ground))
    year = roc.roc_year(roc.last_day(ground.campaign.window_end))
    shifts = spring.shifts(ground.session, campaign_id)
    content["title"] = rules.title.format(agency=agency.name, year=year)
    content["duty"] = _duty(ground.session, shifts)
    content["key_targets"] = spring.entries(ground.session, campaign_id, SpringListKind.KEY_TARGETS)
    content["division"] = spring.entries(ground.session, campaign_id, SpringListKind.DIVISION) or _division(ground)
    content["contacts"] = spring.entries(ground.session, campaign_id, SpringListKind.CONTACTS)
    content["safety_checks"] = [
        {"category": one.category.value, "statement": one.statement, "units": _names(ground, one.unit_tags)}
        for one in rules.safety_checks
        if not one.unit_tags or _names(ground, one.unit_tags)
    ]
    content["outside_forms"] = [
        {"name": form.name, "joint": form.joint, "statements": list(form.statements)} for form in rules.outside_forms
    ]
    content["sections"] = _sections(ground, content, shifts)
    left = open_cases(ground)
    if left:
        content[OPEN_CASES] = left
    return content


def days_without_duty(start: datetime, end: datetime, shifts: Iterable[DutyShift]) -> list[date]:
    """Days of a window on which no shift is on duty at any hour; the end is exclusive."""
    on_duty = {
        day
        for shift in shifts
        for day in _days(clock.local_date(shift.starts_at), roc.last_day(shift.ends_at))
    }  # fmt: skip
    return [day for day in _days(clock.local_date(start), roc.last_day(end)) if day not in on_duty]


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def _sections(ground: Ground, content: Content, shifts: Sequence[DutyShift]) -> dict[str, dict[str, list[str]]]:
    rules, campaign = ground.catalogue.spring, ground.campaign
    bases = content["bases"]
    contacts, targets = content["contacts"], content["key_targets"]
    assert isinstance(bases, list) and isinstance(contacts, list)
    circular = _circular(ground)
    told = ground.catalogue.wording.say("spring_circular", circular) if circular else []
    covered = not days_without_duty(campaign.window_start, campaign.window_end, shifts)
    reached = {str(one["kind"]) for one in contacts}
    all_reached = all(kind.value in reached for kind in rules.required_contacts)
    own_plans = _filled(ground, rules.own_plans)
    period = ground.catalogue.wording.say("spring_period", {"period": content["period"]})
    alone = office_of_one(ground.session, ground.catalogue, on=clock.local_date(campaign.window_start))
    due = {"checklist_due": roc.plain(campaign.checklist_due_on)}
    return {
        "basis": section([*told, *(f"{basis}。" for basis in bases), *own_plans], *(["circular"] if circular else [])),
        "purpose": section(_filled(ground, rules.purpose)),
        "tasks": section(_lines(ground, rules.tasks), *(["key_targets"] if targets else [])),
        "execution": section(
            period,
            "window",
            *(["items"] if content["items"] else []),
            *(["duty_roster"] if covered else []),
        ),
        **{part.value: section(_part(ground, part)) for part in Part},
        "coordination": section(_lines(ground, rules.coordination), "division"),
        "communication": section(_filled(ground, rules.communication), *(["contacts"] if all_reached else [])),
        "effect": section(_filled(ground, [rules.effect])),
        "method": section([*ground.catalogue.wording.say("plan_methods", due), *([f"{alone}。"] if alone else [])]),
    }


def _circular(ground: Ground) -> dict[str, str]:
    """Date and number of the circular; nothing where the window in force is not the campaign's any more."""
    year = spring.window_of(ground.session, ground.campaign.id).year
    window = spring_windows.confirmed(ground.session, year)
    bounds = (ground.campaign.window_start, ground.campaign.window_end)
    if window is None or (window.start_at, window.end_at) != bounds:
        return {}
    assert window.circular_on is not None and window.circular_number is not None
    return {"dated": roc.plain(window.circular_on), "number": window.circular_number}


def _duty(session: Session, shifts: Sequence[DutyShift]) -> list[dict[str, str]]:
    named = people.named(session, {one for shift in shifts for one in (shift.person_id, shift.deputy_id) if one})
    return [
        {
            "day": f"{roc.month_day(day)}（{roc.weekday(day)[-1]}）",
            "hours": hours(shift),
            "post": shift.post,
            "person": named[shift.person_id].name,
            "deputy": named[shift.deputy_id].name if shift.deputy_id else "",
            "telephone": shift.telephone,
        }
        for shift in shifts
        for day in [clock.local_date(shift.starts_at)]
    ]


def hours(shift: DutyShift) -> str:
    """22時至24時, 22時至翌日8時, or with the day where a shift lasts longer."""
    first, last = clock.local_date(shift.starts_at), roc.last_day(shift.ends_at)
    begins = roc.moment(shift.starts_at).removeprefix(roc.plain(first))
    ends = roc.end_moment(shift.ends_at).removeprefix(roc.plain(last))
    if (last - first).days > 1:
        return f"{begins}至{roc.month_day(last)} {ends}"
    return f"{begins}至{'翌日' if last > first else ''}{ends}"


def _names(ground: Ground, tags: Sequence[str]) -> str:
    return "、".join(unit.name for unit in ground.units if set(tags) & set(unit.tags))


def _division(ground: Ground) -> list[dict[str, str]]:
    """The division of work proposed by the rules; a line whose lead the agency does not have is left out."""

    def who(tags: Sequence[str], words: str) -> str:
        return "、".join(one for one in (_names(ground, tags), words) if one)

    def row(rule: DivisionRule) -> dict[str, str]:
        return {
            "work": rule.work,
            "lead": who(rule.lead_tags, rule.lead),
            "support": who(rule.support_tags, rule.support),
            "period": rule.period,
        }

    return [one for one in map(row, ground.catalogue.spring.division) if one["lead"]]


def _part(ground: Ground, part: Part) -> list[str]:
    return _lines(ground, [point for point in ground.catalogue.spring.points if point.part is part])


def _lines(ground: Ground, lines: Iterable[Line]) -> list[str]:
    """The sentences that apply here, those under another begin with UNDER."""
    said = []
    for line in lines:
        units = _names(ground, line.unit_tags)
        if line.unit_tags and not units:
            continue
        values = {**_own_names(ground), "units": units, "cited": _cited(ground, line.cites)}
        said.append(line.text.format_map(values))
        said += [UNDER + under.format_map(values) for under in line.sub]
    return said


def _cited(ground: Ground, bases: Sequence[str]) -> str:
    on = clock.local_date(ground.campaign.window_start)
    agency = roster.agency(ground.session).name
    cited = [ground.catalogue.valid_basis(one, on).short_citation(agency) for one in bases]
    return "、".join(f"「{one}」" for one in cited)


def _filled(ground: Ground, texts: Iterable[str]) -> list[str]:
    return [text.format_map(_own_names(ground)) for text in texts]


def _own_names(ground: Ground) -> dict[str, str]:
    agency = roster.agency(ground.session)
    return {
        "agency": agency.name,
        "agency_short": agency.short_name,
        "office": roster.ethics_office_name(ground.session),
    }


def context(session: Session, plan: Plan, catalogue: Catalogue) -> SpringPlan:
    """The template's context, drawn from the plan's data alone."""
    content = plan.content
    lines = {name: list(one["lines"]) for name, one in content["sections"].items()}
    form = catalogue.plan_form(content["kind"])
    headings = {one.id: one.heading for one in form.sections}
    return {
        "title": content["title"],
        "date": roc.plain(clock.local_date(plan.drafted_at)),
        "version": f"第 {plan.version} 版",
        "bases": lines["basis"],
        "purposes": lines["purpose"],
        "tasks": _points(lines["tasks"]),
        "period": lines["execution"],
        "parts": [
            {"heading": headings[part.value], "points": _points(lines[part.value])}
            for part in (Part.SECRECY, Part.SAFETY, Part.LIAISON)
        ],
        "situation": _points(lines["situation"]),
        "coordination": lines["coordination"],
        "communication": lines["communication"],
        "effect": "".join(lines["effect"]),
        "contacts": content["contacts"],
        "duty": content["duty"],
        "key_targets": content["key_targets"],
        "division": content["division"],
        "safety_checks": content["safety_checks"],
        "items": annexes.items(content),
        "inspector_items": annexes.inspector_items(content),
        "shares": annexes.shares(content),
        "crawl": annexes.crawl(content),
        "methods": lines["method"],
        "open_cases": list(content.get(OPEN_CASES, ())),
        "groups": annexes.groups(content),
        "outside_forms": content["outside_forms"],
        "consulted": consulted_units(session, plan, catalogue),
    }


def _points(lines: Sequence[str]) -> list[SpringPoint]:
    """Sentences with those under them."""
    points: list[SpringPoint] = []
    for line in lines:
        if line.startswith(UNDER) and points:
            points[-1]["under"].append(line.removeprefix(UNDER))
        else:
            points.append({"text": line.removeprefix(UNDER), "under": []})
    return points
