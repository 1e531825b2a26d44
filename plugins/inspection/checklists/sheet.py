"""A return as people read it before it is accepted: every answer with all that was written beside, and who has read it.

Reading is noted once per person and version, so that accepting says how much of it was read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access import policy
from inspection.access.policy import Act
from inspection.access.who import asking
from inspection.audit.events import record
from inspection.checklists.entering import lacks_evidence
from inspection.checklists.proofs import by_item
from inspection.checklists.take_in import TIED
from inspection.documents.storage import read_document
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Answer, Checklist, ChecklistProof, ChecklistReturn, Document
from inspection.model.lifecycle import ChecklistState
from inspection.rules.answers import Asked, answer_of, stance
from inspection.store import checklists, events, proofs, rulings
from inspection.vocabulary import AnswerValue

OPENED, TAKEN, SENT_BACK = "opened", "form_taken", ChecklistState.SENT_BACK.value


@dataclass(frozen=True, slots=True)
class Before:
    """What the return before said of a statement, where this one says otherwise; `proofs`: the files that lay there."""

    said: str
    mended: bool
    remark: str
    proofs: tuple[ChecklistProof, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One statement with what the unit wrote. `said` is the answer in words, empty where nothing was answered;
    `stance` None for a number, a date, a text or nothing; `before` None where the return before said the same."""

    position: int
    item_id: str
    category: str
    statement: str
    basis: str
    asked: Asked
    said: str
    stance: AnswerValue | None
    mended: bool
    remark: str
    lacks_evidence: bool
    proofs: tuple[ChecklistProof, ...]
    before: Before | None

    @property
    def changes(self) -> tuple[str, ...]:
        """What is otherwise than in the return before, in words; empty where nothing is."""
        was = self.before
        if was is None:
            return ()
        found = {
            "結果": was.said != self.said,
            "已自行改善": was.mended != self.mended,
            "說明": was.remark != self.remark,
            "附檔": [one.id for one in was.proofs] != [one.id for one in self.proofs],
        }
        return tuple(name for name, differs in found.items() if differs)


@dataclass(frozen=True, slots=True)
class SentBack:
    """Why a return went back, which items it names, and when. `whys`: each reason with the items it was given for."""

    reason: str
    items: tuple[str, ...]
    at: datetime
    whys: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def why(self, item_id: str) -> str:
        """What must be corrected of one item; empty where it is not named."""
        return next((reason for reason, items in self.whys if item_id in items), "")


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a return was entered: its number, by which way it came, by whose hand (the actor of its event: a person's id
    where it came by the page), the SHA-256 of what came, and what its sender calls it (empty: no file, or no name)."""

    number: str
    channel: str
    actor: str
    sha256: str
    name_shown: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A checklist with its newest return. `version` 0: nothing came yet; `readers` are ids of who has read it for the
    review; `sent_back` is the last 退回補正, if the form is still out for it. `tied`: another form was written at the
    very same instant, and the unit has to say which one counts. `earlier`: the other versions, newest first."""

    checklist: Checklist
    version: int
    whole: ChecklistReturn | None
    lines: tuple[Line, ...]
    readers: tuple[str, ...]
    sent_back: SentBack | None
    tied: bool
    receipt: Receipt | None
    newest: int
    earlier: tuple[ChecklistReturn, ...]


def sheet(session: Session, checklist_id: str, version: int | None = None) -> Sheet:
    """A return of a checklist, the newest unless another is named; raises NotFound for an unknown one."""
    checklist = checklists.get(session, checklist_id)
    newest = checklists.newest_version(session, checklist_id)
    version = newest if version is None else version
    if version != newest and not 0 < version < newest:
        raise NotFound(speak(f"檢查表 {checklist_id} 沒有第{version}次送回", f"{checklist_id} has no return {version}"))
    given = {one.item_id: one for one in checklists.answers(session, checklist_id, version)}
    laid = by_item(proofs.of_version(session, checklist_id, version))
    earlier = _Earlier.of(session, checklist_id, version - 1)
    lines = []
    for question in checklists.questions(session, checklist_id):
        asked, found = Asked.of(question.spec), given.get(question.item_id)
        answer = answer_of(found.value) if found else None
        lines.append(
            Line(
                question.position,
                question.item_id,
                question.category,
                question.statement,
                question.basis,
                asked,
                asked.answer.say(answer) if answer else "",
                stance(found.value) if found else None,
                found.mended if found else False,
                found.remark if found else "",
                found is not None
                and lacks_evidence(question, found.value, found.remark, has_proof=question.item_id in laid),
                tuple(laid.get(question.item_id, ())),
                earlier.otherwise(asked, found, laid.get(question.item_id, ())) if found else None,
            )
        )
    whole = checklists.returned(session, checklist_id, version)
    return Sheet(
        checklist,
        version,
        whole,
        tuple(lines),
        readers(session, checklist_id, version),
        sent_back(session, checklist),
        _is_tied(session, checklist_id, version),
        _receipt(session, whole) if whole else None,
        newest,
        tuple(one for one in checklists.returns(session, checklist_id) if one.version != version),
    )


@dataclass(frozen=True, slots=True)
class _Earlier:
    """The return before, by statement."""

    answers: Mapping[str, Answer]
    proofs: Mapping[str, Sequence[ChecklistProof]]

    @classmethod
    def of(cls, session: Session, checklist_id: str, version: int) -> _Earlier:
        """Nothing where there was none."""
        if version < 1:
            return cls({}, {})
        given = {one.item_id: one for one in checklists.answers(session, checklist_id, version)}
        return cls(given, by_item(proofs.of_version(session, checklist_id, version)))

    def otherwise(self, asked: Asked, now: Answer, laid: Sequence[ChecklistProof]) -> Before | None:
        """What it said of a statement, where that differs from what is said now."""
        was = self.answers.get(now.item_id)
        if was is None:
            return None
        lay = self.proofs.get(now.item_id, ())
        same = (was.value, was.mended, was.remark) == (now.value, now.mended, now.remark)
        if same and [one.id for one in lay] == [one.id for one in laid]:
            return None
        answer = answer_of(was.value)
        return Before(asked.answer.say(answer) if answer else "", was.mended, was.remark, tuple(lay))


def _receipt(session: Session, whole: ChecklistReturn) -> Receipt:
    happened = events.of_subject(session, "checklist", whole.checklist_id)
    came = [one for one in happened if one.details.get("version") == whole.version and "sha256" in one.details]
    document = session.get(Document, whole.document_id) if whole.document_id else None
    actor = came[0].actor if came else ""
    number, name = f"{whole.checklist_id}-{whole.version}", _name_of(session, document)
    return Receipt(number, whole.channel, actor, document.sha256 if document else "", name)


def _name_of(session: Session, document: Document | None) -> str:
    file = checklists.returned_file(session, document.sha256) if document else None
    return file.name_shown if file else ""


def readers(session: Session, checklist_id: str, version: int) -> tuple[str, ...]:
    """Ids of those who have read one version for the review, in order."""
    return checklists.opened(session, [checklist_id]).get((checklist_id, version), ())


def note_opened(session: Session, checklist: Checklist, person_id: str, *, at: datetime) -> None:
    """Notes that somebody who reviews has the newest return before them; once per person and version."""
    version = checklists.newest_version(session, checklist.id)
    if not version or not policy.may(asking(session, person_id, at=at), Act.REVIEW_CHECKLIST, checklist):
        return
    if person_id not in readers(session, checklist.id, version):
        details: dict[str, object] = {"version": version}
        record(session, at=at, actor=person_id, subject=("checklist", checklist.id), action=OPENED, details=details)


def unread(session: Session, every: Sequence[Checklist]) -> list[Checklist]:
    """Those whose newest return nobody has read for the review."""
    opened = checklists.opened(session, [one.id for one in every])
    newest = checklists.newest_versions(session, [one.id for one in every])
    return [one for one in every if not opened.get((one.id, newest.get(one.id, 0)))]


def take_form(
    session: Session, checklist: Checklist, person_id: str, *, version: int | None = None, at: datetime
) -> tuple[Document, bytes, str]:
    """The file of a return as it came, the newest unless another is named, and what its sender calls it; who takes it
    is noted. Raises NotFound where there is none."""
    version = checklists.newest_version(session, checklist.id) if version is None else version
    whole = checklists.returned(session, checklist.id, version)
    document = session.get(Document, whole.document_id) if whole and whole.document_id else None
    if document is None:
        raise NotFound(
            speak(f"檢查表 {checklist.id} 沒有送回之檔案", f"checklist {checklist.id} has no file that came back")
        )
    details: dict[str, object] = {"version": version, "document_id": document.id}
    record(session, at=at, actor=person_id, subject=("checklist", checklist.id), action=TAKEN, details=details)
    return document, read_document(document), _name_of(session, document)


def _is_tied(session: Session, checklist_id: str, version: int) -> bool:
    happened = events.of_subject(session, "checklist", checklist_id)
    return any(one.action == TIED and one.details.get("version") == version for one in happened)


def sent_back(session: Session, checklist: Checklist) -> SentBack | None:
    """Why a checklist is out for correction; None where it is not."""
    if checklist.state is not ChecklistState.SENT_BACK:
        return None
    found = [one for one in events.of_subject(session, "checklist", checklist.id) if one.to_state == SENT_BACK]
    if not found:
        return None
    last = found[-1]
    items = tuple(str(one) for one in last.details.get("items", ()))
    stands = rulings.of(session, checklist.id)
    whys: dict[str, list[str]] = {}
    for item in items:
        whys.setdefault(stands[item].reason if item in stands else last.reason or "", []).append(item)
    return SentBack(last.reason or "", items, last.at, tuple((why, tuple(of)) for why, of in whys.items()))
