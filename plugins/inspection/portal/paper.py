"""The default route: a decision taken in the 公文系統 or on paper, entered by the ethics office (officer review A3)."""

from __future__ import annotations

from datetime import date
from typing import Any

from inspection import clock
from inspection.access.policy import Act, Subject
from inspection.approvals.decide import Decision
from inspection.approvals.filing import Filing, checked, file_decision
from inspection.approvals.matters import Matter
from inspection.calendar import roc
from inspection.campaigns.returned_paper import find_paper, require_code
from inspection.documents.storage import read_document
from inspection.errors import BadSource, Conflict, NotFound
from inspection.language import speak
from inspection.model import Approval, Document, Person
from inspection.model.lifecycle import ApprovalState
from inspection.portal.deciding import LONGEST_REMARK, Deciding, lacks_adoption, latest, pending
from inspection.portal.guard import Door, Visit
from inspection.portal.responses import Download, GoTo, Page, Reply
from inspection.store import roster
from inspection.vocabulary import ApprovalOutcome, ApprovalRoute

LONGEST_NUMBER = 100


def form_values(visit: Visit, matter: Matter, subject: Subject) -> dict[str, Any]:
    """What the form prints: whether the visitor may enter a decision taken elsewhere, and who can have taken it."""
    approval = latest(visit.session, matter)
    if approval is None or approval.state is not ApprovalState.PENDING:
        return {"may_enter": False, **_to_file(visit, approval, subject)}
    may_enter = visit.may(Act.ENTER_PAPER_DECISION, subject)
    return {
        "may_enter": may_enter,
        "may_file": False,
        "deciders": deciders(visit, approval),
        "decided_by": visit.text("decided_by"),
        "decided_on": visit.text("decided_on"),
        "document_number": visit.text("document_number"),
        "paper_code": visit.text("code") or visit.query.get("code", ""),
        **_filing_typed(visit),
    }


def _filing_typed(visit: Visit) -> dict[str, str]:
    return {"file_number": visit.text("file_number"), "retention": visit.text("retention"), "filing_told": ""}


def _to_file(visit: Visit, approval: Approval | None, subject: Subject) -> dict[str, Any]:
    """Whether the visitor may add 檔號, 保存年限 and scan to a decision taken, and read the scan."""
    decided = approval is not None and approval.decided_by is not None
    may = decided and visit.may(Act.ENTER_PAPER_DECISION, subject)
    return {"may_file": may, **_filing_typed(visit)}


def filing(deciding: Deciding, visit: Visit, subject: Subject) -> Reply:
    """Adds 檔號, 保存年限 and scan to a decision taken."""
    matter = deciding.matter(visit, subject)
    approval = latest(visit.session, matter)
    if approval is None:
        raise NotFound(speak("沒有陳核事項", "nothing was asked"))
    given, told = _filing(visit)
    if given is None or given.is_empty:
        return _with_filing_problem(
            deciding.page(visit, subject, "filing"), told or "請填檔號、保存年限，或選擇掃描檔。"
        )
    file_decision(visit.session, approval, given, person_id=visit.person_id, at=visit.at)
    return GoTo(matter.path)


def scan(visit: Visit, approval: Approval) -> Reply:
    """The scan of a decision, to be saved; for the ethics office only."""
    kept = visit.session.get(Document, approval.scan_document_id) if approval.scan_document_id else None
    if kept is None:
        raise NotFound(speak("此核定案沒有掃描檔", "no scan was kept for this decision"))
    return Download(read_document(kept), kept.media_type, kept.title)


def _filing(visit: Visit) -> tuple[Filing | None, str]:
    """What was added, or None and what is wrong with it, in words."""
    try:
        return checked(Filing(visit.text("file_number"), visit.text("retention"), visit.files.get("scan"))), ""
    except BadSource as error:
        return None, f"{error.problem}：{error.remedy}。"


def _with_filing_problem(page: Reply, told: str) -> Reply:
    """The page again, with what is wrong with 檔號, 保存年限 or scan."""
    if not isinstance(page, Page):
        return page
    return Page(page.template, {**page.values, "filing_told": told}, status=page.status)


def entry(visit: Visit, _subject: None) -> Reply:
    """Where a sheet that came back is entered: its code is scanned or typed, and leads to its page."""
    scanned = visit.text("code") or visit.query.get("code", "")
    problem = ""
    if scanned or visit.form:
        try:
            found = find_paper(visit.session, scanned)
        except BadSource:
            problem = "code"
        except Conflict:
            problem = "replaced"
        except NotFound:
            problem = "unknown"
        else:
            return GoTo(f"{found.kind.page(found.subject_id)}?code={found.identifier}#paper")
    values = {"code": scanned, "problem": problem, "here": "paper"}
    return Page("paper.html.j2", values, status=422 if problem else 200)


def deciders(visit: Visit, approval: Approval) -> list[Person]:
    """Who can have decided: the named person, or whoever acts for that person in these days."""
    on = clock.local_date(visit.at)
    deputies = roster.deputies_of(visit.session, approval.approver_id, on=on)
    return [roster.person(visit.session, one) for one in (approval.approver_id, *(row.deputy_id for row in deputies))]


def enter(deciding: Deciding, visit: Visit, subject: Subject) -> Reply:
    """Takes outcome, day, document number and who decided; the typist is named beside the one who decided."""
    matter = deciding.matter(visit, subject)
    approval = pending(visit, matter)
    outcome, decided_on, problem = _read(visit)
    try:
        require_code(visit.text("code"), list(matter.printed))
    except BadSource:
        problem = "code"
    given, told = _filing(visit)
    if given is None:
        return _with_filing_problem(deciding.page(visit, subject, problem or "filing"), told)
    if outcome is None or decided_on is None or problem:
        return deciding.page(visit, subject, problem)
    if lacks_adoption(visit.session, approval, outcome):
        return deciding.page(visit, subject, "unanswered")
    known = {person.id for person in deciders(visit, approval)}
    decided_by = visit.text("decided_by") or approval.approver_id
    if decided_by not in known:
        raise BadSource(speak("表單所填之人不得決定", "the form names somebody who could not decide"))
    decision = Decision(
        outcome=outcome,
        person_id=decided_by,
        seen_hash=visit.text("seen_hash"),
        route=ApprovalRoute.PAPER,
        decided_on=decided_on,
        document_number=visit.text("document_number")[:LONGEST_NUMBER],
        remark=visit.text("remark")[:LONGEST_REMARK] or None,
        entered_by=visit.person_id,
    )
    matter.kind.decide(visit.session, matter.subject_id, decision, visit.at)
    if not given.is_empty:
        file_decision(visit.session, approval, given, person_id=visit.person_id, at=visit.at)
    return GoTo(matter.path)


def _read(visit: Visit) -> tuple[ApprovalOutcome | None, date | None, str]:
    """Outcome and day, or the name of the first thing that is missing or wrong."""
    try:
        outcome = ApprovalOutcome(visit.text("outcome"))
    except ValueError:
        return None, None, "outcome"
    if not visit.text("document_number"):
        return outcome, None, "document_number"
    try:
        decided_on = roc.parse(visit.text("decided_on"))
    except BadSource:
        return outcome, None, "decided_on"
    if decided_on > clock.local_date(visit.at):
        return outcome, None, "decided_on"
    if outcome is not ApprovalOutcome.APPROVED and not visit.text("remark"):
        return outcome, decided_on, "remark"
    return outcome, decided_on, ""


DOORS = (
    Door("GET", "/paper", Act.ENTER_PAPER_DECISION, entry),
    Door("POST", "/paper", Act.ENTER_PAPER_DECISION, entry),
    Door("GET", "/approvals/{subject_id}/scan", Act.READ_SCAN, scan, Approval),
)
