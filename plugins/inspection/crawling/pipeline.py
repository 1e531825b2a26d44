"""From files wanted to rows judged, in the order of cost: fetch, same content once, sandbox."""

from __future__ import annotations

import hashlib
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
class _Contents:
    """Contents being judged or judged: answers for their copies."""

    answers: OrderedDict[Hashable, tuple[int, tuple[Row, ...]]] = field(default_factory=OrderedDict)
    under_way: dict[Hashable, list[FileOutcome]] = field(default_factory=dict)

    def remember(self, content: Hashable, key: int, rows: tuple[Row, ...]) -> None:
        self.answers[content] = (key, rows)
        if len(self.answers) > REMEMBERED_CONTENTS:
            self.answers.popitem(last=False)


def read_files(
    share: Share, wanted: Iterable[Wanted], judges: Judges, *, ranges_from_bytes: int | None
) -> Iterator[FileOutcome]:
    """Fetches and judges files; exactly one outcome per wanted file, in any order.

    Office packages of `ranges_from_bytes` and more are fetched in pieces (None: never). Keys are the caller's.
    Raises what the share raises: SourceUnavailable, AccessRefused.
    """
    ready: deque[FileOutcome] = deque()
    contents = _Contents()
    begun: dict[int, tuple[FileOutcome, Hashable]] = {}

    def to_judge() -> Iterator[FileToJudge]:
        for file, fetched in fetch_files(share, wanted, ranges_from_bytes=ranges_from_bytes):
            if fetched.reason is not None:
                ready.append(FileOutcome(fetched.key, fetched.reason, broad_readers=fetched.broad_readers))
                continue
            outcome = _outcome(file, fetched)
            content = (outcome.digest, judges.bearing(file.path), fetched.broad_readers)
            if content in contents.answers:
                ready.append(_copy(outcome, *contents.answers[content]))
            elif content in contents.under_way:
                contents.under_way[content].append(outcome)
            else:
                contents.under_way[content] = []
                begun[file.key] = (outcome, content)
                yield file

    for judged in judges.judge(to_judge()):
        outcome, content = begun.pop(judged.key)
        contents.remember(content, judged.key, judged.rows)
        yield replace(outcome, rows=judged.rows)
        for waiting in contents.under_way.pop(content):
            yield _copy(waiting, judged.key, judged.rows)
        while ready:
            yield ready.popleft()
    yield from ready


def _outcome(file: FileToJudge, fetched: Fetched) -> FileOutcome:
    digest = hashlib.sha256()
    for piece in file.pieces:
        digest.update(piece)
    whole = digest.hexdigest() if file.offsets is None else None
    if file.offsets is not None:
        digest.update(repr((file.size_bytes, file.offsets)).encode())
    return FileOutcome(
        file.key,
        sha256=whole,
        digest=whole or digest.hexdigest(),
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
