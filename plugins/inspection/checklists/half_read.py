"""What was read of a returned form that could not be taken is laid into the unit's draft: only the rest is asked again.

It is laid where nothing was typed; what somebody typed on the page stands (research workflow 5.2, "we read this").
Only a form of ours, of which single statements lack something, is laid there: never one that was changed, is damaged,
comes too late or too early.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.checklists import draft as drafting
from inspection.checklists.draft import FILLER, OPINION, Change
from inspection.checklists.entering import LONGEST_NAME, LONGEST_REMARK
from inspection.documents.returned import FormAnswer, ReturnedForm
from inspection.model import Checklist, ChecklistQuestion


def lay(
    session: Session,
    checklist: Checklist,
    put: Sequence[ChecklistQuestion],
    given: tuple[ReturnedForm, Mapping[str, FormAnswer]],
    *,
    actor: str,
    at: datetime,
) -> None:
    """Lays what was read into the fields of the draft in which nothing is typed. Again changes nothing."""
    form, answers = given
    read = {FILLER: form.filler[:LONGEST_NAME], OPINION: form.opinion}
    for question in put:
        answer = answers.get(question.item_id)
        if answer is not None:
            read |= drafting.texts_of(question, answer.value, mended=answer.mended, remark=answer.remark)
    draft = drafting.of(session, checklist, put)
    typed = {*draft.by, *draft.overtaken}
    changes = [
        Change(name, drafting.one_line_end(text), draft.digest(name))
        for name, text in read.items()
        if name not in typed and text.strip() and len(text) <= LONGEST_REMARK
    ]
    drafting.merge(session, checklist, changes, person_id=actor, at=at, put=put, laid=True)
