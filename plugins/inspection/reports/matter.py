"""The reports as decidable matters: the campaign's own, and the units' together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.policy import Act
from inspection.approvals.decide import Decision
from inspection.approvals.matters import Brief, Matter, MatterKind, Sheet
from inspection.documents.kinds import campaign_report
from inspection.documents.paper_code import short_code
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Approval
from inspection.model.lifecycle import ReportState
from inspection.reports import content as report_words
from inspection.reports.decision import CAMPAIGN_REPORT, SHORT, UNIT_REPORTS, decide_reports, reports_of, subject_hash
from inspection.rules.campaign_kinds import EndsWith
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, findings, printed
from inspection.store.kinds import kind_of
from inspection.vocabulary import HandedKind


def _newest(_session: Session, campaign_id: str) -> str | None:
    return campaign_id  # requests on reports are kept under the campaign's own id


def _find_of_campaign(session: Session, campaign_id: str) -> Matter:
    return _find(session, campaign_id, OF_CAMPAIGN)


def _find_of_units(session: Session, campaign_id: str) -> Matter:
    return _find(session, campaign_id, OF_UNITS)


def _find(session: Session, campaign_id: str, kind: MatterKind) -> Matter:
    found = reports_of(session, campaign_id, kind.id)
    return Matter(
        kind=kind,
        subject_id=campaign_id,
        campaign=campaigns.get(session, campaign_id),
        version=max((report.version for report in found), default=1),
        content_hash=subject_hash(session, campaign_id, kind.id),
        printed=tuple(report.content_hash for report in found),
        document_id=found[0].document_id if found and kind is OF_CAMPAIGN else None,  # the units' are many
    )


def _decide_of_campaign(session: Session, campaign_id: str, decision: Decision, at: datetime) -> Approval:
    return decide_reports(session, campaign_id, CAMPAIGN_REPORT, decision, at=at)


def _decide_of_units(session: Session, campaign_id: str, decision: Decision, at: datetime) -> Approval:
    return decide_reports(session, campaign_id, UNIT_REPORTS, decision, at=at)


def _sheets(session: Session, prefix: str, *, of_units: bool) -> list[Sheet]:
    return [
        Sheet(one.campaign_id, one.campaign_id, one.id, one.state is ReportState.SUPERSEDED)
        for one in printed.reports(session, prefix)
        if bool(one.unit_id) is of_units
        and kind_of(campaigns.get(session, one.campaign_id)).ends_with is EndsWith.REPORTS
    ]


def _sheets_of_campaign(session: Session, prefix: str) -> list[Sheet]:
    return _sheets(session, prefix, of_units=False)


def _sheets_of_units(session: Session, prefix: str) -> list[Sheet]:
    return _sheets(session, prefix, of_units=True)


def _brief(session: Session, matter: Matter, catalogue: Catalogue) -> Brief:
    report = findings.latest_report(session, matter.subject_id)
    if report is None:
        raise NotFound(
            speak(f"檢查專案 {matter.subject_id} 尚無報告", f"campaign {matter.subject_id} has no report yet")
        )
    plan = campaigns.latest_plan(session, matter.subject_id)
    approved = report_words.plan_approval(session, plan) if plan else ""
    values = {"plan": approved, "identifier": short_code(report.content_hash)}
    explanations = catalogue.wording.say("package_report_explanations", values)
    explanations[1:1] = report.content["overview"]
    return Brief(
        letter="campaign_report_for_decision",
        subject="package_report_subject",
        title=str(report.content["title"]),
        version=report.version,
        content_hash=report.content_hash,
        encloses=campaign_report.KIND,
        explanations=explanations,
        proposals=list(report.content["conclusions"]),
    )


OF_CAMPAIGN = MatterKind(
    id=CAMPAIGN_REPORT,
    short=SHORT[CAMPAIGN_REPORT],
    find=_find_of_campaign,
    newest=_newest,
    decide=_decide_of_campaign,
    path="/campaigns/{subject_id}/campaign_report",
    read=Act.REVIEW_CAMPAIGN_REPORT,
    decides=Act.DECIDE_CAMPAIGN_REPORT,
    opines=Act.OPINE_ON_CAMPAIGN_REPORT,
    handed_as=HandedKind.SIGNATURE,
    handed="handed_campaign_report",
    sheets=_sheets_of_campaign,
    brief=_brief,
)
OF_UNITS = MatterKind(
    id=UNIT_REPORTS,
    short=SHORT[UNIT_REPORTS],
    find=_find_of_units,
    newest=_newest,
    decide=_decide_of_units,
    path="/campaigns/{subject_id}/unit_report",
    read=Act.REVIEW_UNIT_REPORTS,
    decides=Act.DECIDE_UNIT_REPORTS,
    opines=None,
    handed_as=HandedKind.SIGNATURE,
    handed="handed_unit_report",
    sheets=_sheets_of_units,
)
