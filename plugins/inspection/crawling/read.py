"""Reads one shard of a crawl: only what nobody has read, a transaction per batch, nothing found kept in clear."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit.steps import advance
from inspection.crawling.exclusions import ended_status
from inspection.crawling.inventory import Scope, log_notes, shown
from inspection.crawling.judging import Judges, Row, inner_name
from inspection.crawling.paths import PathVault
from inspection.crawling.pipeline import FileOutcome, paced, read_files
from inspection.errors import Conflict, ServerQuiet
from inspection.model.lifecycle import ShardState
from inspection.rules.crawl_limits import CrawlLimits
from inspection.shares.share import Share, Wanted
from inspection.store import crawls
from inspection.store.crawls import WaitingFile
from inspection.vocabulary import PICTURES_BESIDE_TEXT, HitBasis, ReadReason, ReadStatus, Severity, Verdict

BATCH_FILES = 200
BATCH_SECONDS = 2.0
PAGE_FILES = 500


@dataclass(frozen=True, slots=True)
class ReadCounts:
    """How a shard stands, in files: by status, those still waiting, and what this very call has read."""

    shard_id: str
    scanned: int
    unreadable: int
    skipped: int
    waiting: int
    read_now: int


def read_shard(
    scope: Scope,
    shard_id: str,
    open_it: Callable[[], Share],
    judges: Judges,
    *,
    vault: PathVault,
    limits: CrawlLimits,
    host: str = "",
    now: Callable[[], datetime] = clock.now,
) -> ReadCounts:
    """Reads what is left of a shard; called again, or by two tasks at once, nothing is lost and nothing counted twice.

    `open_it` opens the shard's share and `host` is its server, for rates and quiet hours. Raises SourceUnavailable
    where the share stays away, ServerQuiet in its quiet hours (what was read until then stays, a later call goes on),
    AccessRefused where the login is no longer taken.
    """
    with scope() as session:
        shard = crawls.shard(session, shard_id)
        account = crawls.run(session, shard.run_id).account
    writer = RowWriter(scope, shard.run_id, shard.share_id, vault)
    if shard.state is not ShardState.DONE:
        rest = _Rest(scope, shard_id, vault, lambda: limits.quiet_until(host, now().astimezone(clock.zone())))
        try:
            _read(rest, writer, open_it, judges, limits, host)
        finally:
            writer.flush()
        if rest.quiet_until is not None:
            raise ServerQuiet(host, rest.quiet_until)
        _close(scope, shard_id, account, at=now())
    with scope() as session:
        counts = crawls.shard_counts(session, shard_id)
    return ReadCounts(
        shard_id,
        counts.get(ReadStatus.SCANNED, 0),
        counts.get(ReadStatus.UNREADABLE, 0),
        counts.get(ReadStatus.SKIPPED, 0),
        counts.get(None, 0),
        writer.written,
    )


def _read(
    rest: _Rest,
    writer: RowWriter,
    open_it: Callable[[], Share],
    judges: Judges,
    limits: CrawlLimits,
    host: str,
) -> None:
    wanted = iter(rest)
    first = next(wanted, None)
    if first is None:  # nothing left: the share need not be opened
        return
    rates = limits.rates_of(host)
    with closing(open_it()) as share:
        slowly = paced(
            chain([first], wanted),
            files_per_second=rates.files_per_second,
            bytes_per_second=rates.megabytes_per_second * 1_000_000,
        )
        for outcome in read_files(share, slowly, judges, ranges_from_bytes=limits.sizes.ranges_from_bytes):
            writer.take(outcome, rest.taken.pop(outcome.key))
        log_notes(writer.share_id, share)


def _close(scope: Scope, shard_id: str, account: str, *, at: datetime) -> None:
    with scope() as session:
        shard = crawls.shard(session, shard_id)
        counts = crawls.shard_counts(session, shard_id)
        if shard.state is ShardState.DONE or counts.get(None):
            return
        with suppress(Conflict):  # the other task that read this shard closed it first
            advance(session, shard, ShardState.DONE, actor=account, at=at, details={"files": sum(counts.values())})


class _Rest:
    """The files of a shard nobody has read, page by page; stops when the server's quiet hours begin."""

    def __init__(
        self, scope: Scope, shard_id: str, vault: PathVault, quiet_until: Callable[[], datetime | None]
    ) -> None:
        self._scope = scope
        self._shard_id = shard_id
        self._vault = vault
        self._quiet_until = quiet_until
        self.quiet_until: datetime | None = None
        self.taken: dict[int, TakenFile] = {}

    def __iter__(self) -> Iterator[Wanted]:
        after = 0
        while True:
            self.quiet_until = self._quiet_until()
            if self.quiet_until is not None:
                return
            with self._scope() as session:
                page = crawls.waiting(session, self._shard_id, after=after, limit=PAGE_FILES)
            if not page:
                return
            after = page[-1].id
            for file in page:
                path, raw_path = self._vault.open(file.path_sealed)
                self.taken[file.id] = TakenFile(file, path)
                yield Wanted(file.id, path, file.size_bytes, raw_path=raw_path)


@dataclass(frozen=True, slots=True)
class TakenFile:
    """A file on its way: its row, and its path in clear for as long as it is read."""

    row: WaitingFile
    path: str


class RowWriter:
    """Writes outcomes in batches, each a transaction of its own; a file somebody else has written is left alone.

    `still_ours` says, and locks, which of some files are still to be written: by default those nobody has read.
    """

    def __init__(
        self,
        scope: Scope,
        run_id: str,
        share_id: str,
        vault: PathVault,
        still_ours: Callable[[Session, Sequence[int]], set[int]] = crawls.still_waiting,
    ) -> None:
        self._scope = scope
        self._run_id = run_id
        self.share_id = share_id
        self._vault = vault
        self._still_ours = still_ours
        self._waiting: dict[int, tuple[FileOutcome, TakenFile]] = {}
        self._begun = time.monotonic()
        self.written = 0

    def take(self, outcome: FileOutcome, taken: TakenFile) -> None:
        """Takes one outcome, and writes where enough wait or the last write was long ago."""
        if not self._waiting:
            self._begun = time.monotonic()
        self._waiting[outcome.key] = (outcome, taken)
        if len(self._waiting) >= BATCH_FILES or time.monotonic() - self._begun > BATCH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Writes what waits."""
        if not self._waiting:
            return
        with self._scope() as session:
            ours = self._still_ours(session, list(self._waiting))
            batch = [pair for key, pair in self._waiting.items() if key in ours]
            embedded = [row for outcome, taken in batch for row in self._embedded(outcome, taken)]
            crawls.write_outcomes(session, [self._own(outcome, taken) for outcome, taken in batch])
            ids = crawls.add_embedded(session, embedded)
            crawls.add_hits(session, list(self._hits(batch, ids)))
        self.written += len(batch)
        self._waiting.clear()

    def _own(self, outcome: FileOutcome, taken: TakenFile) -> dict[str, Any]:
        common = {
            "id": outcome.key,
            "path_shown": self._shown(outcome, taken),
            "content_key": self._vault.content_key(outcome.digest) if outcome.digest else None,
            "broad_readers": list(outcome.broad_readers) if outcome.broad_readers is not None else None,
        }
        if outcome.reason is not None:
            return common | _columns(_nothing_read(outcome.reason))
        row = outcome.rows[0]
        if "recognised_by" in row and PICTURES_BESIDE_TEXT in row["hints"]:
            del common["content_key"]  # a large document was read in pieces: what it is known by stays
        return common | _columns(row | {"hints": [*row["hints"], *(["changed_while_read"] if outcome.changed else [])]})

    def _shown(self, outcome: FileOutcome, taken: TakenFile) -> str:
        """The path as judging shows it: what was found in the content may stand in the name too."""
        judged_here = outcome.rows and outcome.copy_of is None
        return shown(outcome.rows[0]["path"]) if judged_here else taken.row.path_shown

    def _embedded(self, outcome: FileOutcome, taken: TakenFile) -> Iterator[dict[str, Any]]:
        for ordinal, row in enumerate(outcome.rows[1:], start=1):
            inner = inner_name(outcome.rows[0]["path"], row["path"])
            yield {
                "run_id": self._run_id,
                "share_id": self.share_id,
                "outer_id": outcome.key,
                "path_key": self._inner_key(taken, ordinal),
                "path_shown": shown(self._shown(outcome, taken) + inner),
                "path_sealed": self._vault.seal(taken.path + inner),
                "size_bytes": row["size_bytes"],
                "modified_at": taken.row.modified_at,
                "changed_at": taken.row.changed_at,
                "file_id": "",
                "content_key": self._vault.content_key(row["content_sha256"]) if row["content_sha256"] else None,
                "broad_readers": list(outcome.broad_readers) if outcome.broad_readers is not None else None,
            } | _columns(row)

    def _inner_key(self, taken: TakenFile, ordinal: int) -> str:
        # by place, not by name: an archive may hold two members of one name
        return self._vault.path_key(f"{taken.row.path_key}!/{ordinal}")

    def _hits(self, batch: list[tuple[FileOutcome, TakenFile]], ids: dict[str, int]) -> Iterator[dict[str, Any]]:
        for outcome, taken in batch:
            for ordinal, row in enumerate(outcome.rows):
                file_id = ids[self._inner_key(taken, ordinal)] if ordinal else outcome.key
                for category in row["categories"]:
                    yield {
                        "crawled_file_id": file_id,
                        "detector": category["detector"],
                        "count": category["count"],
                        "people": category["people"],
                        "severity": Severity(category["severity"]),
                        "excerpts": category["excerpts"],
                        "locators": category["locators"],
                        "basis": HitBasis(category["basis"]) if "basis" in category else None,
                        "strength": category.get("strength"),
                        "traits": category.get("traits"),
                    }


def _nothing_read(reason: ReadReason) -> Row:
    return {"status": ended_status(reason), "reason": reason, "verdict": Verdict.UNKNOWN, "hints": [], "unread": []}


def _columns(row: Row) -> dict[str, Any]:
    """What a judged row tells, as columns; the verdict is that of the rules, a clue by meaning makes none."""
    verdict = Verdict(row["verdict"])
    if verdict is Verdict.UNMARKED_SENSITIVE and all("basis" in category for category in row["categories"]):
        whole = row["status"] == ReadStatus.SCANNED and not row["unread"]
        row = row | {"verdict": Verdict.CLEAN if whole else Verdict.UNKNOWN, "severity": None}
    return {
        "status": ReadStatus(row["status"]),
        "reason": ReadReason(row["reason"]) if row["reason"] else None,
        "verdict": Verdict(row["verdict"]),
        "severity": Severity(row["severity"]) if row.get("severity") else None,
        "mark": row.get("mark"),
        "hints": row["hints"],
        "unread": row["unread"],
        # what is judged anew with recognised text is not sketched anew
        **({"recognised_by": row["recognised_by"]} if "recognised_by" in row else {"sketch": row.get("sketch")}),
    }
