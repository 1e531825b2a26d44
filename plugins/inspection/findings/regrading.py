"""What lessons do to clues: at most one grade less when they are drawn, and all of it back when lessons fall."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy.orm import Session

from inspection.detection.correction import Correction as Weights
from inspection.model import CrawlRun, Hit
from inspection.rules.triage import LessonRules
from inspection.store import corrections


@dataclass(frozen=True, slots=True)
class Graded:
    """The grade a clue is listed with; `read` is the model's own where lessons speak against it, else None.

    Of those lowered a random part keeps the model's grade all the same (officer review A4): then both are equal.
    """

    strength: int
    read: int | None = None


class Grading:
    """The grades of a crawl's clues by the version it goes by."""

    def __init__(self, session: Session, run: CrawlRun, rules: LessonRules) -> None:
        version = corrections.of_crawl(session, run)
        self._weights = Weights.of_content(version.content) if version is not None else None
        self._shown_anyway = rules.shown_anyway_per_hundred

    def of(self, hit: Hit) -> Graded:
        """The grade of what the second reading said; a rule's hit never comes here."""
        assert hit.strength is not None
        if self._weights is None:
            return Graded(hit.strength)
        strength = self._weights.strength(hit.detector, hit.strength, hit.traits)
        if strength == hit.strength:
            return Graded(hit.strength)
        if secrets.randbelow(100) < self._shown_anyway:
            strength = hit.strength
        return Graded(strength, hit.strength)


def regrade(session: Session) -> int:
    """Gives open clues back the grade lessons took, where none that stands takes it any more; returns how many."""
    raised, by_run = 0, dict[str, Weights | None]()
    for batch in corrections.lowered_open(session):
        for clue, hit, run in batch:
            if run.id not in by_run:
                version = corrections.of_crawl(session, run)
                by_run[run.id] = Weights.of_content(version.content) if version is not None else None
            weights, read = by_run[run.id], clue.read_strength
            assert read is not None
            if weights is None or weights.strength(hit.detector, read, hit.traits) == read:
                clue.strength, clue.read_strength = read, None
                raised += 1
        session.flush()
    return raised
