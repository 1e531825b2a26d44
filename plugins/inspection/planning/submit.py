"""Lays a complete plan before the one who decides on it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.approvals.laying import lay_before_decider, tell_decider
from inspection.audit.steps import advance
from inspection.documents.render import fingerprint
from inspection.errors import BadSource, BadSources, NotFound
from inspection.language import speak
from inspection.model import Approval, Campaign, Plan
from inspection.model.lifecycle import CampaignState, PlanState
from inspection.notices.outbox import Letter, write
from inspection.planning.assess import is_settled
from inspection.planning.changes_as_decided import ask_check, decision_carried_out
from inspection.planning.draft import draft_plan
from inspection.planning.ground import assessment_of
from inspection.planning.versions import AMENDS, SUBJECT
from inspection.rules.catalogue import Catalogue
from inspection.rules.plan_sections import PlanForm, SectionContent, gaps
from inspection.store import campaigns

OF_CRAWL = frozenset({"shares", "crawl_account"})
"""What no plan need hold where no share is read."""


def missing(plan: Plan, campaign: Campaign, catalogue: Catalogue) -> list[BadSource]:
    """What the plan lacks of its mandatory contents, each with its section and what to write there."""
    form = catalogue.plan_form(campaign.kind)
    waived = frozenset() if catalogue.campaign_kinds.rule(campaign.kind).has_crawl else OF_CRAWL
    drafted = {
        name: SectionContent("".join(section["lines"]), waived | frozenset(section["holds"]))
        for name, section in plan.content["sections"].items()
    }
    return [
        BadSource(
            speak(f"計畫「{gap.heading}」缺 {gap.lacks}", f"the section {gap.heading!r} of the plan lacks {gap.lacks}"),
            place=plan.id,
            remedy=gap.hint,
        )
        for gap in gaps(form, drafted)
    ]


def awaits_person(session: Session, campaign: Campaign, catalogue: Catalogue) -> bool:
    """Whether a person must confirm or change a sentence of the assessment before the plan may be submitted."""
    form = catalogue.plan_form(campaign.kind)
    latest = campaigns.latest_assessment(session, campaign.id)
    asked = any("assessment" in section.needs for section in form.sections)
    if latest is None or not asked or form.id is PlanForm.PROJECT:
        return False  # a project is judged by its own stages
    return not is_settled(latest)


def _unsettled(session: Session, plan: Plan, campaign: Campaign, catalogue: Catalogue) -> list[BadSource]:
    """What keeps the assessment from being laid before the head: nobody took it for theirs, or the plan is older."""
    if AMENDS in plan.content:
        return []  # it amends a plan in force, with the assessment the head has approved
    if awaits_person(session, campaign, catalogue):
        return [
            BadSource(
                speak(
                    "狀況研判僅有資料不足或由名冊所擬之文句，尚未經政風人員確認",
                    "the assessment says only that data are lacking, or what the roster says, and no person of "
                    "the ethics office has confirmed it",
                ),
                place=plan.id,
                remedy=speak(
                    "以 inspection plan assess 檢視，以 assess-confirm 確認或 assess-edit 改寫至少一則，再擬訂計畫",
                    "look at it by inspection plan assess, confirm by assess-confirm or write at least one "
                    "anew by assess-edit, then draft the plan",
                ),
            )
        ]
    latest = campaigns.latest_assessment(session, campaign.id)
    printed = plan.content["assessment"]
    if latest is not None and printed and printed != assessment_of(latest, catalogue):
        return [
            BadSource(
                speak(
                    "狀況研判已更新，計畫所載為先前之文句",
                    "the assessment has changed; the plan holds earlier sentences",
                ),
                place=plan.id,
                remedy=speak(
                    "以 inspection plan draft 重新擬訂後陳核", "draft it anew by inspection plan draft, then submit it"
                ),
            )
        ]
    return []


def await_contents(session: Session, campaign_id: str, *, catalogue: Catalogue, at: datetime) -> list[BadSource]:
    """What the newest plan lacks before it may be submitted; where anything, whoever ordered it is told, once.

    People enter lists, members and texts while a campaign waits: a plan that lacks something is drafted anew first.
    Raises as `draft_plan`.
    """
    campaign = campaigns.get(session, campaign_id)
    plan = campaigns.latest_plan(session, campaign_id)
    lacks = _lacks(session, plan, campaign, catalogue) if plan else []
    if plan is None or lacks:
        plan = draft_plan(session, campaign_id, catalogue=catalogue, drafted_by=campaign.opened_by, at=at)
        lacks = _lacks(session, plan, campaign, catalogue)
    if lacks:
        values = {"campaign_name": campaign.name, "lack_count": len(lacks)}
        key = f"plan-contents-awaited:{campaign_id}:{campaign.opened_by}"
        write(session, Letter(key, "plan_contents_awaited", campaign.opened_by, values, campaign_id), at=at)
    return lacks


def _lacks(session: Session, plan: Plan, campaign: Campaign, catalogue: Catalogue) -> list[BadSource]:
    return [*missing(plan, campaign, catalogue), *_unsettled(session, plan, campaign, catalogue)]


def submit_plan(session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime) -> Approval:
    """Requests the decision; raises BadSources naming every empty mandatory section. Twice is once.

    A version that carries out a 修正後如擬 is laid before the ethics head for a check, without a new round.
    """
    campaign = campaigns.get(session, campaign_id)
    plan = campaigns.latest_plan(session, campaign_id)
    if plan is None:
        raise NotFound(speak(f"檢查專案 {campaign_id} 尚無計畫", f"campaign {campaign_id} has no plan yet"))
    lacks = _lacks(session, plan, campaign, catalogue)
    if lacks:
        raise BadSources(lacks)
    first = decision_carried_out(session, plan)
    if first is None:
        subject, digest = (SUBJECT, plan.id), fingerprint(plan.content)
        approval = lay_before_decider(
            session, subject, campaign, digest, requested_by=plan.drafted_by, catalogue=catalogue, at=at
        )
    else:
        approval = ask_check(session, plan, first, catalogue=catalogue, at=at)
    if plan.state == PlanState.DRAFT:
        advance(session, plan, PlanState.SUBMITTED, actor=actor, at=at)
    if campaign.state == CampaignState.PLANNED:
        advance(session, campaign, CampaignState.SUBMITTED, actor=actor, at=at)
    note = "（修正後如擬，請確認）" if first else ""
    tell_decider(session, approval, catalogue=catalogue, at=at, note=note)
    return approval
