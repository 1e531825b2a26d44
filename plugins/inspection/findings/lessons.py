"""What an officer's decision on a clue teaches, and the second look at a random part of the dismissals.

Lessons are for the whole agency and hold no text (`detection.traits`). Nothing is learned from what bears a national
secret's mark (no clue is drawn of it), from 檢舉 and 密碼, from shares of the ethics office, or from a project, which
is known to those in it alone (officer review A4).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.roles import on_behalf
from inspection.access.who import asking
from inspection.audit.events import Happening, record_all
from inspection.audit.steps import advance_all
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.findings.triage import require_judge
from inspection.language import speak
from inspection.model import Clue, Lesson
from inspection.model.lifecycle import ClueState
from inspection.rules.catalogue import Catalogue
from inspection.rules.triage import LessonRules
from inspection.store import campaigns, lessons
from inspection.store import clues as clue_rows
from inspection.store.once import insert_all_once
from inspection.vocabulary import Role


def teach(session: Session, decided: Sequence[Clue], *, catalogue: Catalogue, at: datetime) -> int:
    """Writes the lessons of clues just decided; returns how many there are. Twice is once.

    A dismissal teaches on grounds that speak of the content alone (`teaches` in `rules/triage.yaml`).
    """
    never = {one.id for one in catalogue.triage.lessons.never_from}
    fitting = [one for one in decided if not {one.topic, one.category} & never and _teaches(one, catalogue)]
    projects = {one for one in {clue.campaign_id for clue in fitting} if _is_project(session, one, catalogue)}
    kept = lessons.traits_of(session, [one for one in fitting if one.campaign_id not in projects]) if fitting else {}
    rows = [
        {
            "clue_id": one.id,
            "topic": one.topic,
            "likeness": one.likeness,
            "traits": kept[one.id],
            "dismissed": one.state is ClueState.DISMISSED,
            "taught_by": one.decided_by,
            "taught_at": at,
        }
        for one in fitting
        if one.id in kept
    ]
    return len(insert_all_once(session, Lesson, rows, keys=["clue_id", "taught_at"]))


def _teaches(one: Clue, catalogue: Catalogue) -> bool:
    if one.state is ClueState.CONFIRMED:
        return True
    ground = catalogue.triage.ground(one.ground or "")
    return one.state is ClueState.DISMISSED and ground is not None and ground.teaches


def _is_project(session: Session, campaign_id: str, catalogue: Catalogue) -> bool:
    return catalogue.campaign_kinds.rule(campaigns.get(session, campaign_id).kind).is_project


def draw_second_look(session: Session, dismissed: Sequence[Clue], rules: LessonRules) -> None:
    """Draws by chance which dismissals somebody else looks at again; nobody can tell beforehand which."""
    drawn = [one.id for one in dismissed if secrets.randbelow(100) < rules.looked_again_per_hundred]
    lessons.ask_second_look(session, [one.id for one in dismissed], drawn)


def look_again(
    session: Session, clue_ids: Sequence[int], *, agrees: bool, person_id: str, reason: str, at: datetime
) -> int:
    """Somebody else has read the files: agrees with the dismissals, or opens them anew; returns how many moved.

    What is opened anew waits like any clue, and its lesson is unlearned the next night. The same again changes nothing.
    Raises NotAllowed for whoever dismissed it, for others than the ethics head (unless the head dismissed it) and as
    triage does, Conflict for a clue not drawn or looked at already, BadSource without a reason.
    """
    if not reason.strip():
        raise BadSource(
            speak("複看意見未填", "the reason is missing"),
            remedy=speak(
                "請寫明開啟檔案後所見；勿填檔案內容或個人資料",
                "say what was seen in the file, no content and no personal data",
            ),
        )
    chosen = clue_rows.chosen(session, clue_ids)
    held = require_judge(session, chosen, person_id, at=at)
    mine = [one for one in chosen if one.looked_again_by != person_id or (one.state is ClueState.OPEN) is agrees]
    for one in mine:
        if not one.look_again or one.looked_again_at is not None or one.state is not ClueState.DISMISSED:
            raise Conflict(
                speak(
                    f"線索 {one.id} 未抽中複看，或已複看",
                    f"clue {one.id} was not drawn for a second look, or has had it",
                )
            )
        if not may_look_again(session, one, person_id, at=at):
            raise NotAllowed(
                speak(
                    "複看由政風室主任為之；主任自行判定者，由其他得判定之人為之",
                    "the ethics head looks again, or another who may judge where the head has dismissed it",
                )
            )
    if not mine:
        return 0
    ids = [one.id for one in mine]
    if lessons.note_second_look(session, ids, by=person_id, at=at) != len(ids):
        raise Conflict(
            speak(
                "所選線索中有已由他人複看者，請重新整理後再送",
                "somebody else has looked at one of these clues; look at the page again",
            )
        )
    details = {**on_behalf(person_id, held), "outcome": "agreed" if agrees else "opened"}
    happened = [Happening(("clue", str(one)), "looked_again", reason=reason, details=details) for one in ids]
    record_all(session, happened, at=at, actor=person_id)
    if not agrees:
        undecided = {"decided_by": None, "decided_reason": None, "decided_at": None, "ground": None}
        advance_all(session, mine, ClueState.OPEN, actor=person_id, at=at, reason=reason, values=undecided)
        lessons.unlearn(session, ids, at=at)
    return len(ids)


def may_look_again(session: Session, one: Clue, person_id: str, *, at: datetime) -> bool:
    """Whether this person is the one to look at a dismissal again."""
    if one.decided_by is None or person_id == one.decided_by:
        return False
    heads = frozenset({Role.ETHICS_HEAD})
    of_head = asking(session, one.decided_by, at=at).holding(heads) is not None
    return of_head or asking(session, person_id, at=at).holding(heads) is not None
