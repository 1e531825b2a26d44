"""專案機密維護計畫: the six contents of seed 000 art. 6, with the 分工表 and the 知悉人員名冊 as annexes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar import roc
from inspection.documents.kinds.project_plan import ProjectPlan
from inspection.model import PersonInTheKnow, Plan, Project
from inspection.planning import annexes
from inspection.planning.ground import Content, Ground, common, consulted_units, section
from inspection.planning.groups import Grouping
from inspection.rules.catalogue import Catalogue
from inspection.store import projects, roster

CELLS = ("stage", "leak_point", "precaution", "lead", "support", "period")


def compose(ground: Ground) -> Content:
    """The plan as data. It inspects nobody: units, items and groups are empty."""
    project = projects.get(ground.session, ground.campaign.id)
    wording, agency = ground.catalogue.wording, roster.agency(ground.session)
    content = common(ground, Grouping((), rotated=True))
    content |= {
        "title": wording.line("project_plan_title", {"agency": agency.name, "code": project.code_name}),
        "code_name": project.code_name,
        "real_name": project.real_name,
        "project_kind": ground.catalogue.project_kinds.rule(project.kind).name,
        "owner": roster.unit(ground.session, project.unit_id).name,
        "assessment": [],  # a section of its own here
        "stages": [{name: str(stage[name]) for name in CELLS} for stage in project.stages],
        "people": [_person(one) for one in projects.entries(ground.session, project.campaign_id) if not one.until_on],
        "shares": _shares(ground, project),
        "timetable": [],
    }
    content["sections"] = _sections(ground, project, content)
    return content


def _person(one: PersonInTheKnow) -> dict[str, str]:
    # whether the 切結書 is signed changes from day to day and is no part of what is approved
    note = "" if one.person_id else "外部人員"
    return {"body": one.body, "name": one.name, "role": one.role, "from": roc.dotted(one.from_on), "note": note}


def _shares(ground: Ground, project: Project) -> list[dict[str, str]]:
    """One line per folder; `id` is the share that is crawled."""
    wording, found = ground.catalogue.wording, []
    for place in projects.shares(ground.session, project.campaign_id):
        share = roster.share(ground.session, place.share_id)
        scope = wording.line("project_crawl_scope_share")
        if place.folder:
            scope = wording.line("project_crawl_scope_folder", {"folder": place.folder})
        found.append(
            {
                "id": share.id,
                "unit_id": share.unit_id,
                "name": share.name,
                "address": share.address,
                "folder": place.folder,
                "scope": scope,
                "unit": roster.unit(ground.session, share.unit_id).name,
            }
        )
    return found


def _sections(ground: Ground, project: Project, content: Content) -> dict[str, dict[str, list[str]]]:
    say = ground.catalogue.wording.say
    first, last = clock.local_date(ground.campaign.window_start), roc.last_day(ground.campaign.window_end)
    superior = roster.agency(ground.session).superior_name
    closing = {"superior": superior, "verb": ground.catalogue.submission_verb()}
    named = ["real_name"] if project.real_name else []
    known = ["people_in_the_know"] if content["people"] else []
    stages = project.stages
    precautions = [line for stage in stages for line in say("project_precaution", stage)]
    leaks = [str(one["text"]) for one in ground.assessment.sentences]
    cited = content["bases"]
    assert isinstance(cited, list)
    basis = [line for basis in cited for line in say("project_legal_basis", {"basis": basis})]
    basis += say("project_basis", {"unit": content["owner"], "kind": content["project_kind"]})
    period = {"first": roc.with_weekday(first), "last": roc.with_weekday(last)}
    return {
        "basis": section(basis, *named),
        "period": section(say("project_period", period), "window"),
        "assessment": section(leaks, *(["assessment"] if leaks else [])),
        "precautions": section(
            [*precautions, *say("project_precautions"), *_crawl(ground, content)],
            *(["precautions"] if stages else []),
        ),
        "division": section(say("project_division"), *(["division"] if stages else []), *known),
        "closing": section(say("project_closing", closing)),
    }


def _crawl(ground: Ground, content: Content) -> list[str]:
    """That the named shares are crawled, where any is named (officer review A11)."""
    shares = content["shares"]
    assert isinstance(shares, list)
    if not shares:
        return []
    account = str(roster.agency(ground.session).details.get("crawl_account", ""))
    named = "、".join(f"{share['unit']}「{share['name']}」{share['scope']}" for share in shares)
    return ground.catalogue.wording.say("project_crawl", {"account": account, "shares": named})


def context(session: Session, plan: Plan, catalogue: Catalogue) -> ProjectPlan:
    """The template's context, drawn from the plan's data alone."""
    content = plan.content
    sections = {name: list(section["lines"]) for name, section in content["sections"].items()}
    return {
        "title": content["title"],
        "date": roc.plain(clock.local_date(plan.drafted_at)),
        "version": f"第 {plan.version} 版",
        "code_name": content["code_name"],
        "real_name": content["real_name"],
        "kind": content["project_kind"],
        "owner": content["owner"],
        "basis": sections["basis"],
        "period": sections["period"],
        "assessment": sections["assessment"],
        "precautions": sections["precautions"],
        "division": sections["division"],
        "closing": sections["closing"],
        "stages": [
            {
                "number": number,
                "stage": stage["stage"],
                "leak_point": stage["leak_point"],
                "precaution": stage["precaution"],
                "lead": stage["lead"],
                "support": stage["support"],
                "period": stage["period"],
            }
            for number, stage in enumerate(content["stages"], start=1)
        ],
        "people": [
            {
                "number": number,
                "body": one["body"],
                "name": one["name"],
                "role": one["role"],
                "since": one["from"],
                "note": one["note"],
            }
            for number, one in enumerate(content["people"], start=1)
        ],
        "shares": [
            {
                "number": number,
                "unit": share["unit"],
                "path": annexes.shown_address(share["address"]),
                "scope": share["scope"],
            }
            for number, share in enumerate(content["shares"], start=1)
        ],
        "crawl": annexes.crawl(content),
        "consulted": consulted_units(session, plan, catalogue),
    }
