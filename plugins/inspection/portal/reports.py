"""Reports: opened by those they were delivered to, each opening on record; and laid before who decides on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from inspection.access.policy import Act
from inspection.approvals.decide import Decision
from inspection.documents.frame import frame
from inspection.documents.kind import Frame
from inspection.documents.kinds import campaign_report, unit_report
from inspection.model import Campaign, Report, ReportReader
from inspection.portal import deciding, downloads, opinions, paper
from inspection.portal.answers import Answer, GoTo, Page
from inspection.portal.guard import Door, Visit
from inspection.reports.decision import CAMPAIGN_REPORT, UNIT_REPORTS, decide_reports, reports_of, subject_hash
from inspection.reports.reading import open_report
from inspection.rules import catalogue
from inspection.store import campaigns, roster


def report_page(visit: Visit, report: Report) -> Answer:
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


def opening(visit: Visit, report: Report) -> Answer:
    """The reader opens the copy: the first time is the receipt."""
    open_report(visit.session, report.id, person_id=visit.person_id, at=visit.at)
    return GoTo(f"/reports/{report.id}")


def document(visit: Visit, report: Report) -> Answer:
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


def _matter(kind: str, visit: Visit, campaign: Campaign) -> deciding.Matter:
    found = reports_of(visit.session, campaign.id, kind)
    return deciding.Matter(
        kind=kind,
        subject_id=campaign.id,
        path=f"/campaigns/{campaign.id}/{kind}",
        campaign=campaign,
        version=max((report.version for report in found), default=1),
        content_hash=subject_hash(visit.session, campaign.id, kind),
        printed=tuple(report.content_hash for report in found),
    )


OPINE_ON = {CAMPAIGN_REPORT: Act.OPINE_ON_CAMPAIGN_REPORT}


def _review(kind: str, act: Act, visit: Visit, campaign: Campaign, problem: str) -> Answer:
    matter = _matter(kind, visit, campaign)
    found = reports_of(visit.session, campaign.id, kind)
    return Page(
        "review.html.j2",
        {
            **deciding.form_values(visit, matter, act, campaign, problem),
            **paper.form_values(visit, matter, campaign),
            **opinions.form_values(visit, matter, OPINE_ON.get(kind), campaign),
            "reports": found,
            "formats": downloads.formats(visit, found[0].document_id) if kind == CAMPAIGN_REPORT and found else [],
            "frame": _frame(visit, found[0]) if found else None,
        },
        status=422 if problem else 200,
    )


def campaign_matter(visit: Visit, campaign: Campaign) -> deciding.Matter:
    """The campaign's own report as what is decided."""
    return _matter(CAMPAIGN_REPORT, visit, campaign)


def units_matter(visit: Visit, campaign: Campaign) -> deciding.Matter:
    """All units' reports as what is decided together."""
    return _matter(UNIT_REPORTS, visit, campaign)


def campaign_review(visit: Visit, campaign: Campaign, problem: str = "") -> Answer:
    """The campaign's report before the head."""
    return _review(CAMPAIGN_REPORT, Act.DECIDE_CAMPAIGN_REPORT, visit, campaign, problem)


def units_review(visit: Visit, campaign: Campaign, problem: str = "") -> Answer:
    """The units' reports before the ethics head."""
    return _review(UNIT_REPORTS, Act.DECIDE_UNIT_REPORTS, visit, campaign, problem)


def _decide_campaign(session: Session, campaign_id: str, decision: Decision, at: datetime) -> object:
    return decide_reports(session, campaign_id, CAMPAIGN_REPORT, decision, at=at)


def _decide_units(session: Session, campaign_id: str, decision: Decision, at: datetime) -> object:
    return decide_reports(session, campaign_id, UNIT_REPORTS, decision, at=at)


OF_CAMPAIGN = deciding.Deciding(campaign_matter, campaign_review, _decide_campaign)
OF_UNITS = deciding.Deciding(units_matter, units_review, _decide_units)


def propose_campaign(visit: Visit, campaign: Campaign) -> Answer:
    """Takes what was chosen on the campaign's report and sends the code."""
    return deciding.propose(OF_CAMPAIGN, visit, campaign)


def confirm_campaign(visit: Visit, campaign: Campaign) -> Answer:
    """Takes the code and decides on the campaign's report."""
    return deciding.confirm(OF_CAMPAIGN, visit, campaign)


def propose_units(visit: Visit, campaign: Campaign) -> Answer:
    """Takes what was chosen on the units' reports and sends the code."""
    return deciding.propose(OF_UNITS, visit, campaign)


def confirm_units(visit: Visit, campaign: Campaign) -> Answer:
    """Takes the code and decides on the units' reports."""
    return deciding.confirm(OF_UNITS, visit, campaign)


def enter_campaign(visit: Visit, campaign: Campaign) -> Answer:
    """Takes what was decided on paper on the campaign's report."""
    return paper.enter(OF_CAMPAIGN, visit, campaign)


def enter_units(visit: Visit, campaign: Campaign) -> Answer:
    """Takes what was decided on paper on the units' reports."""
    return paper.enter(OF_UNITS, visit, campaign)


def file_campaign(visit: Visit, campaign: Campaign) -> Answer:
    """Takes what the archive adds to the decision on the campaign's report."""
    return paper.filing(OF_CAMPAIGN, visit, campaign)


def file_units(visit: Visit, campaign: Campaign) -> Answer:
    """Takes what the archive adds to the decision on the units' reports."""
    return paper.filing(OF_UNITS, visit, campaign)


def opine(visit: Visit, campaign: Campaign) -> Answer:
    """Takes the opinion of a unit asked on the campaign's report."""
    return opinions.opine(OF_CAMPAIGN, visit, campaign)


def enter_opinion(visit: Visit, campaign: Campaign) -> Answer:
    """Takes an opinion given on paper on the campaign's report."""
    return opinions.enter(OF_CAMPAIGN, visit, campaign)


def adopt(visit: Visit, campaign: Campaign) -> Answer:
    """Takes 採納情形 on the campaign's report."""
    return opinions.adopt(OF_CAMPAIGN, visit, campaign)


def package(visit: Visit, campaign: Campaign) -> Answer:
    """The 簽稿 package of the campaign's report."""
    return downloads.package(visit, CAMPAIGN_REPORT, campaign.id)


_CAMPAIGN = "/campaigns/{subject_id}/campaign_report"
_UNITS = "/campaigns/{subject_id}/unit_report"
DOORS = (
    Door("GET", "/reports/{subject_id}", Act.READ_REPORT, report_page, Report, notes_view=True),
    Door("POST", "/reports/{subject_id}/opening", Act.READ_REPORT, opening, Report),
    Door("POST", "/reports/{subject_id}/document", Act.READ_REPORT, document, Report),
    Door("GET", _CAMPAIGN, Act.REVIEW_CAMPAIGN_REPORT, campaign_review, Campaign),
    Door("GET", f"{_CAMPAIGN}/package", Act.TAKE_PACKAGE, package, Campaign),
    Door("POST", f"{_CAMPAIGN}/decision", Act.DECIDE_CAMPAIGN_REPORT, propose_campaign, Campaign),
    Door("POST", f"{_CAMPAIGN}/decision/confirm", Act.DECIDE_CAMPAIGN_REPORT, confirm_campaign, Campaign),
    Door("POST", f"{_CAMPAIGN}/paper", Act.ENTER_PAPER_DECISION, enter_campaign, Campaign, takes_file=True),
    Door("POST", f"{_CAMPAIGN}/filing", Act.ENTER_PAPER_DECISION, file_campaign, Campaign, takes_file=True),
    Door("POST", f"{_CAMPAIGN}/opinion", Act.OPINE_ON_CAMPAIGN_REPORT, opine, Campaign),
    Door("POST", f"{_CAMPAIGN}/opinion/paper", Act.HANDLE_OPINION, enter_opinion, Campaign),
    Door("POST", f"{_CAMPAIGN}/opinion/adoption", Act.HANDLE_OPINION, adopt, Campaign),
    Door("GET", _UNITS, Act.REVIEW_UNIT_REPORTS, units_review, Campaign),
    Door("POST", f"{_UNITS}/decision", Act.DECIDE_UNIT_REPORTS, propose_units, Campaign),
    Door("POST", f"{_UNITS}/decision/confirm", Act.DECIDE_UNIT_REPORTS, confirm_units, Campaign),
    Door("POST", f"{_UNITS}/paper", Act.ENTER_PAPER_DECISION, enter_units, Campaign, takes_file=True),
    Door("POST", f"{_UNITS}/filing", Act.ENTER_PAPER_DECISION, file_units, Campaign, takes_file=True),
)
