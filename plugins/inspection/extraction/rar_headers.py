"""What the headers of a RAR archive say of each member and libarchive does not: encrypted, split, a mere link."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from inspection.extraction.unreadable import encrypted

SIGNATURE_4, SIGNATURE_5 = b"Rar!\x1a\x07\0", b"Rar!\x1a\x07\1\0"
BLOCK_4 = struct.Struct("<HBHH")
FILE_4 = struct.Struct("<IIBIIBBHI")
MAIN_4, MEMBER_4, SERVICE_4, END_4 = 0x73, 0x74, 0x7A, 0x7B
MEMBER_5, ENCRYPTION_5, END_5 = 2, 4, 5
ENCRYPTED_RECORD, LINK_RECORD = 1, 5
STORED_4, OLDEST_PACKING, OLD_COMMENT = 0x30, 29, 0x02


@dataclass(frozen=True, slots=True)
class Header:
    """One member. `split`: a part of it lies in another file; `link`: it holds no content of its own; `outdated`:
    packed as before RAR 2.9 (2002)."""

    encrypted: bool = False
    split: bool = False
    link: bool = False
    outdated: bool = False
    crc: int | None = None
    solid: bool = False  # to pass it by costs as much as to unpack it
    continued: bool = False  # begun in an earlier file, of version 5: libarchive leaves it out


PLAIN = Header()


def member_headers(data: bytes) -> Iterator[Header]:
    """The members in their order, as far as the headers can be followed; raises Unreadable(encrypted) where they
    are encrypted themselves."""
    try:
        if data.startswith(SIGNATURE_5):
            yield from _members_5(data)
        elif data.startswith(SIGNATURE_4):
            yield from _members_4(data)
    except (struct.error, IndexError):
        return  # cut off: libarchive says so where it comes there


def _members_4(data: bytes) -> Iterator[Header]:
    at, old = len(SIGNATURE_4), False
    while at + BLOCK_4.size <= len(data):
        _, kind, flags, size = BLOCK_4.unpack_from(data, at)
        if kind == END_4 or size < BLOCK_4.size:
            return
        if kind == MAIN_4:
            old = bool(flags & OLD_COMMENT)
            if flags & 0x80:
                raise encrypted("the archive's headers are encrypted")
        follows = struct.unpack_from("<I", data, at + BLOCK_4.size)[0] if flags & 0x8000 else 0
        if kind in {MEMBER_4, SERVICE_4} and flags & 0x100:
            follows |= struct.unpack_from("<I", data, at + BLOCK_4.size + FILE_4.size)[0] << 32
        if kind == MEMBER_4:
            _, _, _, crc, _, version, method, _, _ = FILE_4.unpack_from(data, at + BLOCK_4.size)
            yield Header(
                encrypted=bool(flags & 4),
                split=bool(flags & 3),
                crc=crc,
                outdated=old or (method != STORED_4 and version < OLDEST_PACKING),
            )
        at += size + follows


def _members_5(data: bytes) -> Iterator[Header]:
    at = len(SIGNATURE_5)
    while at < len(data):
        size, begin = _number(data, at + 4)
        kind, place = _number(data, begin)
        flags, place = _number(data, place)
        extra, place = _number(data, place) if flags & 1 else (0, place)
        follows, place = _number(data, place) if flags & 2 else (0, place)
        if kind == END_5 or not size:
            return
        if kind == ENCRYPTION_5:
            raise encrypted("the archive's headers are encrypted")
        end = begin + size
        if kind == MEMBER_5:
            records = set(_records(data, end - extra, end)) if extra else set()
            crc, solid = _content_of_5(data, place)
            yield Header(
                encrypted=ENCRYPTED_RECORD in records,
                split=bool(flags & 0x18),
                link=LINK_RECORD in records,
                crc=crc,
                solid=solid,
                continued=bool(flags & 0x08),
            )
        at = end + follows


def _content_of_5(data: bytes, at: int) -> tuple[int | None, bool]:
    """(checksum, whether solid) as the fields of a member's header give them."""
    flags, at = _number(data, at)
    _, at = _number(data, at)  # size
    _, at = _number(data, at)  # attributes
    at += 4 if flags & 2 else 0  # time
    crc: int | None = None
    if flags & 4:
        crc = struct.unpack_from("<I", data, at)[0]
        at += 4
    return crc, bool(_number(data, at)[0] & 0x40)


def _records(data: bytes, at: int, end: int) -> Iterator[int]:
    """The kinds of the records in a header's extra area."""
    while at < end:
        size, begin = _number(data, at)
        yield _number(data, begin)[0]
        at = begin + size


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length (seven bits a byte, lowest first), and where the next field begins."""
    value = 0
    for shift in range(0, 70, 7):
        value |= (data[at] & 0x7F) << shift
        at += 1
        if not data[at - 1] & 0x80:
            break
    return value, at
