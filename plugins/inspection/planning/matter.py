"""The plan as a decidable matter."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.policy import Act
from inspection.approvals.decide import Decision
from inspection.approvals.matters import Brief, Matter, MatterKind, Sheet
from inspection.documents.paper_code import short_code
from inspection.documents.render import fingerprint
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Approval
from inspection.model.lifecycle import PlanState
from inspection.planning.decision import decide_plan
from inspection.planning.paper import kind_of
from inspection.planning.versions import SUBJECT
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, printed


def _find(session: Session, plan_id: str) -> Matter:
    plan = campaigns.plan(session, plan_id)
    campaign = campaigns.get(session, plan.campaign_id)
    digest = fingerprint(plan.content)
    return Matter(PLAN, plan.id, campaign, plan.version, digest, (plan.content_hash,), plan.document_id)


def _newest(session: Session, campaign_id: str) -> str | None:
    plan = campaigns.latest_plan(session, campaign_id)
    return plan.id if plan else None


def _decide(session: Session, plan_id: str, decision: Decision, at: datetime) -> Approval:
    return decide_plan(session, plan_id, decision, at=at)


def _document(kind: str, catalogue: Catalogue) -> str:
    """The row named by the form of plan a kind of campaign has."""
    return catalogue.plan_form(kind).decided_as


def _sheets(session: Session, prefix: str) -> list[Sheet]:
    return [
        Sheet(one.id, one.campaign_id, one.id, one.state is PlanState.SUPERSEDED)
        for one in printed.plans(session, prefix)
    ]


def _brief(session: Session, matter: Matter, catalogue: Catalogue) -> Brief:
    plan, say = campaigns.plan(session, matter.subject_id), catalogue.wording.say
    if matter.campaign is None:
        raise NotFound(speak(f"計畫 {plan.id} 沒有檢查專案", f"plan {plan.id} has no campaign"))
    values = {
        "bases": "、".join(plan.content["bases"]),
        "units": len(plan.content["units"]),
        "period": plan.content["period"],
        "identifier": short_code(plan.content_hash),
    }
    kind = "project" if catalogue.campaign_kinds.rule(matter.campaign.kind).is_project else "plan"
    return Brief(
        letter="plan_for_decision",
        subject="package_plan_subject",
        title=str(plan.content["title"]),
        version=plan.version,
        content_hash=plan.content_hash,
        encloses=kind_of(plan, matter.campaign.kind, catalogue),
        explanations=say(f"package_{kind}_explanations", values),
        proposals=say(f"package_{kind}_proposals", {"verb": catalogue.submission_verb()}),
    )


PLAN = MatterKind(
    id=SUBJECT,
    short="計畫",
    find=_find,
    newest=_newest,
    decide=_decide,
    document=_document,
    named="計畫",
    path="/plans/{subject_id}",
    read=Act.READ_PLAN,
    decides=Act.DECIDE_PLAN,
    opines=Act.OPINE_ON_PLAN,
    handed="handed_plan",
    sheets=_sheets,
    brief=_brief,
)
