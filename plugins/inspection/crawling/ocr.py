"""Recognises text in images and scanned PDFs after a crawl: slow, of low priority, and off unless switched on."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from inspection import clock
from inspection.crawling.inventory import Scope
from inspection.crawling.judging import FileToJudge, Judges, Row
from inspection.crawling.paths import PathVault
from inspection.crawling.pipeline import FileOutcome, paced
from inspection.crawling.read import RowWriter, TakenFile
from inspection.crawling.recognisers import ReadsPages, Recogniser
from inspection.errors import ServerQuiet
from inspection.extraction.recognised_lines import RecognisedLine, packed
from inspection.rules.crawl_limits import CrawlLimits, Ocr
from inspection.shares.share import Fetched, Share, Wanted
from inspection.store import crawls
from inspection.vocabulary import PICTURES_BESIDE_TEXT, OcrHint, ReadReason, ReadStatus, Verdict

if TYPE_CHECKING:  # loaded where there is a picture to read
    from inspection.sandbox.pool import Pool


MOST_PAGES = 5_000  # looked at in one file for pages that are pictures


@dataclass(frozen=True, slots=True)
class ImageCounts:
    """Files of pictures: how many were tried now, in how many something was found, how many could not be read
    (`failed`), and how many could not be fetched and are left for another time."""

    tried: int = 0
    found: int = 0
    failed: int = 0
    left: int = 0


def read_images(
    scope: Scope,
    run_id: str,
    share_id: str,
    open_it: Callable[[], Share],
    judges: Judges,
    recogniser: Recogniser,
    *,
    vault: PathVault,
    limits: CrawlLimits,
    host: str = "",
    now: Callable[[], datetime] = clock.now,
    seconds: Callable[[], float] = time.monotonic,
) -> ImageCounts:
    """Recognises and judges the files of a crawled share that have pages without text of their own; each is written
    at once, with what the other pages say.

    A confined worker renders the pages, the recogniser turns pixels into text, a confined worker judges it.
    Recognition proves presence, never absence: a file in which nothing was found stays `no_text_layer`, its verdict
    unknown. Called again it goes on with what is left. Does nothing where `limits.ocr` is off. Raises
    SourceUnavailable where the share stays away, ServerQuiet in its quiet hours, AccessRefused.
    """
    if not limits.ocr.enabled:
        return ImageCounts()
    with scope() as session:
        crawls.share_of(session, run_id, share_id)
        waiting = crawls.without_text(session, run_id, share_id, beside_text=limits.ocr.beside_text)
    if not waiting:
        return ImageCounts()
    from inspection.extraction.ocr_worker import WORKER
    from inspection.sandbox.pool import Pool

    taken = {row.id: TakenFile(row, vault.open(row.path_sealed)[0]) for row in waiting}
    writer = RowWriter(scope, run_id, share_id, vault, _take_over)
    tried = found = failed = 0
    with Pool(WORKER, 1) as renderers, recogniser.opened() as reader, closing(open_it()) as share:
        pages = _Pages(renderers, reader, limits.ocr, seconds)
        for fetched in share.fetch(_wanted(taken, vault, limits, host, now)):
            if fetched.reason is not None:
                continue
            outcome, how = _recognised(fetched, pages, judges, recogniser.version)
            writer.take(outcome, taken[fetched.key])
            writer.flush()
            tried += 1
            found += _says_something(outcome.rows[0])
            failed += how is OcrHint.FAILED
    return ImageCounts(tried, found, failed, len(waiting) - tried)


def _take_over(session: Session, ids: Sequence[int]) -> set[int]:
    """The files to be judged anew: what their names alone gave makes room."""
    ours = crawls.still_without_text(session, ids)
    crawls.drop_hits(session, list(ours))
    return ours


def _wanted(
    taken: dict[int, TakenFile], vault: PathVault, limits: CrawlLimits, host: str, now: Callable[[], datetime]
) -> Iterator[Wanted]:
    rates = limits.rates_of(host)
    files = (
        Wanted(key, one.path, one.row.size_bytes, raw_path=vault.open(one.row.path_sealed)[1])
        for key, one in taken.items()
    )
    for wanted in paced(
        files, files_per_second=rates.files_per_second, bytes_per_second=rates.megabytes_per_second * 1_000_000
    ):
        until = limits.quiet_until(host, now().astimezone(clock.zone()))
        if until is not None:
            raise ServerQuiet(host, until)
        yield wanted


@dataclass(frozen=True, slots=True)
class _Recognised:
    """The lines of a file's pages in order, none where a page could not be read, and how it went."""

    format: str
    pages: tuple[tuple[RecognisedLine, ...], ...]
    how: OcrHint


class _Pages:
    """Renders page after page in a confined worker and has each recognised; one page is in memory at a time.

    A file ends at its last page, with as many pages of pictures as the limits say, or when the seconds of so many are
    spent (by `seconds`, which never goes back): pages with text are rendered too, and may be many and slow.
    """

    def __init__(self, renderers: Pool, reader: ReadsPages, limits: Ocr, seconds: Callable[[], float]) -> None:
        self._renderers = renderers
        self._reader = reader
        self._most = limits.pages_per_file
        self._longest = limits.pages_per_file * limits.seconds_per_page
        self._seconds = seconds

    def read(self, data: bytes, name: str) -> _Recognised:
        """The lines of a file's first pages."""
        until = self._seconds() + self._longest
        from inspection.extraction.ocr_worker import answered_page, page_request

        read: list[tuple[RecognisedLine, ...]] = []
        file_format, pages, number, lost, tried = "unknown", 1, 0, 0, 0
        while number < min(pages, MOST_PAGES) and tried < self._most and self._seconds() < until:
            answer = self._renderers.one(page_request(data, name=name, number=number)).answer
            lines = None
            if answer is not None:
                page = answered_page(answer)
                file_format, pages = page.format, page.pages
                lines = self._reader.lines_of(page) if page.is_picture else ()
                tried += page.is_picture
            else:
                tried += 1
            lost += lines is None
            read.append(lines or ())
            number += 1
        if lost and lost == tried:
            return _Recognised(file_format, tuple(read), OcrHint.FAILED)
        return _Recognised(file_format, tuple(read), OcrHint.PARTLY if lost or number < pages else OcrHint.WHOLE)


def _recognised(fetched: Fetched, pages: _Pages, judges: Judges, by: str) -> tuple[FileOutcome, OcrHint]:
    data = b"".join(fetched.pieces)
    digest = hashlib.sha256(data).hexdigest()
    recognised = pages.read(data, fetched.path)
    file = FileToJudge(
        fetched.key,
        fetched.path,
        len(data),
        tuple(map(packed, recognised.pages)),
        broad_readers=fetched.broad_readers,
        digest=digest,
        recognised=recognised.format,
        own=data,
    )
    judged = next(iter(judges.judge([file])))
    row = _never_cleared(judged.rows[0])
    row = row | {"hints": [*row["hints"], recognised.how.value], "recognised_by": by}
    outcome = FileOutcome(
        fetched.key,
        rows=(row,),
        sha256=digest,
        digest=digest,
        broad_readers=fetched.broad_readers,
        changed=fetched.changed,
    )
    return outcome, recognised.how


def _says_something(row: Row) -> bool:
    return bool(row["reason"] != ReadReason.NO_TEXT_LAYER and row["verdict"] != Verdict.CLEAN)


def _never_cleared(row: Row) -> Row:
    """A recogniser overlooks things: what it did not find is not held to be absent. Pictures beside text make nothing
    unread, and nothing found on them changes nothing."""
    if row["verdict"] != Verdict.CLEAN or PICTURES_BESIDE_TEXT in row["hints"]:
        return row
    return row | {
        "status": ReadStatus.UNREADABLE.value,
        "reason": ReadReason.NO_TEXT_LAYER.value,
        "verdict": Verdict.UNKNOWN.value,
    }
