"""Queries on crawls: runs, coverage, shards, the files of the last crawl, and what a reading task writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Text,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Campaign, CrawledFile, CrawlRun, CrawlShard, CrawlShare, Hit
from inspection.model.lifecycle import CampaignState, CrawlState, ShardState
from inspection.store import crawl_folders, turns
from inspection.vocabulary import NOT_LOOKED_AT, PICTURES_BESIDE_TEXT, OcrHint, ReadReason, ReadStatus

FILES: Table = CrawledFile.__table__  # type: ignore[assignment]
HITS: Table = Hit.__table__  # type: ignore[assignment]
# what a carried row takes over from the last crawl, beside run, shard and outer file
_CARRIED = (
    "path_key", "path_shown", "path_sealed", "size_bytes", "modified_at", "changed_at", "file_id", "content_key",
    "status", "reason", "verdict", "severity", "mark", "hints", "unread", "broad_readers", "sketch",
    "recognised_by", "folder_key",
)  # fmt: skip
_WAITING = ("id", "path_key", "path_shown", "path_sealed", "size_bytes", "modified_at", "changed_at")
# files of pictures, and files some pages of which are
_PICTURES = or_(
    FILES.c.reason == ReadReason.NO_TEXT_LAYER,
    cast(FILES.c.unread, Text).like(f'%"{ReadReason.NO_TEXT_LAYER.value}"%'),
)
# documents that hold pictures beside their text
_BESIDE_TEXT = cast(FILES.c.hints, Text).like(f'%"{PICTURES_BESIDE_TEXT}"%')
# a list that is not empty, as both databases write it
_IN_PART = cast(FILES.c.unread, Text).like("[{%")
_HIT_CARRIED = ("detector", "count", "people", "severity", "excerpts", "locators", "basis", "strength", "traits")


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file of an earlier crawl, as far as change detection needs it."""

    id: int
    size_bytes: int
    modified_at: datetime
    changed_at: datetime
    file_id: str
    folder_key: str | None


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """A file of a shard that has not been read yet."""

    id: int
    path_key: str
    path_shown: str
    path_sealed: bytes
    size_bytes: int
    modified_at: datetime
    changed_at: datetime


def run(session: Session, run_id: str, *, lock: bool = False) -> CrawlRun:
    """A crawl by id, its row locked on demand; raises NotFound."""
    found = turns.hold(session, CrawlRun, run_id) if lock else session.get(CrawlRun, run_id)
    if found is None:
        raise NotFound(speak(f"查無清查作業 {run_id}", f"crawl {run_id} does not exist"))
    return found


def share_of(session: Session, run_id: str, share_id: str) -> CrawlShare:
    """How far a crawl came on one share; raises NotFound where the crawl does not cover it."""
    found = session.get(CrawlShare, (run_id, share_id))
    if found is None:
        raise NotFound(
            speak(f"清查作業 {run_id} 不含分享區 {share_id}", f"crawl {run_id} does not cover share {share_id}")
        )
    return found


def shares_of(session: Session, run_id: str) -> list[CrawlShare]:
    """All shares of a crawl, by id."""
    query = select(CrawlShare).where(CrawlShare.run_id == run_id).order_by(CrawlShare.share_id)
    return list(session.scalars(query))


def shard(session: Session, shard_id: str) -> CrawlShard:
    """A shard by id; raises NotFound."""
    found = session.get(CrawlShard, shard_id)
    if found is None:
        raise NotFound(speak(f"查無清查分段 {shard_id}", f"shard {shard_id} does not exist"))
    return found


def shards_of(session: Session, run_id: str, share_id: str | None = None) -> list[CrawlShard]:
    """The shards of a crawl, or of one share of it, in order."""
    query = select(CrawlShard).where(CrawlShard.run_id == run_id).order_by(CrawlShard.ordinal)
    return list(session.scalars(query.where(CrawlShard.share_id == share_id) if share_id else query))


def last_complete(session: Session, share_id: str, *, before: CrawlRun) -> str | None:
    """Id of the last finished crawl that listed a share under the same rules and still has its rows, or None."""
    query = (
        select(CrawlRun.id)
        .join(CrawlShare, CrawlShare.run_id == CrawlRun.id)
        .where(
            CrawlShare.share_id == share_id,
            CrawlShare.listed,
            CrawlRun.state == CrawlState.COMPLETE,
            CrawlRun.rows_gone_at.is_(None),
            CrawlRun.rules_version == before.rules_version,
            CrawlRun.id != before.id,
            CrawlRun.opened_at <= before.opened_at,
        )
        .order_by(CrawlRun.opened_at.desc(), CrawlRun.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def known_files(
    session: Session, run_id: str, share_id: str, path_keys: Collection[str], *, recogniser: str = ""
) -> dict[str, KnownFile]:
    """Those of some files whose content an earlier crawl looked at, by path key; without those whose pictures another
    than this `recogniser` has tried, where one is named."""
    query = select(
        FILES.c.path_key,
        FILES.c.id,
        FILES.c.size_bytes,
        FILES.c.modified_at,
        FILES.c.changed_at,
        FILES.c.file_id,
        FILES.c.folder_key,
    ).where(
        FILES.c.run_id == run_id,
        FILES.c.share_id == share_id,
        FILES.c.path_key.in_(path_keys),
        FILES.c.outer_id.is_(None),
        FILES.c.status.is_not(None),
        FILES.c.reason.is_(None) | FILES.c.reason.not_in(NOT_LOOKED_AT),
    )
    if recogniser:
        query = query.where(FILES.c.recognised_by.is_(None) | (FILES.c.recognised_by == recogniser))
    return {row[0]: KnownFile(*row[1:]) for row in session.execute(query)}


def add_files(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts files seen; those already there from an earlier try stay as they are. All rows have the same columns."""
    if rows:
        session.execute(_once(session, FILES, ("run_id", "share_id", "path_key")), list(rows))


def carry(session: Session, run_id: str, share_id: str, known_ids: Sequence[int]) -> None:
    """Copies unchanged files with their embedded ones and hits into a crawl, marked with where they were read."""
    old, outer, new = aliased(CrawledFile), aliased(CrawledFile), aliased(CrawledFile)
    source = func.coalesce(old.carried_from, old.run_id)
    names = ["run_id", "share_id", "outer_id", *_CARRIED, "carried_from"]
    columns = [getattr(old, name) for name in _CARRIED]
    same = (new.run_id == run_id) & (new.share_id == share_id)
    _copy(
        session,
        FILES,
        names,
        select(literal(run_id), literal(share_id), old.outer_id, *columns, source).where(
            old.id.in_(known_ids), old.outer_id.is_(None)
        ),
    )
    _copy(
        session,
        FILES,
        names,
        select(literal(run_id), literal(share_id), new.id, *columns, source)
        .join(outer, old.outer_id == outer.id)
        .join(new, same & (new.path_key == outer.path_key))
        .where(old.outer_id.in_(known_ids)),
    )
    _carry_hits(session, run_id, share_id, known_ids)


def _carry_hits(session: Session, run_id: str, share_id: str, known_ids: Sequence[int]) -> None:
    # by way of us: of a crawl just begun PostgreSQL knows no figures yet, and would compare each file with each
    query = (
        select(FILES.c.path_key, *(HITS.c[name] for name in _HIT_CARRIED))
        .join(FILES, HITS.c.crawled_file_id == FILES.c.id)
        .where(FILES.c.id.in_(known_ids) | FILES.c.outer_id.in_(known_ids))
        .order_by(HITS.c.id)
    )
    found = [(row[0], dict(zip(_HIT_CARRIED, row[1:], strict=True))) for row in session.execute(query)]
    new_ids = _ids(session, run_id, share_id, [key for key, _ in found])
    add_hits(session, [{"crawled_file_id": new_ids[key], **values} for key, values in found])


def unsharded(session: Session, run_id: str, share_id: str) -> list[tuple[int, int]]:
    """(id, size in bytes) of the files to be read that no shard holds yet, in the order they were seen."""
    query = (
        select(FILES.c.id, FILES.c.size_bytes)
        .where(
            FILES.c.run_id == run_id,
            FILES.c.share_id == share_id,
            FILES.c.status.is_(None),
            FILES.c.shard_id.is_(None),
        )
        .order_by(FILES.c.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def put_into_shard(session: Session, cut: CrawlShard, first_id: int, last_id: int) -> None:
    """Gives the unread files of a share from `first_id` to `last_id` to a shard."""
    session.add(cut)
    session.flush()
    session.execute(
        update(FILES)
        .where(
            FILES.c.run_id == cut.run_id,
            FILES.c.share_id == cut.share_id,
            FILES.c.id.between(first_id, last_id),
            FILES.c.status.is_(None),
        )
        .values(shard_id=cut.id)
    )


def waiting(session: Session, shard_id: str, *, after: int, limit: int) -> list[WaitingFile]:
    """The next files of a shard that nobody has read, by id."""
    query = (
        select(*(FILES.c[name] for name in _WAITING))
        .where(FILES.c.shard_id == shard_id, FILES.c.status.is_(None), FILES.c.id > after)
        .order_by(FILES.c.id)
        .limit(limit)
    )
    return [WaitingFile(*row) for row in session.execute(query)]


def still_waiting(session: Session, ids: Sequence[int]) -> set[int]:
    """Which of these files nobody has read so far; locked until the transaction ends, so that one task wins."""
    query = select(FILES.c.id).where(FILES.c.id.in_(ids), FILES.c.status.is_(None)).order_by(FILES.c.id)
    return set(session.scalars(turns.holding(query)))


def without_text(session: Session, run_id: str, share_id: str, *, beside_text: bool = False) -> list[WaitingFile]:
    """The files of a share with pages that are pictures, and no recogniser has tried; none inside others. With
    `beside_text` those that hold pictures beside their text follow."""
    query = select(*(FILES.c[name] for name in _WAITING), FILES.c.hints).where(
        FILES.c.run_id == run_id, FILES.c.share_id == share_id, FILES.c.outer_id.is_(None), _with_pictures(beside_text)
    )
    in_order = query.order_by(case((_PICTURES, 0), else_=1), FILES.c.id)
    return [WaitingFile(*row[:-1]) for row in session.execute(in_order) if _untried(row[-1])]


def _with_pictures(beside_text: bool) -> ColumnElement[bool]:
    return or_(_PICTURES, _BESIDE_TEXT) if beside_text else _PICTURES


def shares_with_pictures(
    session: Session, campaign_id: str = "", *, beside_text: bool = False
) -> list[tuple[str, str]]:
    """(campaign, share) where a campaign under inspection has ended its crawl and left files without text; with
    `beside_text` also such as hold pictures beside it."""
    query = (
        select(CrawlRun.campaign_id, FILES.c.share_id)
        .join(CrawlRun, CrawlRun.id == FILES.c.run_id)
        .join(Campaign, Campaign.id == CrawlRun.campaign_id)
        .where(
            CrawlRun.purpose == "campaign",
            CrawlRun.state.in_((CrawlState.COMPLETE, CrawlState.INCOMPLETE)),
            Campaign.state == CampaignState.INSPECTING,
            FILES.c.outer_id.is_(None),
            _with_pictures(beside_text),
        )
        .distinct()
        .order_by(CrawlRun.campaign_id, FILES.c.share_id)
    )
    if campaign_id:
        query = query.where(CrawlRun.campaign_id == campaign_id)
    return [(str(row[0]), row[1]) for row in session.execute(query)]


def still_without_text(session: Session, ids: Sequence[int]) -> set[int]:
    """Which of these files no recogniser has tried so far; locked until the transaction ends, so that one task wins."""
    pictures = or_(_PICTURES, _BESIDE_TEXT)
    query = select(FILES.c.id, FILES.c.hints).where(FILES.c.id.in_(ids), pictures).order_by(FILES.c.id)
    return {row[0] for row in session.execute(turns.holding(query)) if _untried(row[1])}


def _untried(hints: list[str] | None) -> bool:
    return not set(OcrHint) & set(hints or ())


def drop_hits(session: Session, file_ids: Sequence[int]) -> None:
    """Removes what rules found in files that are now judged anew by them; clues by meaning stay."""
    session.execute(delete(HITS).where(HITS.c.crawled_file_id.in_(file_ids), HITS.c.basis.is_(None)))


def write_outcomes(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes status, reason, verdict and the rest of files just read; each row names its `id`."""
    if rows:
        session.execute(update(CrawledFile), list(rows))


def add_embedded(session: Session, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Inserts files found inside files; returns their ids by path key (all of one run and share)."""
    if not rows:
        return {}
    add_files(session, rows)
    return _ids(session, rows[0]["run_id"], rows[0]["share_id"], [row["path_key"] for row in rows])


def _ids(session: Session, run_id: str, share_id: str, path_keys: Sequence[str]) -> dict[str, int]:
    query = select(FILES.c.path_key, FILES.c.id).where(
        FILES.c.run_id == run_id, FILES.c.share_id == share_id, FILES.c.path_key.in_(path_keys)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def add_hits(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts hits; one per file and detector."""
    if rows:
        session.execute(_once(session, HITS, ("crawled_file_id", "detector")), list(rows))


def shard_counts(session: Session, shard_id: str) -> dict[ReadStatus | None, int]:
    """Files of a shard by status; None stands for waiting."""
    query = select(FILES.c.status, func.count()).where(FILES.c.shard_id == shard_id).group_by(FILES.c.status)
    return {row[0]: row[1] for row in session.execute(query)}


def coverage(session: Session, run_id: str) -> list[tuple[str, ReadStatus | None, ReadReason | None, bool, int]]:
    """(share, status, reason, read in part, files) of a crawl; embedded files came with their outer one.

    What stands in an earlier crawl's rows comes apart: a share may have two lines of files read whole.
    """
    in_part = case(((FILES.c.status == ReadStatus.SCANNED) & _IN_PART, 1), else_=0).label("in_part")
    grouped = (FILES.c.share_id, FILES.c.status, FILES.c.reason, in_part)
    query = (
        select(*grouped, func.count())
        .where(FILES.c.run_id == run_id, FILES.c.outer_id.is_(None))
        .group_by(*grouped)
        .order_by(*grouped)
    )
    elsewhere = crawl_folders.standing_elsewhere(session, run_id)
    return [(row[0], row[1], row[2], bool(row[3]), row[4]) for row in session.execute(query)] + [
        (share, ReadStatus.SCANNED, None, False, files) for share, files in sorted(elsewhere.items())
    ]


def unfinished_shards(session: Session, run_id: str) -> list[str]:
    """Ids of the shards not read to their end, in order."""
    query = select(CrawlShard.id).where(CrawlShard.run_id == run_id, CrawlShard.state != ShardState.DONE)
    return list(session.scalars(query.order_by(CrawlShard.ordinal)))


def shares_of_shards(session: Session, shard_ids: Collection[str]) -> dict[str, str]:
    """The share of each of some shards of one crawl."""
    if not shard_ids:
        return {}
    of_crawl = select(CrawlShard.run_id).where(CrawlShard.id == next(iter(shard_ids))).scalar_subquery()
    query = select(CrawlShard.id, CrawlShard.share_id).where(CrawlShard.run_id == of_crawl)
    return {row.id: row.share_id for row in session.execute(query)}


def _once(session: Session, table: Table, keys: Sequence[str]) -> Any:
    new = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return new(table).on_conflict_do_nothing(index_elements=list(keys))


def _copy(session: Session, table: Table, names: list[str], rows: Select[Any]) -> None:
    # where two tasks carry at once the second finds the rows there: WHERE NOT EXISTS would race, a conflict does not
    if session.get_bind().dialect.name == "postgresql":
        session.execute(postgresql.insert(table).from_select(names, rows).on_conflict_do_nothing())
    else:
        session.execute(insert(table).prefix_with("OR IGNORE").from_select(names, rows))
