"""Submission and decision of reports: the campaign's by the head, the units' together by the ethics head."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.approvals.decide import Decision, approved, decide
from inspection.approvals.laying import lay_before_decider, tell_decider
from inspection.audit.steps import advance
from inspection.documents.render import fingerprint, fingerprint_of_facts
from inspection.errors import NotAllowed, NotFound
from inspection.language import speak
from inspection.model import Approval, Report
from inspection.model.lifecycle import ReportState
from inspection.rules.campaign_kinds import EndsWith
from inspection.rules.catalogue import Catalogue
from inspection.store import approvals, campaigns, findings
from inspection.store.kinds import kind_of
from inspection.vocabulary import ApprovalOutcome

CAMPAIGN_REPORT = "campaign_report"
UNIT_REPORTS = "unit_report"
SUBJECTS = (CAMPAIGN_REPORT, UNIT_REPORTS)
SHORT = {CAMPAIGN_REPORT: "檢查報告", UNIT_REPORTS: "單位報告"}
"""What page, desk and messages call them."""


def reports_of(session: Session, campaign_id: str, subject: str) -> list[Report]:
    """The newest reports a subject stands for: the campaign's own, or all units'; none of a project, which has a
    closing review."""
    if kind_of(campaigns.get(session, campaign_id)).ends_with is not EndsWith.REPORTS:
        return []
    if subject == CAMPAIGN_REPORT:
        own = findings.latest_report(session, campaign_id)
        return [own] if own else []
    units = campaigns.units(session, campaign_id)
    found = [findings.latest_report(session, campaign_id, unit.id) for unit in units]
    return [report for report in found if report is not None]


def subject_hash(session: Session, campaign_id: str, subject: str) -> str:
    """The hash a decision binds itself to: over the content of every report, as it stands now."""
    hashes: dict[str, object] = {}
    for report in reports_of(session, campaign_id, subject):
        hashes[report.id] = fingerprint_of_facts(report.content)
    return fingerprint(hashes)


def submit_reports(
    session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime
) -> list[Approval]:
    """Requests both decisions; reports already signed are left as they are. Twice is once."""
    campaign = campaigns.get(session, campaign_id)
    opened = []
    for subject in SUBJECTS:
        reports = reports_of(session, campaign_id, subject)
        if not reports:
            raise NotFound(
                speak(f"檢查專案 {campaign_id} 尚無{SHORT[subject]}", f"campaign {campaign_id} has no {subject} yet")
            )
        key = (subject, campaign_id)
        digest = subject_hash(session, campaign_id, subject)
        held = approved(session, key, content_hash=digest)
        if held is not None:
            opened.append(held)
            continue
        asker = reports[0].compiled_by
        approval = lay_before_decider(session, key, campaign, digest, requested_by=asker, catalogue=catalogue, at=at)
        for report in reports:
            if report.state == ReportState.DRAFT:
                advance(session, report, ReportState.SUBMITTED, actor=actor, at=at)
        tell_decider(session, approval, catalogue=catalogue, at=at)
        opened.append(approval)
    return opened


def decide_reports(session: Session, campaign_id: str, subject: str, decision: Decision, *, at: datetime) -> Approval:
    """Takes the decision on the campaign's report or the units' reports from any door. Twice is once."""
    asked = approvals.latest(session, (subject, campaign_id))
    if asked is None:
        raise NotFound(
            speak(
                f"檢查專案 {campaign_id} 之{SHORT[subject]}尚未陳核",
                f"{subject} of campaign {campaign_id} has not been submitted",
            )
        )
    current = subject_hash(session, campaign_id, subject)
    approval = decide(session, asked.id, decision, current_hash=current, at=at)
    target = ReportState.SIGNED if decision.outcome == ApprovalOutcome.APPROVED else ReportState.RETURNED
    for report in reports_of(session, campaign_id, subject):
        if report.state == ReportState.SUBMITTED:
            advance(session, report, target, actor=decision.person_id, at=at, reason=decision.remark)
    return approval


def require_signed(session: Session, campaign_id: str) -> None:
    """Raises NotAllowed unless the very content of all reports was signed."""
    for subject in SUBJECTS:
        digest = subject_hash(session, campaign_id, subject)
        if approved(session, (subject, campaign_id), content_hash=digest) is None:
            raise NotAllowed(
                speak(
                    f"檢查專案 {campaign_id} 之{SHORT[subject]}與核定內容不符，不得發出",
                    f"{subject} of campaign {campaign_id} is not signed as it stands; nothing is delivered",
                )
            )
