"""計畫 of an inspection: the eight contents of seed 000 art. 7(一)2, composed and laid out for its template."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar import roc
from inspection.documents.kinds.plan import InspectionPlan
from inspection.model import Plan
from inspection.planning import annexes
from inspection.planning.ground import Content, Ground, common, consulted_units, groups_of, joint_units, section
from inspection.planning.groups import Grouping
from inspection.rules.catalogue import Catalogue
from inspection.rules.checklist_items import MOST_ITEMS_PER_UNIT
from inspection.store import calendar_days, roster


def compose(ground: Ground) -> Content:
    """The plan as data."""
    grouping = groups_of(ground)
    content = common(ground, grouping)
    content["sections"] = _sections(ground, grouping, bool(content["shares"]))
    content["timetable"] = _timetable(ground)
    return content


def _sections(ground: Ground, grouping: Grouping, has_shares: bool) -> dict[str, dict[str, list[str]]]:
    say = ground.catalogue.wording.say
    due = roc.plain(ground.campaign.checklist_due_on)
    catalogue_size = len(ground.catalogue.checklist_items.items)
    groups = say("plan_group_notes")
    if not grouping.rotated:
        groups += say("plan_group_not_rotated")
    for one in (one for one in grouping.groups if one.outsider):
        groups += say("plan_group_outsider", {"person": f"{one.leader.title}{one.leader.name}"})
    joint = "、".join(unit.name for unit in joint_units(ground))
    purposes = say("plan_purposes_joint", {"joint": joint}) if joint else say("plan_purposes")
    groups += say("plan_group_joint", {"joint": joint}) if joint else []
    methods = [*say("plan_methods", {"checklist_due": due}), *_unannounced(ground)]
    shares = ["shares"] if has_shares else []
    return {
        "purpose": section(purposes, "assessment"),
        "items": section(say("plan_item_notes", {"catalogue": catalogue_size, "most": MOST_ITEMS_PER_UNIT}), "items"),
        "units": section(say("plan_unit_notes", {"units": len(ground.units)}), "units", "contacts"),
        "inspectors": section(groups, "groups"),
        "method": section(methods, "crawl_account", "method", *shares),
        "timetable": section(
            [roc.days(ground.campaign.window_start, ground.campaign.window_end)], "window", "timetable"
        ),
        "results": section(say("plan_result_handling", {"verb": ground.catalogue.submission_verb()}), "deadlines"),
        "support": section(say("plan_support")),
    }


def _unannounced(ground: Ground) -> list[str]:
    """That nobody of the inspected units hears of it before an hour, where the plan sets one."""
    hour = ground.campaign.reveal_at
    if hour is None:
        return []
    local = hour.astimezone(clock.zone())
    return ground.catalogue.wording.say(
        "plan_unannounced", {"hour": f"{roc.with_weekday(local.date())}{local:%H時%M分}"}
    )


def _timetable(ground: Ground) -> list[dict[str, str]]:
    calendar = calendar_days.calendar(ground.session)
    start = clock.local_date(ground.campaign.window_start)
    end = clock.local_date(ground.campaign.window_end - timedelta(seconds=1))
    due = ground.campaign.checklist_due_on
    first = calendar.first_working_day(start)
    told = clock.local_date(ground.campaign.reveal_at) if ground.campaign.reveal_at else first
    office = roster.ethics_office_name(ground.session)
    steps = [
        ("plan_step_notice", roc.short(told), office),
        ("plan_step_crawl", f"{roc.short(first)}至{roc.short(due)}", f"{office}、資訊單位"),
        ("plan_step_return", f"{roc.short(told)}至{roc.short(due)}", "受檢單位"),
        ("plan_step_triage", f"{roc.short(calendar.add_working_days(due, 1))}至{roc.short(end)}", "各檢查分組"),
        ("plan_step_report", f"{roc.short(end)}以後", office),
    ]
    return [
        {"period": period, "work": ground.catalogue.wording.line(phrase), "responsible": who}
        for phrase, period, who in steps
    ]


def context(session: Session, plan: Plan, catalogue: Catalogue) -> InspectionPlan:
    """The template's context, drawn from the plan's data alone."""
    content = plan.content
    sections = {name: list(section["lines"]) for name, section in content["sections"].items()}
    return {
        "title": content["title"],
        "date": roc.plain(clock.local_date(plan.drafted_at)),
        "version": f"第 {plan.version} 版",
        "legal_bases": content["bases"],
        "assessment": content["assessment"],
        "purposes": sections["purpose"],
        "item_notes": sections["items"],
        "unit_notes": sections["units"],
        "group_notes": sections["inspectors"],
        "methods": sections["method"],
        "period": content["period"],
        "schedule": content["timetable"],
        "result_handling": sections["results"],
        "support": sections["support"],
        "units": [
            {
                "number": number,
                "name": unit["name"],
                "people": f"主管、窗口及經辦人員（編制 {unit['staff']} 人）",
                "item_count": len(unit["items"]),
                "stress": unit["stress"],
            }
            for number, unit in enumerate(content["units"], start=1)
        ],
        "items": annexes.items(content),
        "shares": annexes.shares(content),
        "crawl": annexes.crawl(content),
        "groups": annexes.groups(content),
        "consulted": consulted_units(session, plan, catalogue),
    }
