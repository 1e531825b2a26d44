"""Takes out of a photograph what its camera wrote beside the picture: place, time, device, names, a small copy of it.

Pure (bytes in, bytes out); the picture itself is not decoded and stays bit for bit. Of a JPEG the way up stays, and
what colours need; whatever stands behind the end of the picture goes. JPEG: ITU-T T.81 annex B; PNG: ISO/IEC 15948.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from inspection.documents.media_types import JPEG, PNG
from inspection.documents.returned import FileFault, NotTaken

_START, _SCAN, _END = 0xD8, 0xDA, 0xD9
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length
_TOLD = frozenset({*range(0xE0, 0xF0), 0xFE})  # what programs write for one another, and comments
_ORIENTATION, _SHORT = 0x0112, 3
_PNG_KEPT = frozenset({
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs",
})  # fmt: skip
_PNG_HEAD = 8


def bare(data: bytes, media_type: str) -> bytes:
    """The picture alone; anything that is no picture is handed back as it is. Raises NotTaken where it is broken."""
    strip = _STRIPPED.get(media_type)
    try:
        return data if strip is None else strip(data)
    except (struct.error, IndexError):
        raise NotTaken(FileFault.BROKEN, "a picture whose parts do not fit together") from None


def _jpeg(data: bytes) -> bytes:
    kept = [data[:2]]
    at, way_up = 2, 1
    while True:
        if data[at] != 0xFF:
            raise NotTaken(FileFault.BROKEN, "a JPEG whose parts do not fit together")
        marker = data[at + 1]
        if marker == 0xFF:  # a byte that fills up
            at += 1
            continue
        if marker == _END:
            return b"".join([kept[0], _upright(way_up), *kept[1:], data[at : at + 2]])
        if marker in _ALONE:
            kept.append(data[at : at + 2])
            at += 2
            continue
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        if end < at + 4 or end > len(data):
            raise NotTaken(FileFault.BROKEN, "a JPEG whose parts do not fit together")
        content = data[at + 4 : end]
        if marker in _TOLD:
            way_up = _way_up(content) or way_up
            content = _needed(marker, content)
        if content or marker not in _TOLD:
            kept.append(struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content)
        at = end
        if marker == _SCAN:
            at = _behind_scan(data, end)
            kept.append(data[end:at])


def _needed(marker: int, content: bytes) -> bytes:
    """What a reader needs of it to show the picture: density, colours."""
    if marker == 0xE0 and content.startswith(b"JFIF\0") and len(content) >= 14:
        return content[:12] + b"\0\0"  # without the small copy
    if marker == 0xE2 and content.startswith(b"ICC_PROFILE\0"):
        return content
    if marker == 0xEE and content.startswith(b"Adobe"):
        return content[:12]
    return b""


def _behind_scan(data: bytes, at: int) -> int:
    """Where the next part begins: in packed picture data a 0xFF is followed by zero, or by a mark to start anew."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0:
            raise NotTaken(FileFault.BROKEN, "a JPEG without an end")
        following = data[at + 1]
        if following == 0 or following in _ALONE:
            at += 2
        elif following == 0xFF:
            at += 1
        else:
            return at


def _way_up(content: bytes) -> int:
    """Which way up the camera was held (1 to 8), as Exif tells it; 0 where it does not."""
    if not content.startswith(b"Exif\0\0"):
        return 0
    told = content[6:]
    order = {b"II": "<", b"MM": ">"}.get(told[:2], "")
    if not order:
        return 0
    try:
        (first,) = struct.unpack_from(f"{order}I", told, 4)
        (count,) = struct.unpack_from(f"{order}H", told, first)
        for number in range(count):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", told, first + 2 + 12 * number)
            if (tag, kind) == (_ORIENTATION, _SHORT):
                return int(value) if 1 <= value <= 8 else 0
    except struct.error:
        return 0
    return 0


def _upright(way_up: int) -> bytes:
    """An Exif part that says which way up, and nothing else."""
    if way_up == 1:
        return b""
    told = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, _SHORT, 1, way_up, 0, 0)
    return struct.pack(">BBH", 0xFF, 0xE1, len(told) + 2) + told


def _png(data: bytes) -> bytes:
    kept = [data[:_PNG_HEAD]]
    at = _PNG_HEAD
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise NotTaken(FileFault.BROKEN, "a PNG whose parts do not fit together")
        if kind in _PNG_KEPT:
            kept.append(data[at:end])
        at = end
        if kind == b"IEND":
            return b"".join(kept)


_STRIPPED: dict[str, Callable[[bytes], bytes]] = {JPEG: _jpeg, PNG: _png}
