"""Lays a complete plan before the one who decides on it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.approvals.consult import ask_opinions
from inspection.approvals.decider import decider
from inspection.approvals.request import Asked, request
from inspection.audit.steps import advance
from inspection.calendar import roc
from inspection.documents.paper_code import short_code
from inspection.documents.render import fingerprint
from inspection.errors import BadSource, BadSources, NotFound
from inspection.model import Approval, Campaign, Plan
from inspection.model.lifecycle import CampaignState, PlanState
from inspection.notices.conditions.request import while_asked
from inspection.notices.outbox import Letter, write
from inspection.planning.assess import is_settled
from inspection.planning.carried import ask_check, carried_out
from inspection.planning.ground import assessment_of
from inspection.planning.versions import AMENDS, SUBJECT
from inspection.rules.catalogue import Catalogue
from inspection.rules.plan_sections import PlanForm, SectionContent, gaps
from inspection.store import calendar_days, campaigns


def missing(plan: Plan, campaign: Campaign, catalogue: Catalogue) -> list[BadSource]:
    """What the plan lacks of its mandatory contents, each with its section and what to write there."""
    form = catalogue.plan_forms.for_kind(campaign.kind)
    drafted = {
        name: SectionContent("".join(section["lines"]), frozenset(section["holds"]))
        for name, section in plan.content["sections"].items()
    }
    return [
        BadSource(f"計畫「{gap.heading}」缺 {gap.lacks}", place=plan.id, remedy=gap.hint) for gap in gaps(form, drafted)
    ]


def awaits_person(session: Session, campaign: Campaign, catalogue: Catalogue) -> bool:
    """Whether a person must confirm or change a sentence of the assessment before the plan may be submitted."""
    form = catalogue.plan_forms.for_kind(campaign.kind)
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
                "狀況研判僅有資料不足或由名冊所擬之文句，尚未經政風人員確認",
                place=plan.id,
                remedy="以 inspection plan assess 檢視，以 assess-confirm 確認或 assess-edit 改寫至少一則，再擬訂計畫",
            )
        ]
    latest = campaigns.latest_assessment(session, campaign.id)
    printed = plan.content["assessment"]
    if latest is not None and printed and printed != assessment_of(latest, catalogue):
        return [
            BadSource(
                "狀況研判已更新，計畫所載為先前之文句",
                place=plan.id,
                remedy="以 inspection plan draft 重新擬訂後陳核",
            )
        ]
    return []


def submit_plan(session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime) -> Approval:
    """Requests the decision; raises BadSources naming every empty mandatory section. Twice is once.

    A version that carries out a 修正後如擬 is laid before the ethics head for a check, without a new round.
    """
    campaign = campaigns.get(session, campaign_id)
    plan = campaigns.latest_plan(session, campaign_id)
    if plan is None:
        raise NotFound(f"campaign {campaign_id} has no plan yet")
    lacks = [*missing(plan, campaign, catalogue), *_unsettled(session, plan, campaign, catalogue)]
    if lacks:
        raise BadSources(lacks)
    first = carried_out(session, plan)
    if first is None:
        approval = _ask_decision(session, plan, campaign, catalogue, at=at)
    else:
        approval = ask_check(session, plan, first, catalogue=catalogue, at=at)
    if plan.state == PlanState.DRAFT:
        advance(session, plan, PlanState.SUBMITTED, actor=actor, at=at)
    if campaign.state == CampaignState.PLANNED:
        advance(session, campaign, CampaignState.SUBMITTED, actor=actor, at=at)
    write(
        session,
        Letter(
            key=f"approval-requested:{approval.id}",
            kind="approval_requested",
            person_id=approval.approver_id,
            values={
                "document_name": f"{campaign.name}計畫" + ("（修正後如擬，請確認）" if first else ""),
                "identifier": short_code(plan.content_hash),
                "due": roc.plain(approval.due_on),
            },
            campaign_id=campaign_id,
            still_wanted=while_asked(approval.id),
        ),
        at=at,
    )
    return approval


def _ask_decision(session: Session, plan: Plan, campaign: Campaign, catalogue: Catalogue, *, at: datetime) -> Approval:
    today = clock.local_date(at)
    rule = catalogue.plan_decision(campaign.kind)
    approver = decider(session, rule, catalogue.approval_table, requested_by=plan.drafted_by, on=today)
    due_on = calendar_days.calendar(session).add_working_days(today, rule.waits_working_days)
    digest = fingerprint(plan.content)
    asked = Asked((SUBJECT, plan.id), campaign.id, digest, plan.drafted_by, approver.id, due_on)
    approval = request(session, asked, at=at)
    ask_opinions(session, approval, campaign, rule, document_name=f"{campaign.name}計畫", at=at)
    return approval
