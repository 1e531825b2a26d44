"""Queries on corrections: which version is in force, what a crawl goes by, and which clues it lowered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Clue, Correction, CrawlRun, Hit
from inspection.model.lifecycle import ClueState, CorrectionState
from inspection.store.scope import Scope
from inspection.vocabulary import HitBasis


def get(session: Session, version: int) -> Correction:
    """A version; raises NotFound."""
    found = session.get(Correction, version)
    if found is None:
        raise NotFound(speak(f"語意比對修正沒有第{version}版", f"there is no version {version} of what was learned"))
    return found


def everything(session: Session) -> list[Correction]:
    """All versions, newest first."""
    return list(session.scalars(select(Correction).order_by(Correction.version.desc())))


def newest(session: Session) -> Correction | None:
    """The newest version, whatever became of it."""
    return session.scalars(select(Correction).order_by(Correction.version.desc()).limit(1)).first()


def in_state(session: Session, state: CorrectionState) -> Correction | None:
    """The newest version in a state."""
    query = select(Correction).where(Correction.state == state).order_by(Correction.version.desc())
    return session.scalars(query.limit(1)).first()


def in_force(session: Session) -> Correction | None:
    """The version crawls that begin now go by."""
    return in_state(session, CorrectionState.RELEASED)


def version_in_force(session: Session) -> int | None:
    """Its number."""
    row = in_force(session)
    return row.version if row is not None else None


def once_released(session: Session) -> list[Correction]:
    """Versions some crawl may still go by."""
    query = select(Correction).where(
        Correction.released_at.is_not(None), Correction.state != CorrectionState.TAKEN_BACK
    )
    return list(session.scalars(query.order_by(Correction.version)))


def of_crawl(session: Session, run: CrawlRun) -> Correction | None:
    """What the clues of a crawl are lowered by: the version in force when it began, as narrowed since; None where
    there was none, or it was taken back."""
    found = session.get(Correction, run.correction_version) if run.correction_version is not None else None
    while found is not None:
        if found.state is CorrectionState.TAKEN_BACK:
            return None
        narrower = session.scalars(
            select(Correction).where(Correction.narrows == found.version).order_by(Correction.version.desc()).limit(1)
        ).first()
        if narrower is None:
            return found
        found = narrower
    return None


def lowered_open(session: Session, *, size: int = 1000) -> Iterator[list[tuple[Clue, Hit, CrawlRun]]]:
    """Clues nobody has decided on that lessons have lowered, with hit and crawl, in batches by id."""
    query = (
        select(Clue, Hit, CrawlRun)
        .join(Hit, (Hit.crawled_file_id == Clue.crawled_file_id) & (Hit.basis == HitBasis.MEANING))
        .join(CrawlRun, (CrawlRun.campaign_id == Clue.campaign_id) & (CrawlRun.purpose == "campaign"))
        .where(Clue.state == ClueState.OPEN, Clue.read_strength > Clue.strength)
        .order_by(Clue.id)
        .limit(size)
    )
    after = 0
    while rows := [(clue, hit, run) for clue, hit, run in session.execute(query.where(Clue.id > after))]:
        yield rows
        after = rows[-1][0].id


def lowered_counts(session: Session, unit_id: str, whose: Scope) -> tuple[int, int]:
    """Of the open clues of a unit somebody may see: how many lessons lowered, and how many they would have but for the
    part that is shown all the same."""
    query = select(func.count(), func.sum(case((Clue.read_strength > Clue.strength, 1), else_=0))).where(
        Clue.unit_id == unit_id,
        Clue.state == ClueState.OPEN,
        Clue.read_strength.is_not(None),
        whose.where(Clue.unit_id, Clue.campaign_id),
    )
    spoken_against, lowered = session.execute(query).one()
    return int(lowered or 0), int(spoken_against) - int(lowered or 0)


def note_released(session: Session, version: int, *, at: datetime) -> None:
    """Keeps when a version came into force."""
    get(session, version).released_at = at
    session.flush()
