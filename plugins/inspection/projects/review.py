"""What a closing review says: what was planned, what happened, and the hits by category; drawn from the records."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy.orm import Session

from inspection import clock
from inspection.approvals.decide import approved
from inspection.calendar import roc
from inspection.documents.kinds.closing_review import HitCount, ListChange
from inspection.model import Campaign, Plan, Project, ProjectDate
from inspection.model.lifecycle import SuspicionState
from inspection.planning.decision import plan_in_force
from inspection.planning.versions import SUBJECT
from inspection.projects.pledges import is_late
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, evidence, findings, projects, roster
from inspection.vocabulary import ProjectDay


def facts(session: Session, project: Project, *, catalogue: Catalogue, at: datetime) -> dict[str, object]:
    """The context of the review without frame and date, so that equal facts are the same review on any day."""
    campaign = campaigns.get(session, project.campaign_id)
    plan = plan_in_force(session, campaign.id)
    agency, wording = roster.agency(session), catalogue.wording
    conclusions = {"superior": agency.superior_name, "verb": catalogue.submission_verb()}
    return {
        "title": wording.line("review_title", {"agency": agency.name}),
        "code_name": project.code_name,
        "kind": catalogue.project_kinds.rule(project.kind).name,
        "owner": roster.unit(session, project.unit_id).name,
        "planned": _planned(session, campaign, plan, catalogue),
        "pledges": _pledges(session, project, catalogue, at=at),
        "dates": _dates(session, project, catalogue),
        "crawl": _crawl(session, project, plan, catalogue),
        "hits": hits(session, project.campaign_id, catalogue),
        "changes": _changes(session, campaign, plan),
        "opinion": list(project.opinion),
        "conclusions": wording.say("review_conclusions", conclusions),
    }


def decision_words(session: Session, subject: tuple[str, str], content_hash: str) -> str:
    """115年11月2日核定 with its number; empty where nothing holds for this content."""
    held = approved(session, subject, content_hash=content_hash)
    if held is None or held.decided_on is None:
        return ""
    return f"{roc.plain(held.decided_on)}核定" + (f"（{held.document_number}）" if held.document_number else "")


def hits(session: Session, campaign_id: str, catalogue: Catalogue) -> list[HitCount]:
    """疑似事項 by category and state; one of two categories counts in both."""
    counted: dict[str, Counter[SuspicionState]] = {}
    for one in findings.suspicions(session, campaign_id):
        for detector in one.detectors or ["—"]:
            counted.setdefault(detector, Counter())[one.state] += 1
    names = {rule.id: rule.name for rule in catalogue.detectors.detectors}
    return [
        {
            "category": names.get(detector, detector),
            "open": sum(states[one] for one in findings.UNDECIDED),
            "confirmed": states[SuspicionState.CONFIRMED],
            "dismissed": states[SuspicionState.DISMISSED],
            "self_improved": states[SuspicionState.SELF_IMPROVED],
        }
        for detector, states in sorted(counted.items())
    ]


def _planned(session: Session, campaign: Campaign, plan: Plan, catalogue: Catalogue) -> list[str]:
    values = {
        "approval": decision_words(session, (SUBJECT, plan.id), plan.content_hash),
        "period": plan.content["period"],
        "stages": len(plan.content["stages"]),
        "people": len(plan.content["people"]),
    }
    return catalogue.wording.say("review_planned", values)


def _pledges(session: Session, project: Project, catalogue: Catalogue, *, at: datetime) -> list[str]:
    say = catalogue.wording.say
    listed = projects.entries(session, project.campaign_id)
    unsigned = [one for one in listed if one.pledge_signed_on is None and one.until_on is None]
    values = {
        "people": len(listed),
        "signed": sum(one.pledge_signed_on is not None for one in listed),
        "late": sum(is_late(session, one, catalogue=catalogue) for one in listed),
        "released": sum(one.until_on is not None for one in listed),
    }
    gaps = say("review_pledges_gaps", {"count": len(unsigned)}) if unsigned else say("review_pledges_complete")
    return [*say("review_pledges", values), *gaps]


def _dates(session: Session, project: Project, catalogue: Catalogue) -> list[str]:
    say = catalogue.wording.say
    ends = projects.dates(session, project.campaign_id, ProjectDay.END)
    told = []
    for before, after in pairwise(ends):
        if before.day is not None and after.day is not None:
            days = {"before": roc.plain(before.day), "after": roc.plain(after.day)}
            told += say("review_end_moved", {**days, "reason": after.reason, "decision": _decision(after)})
    told = told or say("review_dates_unmoved")
    name = catalogue.project_kinds.rule(project.kind).public_day
    if project.public_on is not None:
        return told + say("review_public", {"name": name, "day": roc.plain(project.public_on)})
    entered = projects.dates(session, project.campaign_id, ProjectDay.PUBLIC)
    if entered:
        return told + say("review_public_withdrawn", {"name": name, "reason": entered[-1].reason})
    return told + say("review_public_none", {"name": name})


def _decision(moved: ProjectDate) -> str:
    if moved.decided_on is None:
        return "計畫核定前調整"
    return f"{roc.plain(moved.decided_on)}核可，{moved.document_number}"


def _crawl(session: Session, project: Project, plan: Plan, catalogue: Catalogue) -> list[str]:
    say = catalogue.wording.say
    if not plan.content["shares"]:
        return say("review_crawl_none")
    run = evidence.campaign_run(session, project.campaign_id)
    covered = [one for one, _ in evidence.coverage(session, run.id)] if run else []
    values = {
        "shares": len(covered),
        "files": f"{sum(one.seen for one in covered):,}",
        "complete": sum(one.complete for one in covered),
    }
    told = say("review_crawl", values)
    return told if findings.suspicions(session, project.campaign_id) else told + say("review_no_hits")


def _changes(session: Session, campaign: Campaign, plan: Plan) -> list[ListChange]:
    """Who came after the plan was drafted, and who was released, by day."""
    drafted_on = clock.local_date(plan.drafted_at)
    listed = {(one["name"], one["body"]) for one in plan.content["people"]}
    found = []
    for one in projects.entries(session, campaign.id):
        if one.from_on > drafted_on or (one.name, one.body) not in listed:
            found.append((one.from_on, "新增", one))
        if one.until_on is not None:
            found.append((one.until_on + timedelta(days=1), "解除", one))
    return [
        {"date": roc.dotted(day), "change": change, "body": one.body, "name": one.name, "role": one.role}
        for day, change, one in sorted(found, key=lambda row: (row[0], row[2].id))
    ]
