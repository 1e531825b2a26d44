"""What a filed campaign may lose, and the statements that take it away: each asks anew whether it still may.

Whatever is taken is taken a batch at a time by its keys, so that neither memory nor locks grow with a campaign.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from inspection.model import (
    Campaign,
    Clue,
    CrawledFile,
    CrawlFolder,
    CrawlRun,
    CrawlShare,
    Event,
    Hit,
    LegalHold,
    ShareRecord,
    StageRun,
    Suspicion,
)
from inspection.model.lifecycle import CampaignState, CrawlState
from inspection.store.once import rows_touched
from inspection.vocabulary import RetentionClass

LISTS_FOR = timedelta(days=30)
"""A crawl that lists for longer than this was given up; until then it may compare with any before it."""

Place = tuple[str, str]
"""Share and key of a file: the order in which a crawl's rows are gone through."""


def standing_hold(session: Session, campaign_id: str) -> LegalHold | None:
    """The hold that stands on a campaign, as it is now."""
    query = select(LegalHold).where(LegalHold.campaign_id == campaign_id, LegalHold.lifted_at.is_(None))
    return session.scalars(query.execution_options(populate_existing=True)).first()


def held(session: Session) -> set[str]:
    """The campaigns on which a hold stands."""
    return set(session.scalars(select(LegalHold.campaign_id).where(LegalHold.lifted_at.is_(None))))


def filed(session: Session) -> list[Campaign]:
    """Every campaign that is 已歸檔, longest ago first."""
    query = select(Campaign).where(Campaign.state == CampaignState.ARCHIVED)
    return list(session.scalars(query.order_by(Campaign.archived_at, Campaign.id)))


def settled_at(session: Session, campaign_id: str) -> datetime | None:
    """When a campaign was settled (列管結清), by its event."""
    query = select(func.max(Event.at)).where(
        Event.subject_kind == Campaign.__tablename__,
        Event.subject_id == campaign_id,
        Event.to_state == CampaignState.CLOSED.value,
    )
    return session.scalar(query)


def runs(session: Session, campaign_id: str) -> list[str]:
    """The crawls of a campaign by id, oldest first."""
    query = select(CrawlRun.id).where(CrawlRun.campaign_id == campaign_id)
    return list(session.scalars(query.order_by(CrawlRun.opened_at, CrawlRun.id)))


def is_compared_with(session: Session, run_id: str, *, at: datetime) -> bool:
    """Whether a later crawl would be compared with this one: of a share still in use it is the newest that is whole, or
    a crawl is listing just now and may have chosen it."""
    later, covered = aliased(CrawlRun), aliased(CrawlShare)
    opened_at = select(CrawlRun.opened_at).where(CrawlRun.id == run_id).scalar_subquery()
    newer = (
        select(later.id)
        .join(covered, covered.run_id == later.id)
        .where(
            covered.share_id == CrawlShare.share_id,
            covered.listed,
            later.state == CrawlState.COMPLETE,
            later.opened_at > opened_at,
        )
    )
    newest = select(CrawlShare.share_id).join(ShareRecord, ShareRecord.id == CrawlShare.share_id)
    newest = newest.where(CrawlShare.run_id == run_id, CrawlShare.listed, ShareRecord.active, ~newer.exists())
    listing = select(CrawlRun.id).where(CrawlRun.state == CrawlState.LISTING, CrawlRun.opened_at > at - LISTS_FOR)
    return bool(session.scalar(select(or_(newest.exists(), listing.exists()))))


def note_gone(session: Session, campaign_id: str, run_id: str, *, at: datetime) -> None:
    """Says of a crawl that it lacks rows from now on, before the first is taken; said once."""
    mine = update(CrawlRun).where(CrawlRun.id == run_id, CrawlRun.rows_gone_at.is_(None), _may_go(campaign_id))
    rows_touched(session, mine.values(rows_gone_at=at))


def _may_go(campaign_id: str) -> ColumnElement[bool]:
    """Filed and not held, asked within the statement that takes something away."""
    stands = exists().where(LegalHold.campaign_id == Campaign.id, LegalHold.lifted_at.is_(None))
    return exists().where(Campaign.id == campaign_id, Campaign.state == CampaignState.ARCHIVED, ~stands)


def _is_named() -> ColumnElement[bool]:
    """A file a 疑似事項 or a clue is about: its row stays, with hash and dates."""
    return or_(
        exists().where(Suspicion.crawled_file_id == CrawledFile.id),
        exists().where(Clue.crawled_file_id == CrawledFile.id),
    )


def _stands_for_others() -> ColumnElement[bool]:
    """A file in whose row a later crawl's unchanged folder stands (decision 0042)."""
    return exists().where(
        CrawlFolder.source_id == CrawledFile.run_id,
        CrawlFolder.run_id != CrawledFile.run_id,
        CrawlFolder.share_id == CrawledFile.share_id,
        CrawlFolder.folder_key == CrawledFile.folder_key,
    )


def _idle_rows(run_id: str) -> ColumnElement[bool]:
    inner = aliased(CrawledFile)
    return and_(
        CrawledFile.run_id == run_id,
        ~_is_named(),
        ~_stands_for_others(),
        ~exists().where(inner.outer_id == CrawledFile.id),
        ~exists().where(Hit.crawled_file_id == CrawledFile.id),
    )


def _with_hits(run_id: str) -> ColumnElement[bool]:
    return and_(CrawledFile.run_id == run_id, exists().where(Hit.crawled_file_id == CrawledFile.id))


def _with_place(run_id: str) -> ColumnElement[bool]:
    return and_(CrawledFile.run_id == run_id, _is_named(), CrawledFile.path_shown != "")


WANTED = {
    RetentionClass.CRAWL_ROWS: _idle_rows,
    RetentionClass.EXCERPTS: _with_hits,
    RetentionClass.PLACES: _with_place,
}
"""By class, of which files of a crawl something goes: those nothing rests on; those in which something was found; those
疑似事項 or clues are about and whose path still stands."""


def to_go(
    session: Session, kind: RetentionClass, run_id: str, *, after: Place | None, size: int
) -> list[tuple[int, Place]]:
    """The next files of a crawl of which something goes, each (id, place), in the order of places."""
    query = select(CrawledFile.id, CrawledFile.share_id, CrawledFile.path_key).where(WANTED[kind](run_id))
    place = tuple_(CrawledFile.share_id, CrawledFile.path_key)
    if after is not None:
        query = query.where(place > after)
    query = query.order_by(CrawledFile.share_id, CrawledFile.path_key).limit(size)
    return [(row[0], (row[1], row[2])) for row in session.execute(query)]


def number_to_go(session: Session, kind: RetentionClass, campaign_id: str, run_ids: Sequence[str]) -> int:
    """Of how many files of some crawls something would go by a first pass; of `RUNS`, how many rows of the campaign."""
    if kind is RetentionClass.RUNS:
        query = select(func.count()).select_from(StageRun).where(StageRun.campaign_id == campaign_id)
        return session.scalar(query) or 0
    counts = (select(func.count()).select_from(CrawledFile).where(WANTED[kind](one)) for one in run_ids)
    return sum(session.scalar(query) or 0 for query in counts)


def drop_rows(session: Session, campaign_id: str, file_ids: list[int]) -> int:
    """Takes away rows of files, of those given that are still there and idle; how many."""
    return rows_touched(
        session, delete(CrawledFile).where(CrawledFile.id.in_(file_ids), ~_is_named(), _may_go(campaign_id))
    )


def drop_hits(session: Session, campaign_id: str, file_ids: list[int]) -> int:
    """Takes away what was found in files; how many rows."""
    return rows_touched(session, delete(Hit).where(Hit.crawled_file_id.in_(file_ids), _may_go(campaign_id)))


def blank_places(session: Session, campaign_id: str, file_ids: list[int]) -> int:
    """Takes the path out of rows of files; key, hash and dates stay. How many were met."""
    mine = update(CrawledFile).where(CrawledFile.id.in_(file_ids), CrawledFile.path_shown != "", _may_go(campaign_id))
    return rows_touched(session, mine.values(path_shown="", path_sealed=b""))


def drop_folders(session: Session, campaign_id: str, run_id: str, *, size: int) -> int:
    """Takes away folders of a crawl as it listed them; how many, at most `size`."""
    few = select(CrawlFolder.share_id, CrawlFolder.folder_key).where(CrawlFolder.run_id == run_id).limit(size)
    keys = [tuple(row) for row in session.execute(few)]
    if not keys:
        return 0
    mine = delete(CrawlFolder).where(
        CrawlFolder.run_id == run_id,
        tuple_(CrawlFolder.share_id, CrawlFolder.folder_key).in_(keys),
        _may_go(campaign_id),
    )
    return rows_touched(session, mine)


def drop_runs(session: Session, campaign_id: str, *, size: int) -> int:
    """Takes away that steps of a campaign ran; how many, at most `size`."""
    few = select(StageRun.id).where(StageRun.campaign_id == campaign_id).limit(size)
    return rows_touched(session, delete(StageRun).where(StageRun.id.in_(few), _may_go(campaign_id)))
