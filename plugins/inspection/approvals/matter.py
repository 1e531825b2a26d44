"""What a request is about: its campaign, the rule of the approval table behind it, and what mails call it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inspection.model import Approval, Campaign, Plan
from inspection.rules.approval_table import DocumentRule
from inspection.rules.catalogue import Catalogue

PLAN = "plan"


def campaign_of(session: Session, approval: Approval) -> Campaign | None:
    """The campaign whose plan or reports wait; None for a matter outside a campaign."""
    plan = session.get(Plan, approval.subject_id)
    return session.get(Campaign, plan.campaign_id if plan else approval.subject_id)


def rule_for(kind: str, campaign: Campaign | None, catalogue: Catalogue) -> DocumentRule | None:
    """The rule under which a kind of document is decided: a plan's stands with the form of its campaign."""
    if kind == PLAN and campaign is not None:
        return catalogue.plan_decision(campaign.kind)
    return catalogue.approval_table.document(kind)


def document_name(kind: str, campaign: Campaign, catalogue: Catalogue) -> str:
    """Campaign and kind of document, as mails name it."""
    if kind == PLAN:
        return f"{campaign.name}計畫"
    rule = rule_for(kind, campaign, catalogue)
    return f"{campaign.name}{rule.name if rule else ''}"
