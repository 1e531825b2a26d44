"""The doors every matter to be decided has, made from its entry in the register; and a page for kinds without one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from inspection.access.policy import Act, Subject
from inspection.approvals import matters
from inspection.approvals.matters import COMMON_PAGE, Matter, MatterKind
from inspection.documents.frame import frame
from inspection.documents.kind import Frame
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Approval, Document
from inspection.portal import deciding, downloads, opinions, paper
from inspection.portal.deciding import Deciding
from inspection.portal.guard import Door, Visit
from inspection.portal.responses import Page, Reply
from inspection.rules import catalogue
from inspection.store import approvals, roster


def decision_doors(kind: MatterKind, page: Deciding, subject: type[Subject]) -> tuple[Door, ...]:
    """All forms and files of a decision under the page of its kind; `subject` is what the policy is asked about."""
    doors = [*_deciding(kind.path, page, kind.decides)]
    if kind.opines is not None:
        doors += _consulting(kind.path, page, kind.opines)
    if kind.brief is not None:
        doors.append(Door("GET", f"{kind.path}/package", Act.TAKE_PACKAGE, _through(page, _package)))
    return tuple(replace(door, subject=subject) for door in doors)


def _deciding(path: str, page: Deciding, decides: Act) -> list[Door]:
    on_paper = Act.ENTER_PAPER_DECISION
    return [
        Door("POST", f"{path}/decision", decides, _through(page, deciding.propose)),
        Door("POST", f"{path}/decision/confirm", decides, _through(page, deciding.confirm)),
        Door("POST", f"{path}/paper", on_paper, _through(page, paper.enter), takes_file=True),
        Door("POST", f"{path}/filing", on_paper, _through(page, paper.filing), takes_file=True),
    ]


def _consulting(path: str, page: Deciding, opines: Act) -> list[Door]:
    return [
        Door("POST", f"{path}/opinion", opines, _through(page, opinions.opine)),
        Door("POST", f"{path}/opinion/paper", Act.HANDLE_OPINION, _through(page, opinions.enter)),
        Door("POST", f"{path}/opinion/adoption", Act.HANDLE_OPINION, _through(page, opinions.adopt)),
    ]


def _through(page: Deciding, step: Callable[[Deciding, Visit, Any], Reply]) -> Callable[[Visit, Any], Reply]:
    return lambda visit, record: step(page, visit, record)


def _package(page: Deciding, visit: Visit, record: Any) -> Reply:
    """The 簽稿 package."""
    approval = deciding.latest(visit.session, page.matter(visit, record))
    if approval is None:
        raise NotFound(speak("沒有陳核事項", "nothing was asked"))
    return downloads.package(visit, approval)


def _asked_about(session: Session, key: str) -> Approval | None:
    """The newest request on `kind:subject_id`, where the kind has no page of its own."""
    kind_id, _, subject_id = key.partition(":")
    known = {kind.id for kind in matters.kinds() if kind.path == COMMON_PAGE}
    return approvals.latest(session, (kind_id, subject_id)) if kind_id in known else None


def matter(visit: Visit, approval: Approval) -> Matter:
    """What a request is about."""
    return matters.matter(visit.session, approval)


def common_page(visit: Visit, approval: Approval, problem: str = "") -> Reply:
    """A matter of a kind without a page of its own: its facts, its paper and, for whom it waits, the decision."""
    shown = matter(visit, approval)
    facts = shown.kind.facts
    return Page(
        "matter.html.j2",
        {
            **deciding.form_values(visit, shown, approval, problem),
            **paper.form_values(visit, shown, approval),
            **opinions.form_values(visit, shown, approval),
            "facts": facts(visit.session, shown, catalogue.current()) if facts else [],
            "formats": downloads.formats(visit, shown.document_id),
            "frame": _frame(visit, shown),
        },
        status=422 if problem else 200,
    )


def _frame(visit: Visit, shown: Matter) -> Frame | None:
    """The mark proposed for the paper of this kind."""
    if shown.kind.paper is None:
        return None
    agency, office = roster.agency(visit.session), catalogue.current().office
    return frame(office, shown.kind.paper, agency=agency, content_hash=shown.content_hash)


def document(visit: Visit, approval: Approval) -> Reply:
    """The paper that is laid before the decider, as a Word document or in another format."""
    document_id = matter(visit, approval).document_id
    kept = visit.session.get(Document, document_id) if document_id else None
    if kept is None:
        raise NotFound(speak("尚無文件", "there is no document yet"))
    return downloads.download(visit, kept, visit.query.get("as", ""))


_COMMON = Deciding(matter, common_page)
_PATH = "/matters/{subject_id}"  # `kind:id`, so that a kind entered later finds the doors open
DOORS = tuple(
    replace(door, subject=Approval, find=_asked_about)
    for door in (
        Door("GET", _PATH, Act.READ_MATTER, common_page),
        Door("GET", f"{_PATH}/document", Act.READ_MATTER, document),
        Door("GET", f"{_PATH}/package", Act.TAKE_PACKAGE, _through(_COMMON, _package)),
        *_deciding(_PATH, _COMMON, Act.DECIDE_MATTER),
        *_consulting(_PATH, _COMMON, Act.OPINE_ON_MATTER),
    )
)
