"""Queries on what a person holds, and on the handovers of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import (
    Approval,
    Campaign,
    Deputy,
    Fix,
    Handover,
    HandoverLine,
    Opinion,
    Plan,
    Report,
    ReportReader,
    RoleGrant,
    Suspicion,
)
from inspection.model.lifecycle import (
    ApprovalState,
    CampaignState,
    FixState,
    HandoverState,
    OpinionState,
    PlanState,
    ReportState,
)
from inspection.store.findings import OF_ITS_OWN, UNDECIDED

OVER = (CampaignState.CONCLUDED, CampaignState.CLOSED, CampaignState.ARCHIVED, CampaignState.CANCELLED)


def get(session: Session, handover_id: str) -> Handover:
    """A handover by its number."""
    found = session.get(Handover, handover_id)
    if found is None:
        raise NotFound(
            speak(
                f"查無移交案 {handover_id}；請以 `inspection handover list` 查詢",
                f"handover {handover_id} does not exist; see `inspection handover list`",
            )
        )
    return found


def everything(session: Session) -> list[Handover]:
    """All handovers, newest day first."""
    return list(session.scalars(select(Handover).order_by(Handover.effective_on.desc(), Handover.id)))


def lines(session: Session, handover_id: str) -> list[HandoverLine]:
    """What a handover lists, in order."""
    query = select(HandoverLine).where(HandoverLine.handover_id == handover_id)
    return list(session.scalars(query.order_by(HandoverLine.number)))


def parties(session: Session, handover: Handover) -> set[str]:
    """Who gives, takes or witnesses."""
    takers = session.scalars(select(HandoverLine.taker_id).where(HandoverLine.handover_id == handover.id))
    return {handover.from_id, handover.to_id, *takers, *([handover.witness_id] if handover.witness_id else [])}


def due(session: Session, *, on: date) -> list[Handover]:
    """Handovers whose day has come and that are not carried out."""
    query = select(Handover).where(Handover.state == HandoverState.OPEN, Handover.effective_on <= on)
    return list(session.scalars(query.order_by(Handover.effective_on, Handover.id)))


def concerning(session: Session, person_id: str, *, since: date) -> list[Handover]:
    """Handovers in which a person gives, takes or witnesses, of a day or later, or not yet carried out."""
    takes = select(HandoverLine.handover_id).where(HandoverLine.taker_id == person_id)
    query = select(Handover).where(
        or_(
            Handover.from_id == person_id,
            Handover.to_id == person_id,
            Handover.witness_id == person_id,
            Handover.id.in_(takes),
        ),
        Handover.state != HandoverState.WITHDRAWN,
        or_(Handover.state == HandoverState.OPEN, Handover.effective_on >= since),
    )
    return list(session.scalars(query.order_by(Handover.effective_on, Handover.id)))


def grants_of(session: Session, person_id: str, *, on: date) -> list[RoleGrant]:
    """Roles a person holds on a day or later."""
    query = select(RoleGrant).where(
        RoleGrant.person_id == person_id, or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until >= on)
    )
    return list(session.scalars(query.order_by(RoleGrant.role, RoleGrant.unit_id)))


def deputyships_of(session: Session, person_id: str, *, on: date) -> list[Deputy]:
    """Periods, not over on a day, in which a person is represented or represents another."""
    query = select(Deputy).where(
        or_(Deputy.principal_id == person_id, Deputy.deputy_id == person_id), Deputy.valid_until >= on
    )
    return list(session.scalars(query.order_by(Deputy.valid_from, Deputy.principal_id, Deputy.deputy_id)))


def decisions_of(session: Session, person_id: str) -> list[Approval]:
    """Requests that wait for a person or that a person has made, soonest due first."""
    query = select(Approval).where(
        Approval.state == ApprovalState.PENDING,
        or_(Approval.approver_id == person_id, Approval.requested_by == person_id),
    )
    return list(session.scalars(query.order_by(Approval.due_on, Approval.id)))


def drafts_of(session: Session, person_id: str) -> list[Plan]:
    """Plans a person drafts that are not submitted."""
    query = (
        select(Plan)
        .join(Campaign, Campaign.id == Plan.campaign_id)
        .where(
            Plan.drafted_by == person_id,
            Plan.state.in_((PlanState.DRAFT, PlanState.RETURNED)),
            Campaign.state.not_in(OVER),
        )
    )
    return list(session.scalars(query.order_by(Plan.id)))


def opinions_of(session: Session, unit_ids: Collection[str]) -> list[Opinion]:
    """What some units are asked for and have not said, soonest due first."""
    query = select(Opinion).where(Opinion.unit_id.in_(unit_ids), Opinion.state == OpinionState.ASKED)
    return list(session.scalars(query.order_by(Opinion.due_on, Opinion.id)))


def fixes_in(session: Session, states: Collection[FixState], *, unit_ids: Collection[str] | None = None) -> list[Fix]:
    """Fixes in some states, of some units (None: all), by due date."""
    query = select(Fix).where(Fix.state.in_(states))
    if unit_ids is not None:
        query = query.where(Fix.unit_id.in_(unit_ids))
    return list(session.scalars(query.order_by(Fix.due_on, Fix.id)))


def undecided(session: Session, campaign_id: str, unit_id: str) -> int:
    """How many 疑似事項 of a unit in a campaign wait for a person."""
    query = select(func.count()).where(
        Suspicion.campaign_id == campaign_id,
        Suspicion.unit_id == unit_id,
        Suspicion.state.in_(UNDECIDED),
        OF_ITS_OWN,
    )
    return session.scalar(query) or 0


def copies_of(session: Session, person_id: str) -> list[tuple[Report, ReportReader]]:
    """Numbered copies of issued reports a person holds."""
    query = (
        select(Report, ReportReader)
        .join(ReportReader, ReportReader.report_id == Report.id)
        .where(
            ReportReader.person_id == person_id,
            ReportReader.handed_on.is_(None),
            Report.state == ReportState.ISSUED,
        )
        .order_by(Report.id)
    )
    return [(report, reader) for report, reader in session.execute(query)]
