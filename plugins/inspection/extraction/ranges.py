"""Which bytes of a large Office package are needed: its text parts, not its pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inspection.extraction.archive import Member, Pieces, directory_place, read_directory
from inspection.extraction.passage import Reading, ReadLimits
from inspection.extraction.read import DEFAULT_LIMITS, read_source
from inspection.extraction.unreadable import Unreadable

TAIL_BYTES = 128 << 10  # the end record with its longest comment, and the directory of some thousand members
WORTH_IT_BYTES = 1 << 20  # smaller files are read whole: one round trip instead of two
GAP_BYTES = 32 << 10  # pieces nearer than this are fetched as one
# of an office package everything may hold text but pictures, sound, films, fonts and what only programs read
NOT_TEXT = re.compile(
    r".*\.(?:png|jpe?g|jfif|gif|bmp|dib|tiff?|emf|wmf|emz|wmz|wdp|jxr|hdp|webp|heic|ico|pcx|eps|svm|mp3|m4a|mp4|m4v|wav|wma"
    r"|avi|wmv|mov|mpe?g|mkv|webm|aac|flac|mid|ogg|ttf|otf|odttf|fntdata|glb|model3d)"
    r"|.*/vbaproject\w*\.bin|.*/printersettings[^/]*|(?:thumbnails|pictures|objectreplacements|configurations2)/.*"
    r"|.*/theme/[^/]*",
    re.IGNORECASE,
)
PACKAGES = ("[content_types].xml", "content.xml")


def wanted_ranges(tail: bytes, size_bytes: int) -> tuple[tuple[int, int], ...] | None:
    """The (offset, length) pieces to fetch beside `tail`, in bytes, ascending; None where the whole file is needed.

    `tail` is the file's last bytes (TAIL_BYTES or more serve best). None also where the directory is not in the tail,
    is broken, or nothing would be saved.
    """
    if size_bytes < WORTH_IT_BYTES or len(tail) >= size_bytes:
        return None
    try:
        offset, length, prefix = directory_place(tail, size_bytes)
        start = offset - (size_bytes - len(tail))
        if start < 0:
            return None
        members = read_directory(tail[start : start + length], prefix, DEFAULT_LIMITS)
    except Unreadable:
        return None
    wanted = _wanted_members(members)
    if wanted is None:
        return None
    ranges = _merged(_places(members, wanted, offset), size_bytes - len(tail))
    if sum(piece for _, piece in ranges) * 10 > size_bytes * 9:
        return None
    return ranges


def _wanted_members(members: list[Member]) -> set[str] | None:
    names = {member.name for member in members}
    if not any(name.lower() in PACKAGES for name in names):
        return None
    return {name for name in names if not NOT_TEXT.fullmatch(name)}


def _places(members: list[Member], wanted: set[str], directory: int) -> list[tuple[int, int]]:
    """Start and end of each wanted member: it ends where the next one, or the directory, begins."""
    starts = sorted({member.offset for member in members})
    next_start = dict(zip(starts, [*starts[1:], directory], strict=True))
    return sorted((member.offset, next_start[member.offset]) for member in members if member.name in wanted)


def _merged(places: list[tuple[int, int]], tail_at: int) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for begin, place_end in places:
        end = min(place_end, tail_at)
        if begin >= end:
            continue  # lies in the tail
        if merged and begin <= merged[-1][1] + GAP_BYTES:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return tuple((begin, end - begin) for begin, end in merged)


def read_pieces(
    tail: bytes,
    ranges: Sequence[tuple[int, int]],
    pieces: Sequence[bytes],
    *,
    size_bytes: int,
    name: str,
    limits: ReadLimits = DEFAULT_LIMITS,
) -> Reading:
    """Reads a package of which the tail and `ranges` (as `wanted_ranges` gave them) were fetched. Never raises.

    A file that changed between the two reads ends as corrupt: read it again whole.
    """
    held = [(offset, piece) for (offset, _), piece in zip(ranges, pieces, strict=False)]
    held.append((size_bytes - len(tail), tail))
    return read_source(Pieces(size_bytes, _joined(held)), name=name, limits=limits)


def _joined(pieces: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Pieces that touch become one, so that a member across two can be taken."""
    joined: list[tuple[int, bytes]] = []
    for offset, piece in sorted(pieces, key=lambda one: one[0]):
        if joined and joined[-1][0] + len(joined[-1][1]) == offset:
            joined[-1] = (joined[-1][0], joined[-1][1] + piece)
        else:
            joined.append((offset, piece))
    return joined
