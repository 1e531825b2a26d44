"""Queries on what waits for one person: decisions, reports to be read, cases to be judged."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from inspection.model import Approval, Campaign, Finding, Fix, Report, ReportReader, Suspicion
from inspection.model.lifecycle import ApprovalState, FixState, ReportState
from inspection.store.findings import OF_ITS_OWN, UNDECIDED
from inspection.store.scope import Scope
from inspection.vocabulary import Severity


def decisions_for(session: Session, approver_ids: Collection[str]) -> list[Approval]:
    """Requests that wait for one of some people, soonest due first."""
    query = select(Approval).where(Approval.state == ApprovalState.PENDING, Approval.approver_id.in_(approver_ids))
    return list(session.scalars(query.order_by(Approval.due_on, Approval.id)))


def reports_for(session: Session, person_id: str) -> list[tuple[Report, ReportReader, Campaign]]:
    """Issued reports of which a person holds a copy, with their campaigns, newest first."""
    query = (
        select(Report, ReportReader, Campaign)
        .join(ReportReader, ReportReader.report_id == Report.id)
        .join(Campaign, Campaign.id == Report.campaign_id)
        .where(
            ReportReader.person_id == person_id,
            ReportReader.handed_on.is_(None),
            Report.state == ReportState.ISSUED,
        )
        .order_by(Report.issued_at.desc(), Report.id)
    )
    return [(report, reader, campaign) for report, reader, campaign in session.execute(query)]


def undecided(session: Session, whose: Scope) -> list[tuple[str, Severity, int]]:
    """How many 疑似事項 wait for a person, by unit and proposed severity, of those somebody may treat."""
    which = (Suspicion.unit_id, Suspicion.suggested_severity)
    query = (
        select(*which, func.count())
        .where(Suspicion.state.in_(UNDECIDED), OF_ITS_OWN, whose.where(Suspicion.unit_id, Suspicion.campaign_id))
        .group_by(*which)
        .order_by(*which)
    )
    return [(unit, severity, count) for unit, severity, count in session.execute(query)]


def undecided_of(session: Session, unit_id: str, whose: Scope, *, first: int, size: int) -> list[Suspicion]:
    """The 疑似事項 of a unit that wait for a person, of those somebody may treat, oldest campaign first: at most `size`
    from the one at `first` (0: the first)."""
    query = select(Suspicion).where(_waits(unit_id, whose))
    in_order = query.order_by(Suspicion.campaign_id, Suspicion.kind, Suspicion.id)
    return list(session.scalars(in_order.offset(first).limit(size)))


def undecided_among(session: Session, unit_id: str, whose: Scope, ids: Collection[int]) -> set[int]:
    """Which of some 疑似事項 are of a unit, wait for a person, and may be treated by somebody."""
    return set(session.scalars(select(Suspicion.id).where(Suspicion.id.in_(ids), _waits(unit_id, whose))))


def number_undecided(session: Session, unit_id: str, whose: Scope) -> int:
    """How many 疑似事項 of a unit wait for a person, of those somebody may treat."""
    return session.scalar(select(func.count()).select_from(Suspicion).where(_waits(unit_id, whose))) or 0


def _waits(unit_id: str, whose: Scope) -> ColumnElement[bool]:
    return and_(
        Suspicion.unit_id == unit_id,
        Suspicion.state.in_(UNDECIDED),
        OF_ITS_OWN,
        whose.where(Suspicion.unit_id, Suspicion.campaign_id),
    )


def fixes(
    session: Session, whose: Scope, *, states: Collection[FixState] | None = None
) -> list[tuple[Fix, Finding, Campaign]]:
    """Fixes somebody may treat, in some states (default: all but released), soonest due first."""
    query = (
        select(Fix, Finding, Campaign)
        .join(Finding, Finding.id == Fix.finding_id)
        .join(Campaign, Campaign.id == Fix.campaign_id)
        .where(
            Fix.state != FixState.RELEASED if states is None else Fix.state.in_(states),
            whose.where(Fix.unit_id, Fix.campaign_id),
        )
        .order_by(Fix.due_on, Fix.id)
    )
    return [(fix, finding, campaign) for fix, finding, campaign in session.execute(query)]


def released(session: Session, whose: Scope, *, unit_id: str = "") -> int:
    """How many fixes were released, of those somebody may treat; of one unit, or ('') of all."""
    query = select(func.count()).where(Fix.state == FixState.RELEASED, whose.where(Fix.unit_id, Fix.campaign_id))
    return session.scalar(query.where(Fix.unit_id == unit_id) if unit_id else query) or 0
