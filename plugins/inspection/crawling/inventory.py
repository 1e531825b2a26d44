"""Lists a share for a crawl: a row per file, unchanged ones carried over, the rest cut into shards."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from inspection import clock
from inspection.crawling.exclusions import Exclusions, ended_status
from inspection.crawling.paths import PathVault
from inspection.errors import AccessRefused, BadSource, ServerLater, ServerQuiet, SourceUnavailable
from inspection.language import legible, speak
from inspection.model import CrawlShard, CrawlShare
from inspection.model.lifecycle import ShardState
from inspection.rules.crawl_limits import CrawlLimits, Shards
from inspection.shares.share import Entry, Listing, Share
from inspection.store import crawl_folders, crawls, roster
from inspection.store.crawl_folders import ListedFolder
from inspection.store.crawls import KnownFile
from inspection.vocabulary import ReadReason, Verdict

Scope = Callable[[], AbstractContextManager[Session]]

logger = logging.getLogger(__name__)

BATCH_FILES = 2000
BATCH_SECONDS = 2.0
LONGEST_SHOWN = 2000
# shards of a share bear ordinals of its own, so that shares listed at the same time never take each other's
SHARDS_PER_SHARE = 10_000


@dataclass(frozen=True, slots=True)
class ListedShare:
    """What listing a share gave; `reason` says why it could not be listed. Counts are files, folders below it apart."""

    share_id: str
    listed: bool
    reason: ReadReason | None
    seen: int
    carried: int
    folders_refused: int
    folders_excluded: int
    shard_ids: tuple[str, ...]


@dataclass(slots=True)
class _Tally:
    seen: int = 0
    carried: int = 0
    folders_refused: int = 0
    folders_excluded: int = 0
    root_reason: ReadReason | None = None


def list_share(
    scope: Scope,
    run_id: str,
    share_id: str,
    open_it: Callable[[], Share],
    *,
    vault: PathVault,
    limits: CrawlLimits,
    mask: Callable[[str], str],
    host: str = "",
    recogniser: str = "",
    now: Callable[[], datetime] = clock.now,
) -> ListedShare:
    """Lists one share of a crawl and decides what has to be read; called again it returns what was found before.

    `open_it` opens the share, `mask` hides what was found in a path (detection), `host` is the share's server. Files
    whose pictures another than this `recogniser` (its version; none: whichever) has tried are read anew. A share that
    refuses us is recorded with its reason, and no other share suffers. Raises SourceUnavailable where the server does
    not answer (recorded too; a later call mends it), ServerLater in its quiet hours or where our turn at it ends,
    NotFound for an unknown crawl or share.
    """
    with scope() as session:
        run = crawls.run(session, run_id)
        covered = crawls.share_of(session, run_id, share_id)
        if covered.listed:
            return _outcome(session, covered, carried=0)
        unit = roster.unit(session, roster.share(session, share_id).unit_id)
        exclusions = Exclusions(limits, of_ethics_unit=unit.is_ethics)
        previous = crawls.last_complete(session, share_id, before=run)
    if exclusions.whole_share:
        return _give_up(scope, run_id, share_id, ReadReason.EXCLUDED)
    quiet_until = limits.quiet_until(host, now().astimezone(clock.zone()))
    if quiet_until is not None:
        raise ServerQuiet(host, quiet_until)
    rows = _Rows(run_id, share_id, vault, exclusions, previous, mask, recogniser)
    tally = _Tally()
    try:
        share = open_it()
        try:
            _write_listing(scope, rows, tally, share)
        finally:
            log_notes(share_id, share)
            share.close()
    except AccessRefused:
        return _give_up(scope, run_id, share_id, ReadReason.ACCESS_DENIED)
    except ServerLater:
        raise
    except SourceUnavailable:
        _give_up(scope, run_id, share_id, ReadReason.OFFLINE)
        raise
    except BadSource:
        return _give_up(scope, run_id, share_id, ReadReason.VANISHED)
    if tally.root_reason is not None:
        return _give_up(scope, run_id, share_id, tally.root_reason)
    with scope() as session:
        return _close_listing(session, run_id, share_id, tally, limits.shards)


def log_notes(share_id: str, share: Share) -> None:
    """Says in the task's log what of a share could not be served in the usual way; the words hold no path."""
    for note in share.notes:
        logger.warning(speak("分享區 %s：%s", "share %s: %s"), share_id, note)


class _Rows:
    """Turns entries of one share into rows, and knows which of them have not changed since the crawl before.

    What is known of a file is asked when its batch is written: memory does not grow with the share.
    """

    def __init__(
        self,
        run_id: str,
        share_id: str,
        vault: PathVault,
        exclusions: Exclusions,
        previous: str | None,
        mask: Callable[[str], str],
        recogniser: str,
    ) -> None:
        self.run_id = run_id
        self.share_id = share_id
        self.vault = vault
        self.exclusions = exclusions
        self.previous = previous
        self.mask = mask
        self.recogniser = recogniser

    def write(self, session: Session, folders: Sequence[Sequence[Entry]]) -> int:
        """Writes a batch of folders, each its files; returns how many are carried over from earlier crawls.

        A folder that is listed as before, and of whose files nothing is to be said, is one row; of any other each file
        is.
        """
        listed = [self._listed(entries) for entries in folders]
        keys = [one.folder_key for one in listed]
        mine = crawl_folders.known(session, self.run_id, self.share_id, keys)  # by an earlier try
        known = crawl_folders.known(session, self.previous, self.share_id, keys) if self.previous else {}
        noted, carried = [], 0
        apart: dict[str | None, list[tuple[str, Entry]]] = defaultdict(list)
        for one, entries in zip(listed, folders, strict=True):
            before, begun = known.get(one.folder_key), mine.get(one.folder_key)
            source = (before.source_id if before else None) or self.previous
            alike = before is not None and before.calm and before.listed_as == one.listed_as
            if before is not None and alike and (begun is None or begun.source_id is not None):
                noted.append(replace(before, source_id=source))
                carried += len(entries)
            else:
                noted.append(one)
                apart[source] += [(one.folder_key, entry) for entry in entries]
        crawl_folders.note(session, self.run_id, self.share_id, noted)
        return carried + sum(self._write_apart(session, source, files) for source, files in apart.items())

    def _listed(self, entries: Sequence[Entry]) -> ListedFolder:
        """A folder by what its listing says; by the server's own spelling, for two folders may be shown alike."""
        folder = entries[0].raw_path or entries[0].path
        said = sorted(
            f"{one.raw_path or one.path}\0{one.size_bytes}\0{one.modified_ns}\0{one.changed_ns}\0{one.file_id}\0"
            f"{self.exclusions.file(one) or ''}"
            for one in entries
        )
        parent = folder.rpartition("/")[0]
        return ListedFolder(self.vault.path_key(f"{parent}/"), self.vault.path_key("\n".join(said)), len(entries))

    def _write_apart(self, session: Session, source: str | None, files: Sequence[tuple[str, Entry]]) -> int:
        """File by file, those carried over that stand unchanged in the rows of the crawl `source`."""
        keyed = [(self.vault.path_key(entry.path), folder, entry) for folder, entry in files]
        known: dict[str, KnownFile] = {}
        for first in range(0, len(keyed), BATCH_FILES) if source else ():
            keys = [key for key, _, _ in keyed[first : first + BATCH_FILES]]
            known |= crawls.known_files(session, str(source), self.share_id, keys, recogniser=self.recogniser)
        fresh, carried, elsewhere = [], [], []
        for key, folder, entry in keyed:
            reason = self.exclusions.file(entry)
            before = known.get(key)
            if reason is None and before is not None and _unchanged(entry, before):
                carried.append(before.id)
                if before.folder_key != folder:
                    elsewhere.append((key, folder))
            else:
                fresh.append(self._row(key, folder, entry, reason))
        crawls.add_files(session, fresh)
        for first in range(0, len(carried), BATCH_FILES):
            crawls.carry(session, self.run_id, self.share_id, carried[first : first + BATCH_FILES])
        crawl_folders.put_in(session, self.run_id, self.share_id, elsewhere)
        return len(carried)

    def _row(self, key: str, folder: str, entry: Entry, reason: ReadReason | None) -> dict[str, Any]:
        return {
            "folder_key": folder,
            "run_id": self.run_id,
            "share_id": self.share_id,
            "path_key": key,
            "path_shown": shown(self.mask(entry.path)),
            "path_sealed": self.vault.seal(entry.path, entry.raw_path),
            "size_bytes": entry.size_bytes,
            "modified_at": entry.modified_at,
            "changed_at": entry.changed_at,
            "file_id": str(entry.file_id),
            "status": ended_status(reason) if reason else None,
            "reason": reason,
            "verdict": Verdict.UNKNOWN if reason else None,
        }


def shown(masked: str) -> str:
    """A masked path as its column holds it: of characters one sees, on one line, cut in the middle where too long."""
    text = "".join(
        one if one == legible(one) and one not in "\t\r\n" else "\ufffd"
        for one in masked.encode("utf-8", "replace").decode("utf-8")
    )
    if len(text) <= LONGEST_SHOWN:
        return text
    half = LONGEST_SHOWN // 2 - 1
    return f"{text[:half]}…{text[-half:]}"


def _unchanged(entry: Entry, known: KnownFile) -> bool:
    return (
        entry.size_bytes == known.size_bytes
        and str(entry.file_id) == known.file_id
        and entry.modified_at == known.modified_at
        and entry.changed_at == known.changed_at
    )


def _write_listing(scope: Scope, rows: _Rows, tally: _Tally, share: Share) -> None:
    batch: list[list[Entry]] = []
    files, begun = 0, time.monotonic()
    for folder in _folders(share, rows.exclusions, tally):
        batch.append(folder)
        files += len(folder)
        tally.seen += len(folder)
        if files >= BATCH_FILES or time.monotonic() - begun > BATCH_SECONDS:
            _write(scope, rows, tally, batch)
            batch, files, begun = [], 0, time.monotonic()
    _write(scope, rows, tally, batch)


def _write(scope: Scope, rows: _Rows, tally: _Tally, batch: Sequence[Sequence[Entry]]) -> None:
    if batch:
        with scope() as session:
            tally.carried += rows.write(session, batch)


def _folders(share: Share, exclusions: Exclusions, tally: _Tally) -> Iterator[list[Entry]]:
    """The files of each folder that has any."""
    for listing in share.walk(skip=exclusions.folder):
        _count_folders(listing, exclusions, tally)
        files = [entry for entry in listing.entries if not entry.is_folder]
        if files:
            yield files


def _count_folders(listing: Listing, exclusions: Exclusions, tally: _Tally) -> None:
    if listing.reason is not None:
        tally.folders_refused += 1
        if not listing.folder:
            tally.root_reason = listing.reason
    tally.folders_excluded += sum(1 for entry in listing.entries if entry.is_folder and exclusions.folder(entry.path))


def _close_listing(session: Session, run_id: str, share_id: str, tally: _Tally, limits: Shards) -> ListedShare:
    crawls.run(session, run_id, lock=True)  # two listings of one share at once: the second finds it listed
    covered = crawls.share_of(session, run_id, share_id)
    session.refresh(covered)
    if not covered.listed:
        first = 1 + SHARDS_PER_SHARE * [s.share_id for s in crawls.shares_of(session, run_id)].index(share_id)
        for number, files in enumerate(cut(crawls.unsharded(session, run_id, share_id), limits)):
            shard = CrawlShard(
                id=f"{run_id}-{first + number:05d}",
                run_id=run_id,
                share_id=share_id,
                ordinal=first + number,
                state=ShardState.WAITING,
                file_count=len(files),
                size_bytes=sum(size for _, size in files),
            )
            crawls.put_into_shard(session, shard, files[0][0], files[-1][0])
        covered.listed = True
        covered.reason = None
        covered.seen = tally.seen
        covered.folders_refused = tally.folders_refused
        covered.folders_excluded = tally.folders_excluded
        session.flush()
    return _outcome(session, covered, carried=tally.carried)


def cut(files: Iterable[tuple[int, int]], limits: Shards) -> list[list[tuple[int, int]]]:
    """Cuts files (id, size in bytes) into parts of about equal work, each about the target; a little work is one."""
    listed = list(files)
    work = [limits.work_seconds(size) for _, size in listed]
    parts = max(1, round(sum(work) / limits.target_seconds))
    share_of_work = sum(work) / parts
    result: list[list[tuple[int, int]]] = [[]]
    done = 0.0
    for file, seconds in zip(listed, work, strict=True):
        if result[-1] and done >= share_of_work * len(result) and len(result) < parts:
            result.append([])
        result[-1].append(file)
        done += seconds
    return [part for part in result if part]


def _give_up(scope: Scope, run_id: str, share_id: str, reason: ReadReason) -> ListedShare:
    with scope() as session:
        covered = crawls.share_of(session, run_id, share_id)
        covered.reason = reason
        session.flush()
        return _outcome(session, covered, carried=0)


def _outcome(session: Session, covered: CrawlShare, *, carried: int) -> ListedShare:
    shards = crawls.shards_of(session, covered.run_id, covered.share_id)
    return ListedShare(
        covered.share_id,
        covered.listed,
        covered.reason,
        covered.seen,
        carried,
        covered.folders_refused,
        covered.folders_excluded,
        tuple(shard.id for shard in shards),
    )
