"""Zip packages read straight from their central directory: only wanted members, each within the limits."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import deflate

from inspection.extraction.character_sets import decode_bytes
from inspection.extraction.passage import ReadLimits
from inspection.extraction.unreadable import corrupt, encrypted, too_large, unsupported

END = struct.Struct("<4s4H2IH")
CENTRAL = struct.Struct("<4s6H3I5H2I")
LOCAL = struct.Struct("<4s5H3I2H")
END_SIGNATURE, CENTRAL_SIGNATURE, LOCAL_SIGNATURE = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
LONGEST_COMMENT = 65_535
MOST_END_RECORDS = 2_000
RATIO_COUNTS_FROM = 8 << 20  # below this size a high ratio is harmless: empty XML packs 400:1


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of the central directory; sizes and offset in bytes."""

    name: str
    method: int
    flags: int
    crc: int
    packed_bytes: int
    size_bytes: int
    offset: int


class Source(Protocol):
    """Where the bytes of a package come from: whole, or only the pieces that were fetched."""

    size_bytes: int

    def take(self, offset: int, length: int) -> bytes:
        """The bytes [offset, offset + length), fewer where the file ends; raises Unreadable where not at hand."""

    def tail(self, length: int) -> bytes:
        """The last bytes, at most `length`, as far as they are at hand."""


class Whole:
    """A file held in memory."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size_bytes = len(data)

    def take(self, offset: int, length: int) -> bytes:
        """The bytes [offset, offset + length)."""
        return self.data[offset : offset + length]

    def tail(self, length: int) -> bytes:
        """The last bytes, at most `length`."""
        return self.data[-length:]


class Pieces:
    """A file of which only some ranges are held."""

    def __init__(self, size_bytes: int, pieces: Sequence[tuple[int, bytes]]) -> None:
        self.size_bytes = size_bytes
        self._pieces = sorted(pieces, key=lambda piece: piece[0])

    def take(self, offset: int, length: int) -> bytes:
        """The bytes [offset, offset + length); raises Unreadable(corrupt) where they were not fetched."""
        length = min(length, self.size_bytes - offset)
        for start, data in self._pieces:
            if start <= offset and offset + length <= start + len(data):
                return data[offset - start : offset - start + length]
        raise corrupt("a member points outside the ranges its directory announced")

    def tail(self, length: int) -> bytes:
        """The last bytes that were fetched, at most `length`."""
        start, data = self._pieces[-1] if self._pieces else (0, b"")
        return data[-length:] if start + len(data) == self.size_bytes else b""


def directory_place(tail: bytes, size_bytes: int) -> tuple[int, int, int]:
    """(offset of the central directory, its size, bytes lying before the archive proper), all in bytes.

    A comment may hold the signature of an end record, and bytes may follow the archive: of all records the last one
    whose comment ends with the file and whose directory begins as one is taken, else the last that fits at all.
    Raises Unreadable(corrupt) where none does.
    """
    fitting: list[tuple[bool, tuple[int, int, int]]] = []
    position = tail.rfind(END_SIGNATURE)
    for _ in range(MOST_END_RECORDS):
        if position < 0:
            break
        if position + END.size <= len(tail):
            (comment_bytes,) = struct.unpack_from("<H", tail, position + END.size - 2)
            place = _place_of(tail, position, size_bytes)
            if place is not None:
                if position + END.size + comment_bytes == len(tail) and _begins_there(tail, place, size_bytes):
                    return place
                fitting.append((_begins_there(tail, place, size_bytes), place))
        position = tail.rfind(END_SIGNATURE, 0, position)
    if not fitting:
        raise corrupt("no central directory that lies within the file: the package is cut off")
    return next((place for begins, place in fitting if begins), fitting[0][1])


def _place_of(tail: bytes, position: int, size_bytes: int) -> tuple[int, int, int] | None:
    """What the end record at a position of the tail says; None where that lies outside the file."""
    _, _, _, _, entries, length, offset, _ = END.unpack_from(tail, position)
    base = size_bytes - len(tail)
    end = base + position
    if 0xFFFFFFFF in {length, offset} or entries == 0xFFFF:
        wide = tail.rfind(b"PK\x06\x06", 0, position)
        if wide >= 0 and wide + 56 <= len(tail):
            length, offset = struct.unpack_from("<2Q", tail, wide + 40)
            end = base + wide
    prefix = end - length - offset
    return (offset + prefix, length, prefix) if prefix >= 0 else None


def _begins_there(tail: bytes, place: tuple[int, int, int], size_bytes: int) -> bool:
    """Whether a directory begins at a place: believed where it is not at hand, of an empty one where nothing lies
    before it."""
    offset, length, _ = place
    if not length:
        return offset == 0
    at = offset - (size_bytes - len(tail))
    return at < 0 or tail[at : at + 4] == CENTRAL_SIGNATURE


def read_directory(directory: bytes, prefix: int, limits: ReadLimits) -> list[Member]:
    """All members a central directory lists; raises Unreadable where it is broken or too long."""
    members: list[Member] = []
    position = 0
    while directory[position : position + 4] == CENTRAL_SIGNATURE:
        if position + CENTRAL.size > len(directory):
            raise corrupt("the central directory is cut off")
        (_, _, _, flags, method, _, _, crc, packed, size, name_bytes, extra_bytes, comment_bytes, *_, offset) = (
            CENTRAL.unpack_from(directory, position)
        )
        position += CENTRAL.size
        raw = directory[position : position + name_bytes]
        if 0xFFFFFFFF in {packed, size, offset}:
            extra = directory[position + name_bytes : position + name_bytes + extra_bytes]
            size, packed, offset = _wide_sizes(extra, size, packed, offset)
        members.append(Member(_member_name(raw, flags), method, flags, crc, packed, size, offset + prefix))
        if len(members) > limits.entries:
            raise too_large("more archive members than the limit")
        position += name_bytes + extra_bytes + comment_bytes
    return members


def _member_name(raw: bytes, flags: int) -> str:
    """Member names are UTF-8 where they say so or can be; else what Windows here writes, Big5."""
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        name = raw.decode("utf-8", "replace") if flags & 0x800 else decode_bytes(raw)
    return name.replace("\\", "/")


def _wide_sizes(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, position)
        if kind == 1:
            values = [struct.unpack_from("<Q", extra, position + 4 + at)[0] for at in range(0, length - 7, 8)]
            fields = [size, packed, offset]
            for index, value in enumerate(fields):
                if value == 0xFFFFFFFF and values:
                    fields[index] = values.pop(0)
            return fields[0], fields[1], fields[2]
        position += 4 + length
    return size, packed, offset


class Package:
    """A zip file: its members by name (first one wins), read on demand. Raises Unreadable for what breaks the rules."""

    def __init__(self, source: Source, limits: ReadLimits) -> None:
        self._source = source
        self._limits = limits
        self._spent = 0
        tail = source.tail(END.size + LONGEST_COMMENT)
        offset, length, prefix = directory_place(tail, source.size_bytes)
        self.all = read_directory(source.take(offset, length), prefix, limits)
        self.members: dict[str, Member] = {}
        for member in self.all:
            self.members.setdefault(member.name, member)
        if not self.all and length:
            raise corrupt("the central directory is not one")

    @property
    def names(self) -> list[str]:
        """Member names in the order of the directory."""
        return list(self.members)

    def read(self, name: str) -> bytes:
        """One member, unpacked and checked; empty where there is none. Raises Unreadable."""
        member = self.members.get(name)
        return self.unpack(member) if member else b""

    def unpack(self, member: Member) -> bytes:
        """One member's content; raises Unreadable: encrypted, too_large, corrupt or unsupported_format."""
        limits = self._limits
        if member.flags & 1:
            raise encrypted("the member is encrypted")
        if member.size_bytes > limits.part_bytes or member.packed_bytes > limits.part_bytes:
            raise too_large("a part is larger than the limit")
        if member.size_bytes > RATIO_COUNTS_FROM and member.size_bytes > member.packed_bytes * limits.ratio:
            raise too_large("a part is packed beyond the limit ratio")
        self._spent += member.size_bytes
        if self._spent > limits.total_bytes:
            raise too_large("the parts together pass the limit")
        content = _inflate(member, self._packed(member), limits.part_bytes)
        if zlib.crc32(content) != member.crc:
            raise corrupt("a part does not match its checksum")
        return content

    def _packed(self, member: Member) -> bytes:
        head = self._source.take(member.offset, LOCAL.size)
        if len(head) < LOCAL.size or head[:4] != LOCAL_SIGNATURE:
            raise corrupt("a member does not start where the directory says")
        name_bytes, extra_bytes = LOCAL.unpack(head)[9:11]
        packed = self._source.take(member.offset + LOCAL.size + name_bytes + extra_bytes, member.packed_bytes)
        if len(packed) < member.packed_bytes:
            raise corrupt("a member is cut off")
        return packed


def _inflate(member: Member, packed: bytes, limit: int) -> bytes:
    if member.method == 0:
        return packed
    if member.method == 8:
        if not member.size_bytes:
            return b""
        try:
            return bytes(deflate.deflate_decompress(packed, member.size_bytes))
        except (deflate.DeflateError, ValueError):
            return _inflate_slowly(packed, limit)
    if member.method == 12:
        return _bounded(bz2.BZ2Decompressor(), packed, limit)
    if member.method == 14:
        return _unpack_lzma(member, packed, limit)
    raise unsupported("a packing method without reader")


def _inflate_slowly(packed: bytes, limit: int) -> bytes:
    """For members whose announced size is not true; bounded all the same."""
    try:
        stream = zlib.decompressobj(-15)
        content = stream.decompress(packed, limit + 1)
    except zlib.error:
        raise corrupt("a part cannot be unpacked") from None
    if len(content) > limit:
        raise too_large("a part is larger than the limit")
    return content


def _bounded(stream: bz2.BZ2Decompressor | lzma.LZMADecompressor, packed: bytes, limit: int) -> bytes:
    try:
        content = stream.decompress(packed, limit + 1)
    except (OSError, lzma.LZMAError, ValueError):
        raise corrupt("a part cannot be unpacked") from None
    if len(content) > limit:
        raise too_large("a part is larger than the limit")
    return content


def _unpack_lzma(member: Member, packed: bytes, limit: int) -> bytes:
    """APPNOTE 5.8: version, length of properties, the five properties, the raw stream."""
    if len(packed) < 9:
        raise corrupt("an LZMA part is cut off")
    head = packed[4:9] + struct.pack("<Q", member.size_bytes)
    return _bounded(lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=limit * 2), head + packed[9:], limit)
