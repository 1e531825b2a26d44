"""Queries on findings and the fixes that open for them."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from inspection.model import Finding, Fix, Report, Suspicion
from inspection.model.lifecycle import FindingState
from inspection.store.findings import UNFINISHED


def without_fix(session: Session, campaign_id: str) -> list[tuple[Finding, str | None]]:
    """Findings that stand and have no fix yet, by number, each with its checklist item (None: a file's)."""
    fixed = select(Fix.finding_id).where(Fix.campaign_id == campaign_id)
    query = (
        select(Finding, Suspicion.item_id)
        .join(Suspicion, Suspicion.id == Finding.suspicion_id)
        .where(Finding.campaign_id == campaign_id, Finding.state != FindingState.WITHDRAWN, Finding.id.not_in(fixed))
        .order_by(Finding.number)
    )
    return [(finding, item_id) for finding, item_id in session.execute(query)]


def are_out(session: Session, campaign_id: str) -> bool:
    """Whether units have heard of a campaign's findings: its reports were issued, or, of a project, fixes are open."""
    issued = select(Report.id).where(Report.campaign_id == campaign_id, Report.issued_at.is_not(None))
    opened = select(Fix.id).where(Fix.campaign_id == campaign_id)
    return bool(session.scalar(select(or_(issued.exists(), opened.exists()))))


def unfinished_of(session: Session, campaign_id: str) -> list[tuple[Fix, Finding]]:
    """Fixes of a campaign still to be mended or looked at, with their findings, by number."""
    query = (
        select(Fix, Finding)
        .join(Finding, Finding.id == Fix.finding_id)
        .where(Fix.campaign_id == campaign_id, Fix.state.in_(UNFINISHED))
        .order_by(Finding.number)
    )
    return [(fix, finding) for fix, finding in session.execute(query)]
