"""Fetches files whole, and large office packages by the few pieces that hold their text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from inspection.crawling.judging import FileToJudge
from inspection.shares.share import Fetched, Share, Wanted


def fetch_files(
    share: Share, wanted: Iterable[Wanted], *, ranges_from_bytes: int | None
) -> Iterator[tuple[FileToJudge, Fetched]]:
    """Reads files, many in flight; exactly one answer per file, in any order. Where `reason` is set, bytes are none."""
    asked: dict[int, Wanted] = {}

    def noted() -> Iterator[Wanted]:
        for one in wanted:
            asked[one.key] = one
            yield one

    for fetched in share.fetch(noted()):
        one = asked.pop(fetched.key)
        yield FileToJudge(one.key, one.path, one.size_bytes, fetched.pieces, None, fetched.broad_readers), fetched
