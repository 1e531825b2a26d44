"""Queries on campaigns, their units, assessments and plans."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Assessment, Campaign, CampaignUnit, Plan, SentUp, Unit
from inspection.model.lifecycle import CampaignState
from inspection.store import turns
from inspection.store.kinds import is_no_project

# the reports are out: 改善追蹤, 檢查結案, 列管結清, 已歸檔
REPORTED = (CampaignState.FOLLOWING_UP, CampaignState.CONCLUDED, CampaignState.CLOSED, CampaignState.ARCHIVED)
SETTLED = (CampaignState.CLOSED, CampaignState.ARCHIVED)
CONCLUDED = frozenset({CampaignState.CONCLUDED, *SETTLED})


def get(session: Session, campaign_id: str) -> Campaign:
    """A campaign by id."""
    found = session.get(Campaign, campaign_id)
    if found is None:
        raise NotFound(
            speak(
                f"查無檢查專案 {campaign_id}；請以 `inspection campaign list` 查詢",
                f"campaign {campaign_id} does not exist; see `inspection campaign list`",
            )
        )
    return found


def by_ids(session: Session, campaign_ids: Collection[str]) -> dict[str, Campaign]:
    """Campaigns by id; none is asked for where no id is given."""
    if not campaign_ids:
        return {}
    return {one.id: one for one in session.scalars(select(Campaign).where(Campaign.id.in_(campaign_ids)))}


def cancelled(session: Session, campaign_ids: Collection[str]) -> set[str]:
    """Those of some campaigns that were cancelled."""
    query = select(Campaign.id).where(Campaign.id.in_(campaign_ids), Campaign.state == CampaignState.CANCELLED)
    return set(session.scalars(query))


def everything(session: Session) -> list[Campaign]:
    """All campaigns, newest window first."""
    return list(session.scalars(select(Campaign).order_by(Campaign.window_start.desc(), Campaign.id)))


def shown(session: Session, *, only: Collection[str] | None, without: Collection[str]) -> list[Campaign]:
    """Campaigns but for some, of a choice (None: of all), newest window first."""
    query = select(Campaign).where(Campaign.id.not_in(sorted(without)))
    if only is not None:
        query = query.where(Campaign.id.in_(sorted(only)))
    return list(session.scalars(query.order_by(Campaign.window_start.desc(), Campaign.id)))


def at_rest(session: Session) -> frozenset[str]:
    """Ids of campaigns for which nothing is done now: paused or cancelled."""
    resting = (CampaignState.PAUSED, CampaignState.CANCELLED)
    return frozenset(session.scalars(select(Campaign.id).where(Campaign.state.in_(resting))))


def units(session: Session, campaign_id: str) -> list[Unit]:
    """The units under inspection, in the roster's order."""
    query = (
        select(Unit)
        .join(CampaignUnit, CampaignUnit.unit_id == Unit.id)
        .where(CampaignUnit.campaign_id == campaign_id)
        .order_by(Unit.id)
    )
    return list(session.scalars(query))


def unit_names(session: Session, campaign_id: str) -> dict[str, str]:
    """The names of the units as they were when the campaign was opened, by id."""
    query = select(CampaignUnit.unit_id, CampaignUnit.unit_name).where(CampaignUnit.campaign_id == campaign_id)
    return {row[0]: row[1] for row in session.execute(query)}


def before(session: Session, campaign: Campaign) -> list[Campaign]:
    """Earlier inspections that were carried out, newest first; of a project others may not hear."""
    carried_out = (CampaignState.REPORTING, *REPORTED)
    query = select(Campaign).where(
        Campaign.window_end <= campaign.window_start,
        Campaign.id != campaign.id,
        Campaign.state.in_(carried_out),
        is_no_project(),
    )
    return list(session.scalars(query.order_by(Campaign.window_start.desc())))


def latest_assessment(session: Session, campaign_id: str) -> Assessment | None:
    """The newest assessment of a campaign."""
    query = select(Assessment).where(Assessment.campaign_id == campaign_id).order_by(Assessment.version.desc())
    return session.scalars(query.limit(1)).first()


def latest_plan(session: Session, campaign_id: str) -> Plan | None:
    """The newest version of a campaign's plan."""
    query = select(Plan).where(Plan.campaign_id == campaign_id).order_by(Plan.version.desc()).limit(1)
    return session.scalars(query).first()


def plans(session: Session, campaign_id: str) -> list[Plan]:
    """All versions of a campaign's plan, newest first."""
    return list(session.scalars(select(Plan).where(Plan.campaign_id == campaign_id).order_by(Plan.version.desc())))


def plan(session: Session, plan_id: str) -> Plan:
    """A version of a plan by id."""
    found = session.get(Plan, plan_id)
    if found is None:
        raise NotFound(speak(f"查無計畫 {plan_id}", f"plan {plan_id} does not exist"))
    return found


def inspected(session: Session, kind: str) -> list[Campaign]:
    """Campaigns of a kind whose inspection was begun and not called off, oldest first."""
    begun = (CampaignState.INSPECTING, CampaignState.REPORTING, *REPORTED)
    query = select(Campaign).where(Campaign.kind == kind, Campaign.state.in_(begun))
    return list(session.scalars(query.order_by(Campaign.window_start, Campaign.id)))


def sent_up(session: Session, campaign_id: str) -> dict[str, SentUp]:
    """The letters by which the result went to those above, by their id."""
    query = select(SentUp).where(SentUp.campaign_id == campaign_id).order_by(SentUp.letter)
    return {one.letter: one for one in session.scalars(query)}


def note_suspected(session: Session, campaign_id: str, *, at: datetime) -> None:
    """Keeps when 疑似事項 were first drawn; a later drawing changes nothing."""
    mine = update(Campaign).where(Campaign.id == campaign_id, Campaign.suspected_at.is_(None))
    session.execute(mine.values(suspected_at=at))


def lock(session: Session, campaign_id: str) -> None:
    """Lets one caller at a time give numbers in a campaign (SQLite: the write transaction already does)."""
    session.execute(turns.holding(select(Campaign.id).where(Campaign.id == campaign_id)))
