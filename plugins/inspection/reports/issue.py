"""Issues signed reports: readers and copy numbers on record, notices without content, fixes opened and told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit.steps import advance
from inspection.findings.notify import open_fixes, tell_units
from inspection.model import Campaign, Person, Report, ReportReader
from inspection.model.lifecycle import CampaignState, ReportState
from inspection.notices.outbox import Letter, write
from inspection.reports.decision import CAMPAIGN_REPORT, UNIT_REPORTS, reports_of, require_signed
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, roster
from inspection.store.once import insert_once
from inspection.vocabulary import Role


def issue_reports(session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime) -> int:
    """Issues all reports of a campaign; returns how many. Raises NotAllowed unless signed. Twice is once."""
    require_signed(session, campaign_id)
    campaign = campaigns.get(session, campaign_id)
    open_fixes(session, campaign_id, catalogue=catalogue, actor=actor, at=at)
    every = [*reports_of(session, campaign_id, CAMPAIGN_REPORT), *reports_of(session, campaign_id, UNIT_REPORTS)]
    for report in every:
        readers = _readers(session, report, at)
        for copy, person in enumerate(readers, start=1):
            _deliver(session, campaign, report, person, copy, at=at)
        if report.state == ReportState.SIGNED:
            advance(session, report, ReportState.ISSUED, actor=actor, at=at, details={"recipients": len(readers)})
            report.issued_at = at
    tell_units(session, campaign, None, catalogue=catalogue, at=at)
    if campaign.state == CampaignState.REPORTING:
        advance(session, campaign, CampaignState.FOLLOWING_UP, actor=actor, at=at)
    return len(every)


def _readers(session: Session, report: Report, at: datetime) -> list[Person]:
    on = clock.local_date(at)
    if report.unit_id:
        roles = [(Role.UNIT_HEAD, report.unit_id), (Role.CONTACT, report.unit_id)]
    else:
        roles = [(Role.AGENCY_HEAD, ""), (Role.CHIEF_SECRETARY, ""), (Role.ETHICS_HEAD, "")]
    people = [person for role, unit in roles for person in roster.holders(session, role, on=on, unit_id=unit)]
    return list({person.id: person for person in people}.values())


def _deliver(session: Session, campaign: Campaign, report: Report, person: Person, copy: int, *, at: datetime) -> None:
    insert_once(
        session,
        ReportReader,
        {"report_id": report.id, "person_id": person.id, "copy_number": copy},
        keys=["report_id", "person_id"],
    )
    letter = Letter(
        key=f"report-delivered:{report.id}:{person.id}",
        kind="report_delivered",
        person_id=person.id,
        values={"campaign_name": campaign.name, "report_name": report.content["title"], "copy_number": copy},
        campaign_id=campaign.id,
    )
    write(session, letter, at=at)
