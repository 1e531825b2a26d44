"""A filled form laid on its checklist's page: the receipt at once, or what keeps it out, statement by statement; and
the blank form for whoever has lost the mail."""

from __future__ import annotations

from collections.abc import Sequence

from inspection.access.policy import Act
from inspection.checklists import draft as drafting
from inspection.checklists import refusals
from inspection.checklists.entering import kept_out
from inspection.checklists.uploading import Opened, open_upload, take_upload
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Campaign, Checklist, Document
from inspection.portal import rendering
from inspection.portal.downloads import download, formats
from inspection.portal.guard import Door, Visit
from inspection.portal.responses import GoTo, Page, Reply
from inspection.rules import catalogue
from inspection.store import campaigns, checklists, drafts
from inspection.store.session import session_scope

UPLOAD = "/checklists/{subject_id}/upload"
MISSING = "file_missing"


def _open(name: str, data: bytes) -> Opened:
    return open_upload(session_scope, name, data)


def page(visit: Visit, checklist: Checklist) -> Reply:
    """Where a filled form is laid."""
    _open_campaign(visit, checklist)
    drafting.note_opened(visit.session, checklist, visit.person_id, at=visit.at)
    return _shown(visit, checklist)


def _shown(visit: Visit, checklist: Checklist, problems: Sequence[str] = ()) -> Reply:
    campaign = _open_campaign(visit, checklist)
    values = {
        "checklist": checklist,
        "campaign": campaign,
        "unit_name": rendering.unit_names(visit.session).get(checklist.unit_id, checklist.unit_id),
        "is_sent": checklists.newest_version(visit.session, checklist.id) > 0,
        "has_draft": checklist.id in drafts.begun(visit.session, [checklist.id]),
        "formats": formats(visit, checklist.document_id),
        "problems": problems,
        "here": "checklists",
    }
    return Page("upload.html.j2", values, status=422 if problems else 200)


def _open_campaign(visit: Visit, checklist: Checklist) -> Campaign:
    campaign = campaigns.get(visit.session, checklist.campaign_id)
    if kept_out(checklist, campaign):
        raise NotFound(speak("本檢查表現不收件", "no return is taken for this checklist now"))
    return campaign


def take(visit: Visit, checklist: Checklist) -> Reply:
    """Takes the file in, or says what keeps it out."""
    _open_campaign(visit, checklist)
    if visit.examined is None:
        return _shown(visit, checklist, _lines(visit, checklist, [{"problem": MISSING, "item": ""}]))
    taken = take_upload(visit.session, checklist.id, visit.examined, person_id=visit.person_id, at=visit.at)
    if not taken.accepted:
        laid = refusals.rest(visit.session, checklist, taken.problems, catalogue.current())
        return _shown(visit, checklist, [*_lines(visit, checklist, taken.problems), *laid])
    return GoTo(f"/checklists/{checklist.id}")


def _lines(visit: Visit, checklist: Checklist, problems: refusals.Problems) -> list[str]:
    return refusals.said(visit.session, checklist, problems, catalogue.current())


def blank(visit: Visit, checklist: Checklist) -> Reply:
    """The blank form as it was mailed, in Word or another it went out in; raises NotFound before it is sent out."""
    _open_campaign(visit, checklist)
    document = visit.session.get(Document, checklist.document_id) if checklist.document_id else None
    if document is None:
        raise NotFound(speak("查無此事項", "there is no such matter"))
    drafting.note_opened(visit.session, checklist, visit.person_id, at=visit.at)
    return download(visit, document, visit.query.get("as", ""))


DOORS = (
    Door("GET", UPLOAD, Act.ANSWER_CHECKLIST, page, Checklist, notes_view=True),
    Door("POST", UPLOAD, Act.ANSWER_CHECKLIST, take, Checklist, takes_file=True, examines=_open),
    Door("GET", "/checklists/{subject_id}/blank-form", Act.ANSWER_CHECKLIST, blank, Checklist, notes_view=True),
)
