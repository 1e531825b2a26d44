"""Queries on what waits for one person: decisions, reports to be read, cases to be judged."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inspection.model import Approval, Campaign, Finding, Fix, Report, ReportReader, Suspicion
from inspection.model.lifecycle import ApprovalState, FixState, ReportState
from inspection.store.findings import UNDECIDED


def decisions_for(session: Session, approver_ids: Collection[str]) -> list[Approval]:
    """Requests that wait for one of some people, soonest due first."""
    query = select(Approval).where(Approval.state == ApprovalState.PENDING, Approval.approver_id.in_(approver_ids))
    return list(session.scalars(query.order_by(Approval.due_on, Approval.id)))


def reports_for(session: Session, person_id: str) -> list[tuple[Report, ReportReader]]:
    """Issued reports of which a person holds a copy, newest first."""
    query = (
        select(Report, ReportReader)
        .join(ReportReader, ReportReader.report_id == Report.id)
        .where(
            ReportReader.person_id == person_id,
            ReportReader.handed_on.is_(None),
            Report.state == ReportState.ISSUED,
        )
        .order_by(Report.issued_at.desc(), Report.id)
    )
    return [(report, reader) for report, reader in session.execute(query)]


def undecided_by_unit(session: Session) -> dict[tuple[str, str], int]:
    """How many 疑似事項 wait for a person, by (unit, campaign)."""
    which = (Suspicion.unit_id, Suspicion.campaign_id)
    query = select(*which, func.count()).where(Suspicion.state.in_(UNDECIDED)).group_by(*which)
    return {(unit, campaign): count for unit, campaign, count in session.execute(query)}


def undecided_of(session: Session, unit_id: str, *, without: Collection[str] = ()) -> list[Suspicion]:
    """The 疑似事項 of a unit that wait for a person, oldest campaign first; those of some campaigns left out."""
    query = select(Suspicion).where(
        Suspicion.unit_id == unit_id, Suspicion.state.in_(UNDECIDED), Suspicion.campaign_id.not_in(without)
    )
    return list(session.scalars(query.order_by(Suspicion.campaign_id, Suspicion.kind, Suspicion.id)))


def fixes(session: Session, unit_ids: Collection[str] | None) -> list[tuple[Fix, Finding, Campaign]]:
    """Fixes not yet released, of some units (None: all), soonest due first."""
    query = (
        select(Fix, Finding, Campaign)
        .join(Finding, Finding.id == Fix.finding_id)
        .join(Campaign, Campaign.id == Fix.campaign_id)
        .where(Fix.state != FixState.RELEASED)
        .order_by(Fix.due_on, Fix.id)
    )
    if unit_ids is not None:
        query = query.where(Fix.unit_id.in_(unit_ids))
    return [(fix, finding, campaign) for fix, finding, campaign in session.execute(query)]


def released(session: Session, unit_ids: Collection[str] | None) -> int:
    """How many fixes were released, of some units (None: all)."""
    query = select(func.count()).where(Fix.state == FixState.RELEASED)
    if unit_ids is not None:
        query = query.where(Fix.unit_id.in_(unit_ids))
    return session.scalar(query) or 0
