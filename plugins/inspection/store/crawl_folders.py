"""Folders as crawls listed them: those nothing is to be said of, and whose files stand in an earlier crawl's rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import String, Table, Text, bindparam, case, cast, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from inspection.model import CrawledFile, CrawlFolder, Hit
from inspection.store.once import put_all
from inspection.vocabulary import ReadStatus, Verdict

NONE = "[]"  # an empty list, as both databases write it


@dataclass(frozen=True, slots=True)
class ListedFolder:
    """A folder by its key; as `model.CrawlFolder`, of which it is the part that later crawls compare."""

    folder_key: str
    listed_as: str
    files: int
    calm: bool = False
    source_id: str | None = None
    readers_known: int = 0
    open_files: int = 0


def known(session: Session, run_id: str, share_id: str, keys: Collection[str]) -> dict[str, ListedFolder]:
    """Some folders of a share as a crawl listed them, by key."""
    query = select(
        CrawlFolder.folder_key, CrawlFolder.listed_as, CrawlFolder.files, CrawlFolder.calm, CrawlFolder.source_id,
        CrawlFolder.readers_known, CrawlFolder.open_files,
    )  # fmt: skip
    query = query.where(
        CrawlFolder.run_id == run_id, CrawlFolder.share_id == share_id, CrawlFolder.folder_key.in_(keys)
    )
    return {row[0]: ListedFolder(*row) for row in session.execute(query)}


def note(session: Session, run_id: str, share_id: str, folders: Sequence[ListedFolder]) -> None:
    """Writes folders of a listing; what an earlier try of it wrote is overwritten."""
    rows = [{"run_id": run_id, "share_id": share_id, **asdict(folder)} for folder in folders]
    put_all(session, CrawlFolder, rows, keys=("run_id", "share_id", "folder_key"))


def put_in(session: Session, run_id: str, share_id: str, files: Sequence[tuple[str, str]]) -> None:
    """Says of some files (path key, folder key) in which folder they lie: their rows were copied from a crawl that
    knew no folders, or knew them by another key."""
    if not files:
        return
    table: Table = CrawledFile.__table__  # type: ignore[assignment]
    mine = (table.c.run_id == run_id, table.c.share_id == share_id, table.c.path_key == bindparam("path"))
    session.connection().execute(
        update(table).where(*mine).values(folder_key=bindparam("folder")),
        [{"path": path, "folder": folder} for path, folder in files],
    )


def how_many(session: Session, run_id: str, share_ids: Collection[str]) -> dict[str, int]:
    """By share: how many folders with files a crawl listed, those of earlier rows included."""
    query = select(CrawlFolder.share_id, func.count()).where(
        CrawlFolder.run_id == run_id, CrawlFolder.share_id.in_(share_ids)
    )
    return {share: int(count) for share, count in session.execute(query.group_by(CrawlFolder.share_id))}


def standing_elsewhere(session: Session, run_id: str) -> dict[str, int]:
    """By share: files of a crawl that stand in an earlier one's rows; all of them were read, and nothing was found."""
    query = select(CrawlFolder.share_id, func.sum(CrawlFolder.files)).where(
        CrawlFolder.run_id == run_id, CrawlFolder.source_id.is_not(None)
    )
    return {share: int(files) for share, files in session.execute(query.group_by(CrawlFolder.share_id))}


def exposed_elsewhere(session: Session, run_id: str) -> dict[str, tuple[int, int]]:
    """By share: how many of those have known readers, and how many everybody may read."""
    query = select(CrawlFolder.share_id, func.sum(CrawlFolder.readers_known), func.sum(CrawlFolder.open_files)).where(
        CrawlFolder.run_id == run_id, CrawlFolder.source_id.is_not(None)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in session.execute(query.group_by(CrawlFolder.share_id))}


def note_calm(session: Session, run_id: str) -> None:
    """Marks the folders of a crawl all of whose files were read and are clean, without a mark, a hint, a clue, a page
    unread or a file inside. Called again it says the same."""
    file, inner = CrawledFile, aliased(CrawledFile)
    known_readers = file.broad_readers.is_not(None)
    is_open = known_readers & (cast(file.broad_readers, String) != NONE)
    query = (
        select(
            file.share_id,
            file.folder_key,
            func.count(),
            func.sum(case((known_readers, 1), else_=0)),
            func.sum(case((is_open, 1), else_=0)),
        )
        .where(
            file.run_id == run_id,
            file.folder_key.is_not(None),
            file.outer_id.is_(None),
            file.status == ReadStatus.SCANNED,
            file.verdict == Verdict.CLEAN,
            file.severity.is_(None),
            file.mark.is_(None),
            file.recognised_by.is_(None),
            func.coalesce(cast(file.hints, Text), NONE) == NONE,
            func.coalesce(cast(file.unread, Text), NONE) == NONE,
            ~exists().where(Hit.crawled_file_id == file.id),
            ~exists().where(inner.outer_id == file.id),
        )
        .group_by(file.share_id, file.folder_key)
    )
    counted = [
        {"share": share, "key": key, "count": count, "known": readers, "open": opened}
        for share, key, count, readers, opened in session.execute(query)
    ]
    table: Table = CrawlFolder.__table__  # type: ignore[assignment]
    if counted:
        session.connection().execute(
            update(table)
            .where(
                table.c.run_id == run_id,
                table.c.share_id == bindparam("share"),
                table.c.folder_key == bindparam("key"),
                table.c.files == bindparam("count"),
                table.c.source_id.is_(None),
            )
            .values(calm=True, readers_known=bindparam("known"), open_files=bindparam("open")),
            counted,
        )
