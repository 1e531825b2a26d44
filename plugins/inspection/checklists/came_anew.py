"""What a new return does to what the review said of the one before: what was returned waits again, and what was
accepted stays so unless its answer was changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from inspection.audit.steps import advance_all
from inspection.model import Checklist
from inspection.model.lifecycle import ChecklistState, RulingState
from inspection.store import checklists, proofs, rulings


def changed_items(session: Session, checklist_id: str, version: int) -> set[str]:
    """Statements of which a return says otherwise than the one before, by answer, remark or files of evidence."""
    now, before = (_of_version(session, checklist_id, one) for one in (version, version - 1))
    return {item for item, said in now.items() if said != before.get(item)}


def _of_version(session: Session, checklist_id: str, version: int) -> dict[str, object]:
    laid: dict[str, list[int]] = {}
    for proof in proofs.of_version(session, checklist_id, version):
        laid.setdefault(proof.item_id, []).append(proof.id)
    given = checklists.answers(session, checklist_id, version) if version else []
    return {one.item_id: (one.value, one.mended, one.remark, laid.get(one.item_id, [])) for one in given}


def review_again(session: Session, checklist: Checklist, version: int, *, actor: str, at: datetime) -> None:
    """Lets wait again what a new return (still to be stepped to) brings before the reviewers once more. A changed
    answer loses its acceptance; its row tells by which return."""
    stands = rulings.of(session, checklist.id).values()
    if not stands:
        return
    changed, was_out = changed_items(session, checklist.id, version), checklist.state is ChecklistState.SENT_BACK
    lapsed = [one for one in stands if one.state is RulingState.ACCEPTED and one.item_id in changed]
    back = [one for one in stands if one.state is RulingState.RETURNED and (was_out or one.item_id in changed)]
    details: dict[str, object] = {"version": version}
    values: dict[str, Any] = {"reason": "", "ruled_by": None, "ruled_at": None}
    for rows, lapsed_version in ((lapsed, version), (back, None)):
        given = {**values, "lapsed_version": lapsed_version}
        advance_all(session, rows, RulingState.OPEN, actor=actor, at=at, details=details, values=given)
