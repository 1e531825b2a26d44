"""Finds what a signed sheet belongs to by the code in its foot (officer review A3, D1)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from inspection.documents.paper_code import digest_prefix, document_number, read_code, short_code
from inspection.errors import BadSource, Conflict, NotFound
from inspection.model import Plan, Project, Report
from inspection.model.lifecycle import PlanState, ReportState
from inspection.planning.versions import SUBJECT as PLAN
from inspection.projects.closing import CLOSING_REVIEW
from inspection.reports.decision import CAMPAIGN_REPORT, UNIT_REPORTS
from inspection.store import printed


@dataclass(frozen=True, slots=True)
class Belongs:
    """The matter a sheet belongs to: its kind, the id its requests are kept under, its campaign, and the code read."""

    kind: str
    subject_id: str
    campaign_id: str
    identifier: str


def find_paper(session: Session, scanned: str) -> Belongs:
    """What a code scanned or typed stands for.

    Raises BadSource for what is no code, NotFound for one of no document of ours, Conflict for a sheet whose content
    has been replaced by a later version: nothing decided on it may be entered.
    """
    code = read_code(scanned)
    prefix = digest_prefix(code.identifier)
    found: list[Plan | Report] = [*printed.plans(session, prefix), *printed.reports(session, prefix)]
    if code.number:
        found = [one for one in found if document_number(one.id) == code.number]
    if not found:
        raise NotFound(f"no document bears the code {code.identifier}")
    current = [one for one in found if one.state not in {PlanState.SUPERSEDED, ReportState.SUPERSEDED}]
    if not current:
        raise Conflict(f"the document with the code {code.identifier} was replaced by a later version")
    one = current[-1]
    if isinstance(one, Plan):
        return Belongs(PLAN, one.id, one.campaign_id, code.identifier)
    if session.get(Project, one.campaign_id) is not None:
        return Belongs(CLOSING_REVIEW, one.campaign_id, one.campaign_id, code.identifier)
    kind = UNIT_REPORTS if one.unit_id else CAMPAIGN_REPORT
    return Belongs(kind, one.campaign_id, one.campaign_id, code.identifier)


def require_code(scanned: str, content_hashes: list[str]) -> None:
    """Raises BadSource where a sheet's code is not that of the content it is entered for; none given is none asked."""
    if scanned.strip() and read_code(scanned).identifier not in {short_code(one) for one in content_hashes}:
        raise BadSource("頁尾識別碼與本件內容不符", remedy="紙本可能是舊版，請勿登錄；請核對版次後重新陳核")
