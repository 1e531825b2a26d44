"""Queries on findings and the fixes that open for them: in a campaign, and what earlier ones left."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from inspection.model import Campaign, CampaignUnit, Finding, Fix, Report, Suspicion
from inspection.model.lifecycle import CampaignState, FindingState, FixState
from inspection.store import campaigns
from inspection.store.findings import UNFINISHED
from inspection.store.kinds import is_no_project


@dataclass(frozen=True, slots=True)
class Earlier:
    """A fault of an earlier campaign as it stands today; `fix` is None where none was opened yet."""

    finding: Finding
    fix: Fix | None
    unit_name: str

    @property
    def is_open(self) -> bool:
        """Whether it is not released."""
        return self.fix is None or self.fix.state is not FixState.RELEASED


def of_earlier(session: Session, campaign: Campaign) -> list[Earlier]:
    """The faults of the last campaign of the same kind, and whatever any earlier one left open; of a project others may
    not hear. Those of the last first, then those of newer campaigns, by number."""
    last = next((one.id for one in campaigns.before(session, campaign) if one.kind == campaign.kind), "")
    told = or_(
        Campaign.state.in_((CampaignState.REPORTING, *campaigns.REPORTED)),
        and_(Campaign.state == CampaignState.PAUSED, Fix.id.is_not(None)),
    )
    query = (
        select(Finding, Fix, CampaignUnit.unit_name, Campaign.window_start)
        .join(Campaign, Campaign.id == Finding.campaign_id)
        .outerjoin(Fix, Fix.finding_id == Finding.id)
        .outerjoin(CampaignUnit, and_(CampaignUnit.campaign_id == Campaign.id, CampaignUnit.unit_id == Finding.unit_id))
        .where(
            Finding.state != FindingState.WITHDRAWN,
            Campaign.id != campaign.id,
            Campaign.window_end <= campaign.window_start,
            is_no_project(),
            told,
            or_(Finding.campaign_id == last, Fix.id.is_(None), Fix.state != FixState.RELEASED),
        )
    )
    rows = sorted(
        session.execute(query),
        key=lambda row: (row[0].campaign_id != last, -row[3].timestamp(), row[0].campaign_id, row[0].number),
    )
    return [Earlier(finding, fix, name or "") for finding, fix, name, _ in rows]


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
