"""7z archives by the standard library alone: LZMA, LZMA2, Deflate, BZip2, Delta and branch filters."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from inspection.extraction.passage import ReadLimits
from inspection.extraction.unreadable import Unreadable, corrupt, encrypted, too_large, unsupported

SIGNATURE_BYTES = 32
COPY, DELTA, LZMA2, LZMA1, DEFLATE, BZIP2, AES = b"\0", b"\3", b"\x21", b"\3\1\1", b"\4\1\x08", b"\4\2\2", b"\6\xf1\7\1"
BRANCHES = {
    b"\3\3\1\3": lzma.FILTER_X86, b"\4": lzma.FILTER_X86, b"\3\3\2\5": lzma.FILTER_POWERPC,
    b"\3\3\5\1": lzma.FILTER_ARM, b"\3\3\7\1": lzma.FILTER_ARMTHUMB, b"\3\3\x08\5": lzma.FILTER_SPARC,
    b"\3\3\4\1": lzma.FILTER_IA64,
}  # fmt: skip
LARGEST_DICTIONARY = 128 << 20


@dataclass(slots=True)
class _Coder:
    method: bytes
    properties: bytes
    inputs: int = 1
    outputs: int = 1


@dataclass(slots=True)
class _Folder:
    """Files packed together: the chain of coders and the sizes of their outputs."""

    coders: list[_Coder] = field(default_factory=list)
    packed_streams: int = 1
    sizes: list[int] = field(default_factory=list)
    crc: int | None = None
    files: int = 1


@dataclass(slots=True)
class _Streams:
    packed_at: int = 0
    packed_sizes: list[int] = field(default_factory=list)
    folders: list[_Folder] = field(default_factory=list)
    file_sizes: list[int] = field(default_factory=list)


class _Reader:
    """Reads the property-tagged header (7zFormat.txt)."""

    def __init__(self, data: bytes, limits: ReadLimits) -> None:
        self._data = data
        self._at = 0
        self._limits = limits

    def take(self, count: int) -> bytes:
        """The next bytes; raises Unreadable(corrupt) at the end."""
        piece = self._data[self._at : self._at + count]
        if len(piece) < count:
            raise corrupt("the archive's header is cut off")
        self._at += count
        return piece

    def byte(self) -> int:
        """The next byte."""
        return self.take(1)[0]

    def number(self) -> int:
        """A number of variable length: leading ones of the first byte count further bytes."""
        first = self.byte()
        value, mask = 0, 0x80
        for index in range(8):
            if not first & mask:
                return value | (first & (mask - 1)) << (8 * index)
            value |= self.byte() << (8 * index)
            mask >>= 1
        return value

    def count(self) -> int:
        """A number of things, within the limit."""
        value = self.number()
        if value > self._limits.entries:
            raise too_large("more archive members than the limit")
        return value

    def bits(self, count: int) -> list[bool]:
        """A bit field, highest bit first."""
        raw = self.take((count + 7) // 8)
        return [bool(raw[index // 8] & 0x80 >> index % 8) for index in range(count)]

    def defined(self, count: int) -> list[bool]:
        """A bit field that may be given as `all`."""
        return [True] * count if self.byte() else self.bits(count)

    def digests(self, count: int) -> list[int | None]:
        """Checksums, None where not given."""
        return [struct.unpack("<I", self.take(4))[0] if known else None for known in self.defined(count)]

    def streams(self) -> _Streams:
        """The StreamsInfo property."""
        found = _Streams()
        while (tag := self.byte()) != 0:
            if tag == 6:
                self._packs(found)
            elif tag == 7:
                self._folders(found)
            elif tag == 8:
                self._files_of_folders(found)
            else:
                raise corrupt("an unknown property in the archive's header")
        return found

    def _packs(self, found: _Streams) -> None:
        found.packed_at = self.number()
        count = self.count()
        while (tag := self.byte()) != 0:
            if tag == 9:
                found.packed_sizes = [self.number() for _ in range(count)]
            elif tag == 10:
                self.digests(count)
            else:
                raise corrupt("an unknown property in the archive's header")

    def _folders(self, found: _Streams) -> None:
        if self.byte() != 11:
            raise corrupt("folders expected in the archive's header")
        count = self.count()
        if self.byte():
            raise unsupported("folders kept outside the header")
        found.folders = [self._folder() for _ in range(count)]
        if self.byte() != 12:
            raise corrupt("sizes expected in the archive's header")
        for folder in found.folders:
            folder.sizes = [self.number() for _ in range(sum(coder.outputs for coder in folder.coders))]
        while (tag := self.byte()) != 0:
            if tag != 10:
                raise corrupt("an unknown property in the archive's header")
            for folder, crc in zip(found.folders, self.digests(count), strict=True):
                folder.crc = crc

    def _folder(self) -> _Folder:
        folder = _Folder()
        for _ in range(min(self.count(), 8)):
            flags = self.byte()
            coder = _Coder(self.take(flags & 15), b"")
            if flags & 0x10:
                coder.inputs, coder.outputs = self.count(), self.count()
            if flags & 0x20:
                coder.properties = self.take(self.count())
            folder.coders.append(coder)
        inputs, outputs = sum(c.inputs for c in folder.coders), sum(c.outputs for c in folder.coders)
        for _ in range(outputs - 1):
            self.number(), self.number()
        folder.packed_streams = inputs - (outputs - 1)
        if folder.packed_streams > 1:
            for _ in range(folder.packed_streams):
                self.number()
        return folder

    def _files_of_folders(self, found: _Streams) -> None:
        tag = self.byte()
        if tag == 13:
            for folder in found.folders:
                folder.files = self.count()
            tag = self.byte()
        for folder in found.folders:
            rest = folder.sizes[-1] if folder.sizes else 0
            for index in range(folder.files):
                size = self.number() if tag == 9 and index < folder.files - 1 else rest
                rest -= size
                found.file_sizes.append(size)
        if tag == 9:
            tag = self.byte()
        if tag == 10:
            self.digests(sum(f.files for f in found.folders if f.files != 1 or f.crc is None))
            tag = self.byte()
        if tag != 0:
            raise corrupt("an unknown property in the archive's header")

    def skip_archive_properties(self) -> None:
        """The ArchiveProperties property holds nothing we need."""
        while self.byte() != 0:
            self.take(self.count())

    def names(self) -> list[tuple[str, bool]]:
        """Names of the members, and whether each has content."""
        count = self.count()
        names, empty = [""] * count, [False] * count
        while (tag := self.byte()) != 0:
            body = self.take(self.number())
            if tag == 0x11:
                names = body[1:].decode("utf-16-le", "replace").split("\0")[:count]
            elif tag == 0x0E:
                empty = _Reader(body, self._limits).bits(count)
        names += [""] * (count - len(names))
        return [(name, not nothing) for name, nothing in zip(names, empty, strict=True)]


class SevenZip:
    """One 7z archive held in memory."""

    def __init__(self, data: bytes, limits: ReadLimits) -> None:
        if len(data) < SIGNATURE_BYTES:
            raise corrupt("the archive is cut off")
        self._data = data
        self._limits = limits

    def files(self) -> Iterator[tuple[str, bytes]]:
        """(name, content) of each member; raises Unreadable: encrypted, corrupt, too_large, unsupported_format."""
        offset, size = struct.unpack_from("<2Q", self._data, 12)
        header = self._data[SIGNATURE_BYTES + offset : SIGNATURE_BYTES + offset + size]
        if len(header) < size or not size:
            raise corrupt("the archive is cut off")
        for _ in range(4):
            if header[0] != 0x17:
                break
            reader = _Reader(header[1:], self._limits)
            packed = reader.streams()
            header = b"".join(self._folders(packed))
        reader = _Reader(header, self._limits)
        if reader.byte() != 1:
            raise corrupt("no header in the archive")
        yield from self._members(reader)

    def _members(self, reader: _Reader) -> Iterator[tuple[str, bytes]]:
        streams, names = _Streams(), []
        while (tag := reader.byte()) != 0:
            if tag == 2:
                reader.skip_archive_properties()
            elif tag == 4:
                streams = reader.streams()
            elif tag == 5:
                names = reader.names()
            else:
                raise corrupt("an unknown property in the archive's header")
        sizes = streams.file_sizes or [folder.sizes[-1] for folder in streams.folders if folder.sizes]
        filled = iter([name for name, has_content in names if has_content])
        size_of = iter(sizes)
        for folder, content in zip(streams.folders, self._folders(streams), strict=True):
            at = 0
            for _ in range(folder.files):
                size = next(size_of, 0)
                yield next(filled, "") or "member", content[at : at + size]
                at += size

    def _folders(self, streams: _Streams) -> Iterator[bytes]:
        at, stream, spent = SIGNATURE_BYTES + streams.packed_at, 0, 0
        for folder in streams.folders:
            count = folder.packed_streams
            length = sum(streams.packed_sizes[stream : stream + count])
            stream += count
            if not folder.sizes:
                raise corrupt("a folder without sizes")
            spent += max(folder.sizes)
            if max(folder.sizes) > self._limits.part_bytes or spent > self._limits.total_bytes:
                raise too_large("unpacked, the archive is larger than the limit")
            packed = self._data[at : at + length]
            if len(packed) < length:
                raise corrupt("the archive is cut off")
            yield _unpack(folder, packed)
            at += length


def _unpack(folder: _Folder, packed: bytes) -> bytes:
    if any(coder.method == AES for coder in folder.coders):
        raise encrypted()
    if folder.packed_streams != 1:
        raise unsupported("a folder packed as several streams")
    content = packed
    for coder, size in zip(reversed(folder.coders), reversed(folder.sizes), strict=False):
        content = _decode(coder, content, size)
    if folder.crc is not None and zlib.crc32(content) != folder.crc:
        raise corrupt("a folder does not match its checksum")
    return content


def _decode(coder: _Coder, content: bytes, size: int) -> bytes:
    simple: dict[bytes, Callable[[bytes], bytes]] = {
        COPY: lambda raw: raw,
        DEFLATE: lambda raw: zlib.decompressobj(-15).decompress(raw, size),
        BZIP2: lambda raw: bz2.BZ2Decompressor().decompress(raw, size),
    }
    try:
        if coder.method in simple:
            return simple[coder.method](content)[:size]
        filters = _filters(coder)
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters).decompress(content, size)
    except Unreadable:
        raise
    except (lzma.LZMAError, OSError, zlib.error, ValueError):
        raise corrupt("a folder cannot be unpacked") from None


def _filters(coder: _Coder) -> list[dict[str, int]]:
    if coder.method == LZMA2 and coder.properties:
        bits = coder.properties[0]
        size = 0xFFFFFFFF if bits >= 40 else (2 | bits & 1) << (bits // 2 + 11)
        return [{"id": lzma.FILTER_LZMA2, "dict_size": _bounded(size)}]
    if coder.method == LZMA1 and len(coder.properties) >= 5:
        first, size = struct.unpack_from("<BI", coder.properties)
        rest, lc = divmod(first, 9)
        pb, lp = divmod(rest, 5)
        return [{"id": lzma.FILTER_LZMA1, "dict_size": _bounded(size), "lc": lc, "lp": lp, "pb": pb}]
    if coder.method == DELTA and coder.properties:
        return [{"id": lzma.FILTER_DELTA, "dist": coder.properties[0] + 1}, {"id": lzma.FILTER_LZMA2, "preset": 0}]
    raise unsupported("a packing method without reader")


def _bounded(size: int) -> int:
    if size > LARGEST_DICTIONARY:
        raise too_large("the archive asks for more memory than the limit")
    return max(size, 4096)
