"""Ends a crawl: figures of coverage per share, and whether every share was seen to its end."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.audit.steps import advance
from inspection.model import CrawlRun, CrawlShare
from inspection.model.lifecycle import CrawlState
from inspection.store import crawl_folders, crawls
from inspection.vocabulary import OUT_OF_REACH, ReadReason, ReadStatus

WAITING = "waiting"
IN_PART = "read_in_part"  # a page or part nobody could read: such a file is never counted among those read
Figures = dict[tuple[ReadStatus | None, ReadReason | None, bool], int]


def open_reading(session: Session, run_id: str, *, at: datetime) -> list[str]:
    """Moves a crawl from listing to reading; returns the ids of the shards still to be read, in order.

    Called again, also for a crawl that ended incomplete, it returns what is left; an incomplete crawl opens anew
    only where something is left to read.
    """
    found = crawls.run(session, run_id, lock=True)
    left = crawls.unfinished_shards(session, run_id)
    if found.state is CrawlState.LISTING or (found.state is CrawlState.INCOMPLETE and left):
        advance(session, found, CrawlState.READING, actor=found.account, at=at)
        found.closed_at = None
    return left


def finish(session: Session, run_id: str, at: datetime) -> CrawlRun:
    """Counts what was seen and read, and closes the crawl.

    It is COMPLETE where every share was listed, or left out by a switch, and every file has its outcome, be it a
    reason; else INCOMPLETE.
    A share is `complete` only where, beyond that, nothing was refused, locked or out of reach: only such a share
    may ever close anything. Called twice it changes nothing.
    """
    found = crawls.run(session, run_id, lock=True)
    if found.state is CrawlState.COMPLETE:
        return found
    open_reading(session, run_id, at=at)
    shares = recount(session, run_id)
    ended = all(_ended(share) for share in shares)
    if found.state is CrawlState.INCOMPLETE:
        if not ended:
            return found
        advance(session, found, CrawlState.READING, actor=found.account, at=at)
    if ended:
        crawl_folders.note_calm(session, run_id)
    advance(
        session,
        found,
        CrawlState.COMPLETE if ended else CrawlState.INCOMPLETE,
        actor=found.account,
        at=at,
        details={"files": sum(share.seen for share in shares), "count": len(shares)},
    )
    found.closed_at = at
    session.flush()
    return found


def recount(session: Session, run_id: str) -> list[CrawlShare]:
    """Counts the coverage of each share as its files stand now: also when pictures were recognised after the end."""
    figures: dict[str, Figures] = defaultdict(dict)
    for share_id, status, reason, in_part, files in crawls.coverage(session, run_id):
        figures[share_id][status, reason, in_part] = figures[share_id].get((status, reason, in_part), 0) + files
    shares = crawls.shares_of(session, run_id)
    for share in shares:
        _count(share, figures[share.share_id])
    return shares


def _ended(share: CrawlShare) -> bool:
    settled = share.listed or share.reason is ReadReason.EXCLUDED
    return settled and WAITING not in share.unreadable


def _count(share: CrawlShare, figures: Figures) -> None:
    share.seen = sum(figures.values())
    reasons: dict[str, int] = defaultdict(int)
    share.scanned = 0
    for (status, reason, in_part), files in figures.items():
        if in_part:
            reasons[IN_PART] += files
        elif status is ReadStatus.SCANNED:
            share.scanned += files
        else:
            reasons[reason.value if reason else WAITING] += files
    share.unreadable = dict(sorted(reasons.items()))
    left_out = {reason.value for reason in OUT_OF_REACH} | {WAITING}
    share.complete = share.listed and not share.folders_refused and not left_out & set(reasons)
