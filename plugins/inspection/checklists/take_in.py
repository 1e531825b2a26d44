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
from inspection.checklists import refusals
from inspection.checklists.issue import form_key
from inspection.documents.returned import FormAnswer, FormProblem, NotTaken, Problem, ReturnedForm
from inspection.documents.storage import DOCX, Label, keep
from inspection.model import Answer, Campaign, Checklist, ChecklistReturn, Document, ReturnedFile
from inspection.model.lifecycle import ChecklistState
from inspection.rules import catalogue as rules
from inspection.rules.answers import Asked, kept_answer, stance
from inspection.store import calendar_days, campaigns, checklists, roster
from inspection.vocabulary import AnswerValue

Reader = Callable[[bytes, bytes], ReturnedForm]
TAKES_RETURNS = frozenset({ChecklistState.ISSUED, ChecklistState.SENT_BACK, ChecklistState.RETURNED})
ACTOR = program(PART, "returns")
TIED = "tied"
LONGEST_NAME, LONGEST_DATE, LONGEST_REMARK = 200, 100, 4000


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one returned file: its checklist and version, or the problems that kept it out."""

    sha256: str
    accepted: bool
    checklist_id: str | None
    version: int | None
    problems: tuple[dict[str, str], ...]


def take_in(
    session: Session, data: bytes, *, channel: str, read: Reader, at: datetime, modified_at: datetime | None = None
) -> Taken:
    """Takes one file in; the same file again is answered as the first time, but for one sent back for correction: then
    it is told that nothing was corrected. What was refused is looked at again, as what stood against it may be gone.

    `read` opens the untrusted file (in the sandbox) and raises NotTaken where it cannot be read. `modified_at` says
    when the file was last written, by its own clock: of two forms the later written counts. Nothing is lost: the file
    is kept either way, and answers are written whole or not at all. A refusal is told to the unit and to the office.
    """
    digest = hashlib.sha256(data).hexdigest()
    known = checklists.returned_file(session, digest)
    if known is not None and known.accepted:
        return _again(session, known, at)
    # a form saved under a clock that runs ahead is not later than whatever comes after it
    file = _File(data, digest, channel, None if modified_at is None else min(modified_at, at))
    try:
        form = read(data, form_key())
    except NotTaken as error:
        return _refuse(session, file, None, [{"problem": error.fault.value, "item": ""}], at)
    checklist = session.get(Checklist, form.identity.form_number) if form.identity else None
    put = checklists.questions(session, checklist.id) if checklist else []
    answers, unclear = form.answered({one.item_id: Asked.of(one.spec).answer for one in put})
    campaign = campaigns.get(session, checklist.campaign_id) if checklist else None
    problems = _problems(form, answers, unclear, checklist, campaign)
    before = _newest(session, checklist)
    if checklist is not None and not problems and _is_earlier(file, before, checklist):
        problems = [{"problem": "earlier", "item": ""}]
    if problems or checklist is None:
        return _refuse(session, file, checklist, problems, at)
    return _accept(session, file, (form, answers), checklist, before, at)


@dataclass(frozen=True, slots=True)
class _File:
    """One file that came: its bytes, their SHA-256 (hex), by which way, and when it was last written."""

    data: bytes
    digest: str
    channel: str
    modified_at: datetime | None


def _again(session: Session, known: ReturnedFile, at: datetime) -> Taken:
    """A form taken in before: nothing new, unless its checklist was sent back since."""
    checklist = checklists.get(session, known.checklist_id or "")
    if checklist.state != ChecklistState.SENT_BACK:
        return _as_taken(known)
    problems = [{"problem": "unchanged", "item": ""}]
    version = checklists.newest_version(session, checklist.id)
    refusals.tell(session, f"{known.id[:24]}:{version}", checklist, problems, catalogue=rules.current(), at=at)
    return Taken(known.id, False, checklist.id, known.version, tuple(problems))


def _newest(session: Session, checklist: Checklist | None) -> ChecklistReturn | None:
    if checklist is None:
        return None
    return session.get(ChecklistReturn, (checklist.id, checklists.newest_version(session, checklist.id)))


def _is_earlier(file: _File, before: ChecklistReturn | None, checklist: Checklist) -> bool:
    """Whether a form was written before the one that counts now; after 退回補正 none does, whatever the clocks say."""
    if before is None or before.modified_at is None or checklist.state is ChecklistState.SENT_BACK:
        return False
    return file.modified_at is not None and file.modified_at < min(before.modified_at, before.received_at)


def _as_taken(known: ReturnedFile) -> Taken:
    return Taken(known.id, known.accepted, known.checklist_id, known.version, tuple(known.problems))


def _problems(
    form: ReturnedForm,
    answers: Mapping[str, FormAnswer],
    told: Sequence[Problem],
    checklist: Checklist | None,
    campaign: Campaign | None,
) -> list[dict[str, str]]:
    if checklist is not None and campaign is not None and campaign.state in checklists.ENDED:
        return [{"problem": "campaign_over", "item": ""}]
    if checklist is not None and checklist.state not in TAKES_RETURNS:
        return [{"problem": f"checklist_{checklist.state.value}", "item": ""}]
    found = [_named(problem) for problem in told]
    unclear = {problem.code for problem in told if problem.kind is FormProblem.ANSWER_UNCLEAR}
    blank = [one.code for one in answers.values() if one.value is None and one.code not in unclear]
    found += [{"problem": "unanswered", "item": code} for code in blank]
    found += [{"problem": "reason_missing", "item": one.code} for one in answers.values() if _lacks_reason(one)]
    found += [{"problem": "too_long", "item": code} for code in _too_long(form, answers)]
    if form.identity is not None and (checklist is None or not form.sealed):
        found.append({"problem": "not_issued_by_us", "item": ""})
    return found


def _named(problem: Problem) -> dict[str, str]:
    expected = {"expected": problem.expected} if problem.expected else {}
    return {"problem": problem.kind.value, "item": problem.code, **expected}


def _lacks_reason(answer: FormAnswer) -> bool:
    """不適用 is taken with its reason only."""
    return stance(kept_answer(answer.value)) is AnswerValue.NOT_APPLICABLE and not answer.remark.strip()


def _too_long(form: ReturnedForm, answers: Mapping[str, FormAnswer]) -> list[str]:
    """Where more was written than a row holds; the code of a statement, or nothing for the form as a whole."""
    found = [one.code for one in answers.values() if len(one.remark) > LONGEST_REMARK]
    whole = ((form.filler, LONGEST_NAME), (form.date, LONGEST_DATE), (form.opinion, LONGEST_REMARK))
    return found + [""] * any(len(written) > longest for written, longest in whole)


def _keep(session: Session, data: bytes, subject: str, title: str, at: datetime) -> Document:
    return keep(session, data, Label(kind="returned_form", subject_id=subject, title=title, media_type=DOCX), at=at)


def _refuse(
    session: Session, file: _File, checklist: Checklist | None, problems: list[dict[str, str]], at: datetime
) -> Taken:
    _keep(session, file.data, f"refused:{file.digest[:24]}", "退件", at)
    row = checklists.returned_file(session, file.digest)
    if row is not None and row.problems == problems:
        return _as_taken(row)
    if row is None:
        row = ReturnedFile(id=file.digest, channel=file.channel, version=None, accepted=False)
        session.add(row)
    row.checklist_id = checklist.id if checklist else None
    row.problems = problems
    row.received_at = at
    session.flush()
    record(
        session,
        at=at,
        actor=ACTOR,
        subject=("returned_file", file.digest),
        action="refused",
        details={"channel": file.channel, "problems": len(problems), "sha256": file.digest},
    )
    key = hashlib.sha256(repr([file.digest, problems]).encode()).hexdigest()[:24]
    refusals.tell(session, key, checklist, problems, catalogue=rules.current(), at=at)
    return _as_taken(row)


def _accept(
    session: Session,
    file: _File,
    given: tuple[ReturnedForm, Mapping[str, FormAnswer]],
    checklist: Checklist,
    before: ChecklistReturn | None,
    at: datetime,
) -> Taken:
    version = checklists.newest_version(session, checklist.id) + 1
    form, answers = given
    document = _keep(session, file.data, checklist.id, "單位送回檢查表", at)
    session.add(
        ChecklistReturn(
            checklist_id=checklist.id,
            version=version,
            channel=file.channel,
            filler=form.filler,
            dated=form.date,
            opinion=form.opinion,
            document_id=document.id,
            modified_at=file.modified_at,
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
    row = checklists.returned_file(session, file.digest)
    if row is None:
        row = ReturnedFile(id=file.digest, channel=file.channel)
        session.add(row)
    row.checklist_id, row.version, row.accepted, row.problems, row.received_at = checklist.id, version, True, [], at
    if checklist.state != ChecklistState.RETURNED:
        details: dict[str, object] = {"version": version, "channel": file.channel, "sha256": file.digest}
        advance(session, checklist, ChecklistState.RETURNED, actor=ACTOR, at=at, details=details)
    checklist.returned_at = at
    checklist.days_late = calendar_days.calendar(session).days_late(checklist.due_on, clock.local_date(at))
    session.flush()
    if before is not None and file.modified_at is not None and before.modified_at == file.modified_at:
        _ask_which(session, checklist, version, at)
    return _as_taken(row)


def _ask_which(session: Session, checklist: Checklist, version: int, at: datetime) -> None:
    """Two forms written at the same instant: both are kept, and the office asks the unit which one counts."""
    details: dict[str, object] = {"version": version}
    record(session, at=at, actor=ACTOR, subject=("checklist", checklist.id), action=TIED, details=details)
    unit_name = roster.unit(session, checklist.unit_id).name
    key = f"return-tied:{checklist.id}:{version}"
    refusals.tell_office(
        session, key, "return_tied", {"unit_name": unit_name}, campaign_id=checklist.campaign_id, at=at
    )
