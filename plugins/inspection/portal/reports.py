"""Reports: opened by those they were delivered to, each opening on record; and laid before who decides on them."""

from __future__ import annotations

from typing import Any

from inspection.access.policy import Act
from inspection.approvals.matters import Matter
from inspection.documents.frame import frame
from inspection.documents.kind import Frame
from inspection.documents.kinds import campaign_report, unit_report
from inspection.model import Campaign, Report, ReportReader
from inspection.portal import deciding, downloads, opinions, paper
from inspection.portal.guard import Door, Visit
from inspection.portal.matters import decision_doors
from inspection.portal.responses import GoTo, Page, Reply
from inspection.reports import matter as matters
from inspection.reports.decision import reports_of
from inspection.reports.reading import open_report
from inspection.rules import catalogue
from inspection.store import campaigns, roster


def report_page(visit: Visit, report: Report) -> Reply:
    """A cover until the reader opens the copy; then the report, each showing on record."""
    copy = visit.session.get_one(ReportReader, (report.id, visit.person_id))
    values: dict[str, Any] = {
        "report": report,
        "copy": copy,
        "formats": downloads.formats(visit, report.document_id),
        "campaign": campaigns.get(visit.session, report.campaign_id),
        "frame": _frame(visit, report, f"第{copy.copy_number}號"),
    }
    if copy.opened_at is None:
        return Page("report_cover.html.j2", values)
    open_report(visit.session, report.id, person_id=visit.person_id, at=visit.at)
    return Page("report.html.j2", values)


def opening(visit: Visit, report: Report) -> Reply:
    """The reader opens the copy: the first time is the receipt."""
    open_report(visit.session, report.id, person_id=visit.person_id, at=visit.at)
    return GoTo(f"/reports/{report.id}")


def document(visit: Visit, report: Report) -> Reply:
    """The copy as a Word document, or in another format, on record like every opening."""
    kept = open_report(visit.session, report.id, person_id=visit.person_id, at=visit.at)
    return downloads.download(visit, kept, visit.text("as"))


def _frame(visit: Visit, report: Report, copy_number: str = "") -> Frame:
    kind = unit_report.KIND if report.unit_id else campaign_report.KIND
    return frame(
        catalogue.current().office,
        kind,
        agency=roster.agency(visit.session),
        content_hash=report.content_hash,
        copy_number=copy_number,
    )


def campaign_matter(visit: Visit, campaign: Campaign) -> Matter:
    """The campaign's own report as what is decided."""
    return matters.OF_CAMPAIGN.find(visit.session, campaign.id)


def units_matter(visit: Visit, campaign: Campaign) -> Matter:
    """All units' reports as what is decided together."""
    return matters.OF_UNITS.find(visit.session, campaign.id)


def campaign_review(visit: Visit, campaign: Campaign, problem: str = "") -> Reply:
    """The campaign's report before the head."""
    return _review(campaign_matter(visit, campaign), visit, campaign, problem)


def units_review(visit: Visit, campaign: Campaign, problem: str = "") -> Reply:
    """The units' reports before the ethics head."""
    return _review(units_matter(visit, campaign), visit, campaign, problem)


def _review(matter: Matter, visit: Visit, campaign: Campaign, problem: str) -> Reply:
    found = reports_of(visit.session, campaign.id, matter.kind.id)
    return Page(
        "review.html.j2",
        {
            **deciding.form_values(visit, matter, campaign, problem),
            **paper.form_values(visit, matter, campaign),
            **opinions.form_values(visit, matter, campaign),
            "reports": found,
            "formats": downloads.formats(visit, matter.document_id),
            "frame": _frame(visit, found[0]) if found else None,
        },
        status=422 if problem else 200,
    )


OF_CAMPAIGN = deciding.Deciding(campaign_matter, campaign_review)
OF_UNITS = deciding.Deciding(units_matter, units_review)
DOORS = (
    Door("GET", "/reports/{subject_id}", Act.READ_REPORT, report_page, Report, notes_view=True),
    Door("POST", "/reports/{subject_id}/opening", Act.READ_REPORT, opening, Report),
    Door("POST", "/reports/{subject_id}/document", Act.READ_REPORT, document, Report),
    Door("GET", matters.OF_CAMPAIGN.path, Act.REVIEW_CAMPAIGN_REPORT, campaign_review, Campaign),
    *decision_doors(matters.OF_CAMPAIGN, OF_CAMPAIGN, Campaign),
    Door("GET", matters.OF_UNITS.path, Act.REVIEW_UNIT_REPORTS, units_review, Campaign),
    *decision_doors(matters.OF_UNITS, OF_UNITS, Campaign),
)
