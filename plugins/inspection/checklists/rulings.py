"""The review statement by statement: accepted, returned with a reason, or taken back.

The states of a checklist follow from these rows: 審查完成 is every statement accepted, 退回補正 goes by those returned.
Of two officers at once the second is told, by the state each had before them and by the conditional UPDATE.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.policy import Act, require_role
from inspection.access.roles import on_behalf
from inspection.audit.steps import advance, advance_all
from inspection.checklists.entering import hold_as
from inspection.errors import BadSource, Conflict
from inspection.language import speak
from inspection.model import Checklist, ItemRuling
from inspection.model.lifecycle import ChecklistState, RulingState
from inspection.store import checklists, rulings

LONGEST_REASON = 2000
OPEN, ACCEPTED, RETURNED = RulingState.OPEN, RulingState.ACCEPTED, RulingState.RETURNED


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is said of one statement. `seen`: the state its author had before them, None where none was shown."""

    item_id: str
    state: RulingState
    reason: str = ""
    seen: RulingState | None = None


def refusal() -> str:
    """What somebody is told who may not review."""
    return speak(
        "送回之檢查表僅得由政風室，或該單位之檢查員審查；政風室自己之檢查表，由檢查計畫指定之政風室以外人員審查",
        "only the ethics office, or the inspector named for the unit, reviews returned checklists; that of the ethics "
        "office itself is reviewed by whom the plan names from outside it",
    )


def rule(
    session: Session,
    checklist_id: str,
    said: Sequence[Ruling],
    *,
    person_id: str,
    version: int | None = None,
    at: datetime,
) -> int:
    """Rules on single statements, all or none; how many are new. The same again changes nothing. Once every statement
    is accepted, so is the checklist.

    Raises NotAllowed, BadSource for a statement that is not on the form or a return without reason, Conflict where the
    form is not to be reviewed now, a newer return than `version` has come, or another officer ruled otherwise.
    """
    checklist = hold_as(session, checklist_id, Act.REVIEW_CHECKLIST, person_id, refusal=refusal(), at=at)
    held = require_role(session, person_id, Act.REVIEW_CHECKLIST, checklist, at=at, refusal=refusal())
    positions = {one.item_id: one.position for one in checklists.questions(session, checklist_id)}
    _refuse_unfit(checklist_id, said, positions)
    newest = checklists.newest_version(session, checklist_id)
    if checklist.state is not ChecklistState.RETURNED or version not in {None, newest}:
        raise Conflict(
            speak("本檢查表現不在審查中，或單位已另送新版", "the form is not under review now, or a newer return came")
        )
    rulings.begin(session, [(checklist_id, item, newest) for item in positions])
    stands = rulings.of(session, checklist_id)
    fresh = [one for one in said if _is_new(one, stands[one.item_id], positions[one.item_id])]
    acting = on_behalf(person_id, held)
    again = [stands[one.item_id] for one in fresh if OPEN not in {one.state, stands[one.item_id].state}]
    _move(session, again, OPEN, "", newest, acting=acting, person_id=person_id, at=at)
    by_kind: dict[tuple[RulingState, str], list[ItemRuling]] = {}
    for one in fresh:
        reason = one.reason.strip() if one.state is RETURNED else ""
        by_kind.setdefault((one.state, reason), []).append(stands[one.item_id])
    for (state, reason), rows in by_kind.items():
        _move(session, rows, state, reason, newest, acting=acting, person_id=person_id, at=at)
    if all(one.state is ACCEPTED for one in stands.values()):
        complete(session, checklist, acting, person_id=person_id, at=at)
    return len(fresh)


def complete(
    session: Session, checklist: Checklist, acting: Mapping[str, object], *, person_id: str, at: datetime
) -> None:
    """審查完成: what follows from every statement being accepted."""
    advance(session, checklist, ChecklistState.ACCEPTED, actor=person_id, at=at, details=dict(acting))
    checklist.accepted_at = at
    session.flush()


def _refuse_unfit(checklist_id: str, said: Sequence[Ruling], positions: Mapping[str, int]) -> None:
    unknown = [one.item_id for one in said if one.item_id not in positions]
    if unknown or not said:
        raise BadSource(
            speak(
                f"檢查表 {checklist_id} 沒有項目 {'、'.join(unknown) or '—'}",
                f"checklist {checklist_id} has no items {', '.join(unknown) or '—'}",
            ),
            remedy=speak("請指明項目", "name its items"),
        )
    for one in said:
        if one.state is RETURNED and not 0 < len(one.reason.strip()) <= LONGEST_REASON:
            raise BadSource(
                speak("退回理由未填，或過長", "the reason is missing, or too long"),
                place=speak(f"第{positions[one.item_id]}項", f"item {one.item_id}"),
                remedy=speak(
                    f"請寫明須補正之處（{LONGEST_REASON:,}字以內）",
                    f"say what must be corrected, in at most {LONGEST_REASON:,} characters",
                ),
            )


def _is_new(said: Ruling, stands: ItemRuling, position: int) -> bool:
    """Whether a ruling changes something. Raises Conflict where its author did not see what stands."""
    if said.state is stands.state and (said.state is not RETURNED or said.reason.strip() == stands.reason):
        return False
    if stands.state is (OPEN if said.seen is None else said.seen) or (said.seen is None and said.state is OPEN):
        return True
    raise Conflict(
        speak(
            f"第{position}項他人已先審查，請依最新內容再審",
            f"another officer has ruled on item {said.item_id} already; look at it again",
        )
    )


def _move(
    session: Session,
    rows: Sequence[ItemRuling],
    state: RulingState,
    reason: str,
    version: int,
    *,
    acting: Mapping[str, object],
    person_id: str,
    at: datetime,
) -> None:
    values = {"reason": reason, "version": version, "ruled_by": person_id, "ruled_at": at, "lapsed_version": None}
    details: dict[str, object] = {**acting, "version": version}
    advance_all(session, rows, state, actor=person_id, at=at, reason=reason or None, details=details, values=values)
