"""From files wanted to rows judged, in the order of cost: fetch, same content once, sandbox."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from inspection.crawling.judging import FileToJudge, Judges, Row
from inspection.crawling.ranges import fetch_files
from inspection.shares.share import Fetched, Share, Wanted
from inspection.vocabulary import ReadReason

# rows of contents already judged, kept for copies of the same file; about 1 KB each
REMEMBERED_CONTENTS = 20_000


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """How one file ended: `reason` where it was not fetched (`rows` is empty then), else the rows.

    `sha256` is that of the whole content, None where only pieces were read; `digest` tells equal contents in both
    cases. `changed` says it was written to while we read. `copy_of` is the key of the equal file judged instead.
    """

    key: int
    reason: ReadReason | None = None
    rows: tuple[Row, ...] = ()
    sha256: str | None = None
    digest: str | None = None
    broad_readers: tuple[str, ...] | None = None
    changed: bool = False
    copy_of: int | None = None


@dataclass(slots=True)
class _Content:
    """One content seen: the path it was judged under, its rows once known, and the copies that wait for them."""

    key: int
    path: str
    rows: tuple[Row, ...] | None = None
    waiting: list[FileOutcome] = field(default_factory=list)


class _Contents:
    """Contents judged or being judged, so that a copy need not be judged again."""

    def __init__(self, judges: Judges) -> None:
        self._judges = judges
        self._seen: OrderedDict[Hashable, _Content] = OrderedDict()

    def seen(self, outcome: FileOutcome, path: str) -> _Content:
        """The content a file has: known from a copy judged under a path that bears the same, or new."""
        identity = (outcome.digest, outcome.broad_readers)
        known = self._seen.get(identity)
        if known is not None and self._judges.bearing(known.path) == self._judges.bearing(path):
            return known
        content = _Content(outcome.key, path)
        if known is None:
            self._seen[identity] = content
            if len(self._seen) > REMEMBERED_CONTENTS:
                self._seen.popitem(last=False)
        return content


def read_files(
    share: Share, wanted: Iterable[Wanted], judges: Judges, *, ranges_from_bytes: int | None
) -> Iterator[FileOutcome]:
    """Fetches and judges files; exactly one outcome per wanted file, in any order.

    Office packages of `ranges_from_bytes` and more are fetched in pieces (None: never). Keys are the caller's.
    Raises what the share raises: SourceUnavailable, AccessRefused.
    """
    torn: list[Wanted] = []
    asked: dict[int, Wanted] = {}

    def noted() -> Iterator[Wanted]:
        for one in wanted:
            asked[one.key] = one
            yield one

    contents = _Contents(judges)
    for outcome in _once_through(share, noted(), judges, contents, ranges_from_bytes):
        one = asked.pop(outcome.key)
        if outcome.sha256 is None and outcome.rows and outcome.rows[0]["reason"] == ReadReason.CORRUPT:
            torn.append(one)  # it may have changed between its pieces: only the whole tells
        else:
            yield outcome
    yield from _once_through(share, torn, judges, contents, None)


def _once_through(
    share: Share, wanted: Iterable[Wanted], judges: Judges, contents: _Contents, ranges_from_bytes: int | None
) -> Iterator[FileOutcome]:
    ready: deque[FileOutcome] = deque()
    begun: dict[int, tuple[FileOutcome, _Content]] = {}

    def to_judge() -> Iterator[FileToJudge]:
        for file, fetched in fetch_files(share, wanted, ranges_from_bytes=ranges_from_bytes):
            if fetched.reason is not None:
                ready.append(FileOutcome(fetched.key, fetched.reason, broad_readers=fetched.broad_readers))
                continue
            outcome = _outcome(file, fetched)
            content = contents.seen(outcome, file.path)
            if content.key == file.key:
                begun[file.key] = (outcome, content)
                yield file
            elif content.rows is None:
                content.waiting.append(outcome)
            else:
                ready.append(_copy(outcome, content.key, content.rows))

    for judged in judges.judge(to_judge()):
        outcome, content = begun.pop(judged.key)
        content.rows = judged.rows
        yield replace(outcome, rows=judged.rows)
        yield from (_copy(waiting, content.key, judged.rows) for waiting in content.waiting)
        content.waiting.clear()
        while ready:
            yield ready.popleft()
    yield from ready


def _outcome(file: FileToJudge, fetched: Fetched) -> FileOutcome:
    return FileOutcome(
        file.key,
        sha256=file.sha256,
        digest=file.digest,
        broad_readers=fetched.broad_readers,
        changed=fetched.changed,
    )


def _copy(outcome: FileOutcome, key: int, rows: tuple[Row, ...]) -> FileOutcome:
    return replace(outcome, rows=rows, copy_of=key)


def paced(
    wanted: Iterable[Wanted],
    *,
    files_per_second: float,
    bytes_per_second: float,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[Wanted]:
    """Hands files on no faster than the rates allow (0: without limit); a file's whole size counts."""
    due = monotonic()
    for one in wanted:
        now = monotonic()
        if due > now:
            sleep(due - now)
        due = max(due, now)
        due += 1 / files_per_second if files_per_second else 0
        due += one.size_bytes / bytes_per_second if bytes_per_second else 0
        yield one
