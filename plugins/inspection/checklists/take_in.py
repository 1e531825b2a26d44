"""Takes returned forms in: read strictly, each file once by its content, refused ones kept with the reason."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit.actors import PART, program
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.checklists.issue import form_key
from inspection.documents.returned import FormAnswer, Problem, ReturnedForm
from inspection.documents.shelf import DOCX, Label, keep
from inspection.errors import BadSource
from inspection.model import Answer, Checklist, ChecklistReturn, Document, ReturnedFile
from inspection.model.lifecycle import ChecklistState
from inspection.rules.answers import Asked, kept_answer
from inspection.store import calendar_days, checklists

Reader = Callable[[bytes, bytes], ReturnedForm]
TAKES_RETURNS = frozenset({ChecklistState.ISSUED, ChecklistState.SENT_BACK, ChecklistState.RETURNED})
ACTOR = program(PART, "returns")
LONGEST_NAME, LONGEST_DATE, LONGEST_REMARK = 200, 100, 4000


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one returned file: its checklist and version, or the problems that kept it out."""

    sha256: str
    accepted: bool
    checklist_id: str | None
    version: int | None
    problems: tuple[dict[str, str], ...]


def take_in(session: Session, data: bytes, *, channel: str, read: Reader, at: datetime) -> Taken:
    """Takes one file in; the same file again is answered as the first time.

    `read` opens the untrusted file (in the sandbox) and raises BadSource where it cannot be read. Nothing is lost:
    the file is kept either way, and answers are written whole or not at all.
    """
    digest = hashlib.sha256(data).hexdigest()
    known = checklists.returned_file(session, digest)
    if known is not None:
        return _told(known)
    try:
        form = read(data, form_key())
    except BadSource as error:
        return _refuse(session, data, digest, [{"problem": error.problem, "remedy": error.remedy}], channel, at)
    checklist = session.get(Checklist, form.identity.form_number) if form.identity else None
    put = checklists.questions(session, checklist.id) if checklist else []
    answers, unclear = form.answered({one.item_id: Asked.of(one.spec).answer for one in put})
    problems = _problems(form, answers, unclear, checklist)
    if problems or checklist is None:
        return _refuse(session, data, digest, problems, channel, at)
    return _accept(session, data, digest, (form, answers), checklist, channel, at)


def _told(known: ReturnedFile) -> Taken:
    return Taken(known.id, known.accepted, known.checklist_id, known.version, tuple(known.problems))


def _problems(
    form: ReturnedForm, answers: Mapping[str, FormAnswer], told: Sequence[Problem], checklist: Checklist | None
) -> list[dict[str, str]]:
    found = [{"problem": problem.kind.value, "item": problem.code} for problem in told]
    found += [{"problem": "unanswered", "item": one.code} for one in answers.values() if one.value is None]
    found += [{"problem": "too_long", "item": code} for code in _too_long(form, answers)]
    if form.identity is not None and (checklist is None or not form.sealed):
        found.append({"problem": "not_issued_by_us", "item": ""})
    if checklist is not None and checklist.state not in TAKES_RETURNS:
        found.append({"problem": f"checklist_{checklist.state.value}", "item": ""})
    return found


def _too_long(form: ReturnedForm, answers: Mapping[str, FormAnswer]) -> list[str]:
    """Where more was written than a row holds; the code of a statement, or nothing for the form as a whole."""
    found = [one.code for one in answers.values() if len(one.remark) > LONGEST_REMARK]
    whole = ((form.filler, LONGEST_NAME), (form.date, LONGEST_DATE), (form.opinion, LONGEST_REMARK))
    return found + [""] * any(len(written) > longest for written, longest in whole)


def _keep(session: Session, data: bytes, subject: str, title: str, at: datetime) -> Document:
    return keep(session, data, Label(kind="returned_form", subject_id=subject, title=title, media_type=DOCX), at=at)


def _refuse(
    session: Session, data: bytes, digest: str, problems: list[dict[str, str]], channel: str, at: datetime
) -> Taken:
    _keep(session, data, f"refused:{digest[:24]}", "退件", at)
    row = ReturnedFile(
        id=digest, channel=channel, checklist_id=None, version=None, accepted=False, problems=problems, received_at=at
    )
    session.add(row)
    session.flush()
    record(
        session,
        at=at,
        actor=ACTOR,
        subject=("returned_file", digest),
        action="refused",
        details={"channel": channel, "problems": len(problems), "sha256": digest},
    )
    return _told(row)


def _accept(
    session: Session,
    data: bytes,
    digest: str,
    given: tuple[ReturnedForm, Mapping[str, FormAnswer]],
    checklist: Checklist,
    channel: str,
    at: datetime,
) -> Taken:
    version = checklists.newest_version(session, checklist.id) + 1
    form, answers = given
    document = _keep(session, data, checklist.id, "單位送回檢查表", at)
    session.add(
        ChecklistReturn(
            checklist_id=checklist.id,
            version=version,
            channel=channel,
            filler=form.filler,
            dated=form.date,
            opinion=form.opinion,
            document_id=document.id,
            received_at=at,
        )
    )
    session.add_all(
        Answer(
            checklist_id=checklist.id,
            version=version,
            item_id=answer.code,
            value=kept_answer(answer.value),
            mended=answer.mended,
            remark=answer.remark,
        )
        for answer in answers.values()
    )
    row = ReturnedFile(
        id=digest,
        channel=channel,
        checklist_id=checklist.id,
        version=version,
        accepted=True,
        problems=[],
        received_at=at,
    )
    session.add(row)
    if checklist.state != ChecklistState.RETURNED:
        details: dict[str, object] = {"version": version, "channel": channel, "sha256": digest}
        advance(session, checklist, ChecklistState.RETURNED, actor=ACTOR, at=at, details=details)
    checklist.returned_at = at
    checklist.days_late = calendar_days.calendar(session).days_late(checklist.due_on, clock.local_date(at))
    session.flush()
    return _told(row)
