"""Compiles reports: gathers, freezes as data with a hash, prints. Compiling again changes nothing unless facts did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.documents.kinds import campaign_report, unit_report
from inspection.documents.printing import Paper, print_paper
from inspection.documents.render import fingerprint_of_facts
from inspection.errors import Conflict
from inspection.language import speak
from inspection.model import Report
from inspection.model.lifecycle import CampaignState, ReportState
from inspection.planning.decision import plan_in_force
from inspection.reports.figures import gather
from inspection.reports.papers import Teller, campaign_context, unit_context
from inspection.rules.campaign_kinds import EndsWith
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, findings, roster

OPEN_STATES = frozenset({ReportState.DRAFT, ReportState.SUBMITTED, ReportState.RETURNED})


def compile_reports(
    session: Session, campaign_id: str, *, catalogue: Catalogue, compiled_by: str, at: datetime
) -> list[str]:
    """Ids of the campaign's own report (first) and of every unit's; signed and issued ones are left as they are."""
    campaign = campaigns.get(session, campaign_id)
    if catalogue.campaign_kinds.rule(campaign.kind).ends_with is not EndsWith.REPORTS:
        raise Conflict(
            speak(
                "專案以檢討結案，不製作單位報告（`inspection project close`）",
                "a project ends with its closing review, not with reports on units (`inspection project close`)",
            )
        )
    plan = plan_in_force(session, campaign_id)
    if campaign.state == CampaignState.INSPECTING:
        advance(session, campaign, CampaignState.REPORTING, actor=compiled_by, at=at)
    figures = gather(session, campaign_id, catalogue)
    told = Teller(session, campaign, plan, figures, catalogue, roster.agency(session), at)
    ids = [_freeze(told, "", partial(campaign_context, told), compiled_by)]
    ids.extend(_freeze(told, unit.unit.id, partial(unit_context, told, unit), compiled_by) for unit in figures.units)
    return ids


def _freeze(told: Teller, unit_id: str, make: Callable[[], dict[str, object]], compiled_by: str) -> str:
    session = told.session
    latest = findings.latest_report(session, told.campaign.id, unit_id)
    if latest is not None and latest.state not in OPEN_STATES:
        return latest.id
    context = make()
    digest = fingerprint_of_facts(context)
    if latest is not None and latest.content_hash == digest:
        if latest.state == ReportState.RETURNED:
            # one report returned returns them all: those that need no change are laid before again as they are
            advance(session, latest, ReportState.DRAFT, actor=compiled_by, at=told.at)
        return latest.id
    if latest is not None:
        advance(session, latest, ReportState.SUPERSEDED, actor=compiled_by, at=told.at)
    version = (latest.version if latest else 0) + 1
    report = Report(
        id=f"{told.campaign.id}:{unit_id or 'all'}:r{version}",
        campaign_id=told.campaign.id,
        unit_id=unit_id,
        version=version,
        state=ReportState.DRAFT,
        content=context,
        content_hash=digest,
        compiled_by=compiled_by,
        compiled_at=told.at,
    )
    session.add(report)
    session.flush()
    _print(told, report)
    record(
        session,
        at=told.at,
        actor=compiled_by,
        subject=("report", report.id),
        action="compiled",
        states=(None, ReportState.DRAFT.value),
        details={"version": version, "content_hash": digest, "unit_id": unit_id},
    )
    return report.id


def _print(told: Teller, report: Report) -> None:
    kind = unit_report.KIND if report.unit_id else campaign_report.KIND
    paper = Paper(kind, report.id, report.content, report.content_hash, created=report.compiled_at)
    document = print_paper(told.session, paper, catalogue=told.catalogue, at=told.at)
    report.document_id = document.id
    told.session.flush()
