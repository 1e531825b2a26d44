"""A project for its few readers: where it stands, and its closing review before the one who decides."""

from __future__ import annotations

from typing import Any

from inspection import clock
from inspection.access.policy import Act
from inspection.approvals.matters import Matter
from inspection.calendar import roc
from inspection.documents.frame import frame
from inspection.documents.kinds import closing_review
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Campaign, Document, Report
from inspection.portal import deciding, downloads, opinions, paper
from inspection.portal.guard import Door, Visit
from inspection.portal.matters import decision_doors
from inspection.portal.responses import Page, Reply
from inspection.projects import show
from inspection.projects.matter import REVIEW
from inspection.rules import catalogue
from inspection.rules.campaign_kinds import EndsWith
from inspection.store import campaigns, findings, projects, roster
from inspection.store.kinds import kind_of

STANDINGS = {"signed": "已切結", "unsigned": "未切結", "overdue": "逾期未切結", "released": "已解除"}


def project_page(visit: Visit, campaign: Campaign) -> Reply:
    """Days, the list with its gaps, hits in counts, and what is next."""
    session, rules = visit.session, catalogue.current()
    project = projects.get(session, campaign.id)
    people = show.listed(session, campaign.id, person_id=visit.person_id, catalogue=rules, at=visit.at)
    standing = show.standing(session, campaign.id, person_id=visit.person_id, catalogue=rules, at=visit.at)
    return Page(
        "project.html.j2",
        {
            "campaign": campaign,
            "project": project,
            "kind": rules.project_kinds.rule(project.kind),
            "owner": roster.unit(session, project.unit_id).name,
            "plan": campaigns.latest_plan(session, campaign.id),
            "people": people,
            "standings": STANDINGS,
            "hits": standing["hits"],
            "review": findings.latest_report(session, campaign.id),
            "moves": projects.dates(session, campaign.id),
            "last_day": roc.last_day(campaign.window_end),
            "first_day": clock.local_date(campaign.window_start),
            "here": "progress",
        },
    )


def _matter(visit: Visit, campaign: Campaign) -> Matter:
    return REVIEW.find(visit.session, campaign.id)


def _review(visit: Visit, campaign: Campaign) -> Report:
    review = findings.latest_report(visit.session, campaign.id)
    if review is None or kind_of(campaign).ends_with is not EndsWith.CLOSING_REVIEW:
        raise NotFound(speak("檢討尚未開立", "the review has not been opened yet"))
    return review


def closing_page(visit: Visit, campaign: Campaign, problem: str = "") -> Reply:
    """The review and, for whom it waits, the decision."""
    matter, review = _matter(visit, campaign), _review(visit, campaign)
    office, agency = catalogue.current().office, roster.agency(visit.session)
    values: dict[str, Any] = {
        **deciding.form_values(visit, matter, campaign, problem),
        **paper.form_values(visit, matter, campaign),
        **opinions.form_values(visit, matter, campaign),
        "review": review,
        "formats": downloads.formats(visit, review.document_id),
        "content": review.content,
        "frame": frame(office, closing_review.KIND, agency=agency, content_hash=review.content_hash),
    }
    return Page("closing.html.j2", values, status=422 if problem else 200)


def document(visit: Visit, campaign: Campaign) -> Reply:
    """The review as the Word document that is bound to it."""
    review = _review(visit, campaign)
    kept = visit.session.get(Document, review.document_id) if review.document_id else None
    if kept is None:
        raise NotFound(speak("檢討尚無文件", "the review has no document yet"))
    return downloads.download(visit, kept, visit.query.get("as", ""))


CLOSING = deciding.Deciding(_matter, closing_page)
_PATH = "/projects/{subject_id}/closing_review"
DOORS = (
    Door("GET", _PATH, Act.READ_CLOSING_REVIEW, closing_page, Campaign),
    Door("GET", f"{_PATH}/document", Act.READ_CLOSING_REVIEW, document, Campaign),
    *decision_doors(REVIEW, CLOSING, Campaign),
)
