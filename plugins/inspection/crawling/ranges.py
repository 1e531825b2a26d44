"""Fetches files whole, and large office packages by the few pieces that hold their text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from inspection.crawling.judging import FileToJudge
from inspection.shares.share import Fetched, Share, Wanted

PACKAGES = (
    ".docx", ".docm", ".dotx", ".dotm", ".xlsx", ".xlsm", ".xltx", ".pptx", ".pptm", ".ppsx", ".potx",
    ".odt", ".ods", ".odp", ".odg", ".ott", ".ots",
)  # fmt: skip


def fetch_files(
    share: Share, wanted: Iterable[Wanted], *, ranges_from_bytes: int | None
) -> Iterator[tuple[FileToJudge, Fetched]]:
    """Reads files, many in flight; exactly one answer per file, in any order. Where `reason` is set, bytes are none.

    Of a package the tail comes first and tells which other pieces are needed; one that turns out to be something
    else is read whole.
    """
    wishes = _Wishes(wanted, ranges_from_bytes)
    for fetched in share.fetch(wishes):
        file = wishes.answer(fetched)
        if file is not None:
            yield file, fetched


def _digest(pieces: tuple[bytes, ...], offsets: tuple[int, ...] | None, size_bytes: int) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    if offsets is not None:
        digest.update(repr((size_bytes, offsets)).encode())
    return digest.hexdigest()


@dataclass(slots=True)
class _Asked:
    """How far a file is: `step` is what was asked for last."""

    wanted: Wanted
    step: Literal["whole", "tail", "ranges"] = "whole"
    tail: bytes = b""
    ranges: tuple[tuple[int, int], ...] = ()


class _Wishes:
    """Files to fetch; an answer may lead to a further wish, so it may say more after it has said that it is empty."""

    def __init__(self, wanted: Iterable[Wanted], ranges_from_bytes: int | None) -> None:
        self._source = iter(wanted)
        self._from_bytes = ranges_from_bytes
        self._next: list[Wanted] = []
        self._asked: dict[int, _Asked] = {}

    def __iter__(self) -> _Wishes:
        return self

    def __next__(self) -> Wanted:
        if self._next:
            return self._next.pop()
        wanted = next(self._source)
        asked = self._asked[wanted.key] = _Asked(wanted)
        if self._from_bytes is None or wanted.size_bytes < self._from_bytes:
            return wanted
        if not wanted.path.lower().endswith(PACKAGES):
            return wanted
        from inspection.extraction.ranges import TAIL_BYTES, WORTH_IT_BYTES  # costs all readers; rarely needed here

        if wanted.size_bytes < WORTH_IT_BYTES:
            return wanted
        asked.step = "tail"
        return replace(wanted, ranges=((wanted.size_bytes - TAIL_BYTES, TAIL_BYTES),))

    def answer(self, fetched: Fetched) -> FileToJudge | None:
        """The file, or None where more of it has been wished for."""
        asked = self._asked[fetched.key]
        wanted = asked.wanted
        pieces: tuple[bytes, ...] = fetched.pieces
        offsets: tuple[int, ...] | None = None
        if fetched.reason is None and asked.step == "tail":
            further = self._after_tail(asked, pieces[0])
            if further is not None:
                self._next.append(further)
                return None
            pieces = ()
        del self._asked[fetched.key]
        if asked.step == "ranges":
            pieces = (*pieces, asked.tail)
            offsets = (*(offset for offset, _ in asked.ranges), wanted.size_bytes - len(asked.tail))
        digest = _digest(pieces, offsets, wanted.size_bytes) if fetched.reason is None else ""
        return FileToJudge(wanted.key, wanted.path, wanted.size_bytes, pieces, offsets, fetched.broad_readers, digest)

    def _after_tail(self, asked: _Asked, tail: bytes) -> Wanted | None:
        from inspection.extraction.ranges import wanted_ranges

        ranges = wanted_ranges(tail, asked.wanted.size_bytes)
        if ranges is None:
            asked.step = "whole"
            return asked.wanted
        asked.step, asked.tail, asked.ranges = "ranges", tail, ranges
        return replace(asked.wanted, ranges=ranges) if ranges else None
