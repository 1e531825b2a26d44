"""An amended plan comes into force: the older version ends, dates and units follow, the units are told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.calendar import roc
from inspection.language import speak
from inspection.model import Approval, Campaign, Plan, Unit
from inspection.model.lifecycle import CampaignState, ChecklistState, PlanState, allows
from inspection.notices.conditions.calling_off import although_cancelled
from inspection.notices.outbox import Letter, write
from inspection.store import campaigns, checklists, roster
from inspection.vocabulary import Role


def bring_into_force(session: Session, plan: Plan, approval: Approval, *, actor: str, at: datetime) -> None:
    """Carries out what an approved amendment changes; twice is once. Checklists that came back stay as they are."""
    campaign = campaigns.get(session, plan.campaign_id)
    for older in campaigns.plans(session, plan.campaign_id):
        if older.version < plan.version and older.state == PlanState.APPROVED:
            advance(session, older, PlanState.SUPERSEDED, actor=actor, at=at)
    staying = {str(unit["id"]) for unit in plan.content["units"]}
    under_way = False
    for checklist in checklists.of_campaign(session, campaign.id):
        under_way = under_way or checklist.issued_at is not None
        if checklist.unit_id not in staying:
            _let_go(session, campaign, checklist.unit_id, actor=actor, at=at)
        elif checklist.state in checklists.AWAITED and checklist.due_on != campaign.checklist_due_on:
            checklist.due_on = campaign.checklist_due_on
            details: dict[str, object] = {"due_on": str(checklist.due_on)}
            subject = ("checklist", checklist.id)
            record(session, at=at, actor=actor, subject=subject, action="due_moved", details=details)
    if under_way and campaign.state == CampaignState.APPROVED:
        advance(session, campaign, CampaignState.INSPECTING, actor=actor, at=at)
    for unit in campaigns.units(session, campaign.id):
        _tell(session, campaign, plan, approval, unit, at=at)


def _let_go(session: Session, campaign: Campaign, unit_id: str, *, actor: str, at: datetime) -> None:
    """A unit that is not inspected any more need not answer, and is told so where its checklist went out."""
    checklist = checklists.get(session, f"{campaign.id}:{unit_id}")
    if not allows(checklist.state, ChecklistState.EXEMPT):
        return
    told = checklist.issued_at is not None
    advance(
        session,
        checklist,
        ChecklistState.EXEMPT,
        actor=actor,
        at=at,
        reason=speak("變更後之計畫不含此單位", "the amended plan leaves it out"),
    )
    if told:
        tell_called_off(session, campaign, [unit_id], at=at)


def tell_called_off(session: Session, campaign: Campaign, unit_ids: list[str], *, at: datetime) -> None:
    """Tells the contacts of some units that they are not inspected any more."""
    for unit_id in unit_ids:
        unit = roster.unit(session, unit_id)
        for person in roster.answering_for(session, unit_id, on=clock.local_date(at)):
            letter = Letter(
                key=f"campaign-cancelled:{campaign.id}:{unit_id}:{person.id}",
                kind="campaign_cancelled",
                person_id=person.id,
                values={"campaign_name": campaign.name, "unit_name": unit.name},
                campaign_id=campaign.id,
                still_wanted=although_cancelled(campaign.id),
            )
            write(session, letter, at=at)


def _tell(session: Session, campaign: Campaign, plan: Plan, approval: Approval, unit: Unit, *, at: datetime) -> None:
    on = clock.local_date(at)
    people = [
        person
        for role in (Role.CONTACT, Role.UNIT_HEAD)
        for person in roster.holders(session, role, on=on, unit_id=unit.id)
    ]
    for person in {one.id: one for one in people}.values():
        letter = Letter(
            key=f"plan-amended:{plan.id}:{unit.id}:{person.id}",
            kind="plan_amended_to_unit",
            person_id=person.id,
            values={
                "campaign_name": campaign.name,
                "unit_name": unit.name,
                "approved_on": roc.plain(approval.decided_on or on),
                "version": plan.version,
                "window": roc.window(campaign.window_start, campaign.window_end),
                "checklist_due": roc.with_weekday(campaign.checklist_due_on),
            },
            campaign_id=campaign.id,
        )
        write(session, letter, at=at)
