"""Sends what was typed on the page: the same checks, states and rows as a returned file, by a person's own hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.policy import Act
from inspection.calendar import roc
from inspection.checklists import draft as drafting
from inspection.checklists.draft import Draft
from inspection.checklists.entering import Came, Problems, enter, hold_as, kept_out, problems_of, without_evidence
from inspection.checklists.proofs import by_item
from inspection.documents.returned import FormAnswer, ReturnedForm
from inspection.errors import Conflict
from inspection.language import speak
from inspection.model import Checklist, ChecklistProof
from inspection.model.lifecycle import ChecklistState
from inspection.rules.answers import Asked, kept_answer
from inspection.store import campaigns, checklists, proofs

CHANNEL = "portal"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Ready:
    """What would be sent now: the draft, its answers, its bytes with their SHA-256, and what stands against it."""

    draft: Draft
    form: ReturnedForm
    answers: Mapping[str, FormAnswer]
    data: bytes
    digest: str
    problems: Problems
    warnings: Problems
    proofs: Mapping[str, list[ChecklistProof]]


def ready(session: Session, checklist: Checklist, *, at: datetime) -> Ready:
    """What would be sent of a checklist as its draft stands. Writes nothing."""
    laid = by_item(proofs.standing(session, checklist.id))
    dated = roc.plain(clock.local_date(at))
    found = judged(session, checklist, drafting.of(session, checklist), dated=dated, laid=laid)
    is_touched = found.draft.is_touched or proofs.changed(session, checklist.id)
    if not found.problems and checklist.state is ChecklistState.SENT_BACK and not is_touched:
        return replace(found, problems=[{"problem": "unchanged_page", "item": ""}])
    return found


def judged(
    session: Session,
    checklist: Checklist,
    draft: Draft,
    *,
    dated: str,
    laid: Mapping[str, list[ChecklistProof]],
    besides: Mapping[str, object] | None = None,
) -> Ready:
    """What a draft would be sent as, with the files `laid` beside its answers and what is told `besides` of the whole,
    and what stands against it. Writes nothing."""
    put = checklists.questions(session, checklist.id)
    form = drafting.as_form(draft, put, dated=dated)
    asked = {one.item_id: Asked.of(one.spec) for one in put}
    answers, told = form.answered({item: one.answer for item, one in asked.items()})
    problems = problems_of(form, answers, told)
    stops, warnings = without_evidence(put, answers, laid)
    data = _bytes(checklist, draft, form, answers, laid, besides or {})
    return Ready(draft, form, answers, data, hashlib.sha256(data).hexdigest(), problems + stops, warnings, laid)


def _bytes(
    checklist: Checklist,
    draft: Draft,
    form: ReturnedForm,
    answers: Mapping[str, FormAnswer],
    laid: Mapping[str, list[ChecklistProof]],
    besides: Mapping[str, object],
) -> bytes:
    """What is sent, as it is kept; `after` tells one sending from a later one that says the same."""
    told = {
        "checklist": checklist.id,
        "questions": checklist.questions_hash,
        "after": draft.after,
        "filler": form.filler,
        "date": form.date,
        "opinion": form.opinion,
        **besides,
        "answers": [
            {
                "item": one.code,
                "answer": kept_answer(one.value),
                "mended": one.mended,
                "remark": one.remark,
                "evidence": [proof.sha256 for proof in laid.get(one.code, ())],
            }
            for one in answers.values()
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def submit(
    session: Session, checklist_id: str, *, seen: str, person_id: str, at: datetime, sealed: bool = False
) -> int:
    """Enters what was shown to the sender (`seen`: its SHA-256) as the next return, and empties the draft; its version.
    `sealed`: the sender is the unit head and seals it (`sealing.seal`).

    The same again is answered as the first time. Raises Conflict where something stands against it, or where the draft
    or the checklist was changed since: then nothing is entered and the draft stays.
    """
    checklist = hold_as(session, checklist_id, Act.ANSWER_CHECKLIST, person_id, refusal=refusal(), at=at)
    known = checklists.returned_file(session, seen)
    if known is not None and known.checklist_id == checklist_id and known.version:
        return known.version
    if kept_out(checklist, campaigns.get(session, checklist.campaign_id)):
        raise Conflict(speak("本檢查表現不收件，無法送出", "no return is taken for this checklist now"))
    sent = ready(session, checklist, at=at)
    if sent.digest != seen or sent.problems:
        raise Conflict(speak("內容已更動，請檢視後再送出", "the content was changed; look at it and send again"))
    drafting.empty(session, sent.draft, at=at)
    came = Came(sent.data, sent.digest, CHANNEL, person_id, at, JSON, person_id if sealed else None)
    return enter(session, came, (sent.form, sent.answers), checklist, at).version or 0


def refusal() -> str:
    """What somebody is told who may not send."""
    return speak("檢查表僅得由受檢單位之窗口或主管送出", "only the unit's contact or head sends its checklist")
