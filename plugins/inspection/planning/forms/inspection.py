"""計畫 of an inspection: the eight contents of seed 000 art. 7(一)2, composed and laid out for its template."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar import roc
from inspection.documents.kinds.plan import InspectionPlan
from inspection.model import Plan
from inspection.planning import annexes, spot_seed
from inspection.planning.alone import office_of_one
from inspection.planning.ground import (
    SELECTION_WORDS,
    Content,
    Ground,
    common,
    consulted_units,
    groups_of,
    joint_units,
    open_cases,
    section,
    selection_words,
)
from inspection.planning.groups import Grouping
from inspection.planning.versions import OPEN_CASES
from inspection.rules.catalogue import Catalogue
from inspection.rules.checklist_items import MOST_ITEMS_PER_UNIT
from inspection.store import calendar_days, roster
from inspection.store.unannounced import hour_of

COUNTED = ("", "一", "二", "三")


def compose(ground: Ground) -> Content:
    """The plan as data."""
    grouping = groups_of(ground)
    content = common(ground, grouping)
    content["sections"] = _sections(ground, grouping, content)
    content["timetable"] = _timetable(ground)
    spot_check = spot_seed.as_planned(ground.session, ground.campaign.id, len(ground.units))
    if spot_check is not None:
        content[spot_seed.KEY] = spot_check
    left = open_cases(ground)
    if left:
        content[OPEN_CASES] = left
    return content


def _sections(ground: Ground, grouping: Grouping, content: Content) -> dict[str, dict[str, list[str]]]:
    say = ground.catalogue.wording.say
    due = roc.plain(ground.campaign.checklist_due_on)
    groups = say("plan_group_notes", {"annex": "三" if ground.crawls else "二"})
    without = "" if ground.crawls else "_no_crawl"
    alone = office_of_one(ground.session, ground.catalogue, on=clock.local_date(ground.campaign.window_start))
    groups += [f"{alone}。"] if alone else []
    if not grouping.rotated:
        groups += say("plan_group_not_rotated")
    for one in (one for one in grouping.groups if one.outsider):
        groups += say("plan_group_outsider", {"person": f"{one.leader.title}{one.leader.name}"})
    joint = "、".join(unit.name for unit in joint_units(ground))
    purposes = say(f"plan_purposes_joint{without}", {"joint": joint}) if joint else say(f"plan_purposes{without}")
    groups += say("plan_group_joint", {"joint": joint}) if joint else []
    methods = [*say(f"plan_methods{without}", {"checklist_due": due}), *_unannounced(ground)]
    shares = ["shares"] if content["shares"] else []
    crawl = ["crawl_account"] if content["crawl"] else []
    return {
        "purpose": section(purposes, "assessment"),
        "items": section(_item_notes(ground, content), "items"),
        "units": section(say("plan_unit_notes", {"units": len(ground.units)}), "units", "contacts"),
        "inspectors": section(groups, "groups"),
        "method": section(methods, "method", *crawl, *shares),
        "timetable": section(
            [roc.days(ground.campaign.window_start, ground.campaign.window_end)], "window", "timetable"
        ),
        "results": section(say("plan_result_handling", {"verb": ground.catalogue.submission_verb()}), "deadlines"),
        "support": section(say(f"plan_support{without}", _helpers(ground))),
    }


def _unannounced(ground: Ground) -> list[str]:
    """That nobody of the inspected units hears of it before an hour, where it is not announced."""
    hour = hour_of(ground.campaign)
    if hour is None:
        return []
    local = hour.astimezone(clock.zone())
    return ground.catalogue.wording.say(
        "plan_unannounced", {"hour": f"{roc.with_weekday(local.date())}{local:%H時%M分}"}
    )


def _item_notes(ground: Ground, content: Content) -> list[str]:
    """From how many statements how many are put, of the sorts that there are this time."""
    say, sorts = ground.catalogue.wording.say, set(selection_words(content).values())
    named = [word for word in SELECTION_WORDS.values() if word in sorts]
    values = {
        "catalogue": len(ground.catalogue.checklist_items.items),
        "most": MOST_ITEMS_PER_UNIT,
        "sorts": "、".join(named),
        "count": COUNTED[len(named)],
    }
    found = say("plan_item_notes", values)
    for because, word in SELECTION_WORDS.items():
        found += say(f"plan_items_{because}") if word in sorts else []
    return found


def _helpers(ground: Ground) -> dict[str, str]:
    """The office's own names of the units that help: who opens accounts, who sees to rooms."""
    units = roster.units(ground.session)
    line = ground.catalogue.wording.line
    return {
        role: next((unit.name for unit in units if tag in unit.tags), line(f"plan_{role}"))
        for role, tag in (("computing", "資訊"), ("general", "總務"))
    }


def _timetable(ground: Ground) -> list[dict[str, str]]:
    calendar = calendar_days.calendar(ground.session)
    office = roster.ethics_office_name(ground.session)
    start = clock.local_date(ground.campaign.window_start)
    end = clock.local_date(ground.campaign.window_end - timedelta(seconds=1))
    due = ground.campaign.checklist_due_on
    first = calendar.first_working_day(start)
    hour = hour_of(ground.campaign)
    told = clock.local_date(hour) if hour else first
    judged = min(calendar.add_working_days(due, 1), end)
    day = roc.month_day
    steps = [
        ("plan_step_notice", day(told), office),
        ("plan_step_crawl", f"{day(start)}至{day(end)}", f"{office}、{_helpers(ground)['computing']}"),
        ("plan_step_return", f"{day(told)}至{day(due)}", "受檢單位"),
        ("plan_step_triage", f"{day(judged)}至{day(end)}", "各檢查分組"),
        ("plan_step_report", f"{day(end)}以後", office),
    ]
    if not ground.crawls:
        steps = [step for step in steps if step[0] != "plan_step_crawl"]
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
        "version": f"第{plan.version}版",
        "legal_bases": [catalogue.wording.line("plan_basis", {"basis": basis}) for basis in content["bases"]],
        "assessment": content["assessment"],
        "purposes": sections["purpose"],
        "item_notes": sections["items"],
        "unit_notes": sections["units"],
        "stress_notes": _stress_notes(content, catalogue),
        "group_notes": sections["inspectors"],
        "methods": [*sections["method"], *spot_seed.promised(content, catalogue)],
        "period": content["period"],
        "schedule": content["timetable"],
        "result_handling": sections["results"],
        "open_cases": list(content.get(OPEN_CASES, ())),
        "support": sections["support"],
        "effect": catalogue.wording.line("plan_effect"),
        "units": [
            {
                "number": number,
                "name": unit["name"],
                "people": f"主管、窗口及經辦人員（編制{unit['staff']}人）",
                "item_count": len(unit["items"]),
            }
            for number, unit in enumerate(content["units"], start=1)
        ],
        "items": annexes.items(content),
        "inspector_items": annexes.inspector_items(content),
        "shares": annexes.shares(content),
        "crawl": annexes.crawl(content),
        "groups": annexes.groups(content),
        "consulted": consulted_units(session, plan, catalogue),
    }


def _stress_notes(content: dict[str, Any], catalogue: Catalogue) -> list[str]:
    stressed = [f"{unit['name']}：{unit['stress']}" for unit in content["units"] if unit["stress"]]
    return stressed or catalogue.wording.say("plan_nothing_stressed")
