"""Opens an issued report for a person to whom it was delivered; every opening leaves an event."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Document, Report, ReportReader
from inspection.model.lifecycle import ReportState
from inspection.store import findings


def open_report(session: Session, report_id: str, *, person_id: str, at: datetime) -> Document:
    """The document of an issued report. Raises NotFound for anybody it was not delivered to, as if it were not."""
    report = session.get(Report, report_id)
    reader = session.get(ReportReader, (report_id, person_id))
    if (
        report is None
        or reader is None
        or reader.handed_on is not None
        or report.state != ReportState.ISSUED
        or report.document_id is None
    ):
        raise NotFound(speak(f"查無報告 {report_id}", f"report {report_id} does not exist"))
    document = session.get(Document, report.document_id)
    if document is None:
        raise NotFound(speak(f"查無報告 {report_id}", f"report {report_id} does not exist"))
    if reader.opened_at is None:
        reader.opened_at = at
    record(
        session,
        at=at,
        actor=person_id,
        subject=("report", report_id),
        action="opened",
        details={"document_id": document.id, "sha256": document.sha256},
    )
    return document


def readable_by(session: Session, person_id: str) -> list[Report]:
    """Issued reports delivered to a person, newest first."""
    return findings.reports_for(session, person_id)
