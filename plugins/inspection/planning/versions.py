"""Keeps the versions of a plan: each change is a new version; what waited on the old one is void."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.approvals.consult import void
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.documents.render import fingerprint
from inspection.language import speak
from inspection.model import Campaign, Plan
from inspection.model.lifecycle import ApprovalState, CampaignState, PlanState
from inspection.store import approvals

SUBJECT = "plan"
EDITED = "edited"
AMENDS = "amends"
OPEN_CASES = "open_cases"
REPLACED = frozenset({PlanState.DRAFT, PlanState.SUBMITTED, PlanState.RETURNED})


def next_version(
    session: Session,
    campaign: Campaign,
    content: dict[str, object],
    *,
    assessment_id: str,
    latest: Plan | None,
    drafted_by: str,
    at: datetime,
) -> Plan:
    """Adds a version in draft; the one before it is superseded, and a request that waited on it is voided."""
    if latest is not None and latest.state in REPLACED:
        _void_request(session, latest, actor=drafted_by, at=at)
        advance(session, latest, PlanState.SUPERSEDED, actor=drafted_by, at=at)
    if campaign.state == CampaignState.SUBMITTED:
        advance(
            session,
            campaign,
            CampaignState.PLANNED,
            actor=drafted_by,
            at=at,
            reason=speak("內容已變更", "content changed"),
        )
    version = (latest.version if latest else 0) + 1
    digest = fingerprint(content)
    plan = Plan(
        id=f"{campaign.id}:v{version}",
        campaign_id=campaign.id,
        assessment_id=assessment_id,
        version=version,
        state=PlanState.DRAFT,
        content=content,
        content_hash=digest,
        drafted_by=drafted_by,
        drafted_at=at,
    )
    session.add(plan)
    session.flush()
    record(
        session,
        at=at,
        actor=drafted_by,
        subject=(SUBJECT, plan.id),
        action="drafted",
        states=(None, PlanState.DRAFT.value),
        details={"version": version, "content_hash": digest},
    )
    return plan


def _void_request(session: Session, plan: Plan, *, actor: str, at: datetime) -> None:
    asked = approvals.latest(session, (SUBJECT, plan.id))
    if asked is not None and asked.state == ApprovalState.PENDING:
        void(session, asked, actor=actor, at=at, reason=speak("內容已變更", "content changed"))


def says_the_same(content: Mapping[str, object], latest: Plan) -> bool:
    """Whether fresh content is what a version says. While it waits for its decision, the cases open on the day it was
    drafted count as they stood: that one was released since takes it out of nobody's hands."""
    if latest.state is PlanState.SUBMITTED:
        then = {OPEN_CASES: latest.content[OPEN_CASES]} if OPEN_CASES in latest.content else {}
        content = {**{name: value for name, value in content.items() if name != OPEN_CASES}, **then}
    return fingerprint(content) == latest.content_hash


def lay_over(content: dict[str, object], before: Mapping[str, object] | None) -> dict[str, object]:
    """Puts what people wrote in the version before into freshly composed content: their texts, and what it amends.

    The data beside the texts is always the fresh one.
    """
    if before is None:
        return content
    edited = before.get(EDITED)
    sections = content["sections"]
    if isinstance(edited, dict) and isinstance(sections, dict):
        for name, lines in edited.items():
            if name in sections:
                sections[name]["lines"] = list(lines)
        content[EDITED] = {name: list(lines) for name, lines in edited.items() if name in sections}
    if AMENDS in before:
        content[AMENDS] = before[AMENDS]
    return content
