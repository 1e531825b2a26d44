"""Queries on 語意線索: what the second reading points at, apart from everything that is counted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Clue, CrawledFile, Hit, ShareRecord
from inspection.model.lifecycle import ClueState
from inspection.store.findings import Decided, by_newest_decision
from inspection.store.scope import Scope
from inspection.vocabulary import HitBasis, Verdict

# a file with a mark of its own, or with what a rule found, needs no clue
_WITHOUT_GROUND = (Verdict.CLEAN, Verdict.UNKNOWN)


def pages(
    session: Session, run_id: str, *, size: int = 1000
) -> Iterator[list[tuple[CrawledFile, ShareRecord, list[Hit]]]]:
    """Files of a crawl with a clue and nothing else, each with it and its share; a statement for each `size` files."""
    after = 0
    while True:
        query = (
            select(CrawledFile, ShareRecord, Hit)
            .join(ShareRecord, ShareRecord.id == CrawledFile.share_id)
            .join(Hit, Hit.crawled_file_id == CrawledFile.id)
            .where(
                CrawledFile.run_id == run_id,
                CrawledFile.verdict.in_(_WITHOUT_GROUND),
                Hit.basis == HitBasis.MEANING,
                CrawledFile.id > after,
            )
            .order_by(CrawledFile.id)
            .limit(size)
        )
        found = [(file, share, [hit]) for file, share, hit in session.execute(query)]
        if found:
            yield found
        if len(found) < size:
            return
        after = found[-1][0].id


def decided_of(session: Session, likenesses: Collection[str], *, campaign_id: str) -> dict[str, Decided]:
    """The newest decision on the clue in each of some contents, as `findings.decided_of` tells those on 疑似事項."""
    ranked = by_newest_decision(Clue, likenesses, campaign_id=campaign_id)
    query = (
        select(Clue, CrawledFile.share_id, CrawledFile.broad_readers)
        .join(ranked, ranked.c.id == Clue.id)
        .join(CrawledFile, CrawledFile.id == Clue.crawled_file_id)
        .where(ranked.c.place == 1)
    )
    return {
        one.likeness: Decided(
            one.state is ClueState.DISMISSED,
            one.decided_by,
            one.decided_reason,
            one.decided_at,
            one.ground,
            one.unit_id,
            share_id,
            frozenset({one.topic}),
            frozenset(),
            frozenset(broad_readers or ()),
        )
        for one, share_id, broad_readers in session.execute(query)
    }


def chosen(session: Session, clue_ids: Sequence[int]) -> list[Clue]:
    """Clues by ids, each once, in the order given; raises NotFound for one there is not."""
    wanted = list(dict.fromkeys(clue_ids))
    found = {one.id: one for one in session.scalars(select(Clue).where(Clue.id.in_(wanted)))}
    missing = [one for one in wanted if one not in found]
    if missing:
        raise NotFound(speak(f"查無語意線索 {missing[0]}", f"clue {missing[0]} does not exist"))
    return [found[one] for one in wanted]


def of_campaign(session: Session, campaign_id: str) -> list[Clue]:
    """All clues of a campaign, by unit, the strong ones first."""
    query = select(Clue).where(Clue.campaign_id == campaign_id)
    return list(session.scalars(query.order_by(Clue.unit_id, Clue.strength.desc(), Clue.id)))


def open_of(session: Session, unit_id: str, whose: Scope, *, size: int) -> list[Clue]:
    """The clues of a unit nobody has decided on and somebody may see, the strong ones first, oldest campaign first: at
    most `size`."""
    query = select(Clue).where(_open(unit_id, whose))
    return list(session.scalars(query.order_by(Clue.strength.desc(), Clue.campaign_id, Clue.id).limit(size)))


def open_among(session: Session, unit_id: str, whose: Scope, ids: Collection[int]) -> set[int]:
    """Which of some clues are of a unit, undecided, and may be seen by somebody."""
    return set(session.scalars(select(Clue.id).where(Clue.id.in_(ids), _open(unit_id, whose))))


def _open(unit_id: str, whose: Scope) -> ColumnElement[bool]:
    return and_(Clue.unit_id == unit_id, Clue.state == ClueState.OPEN, whose.where(Clue.unit_id, Clue.campaign_id))


def open_counts(session: Session, whose: Scope) -> dict[str, int]:
    """How many clues nobody has decided on and somebody may see, by unit."""
    query = select(Clue.unit_id, func.count()).where(
        Clue.state == ClueState.OPEN, whose.where(Clue.unit_id, Clue.campaign_id)
    )
    rows = session.execute(query.group_by(Clue.unit_id).order_by(Clue.unit_id))
    return {unit: int(count) for unit, count in rows}


def files(session: Session, clues: Sequence[Clue]) -> dict[int, tuple[CrawledFile, ShareRecord, Hit]]:
    """The file, share and hit behind each of some clues, by the clue's id."""
    found: dict[int, tuple[CrawledFile, ShareRecord, Hit]] = {}
    ids = [one.id for one in clues]
    for start in range(0, len(ids), 500):
        query = (
            select(Clue.id, CrawledFile, ShareRecord, Hit)
            .join(CrawledFile, CrawledFile.id == Clue.crawled_file_id)
            .join(ShareRecord, ShareRecord.id == CrawledFile.share_id)
            .join(Hit, (Hit.crawled_file_id == CrawledFile.id) & (Hit.basis == HitBasis.MEANING))
            .where(Clue.id.in_(ids[start : start + 500]))
        )
        found |= {one: (file, share, hit) for one, file, share, hit in session.execute(query)}
    return found
