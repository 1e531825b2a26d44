"""Queries on Spring-Festival campaigns: their windows, lists, shifts on duty and daily reports."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Campaign, DutyReport, DutyShift, SpringCampaign, SpringList, SpringWindow
from inspection.model.lifecycle import CampaignState, SpringWindowState
from inspection.model.spring import SpringListKind

BEFORE_APPROVAL = (CampaignState.DRAFT, CampaignState.ASSESSED, CampaignState.PLANNED, CampaignState.SUBMITTED)


def spring_campaign(session: Session, campaign_id: str) -> SpringCampaign:
    """What ties a campaign to its window; raises NotFound for other kinds of campaign."""
    found = session.get(SpringCampaign, campaign_id)
    if found is None:
        raise NotFound(
            speak(f"檢查專案 {campaign_id} 不是春安工作", f"campaign {campaign_id} is no Spring-Festival campaign")
        )
    return found


def window_of(session: Session, campaign_id: str) -> SpringWindow:
    """The window a campaign stands on."""
    return session.get_one(SpringWindow, spring_campaign(session, campaign_id).window_id)


def of_year(session: Session, year: int) -> Campaign | None:
    """The campaign that stands for a year (AD): at most one, those called off aside."""
    query = (
        select(Campaign)
        .join(SpringCampaign, SpringCampaign.campaign_id == Campaign.id)
        .join(SpringWindow, SpringWindow.id == SpringCampaign.window_id)
        .where(SpringWindow.year == year, Campaign.state != CampaignState.CANCELLED)
    )
    return session.scalars(query.order_by(Campaign.opened_at)).first()


def confirmed_ahead(session: Session, *, at: datetime) -> list[SpringWindow]:
    """Windows in force that are not over yet."""
    query = select(SpringWindow).where(SpringWindow.state == SpringWindowState.CONFIRMED, SpringWindow.end_at > at)
    return list(session.scalars(query.order_by(SpringWindow.start_at)))


def running(session: Session, *, since: datetime, at: datetime) -> list[Campaign]:
    """Campaigns with an approved plan whose window has begun and was not over before `since`, unless at rest."""
    rest = (CampaignState.PAUSED, CampaignState.CANCELLED)
    query = (
        select(Campaign)
        .join(SpringCampaign, SpringCampaign.campaign_id == Campaign.id)
        .where(
            Campaign.state.not_in((*BEFORE_APPROVAL, *rest)),
            Campaign.window_start <= at,
            Campaign.window_end > since,
        )
    )
    return list(session.scalars(query.order_by(Campaign.id)))


def entries(session: Session, campaign_id: str, kind: SpringListKind) -> list[dict[str, str]]:
    """A list as imported; empty where none was."""
    found = session.get(SpringList, (campaign_id, kind))
    return [dict(entry) for entry in found.entries] if found else []


def shifts(
    session: Session, campaign_id: str, *, with_inactive: bool = False, people: Collection[str] | None = None
) -> list[DutyShift]:
    """The duty roster in order of time; of some people and those they are deputies of, or (None) of all."""
    query = select(DutyShift).where(DutyShift.campaign_id == campaign_id)
    if people is not None:
        query = query.where(or_(DutyShift.person_id.in_(people), DutyShift.deputy_id.in_(people)))
    if not with_inactive:
        query = query.where(DutyShift.active)
    return list(session.scalars(query.order_by(DutyShift.starts_at, DutyShift.post)))


def shift(session: Session, shift_id: str) -> DutyShift:
    """A shift by id."""
    found = session.get(DutyShift, shift_id)
    if found is None:
        raise NotFound(speak(f"查無值勤時段 {shift_id}", f"shift {shift_id} does not exist"))
    return found


def shifts_of(session: Session, person_ids: Collection[str]) -> list[DutyShift]:
    """Shifts in which one of some people is on duty or deputy, in order of time."""
    query = select(DutyShift).where(
        DutyShift.active, or_(DutyShift.person_id.in_(person_ids), DutyShift.deputy_id.in_(person_ids))
    )
    return list(session.scalars(query.order_by(DutyShift.starts_at, DutyShift.post)))


def reports(session: Session, campaign_id: str, *, people: Collection[str] | None = None) -> list[DutyReport]:
    """Reports of a campaign in the order of shifts and their numbers; on shifts of some people, or (None) of all."""
    query = (
        select(DutyReport)
        .join(DutyShift, DutyShift.id == DutyReport.shift_id)
        .where(DutyShift.campaign_id == campaign_id)
        .order_by(DutyShift.starts_at, DutyShift.post, DutyReport.number)
    )
    if people is not None:
        query = query.where(or_(DutyShift.person_id.in_(people), DutyShift.deputy_id.in_(people)))
    return list(session.scalars(query))


def reports_of(session: Session, shift_id: str) -> list[DutyReport]:
    """The reports of one shift, first one first."""
    query = select(DutyReport).where(DutyReport.shift_id == shift_id).order_by(DutyReport.number)
    return list(session.scalars(query))


def reported(session: Session, shift_ids: Collection[str]) -> frozenset[str]:
    """Which of some shifts have a report."""
    query = select(DutyReport.shift_id).where(DutyReport.shift_id.in_(shift_ids)).distinct()
    return frozenset(session.scalars(query))


def opened_in_year(session: Session, stem: str) -> int:
    """How many campaigns bear an id that begins with a stem."""
    query = select(func.count()).select_from(Campaign).where(Campaign.id.startswith(stem))
    return session.scalars(query).one()
