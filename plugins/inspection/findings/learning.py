"""The night's learning: what all standing lessons teach together, tried on the shipped papers, kept as a version.

It learns anew from all of them each night, so that a corrected decision leaves nothing behind. A version takes effect
only when it is released (`findings.corrections`), but for one thing that waits for nobody: where a lesson behind the
version in force no longer stands, that version is narrowed the same night to what it and the new learning both lower.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from inspection.approvals.consult import void
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.detection.correction import Content, Demands, Taught, learn
from inspection.detection.correction import Correction as Weights
from inspection.detection.meaning import STRONG
from inspection.detection.traits import bucket, buckets_of
from inspection.documents.render import fingerprint
from inspection.errors import Conflict
from inspection.findings.regrading import regrade
from inspection.language import speak
from inspection.model import Correction, Lesson
from inspection.model.lifecycle import ApprovalState, CorrectionState
from inspection.rules.catalogue import Catalogue
from inspection.rules.lesson_papers import LessonPaper, shipped_papers
from inspection.rules.meaning import shipped_meaning
from inspection.store import approvals, corrections, lessons
from inspection.store.once import insert_once

KIND = "lessons"
SUSPECTED = 2


@dataclass(frozen=True, slots=True)
class Night:
    """What a night brought: the version learned and the one narrowed, where there are, and how many lessons stand."""

    learned: int | None
    narrowed: int | None
    lessons: int


@dataclass(frozen=True, slots=True)
class _Outcome:
    content: Content
    figures: dict[str, Any]
    lesson_ids: list[int]


def learn_tonight(session: Session, *, catalogue: Catalogue, key: bytes, actor: str, at: datetime) -> Night:
    """Learns from all lessons that stand; a version is written only where it says something new. Twice is once.

    `key` is the one the crawl keeps bits by. While a version lies before the head no other is made, unless one of its
    lessons fell: then its request is voided. Raises Conflict where another learning runs at the same time.
    """
    outcome = _outcome(lessons.standing(session), catalogue, key)
    narrowed = _narrow(session, outcome, actor=actor, at=at)
    laid = corrections.in_state(session, CorrectionState.LAID)
    if laid is not None and (not _lost(laid, outcome) or outcome.content == laid.content):
        return Night(None, narrowed, len(outcome.lesson_ids))
    if laid is not None:
        _withdraw(session, laid, actor=actor, at=at)
    waiting = corrections.in_state(session, CorrectionState.LEARNED)
    standing = waiting or corrections.in_force(session) or corrections.newest(session)
    if outcome.content == (standing.content if standing else {}):
        return Night(None, narrowed, len(outcome.lesson_ids))
    if waiting is not None:
        advance(session, waiting, CorrectionState.SUPERSEDED, actor=actor, at=at)
    if not outcome.content:
        return Night(None, narrowed, len(outcome.lesson_ids))
    learned = _write(session, outcome, CorrectionState.LEARNED, actor=actor, at=at)
    return Night(learned.version, narrowed, len(outcome.lesson_ids))


def _narrow(session: Session, outcome: _Outcome, *, actor: str, at: datetime) -> int | None:
    """Takes from the version in force what rests on lessons that fell; it then only shows more, so nobody is asked."""
    current = corrections.in_force(session)
    if current is None or not _lost(current, outcome):
        return None
    both = Weights.of_content(current.content).narrowed_by(Weights.of_content(outcome.content)).as_content()
    left = [one for one in current.lesson_ids if one in set(outcome.lesson_ids)]
    if both == current.content and left == current.lesson_ids:
        return None
    rest = _Outcome(both, current.figures, left)
    advance(session, current, CorrectionState.SUPERSEDED, actor=actor, at=at)
    row = _write(session, rest, CorrectionState.RELEASED, actor=actor, at=at, narrows=current.version)
    regrade(session)
    return row.version


def _lost(version: Correction, outcome: _Outcome) -> bool:
    return bool(set(version.lesson_ids) - set(outcome.lesson_ids))


def _withdraw(session: Session, laid: Correction, *, actor: str, at: datetime) -> None:
    asked = approvals.latest(session, (KIND, str(laid.version)))
    if asked is not None and asked.state is ApprovalState.PENDING:
        void(session, asked, actor=actor, at=at, reason=speak("內容已變更", "content changed"))
    advance(session, laid, CorrectionState.SUPERSEDED, actor=actor, at=at)


def _write(
    session: Session,
    outcome: _Outcome,
    state: CorrectionState,
    *,
    actor: str,
    at: datetime,
    narrows: int | None = None,
) -> Correction:
    before = corrections.newest(session)
    version = before.version + 1 if before else 1
    values = {
        "version": version,
        "state": state,
        "content": outcome.content,
        "figures": outcome.figures,
        "content_hash": fingerprint({"content": outcome.content, "figures": outcome.figures}),
        "lesson_ids": outcome.lesson_ids,
        "learned_at": at,
        "narrows": narrows,
        "released_at": at if state is CorrectionState.RELEASED else None,
    }
    if not insert_once(session, Correction, values, keys=["version"]):
        raise Conflict(speak("另一次學習正在進行，請稍後再執行", "another learning is at work; try again later"))
    row = corrections.get(session, version)
    record(
        session,
        at=at,
        actor=actor,
        subject=("correction", str(version)),
        action="narrowed" if narrows else "learned",
        states=(None, state.value),
        details={"count": len(outcome.lesson_ids), "content_hash": row.content_hash},
    )
    return row


def _outcome(standing: Sequence[Lesson], catalogue: Catalogue, key: bytes) -> _Outcome:
    rules, model = catalogue.triage.lessons, shipped_meaning()
    never = {one.id for one in rules.never_from}
    # of equal content the last word counts, and copies teach once
    last = {(one.topic, one.likeness): one for one in standing if one.topic not in never}
    taught = [Taught(one.topic, buckets_of(one.traits), one.dismissed, one.taught_by) for one in last.values()]
    bit_of = {number: bucket(phrase, key) for number, phrase in enumerate(model.phrases)}
    known, tried = _halves(shipped_papers())
    demands = Demands(rules.fewest_lessons, rules.fewest_people, rules.most_lost_per_hundred)
    bits = partial(_bits, bit_of)
    topics = {}
    for topic in sorted({one.topic for one in taught}):
        own = [one for one in taught if one.topic == topic]
        against, trial = (
            [bits(one) for one in half if one.sensitive and one.topic == topic] for half in (known, tried)
        )
        if (found := learn(own, against, trial, demands)) is not None:
            topics[topic] = found
    correction = Weights(topics)
    content = correction.as_content()
    figures = _figures(correction, taught, tried, bits)
    return _Outcome(content, figures, [one.id for one in standing if one.topic not in never])


def _halves(papers: Sequence[LessonPaper]) -> tuple[list[LessonPaper], list[LessonPaper]]:
    """The shipped papers that stand against the lessons, and those on which the outcome is tried."""
    return list(papers[::2]), list(papers[1::2])


def _bits(bit_of: dict[int, int], paper: LessonPaper) -> frozenset[int]:
    return frozenset(bit_of[number] for number in paper.told)


def _figures(
    correction: Weights,
    taught: Sequence[Taught],
    tried: Sequence[LessonPaper],
    bits: Callable[[LessonPaper], frozenset[int]],
) -> dict[str, Any]:
    """Before and after: shipped papers that count as suspected, and the agency's own lessons that lose a grade."""

    def suspected(sensitive: bool) -> dict[str, int]:
        chosen = [one for one in tried if one.sensitive is sensitive]
        after = [correction.lowered(one.topic, one.strength, bits(one)) for one in chosen]
        return {
            "papers": len(chosen),
            "before": sum(one.strength >= SUSPECTED for one in chosen),
            "after": sum(strength >= SUSPECTED for strength in after),
        }

    def own(dismissed: bool) -> dict[str, int]:
        chosen = [one for one in taught if one.dismissed is dismissed]
        lowered = [correction.lowered(one.topic, STRONG, one.buckets) < STRONG for one in chosen]
        return {"papers": len(chosen), "lowered": sum(lowered)}

    return {
        "sensitive": suspected(True),
        "harmless": suspected(False),
        "dismissed": own(True),
        "confirmed": own(False),
        "people": len({one.by for one in taught}),
    }
