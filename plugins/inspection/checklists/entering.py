"""The one way a return is entered, whichever door it came by: what keeps it out, and the rows of what comes in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.policy import Act, may
from inspection.access.who import asking
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.checklists.came_anew import review_again
from inspection.checklists.corrected import close_corrected
from inspection.documents.returned import FormAnswer, FormProblem, Problem, ReturnedForm
from inspection.documents.storage import DOCX, Label, keep
from inspection.errors import NotAllowed, NotFound
from inspection.language import speak
from inspection.model import Answer, Campaign, Checklist, ChecklistQuestion, ChecklistReturn, Document, ReturnedFile
from inspection.model.lifecycle import ChecklistState
from inspection.rules import catalogue as rules
from inspection.rules.answers import Asked, kept_answer, stance
from inspection.store import calendar_days, checklists, drafts, proofs, turns
from inspection.vocabulary import AnswerValue

TAKES_RETURNS = frozenset({*checklists.HELD, ChecklistState.RETURNED})
LONGEST_NAME, LONGEST_DATE, LONGEST_REMARK = 200, 100, 4000
REPLACED = "replaced"
Problems = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Came:
    """What came: its bytes, their SHA-256 (hex), by which way and by whose hand (the actor of its events), when it was
    last written, what kind of bytes they are, which unit head sealed them on the page, what the file is called, as that
    was looked at (`file_names`), and when they arrived where they lay before anybody looked. Of signed paper the
    day it was received, by which it is late; what the unit has laid beside its own draft (`with_drafted`) does not go
    with it."""

    data: bytes
    digest: str
    channel: str
    actor: str
    modified_at: datetime | None
    media_type: str = DOCX
    sealed_by: str | None = None
    name_shown: str = ""
    arrived_at: datetime | None = None
    received_on: date | None = None
    with_drafted: bool = True


def hold(session: Session, checklist_id: str) -> Checklist | None:
    """A checklist as it stands, held until the transaction ends: two returns of one unit are entered one after the
    other, by whichever doors they come. None for an unknown one."""
    return turns.hold(session, Checklist, checklist_id)


def hold_as(session: Session, checklist_id: str, act: Act, person_id: str, *, refusal: str, at: datetime) -> Checklist:
    """As `hold`, for somebody who wants to do something with it. Raises NotFound for an unknown one, NotAllowed."""
    checklist = hold(session, checklist_id)
    if checklist is None:
        raise NotFound(speak("查無此檢查表", "there is no such checklist"))
    if not may(asking(session, person_id, at=at), act, checklist):
        raise NotAllowed(refusal)
    return checklist


def kept_out(checklist: Checklist, campaign: Campaign) -> str:
    """Why no return is taken for a checklist at all; empty where one is."""
    if campaign.state in checklists.ENDED:
        return "campaign_over"
    return "" if checklist.state in TAKES_RETURNS else f"checklist_{checklist.state.value}"


def problems_of(form: ReturnedForm, answers: Mapping[str, FormAnswer], told: Sequence[Problem]) -> Problems:
    """What is wrong with what was written, statement by statement; `told` is what reading it found."""
    found = [_named(problem) for problem in told]
    unclear = {problem.code for problem in told if problem.kind is FormProblem.ANSWER_UNCLEAR}
    blank = [one.code for one in answers.values() if one.value is None and one.code not in unclear]
    found += [{"problem": "unanswered", "item": code} for code in blank]
    found += [{"problem": "reason_missing", "item": one.code} for one in answers.values() if _lacks_reason(one)]
    found += [{"problem": "too_long", "item": code} for code in _too_long(form, answers)]
    return found


def _named(problem: Problem) -> dict[str, str]:
    expected = {"expected": problem.expected} if problem.expected else {}
    return {"problem": problem.kind.value, "item": problem.code, **expected}


def _lacks_reason(answer: FormAnswer) -> bool:
    """不適用 is taken with its reason only."""
    return stance(kept_answer(answer.value)) is AnswerValue.NOT_APPLICABLE and not answer.remark.strip()


def lacks_evidence(put: ChecklistQuestion, kept: Mapping[str, Any] | None, remark: str, *, has_proof: bool) -> bool:
    """Where an item demands evidence, whoever says that it holds names the register or paper that shows it, or lays
    it beside. The one place for page, file and mail: words that name nothing (`no_evidence`) are none."""
    asked = Asked.of(put.spec)
    if not asked.evidence_required or kept is None or has_proof or stance(kept) not in {None, AnswerValue.CONFORMS}:
        return False
    return rules.current().checklist_items.names_nothing(remark, put.statement, asked)


def without_evidence(
    put: Sequence[ChecklistQuestion], answers: Mapping[str, FormAnswer], proven: Collection[str]
) -> tuple[Problems, Problems]:
    """Where evidence is missing that an item demands: what keeps the return out, and what its sender is told of only,
    each as the item orders. `proven`: items beside which files of evidence lie."""
    stops: Problems = []
    warns: Problems = []
    for one in put:
        item, given = one.item_id, answers[one.item_id]
        if lacks_evidence(one, kept_answer(given.value), given.remark, has_proof=item in proven):
            blocks = Asked.of(one.spec).evidence_blocks
            (stops if blocks else warns).append({"problem": "evidence_unnamed", "item": item})
    return stops, warns


def _too_long(form: ReturnedForm, answers: Mapping[str, FormAnswer]) -> list[str]:
    """Where more was written than a row holds; the code of a statement, or nothing for the form as a whole."""
    found = [one.code for one in answers.values() if len(one.remark) > LONGEST_REMARK]
    whole = ((form.filler, LONGEST_NAME), (form.date, LONGEST_DATE), (form.opinion, LONGEST_REMARK))
    return found + [""] * any(len(written) > longest for written, longest in whole)


def keep_data(session: Session, came: Came, subject: str, title: str, at: datetime) -> Document:
    """Keeps what came, as it came."""
    return keep(
        session,
        came.data,
        Label(kind="returned_form", subject_id=subject, title=title, media_type=came.media_type),
        at=at,
    )


def enter(
    session: Session,
    came: Came,
    given: tuple[ReturnedForm, Mapping[str, FormAnswer]],
    checklist: Checklist,
    at: datetime,
) -> ReturnedFile:
    """Writes a return that nothing keeps out, as the next version of a checklist that is held (`hold`)."""
    version = checklists.newest_version(session, checklist.id) + 1
    form, answers = given
    received_at = came.arrived_at or at
    document = keep_data(session, came, checklist.id, "單位送回檢查表", at)
    session.add(
        ChecklistReturn(
            checklist_id=checklist.id,
            version=version,
            channel=came.channel,
            filler=form.filler,
            dated=form.date,
            opinion=form.opinion,
            document_id=document.id,
            modified_at=came.modified_at,
            received_at=received_at,
            sealed_by=came.sealed_by,
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
    if came.with_drafted:
        proofs.sent(session, checklist.id, version)
    drafts.take_back_seal(session, checklist.id)
    session.flush()
    review_again(session, checklist, version, actor=came.actor, at=at)
    close_corrected(session, checklist, version, actor=came.actor, at=at)
    row = checklists.returned_file(session, came.digest)
    if row is None:
        row = ReturnedFile(id=came.digest, channel=came.channel)
        session.add(row)
    row.name_shown = came.name_shown
    row.checklist_id, row.version, row.accepted, row.problems, row.received_at = checklist.id, version, True, [], at
    details: dict[str, object] = {"version": version, "channel": came.channel, "sha256": came.digest}
    if checklist.state != ChecklistState.RETURNED:
        advance(session, checklist, ChecklistState.RETURNED, actor=came.actor, at=at, details=details)
    else:
        subject = ("checklist", checklist.id)
        record(session, at=at, actor=came.actor, subject=subject, action=REPLACED, details=details)
    on = came.received_on or clock.local_date(received_at)
    # of paper nobody knows the hour
    checklist.returned_at = (
        received_at if on == clock.local_date(received_at) else datetime.combine(on, time(12), clock.zone())
    )
    if checklist.days_late is None:
        checklist.days_late = calendar_days.calendar(session).days_late(checklist.due_on, on)
    session.flush()
    return row
