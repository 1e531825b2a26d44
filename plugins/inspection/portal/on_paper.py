"""A unit's signed paper keyed in by the ethics office (紙本登錄), and held against the paper by a second person."""

from __future__ import annotations

from collections.abc import Sequence

from inspection import clock
from inspection.access.policy import Act
from inspection.checklists import draft as drafting
from inspection.checklists import on_paper as papers
from inspection.checklists import refusals
from inspection.checklists.draft import FILLER, Clash, Draft
from inspection.checklists.entering import Problems
from inspection.checklists.on_paper import DATED, RECEIVED, SEALED
from inspection.checklists.proof_reading import LARGEST_PROOF_BYTES, Examined, ProofRefusal, examine
from inspection.documents.scans import SUFFIX
from inspection.documents.storage import read_document
from inspection.errors import Conflict, NotFound
from inspection.language import speak
from inspection.model import Checklist, ChecklistReturn, Event
from inspection.model.lifecycle import ChecklistState, PaperState
from inspection.portal import answering
from inspection.portal.guard import Door, Visit
from inspection.portal.responses import Download, GoTo, Page, Reply
from inspection.rules import catalogue
from inspection.store import checklists, drafts, events, on_paper, people

PAPER = "/checklists/{subject_id}/on-paper"
LONGEST_REASON = 1000


def _examine(name: str, data: bytes) -> Examined:
    return examine(name, data, today=clock.today())


def page(visit: Visit, checklist: Checklist) -> Reply:
    """The form while it is keyed in; after that what was sent, for a second person to confirm or give back."""
    _require_out(checklist)
    row = on_paper.get(visit.session, checklist.id)
    if row is not None and row.state is PaperState.SENT:
        return _shown(visit, checklist)
    drafting.require_open(visit.session, checklist)
    put = checklists.questions(visit.session, checklist.id)
    return _form(visit, checklist, papers.of(visit.session, checklist, put))


def save(visit: Visit, checklist: Checklist) -> Reply:
    """Keeps a posted form and goes back to it, or on to what will be sent; where two changed one field, shows both."""
    _require_out(checklist)
    put = checklists.questions(visit.session, checklist.id)
    changes = drafting.changes_of(visit.form, papers.fields(put))
    draft, clashes = papers.save(visit.session, checklist.id, changes, person_id=visit.person_id, at=visit.at)
    if clashes:
        return _form(visit, checklist, draft, clashes)
    return GoTo(f"/checklists/{checklist.id}/on-paper" + ("/check" if visit.text("do") == "check" else ""))


def check_page(visit: Visit, checklist: Checklist) -> Reply:
    """What will be sent, or the form again with what stands against it."""
    _require_out(checklist)
    return _shown(visit, checklist)


def send(visit: Visit, checklist: Checklist) -> Reply:
    """Sends what was shown to a second person."""
    try:
        with visit.session.begin_nested():
            papers.send(visit.session, checklist.id, seen=visit.text("seen"), person_id=visit.person_id, at=visit.at)
    except Conflict:
        return _again(visit, checklist)
    return GoTo(f"/checklists/{checklist.id}/on-paper")


def lay_scan(visit: Visit, checklist: Checklist) -> Reply:
    """Keeps the scanned page that came, or tells why it is not kept."""
    _require_out(checklist)
    examined: Examined = visit.examined or Examined(b"", refusal=ProofRefusal.EMPTY)
    refusal = examined.refusal
    if refusal is None and not papers.lay_scan(
        visit.session, checklist.id, examined, person_id=visit.person_id, at=visit.at
    ):
        refusal = ProofRefusal.KIND
    if refusal is not None:
        line = "paper_scan_kind" if refusal is ProofRefusal.KIND else f"proof_{refusal.value}"
        return _shown(visit, checklist, scan_problem=catalogue.current().wording.line(line))
    return GoTo(f"/checklists/{checklist.id}/on-paper/check")


def decide(visit: Visit, checklist: Checklist) -> Reply:
    """The second person confirms what was shown, or gives it back with a reason."""
    reason, who = visit.text("reason"), visit.person_id
    gives_back = visit.text("do") == "give_back"
    if gives_back and (not reason or len(reason) > LONGEST_REASON):
        return _shown(visit, checklist, "reason")
    try:
        with visit.session.begin_nested():
            if gives_back:
                papers.give_back(visit.session, checklist.id, reason=reason, person_id=who, at=visit.at)
            else:
                papers.confirm(visit.session, checklist.id, seen=visit.text("seen"), person_id=who, at=visit.at)
    except Conflict:
        return _again(visit, checklist)
    return GoTo(f"/checklists/{checklist.id}")


def hand_out(visit: Visit, checklist: Checklist) -> Reply:
    """The scanned page, to be saved: of a return to whoever reads it, before that to the ethics office alone."""
    asked = visit.query.get("version", "")
    version = int(asked) if asked.isdecimal() and len(asked) < 9 else 0
    if not version and not visit.may(Act.KEY_PAPER_RETURN, checklist):
        raise NotFound(speak("沒有掃描檔", "there is no scan"))
    document = papers.scan_of(visit.session, checklist, version, person_id=visit.person_id, at=visit.at)
    name = f"{document.title}.{SUFFIX.get(document.media_type, 'bin')}"
    return Download(read_document(document), document.media_type, name)


def _require_out(checklist: Checklist) -> None:
    if checklist.state is ChecklistState.PREPARED:
        raise NotFound(speak("查無此事項", "there is no such matter"))


def _again(visit: Visit, checklist: Checklist) -> Reply:
    visit.session.expire_all()
    return _shown(visit, checklists.get(visit.session, checklist.id), "moved")


def _form(
    visit: Visit,
    checklist: Checklist,
    draft: Draft,
    clashes: Sequence[Clash] = (),
    problems: Problems | None = None,
) -> Reply:
    head = {name: answering.field_of(draft, name, clashes) for name in (RECEIVED, DATED, SEALED)}
    values = {
        **answering.form_values(visit, checklist, draft, clashes, problems),
        **_besides(visit, checklist, checklists.returned(visit.session, checklist.id, draft.after)),
        **head,
        "filler_text": answering.field_of(draft, FILLER, clashes).text,
        "returned_why": _given_back(visit, checklist),
        "way": "on-paper",
    }
    return Page("on_paper.html.j2", values, status=409 if clashes else 422 if problems else 200)


def _shown(visit: Visit, checklist: Checklist, problem: str = "", scan_problem: str = "") -> Reply:
    keyed = papers.ready(visit.session, checklist)
    row, found = keyed.row, keyed.found
    is_sent = row is not None and row.state is PaperState.SENT
    if not is_sent:
        drafting.require_open(visit.session, checklist)
        if found.problems:
            return _form(visit, checklist, found.draft, problems=found.problems)
    values = {
        **answering.check_values(visit, checklist, found),
        **_besides(visit, checklist, checklists.returned(visit.session, checklist.id, found.draft.after)),
        "problems": refusals.said(visit.session, checklist, found.problems, catalogue.current()),
        "received_on": keyed.received_on,
        "has_scan": row is not None and row.scan_id is not None,
        "sender": people.named(visit.session, {row.sent_by}).get(row.sent_by) if row and row.sent_by else None,
        "sent_at": row.sent_at if row else None,
        "is_sent": is_sent,
        "is_mine": row is not None and visit.person_id in papers.typed_by(row),
        "moved": is_sent and (keyed.moved or bool(found.problems)),
        "largest": LARGEST_PROOF_BYTES >> 20,
        "longest": LONGEST_REASON,
        "problem": problem,
        "scan_problem": scan_problem,
        "way": "on-paper",
    }
    status = 422 if scan_problem or problem == "reason" else 409 if problem else 200
    return Page("on_paper_check.html.j2", values, status=status)


def _besides(visit: Visit, checklist: Checklist, before: ChecklistReturn | None) -> dict[str, object]:
    """What the unit has done itself: sent already, or typed and not sent."""
    is_back = checklist.state is ChecklistState.SENT_BACK
    return {
        "before": None if is_back else before,
        "before_way": catalogue.current().wording.line(f"way_{before.channel}") if before else "",
        "unit_types": checklist.id in drafts.begun(visit.session, [checklist.id]),
    }


def _given_back(visit: Visit, checklist: Checklist) -> Event | None:
    """The reason it came back with, while it has not been sent again."""
    steps = [one for one in events.of_subject(visit.session, "paper_return", checklist.id) if one.action == "step"]
    return steps[-1] if steps and steps[-1].reason else None


DOORS = (
    Door("GET", PAPER, Act.KEY_PAPER_RETURN, page, Checklist),
    Door("POST", PAPER, Act.KEY_PAPER_RETURN, save, Checklist, keeps_typed=True),
    Door("GET", f"{PAPER}/check", Act.KEY_PAPER_RETURN, check_page, Checklist),
    Door("POST", f"{PAPER}/check", Act.KEY_PAPER_RETURN, send, Checklist),
    Door("POST", f"{PAPER}/scan", Act.KEY_PAPER_RETURN, lay_scan, Checklist, takes_file=True, examines=_examine),
    Door("POST", f"{PAPER}/decision", Act.KEY_PAPER_RETURN, decide, Checklist),
    Door("GET", f"{PAPER}/scan", Act.READ_CHECKLIST, hand_out, Checklist, notes_view=True),
)
