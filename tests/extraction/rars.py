"""RAR archives of versions 4 and 5, written by hand: nothing free writes them.

Packed members are packed by Huffman codes alone (every byte a literal), which a decoder cannot tell from WinRAR's.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

HEAD_4, HEAD_5 = b"Rar!\x1a\x07\0", b"Rar!\x1a\x07\1\0"
STORED, PACKED = 0, 3


@dataclass(frozen=True)
class Member:
    """A file to be archived; `announced` is the size the header claims, where it lies."""

    name: str
    content: bytes
    method: int = STORED
    encrypted: bool = False
    split: bool = False
    link: bool = False
    announced: int | None = None

    @property
    def size(self) -> int:
        """The size its header gives."""
        return len(self.content) if self.announced is None else self.announced


def rar5(*members: Member, headers_encrypted: bool = False) -> bytes:
    """An archive of version 5."""
    if headers_encrypted:
        return HEAD_5 + _block_5(4, b"\0\0\x0f" + bytes(16)) + bytes(64)
    return HEAD_5 + _block_5(1, b"\0") + b"".join(map(_member_5, members)) + _block_5(5, b"\0")


def rar4(*members: Member, headers_encrypted: bool = False) -> bytes:
    """An archive of version 4."""
    main = _block_4(0x73, 0x80 if headers_encrypted else 0, bytes(6))
    if headers_encrypted:
        return HEAD_4 + main + bytes(80)
    return HEAD_4 + main + b"".join(map(_member_4, members)) + _block_4(0x7B, 0x4000, b"")


def _number(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def _block_5(kind: int, body: bytes, *, flags: int = 0, extra: bytes = b"", data: bytes | None = None) -> bytes:
    flags |= (1 if extra else 0) | (2 if data is not None else 0)
    sizes = (_number(len(extra)) if extra else b"") + (_number(len(data)) if data is not None else b"")
    fields = _number(kind) + _number(flags) + sizes + body + extra
    head = _number(len(fields)) + fields
    return struct.pack("<I", zlib.crc32(head)) + head + (data or b"")


def _member_5(member: Member) -> bytes:
    name = member.name.encode()
    body = b"".join((
        _number(4), _number(member.size), _number(0o100644), struct.pack("<I", zlib.crc32(member.content)),
        _number(member.method << 7), _number(1), _number(len(name)), name,
    ))  # fmt: skip
    records = [b"\1\0\0\x0f" + bytes(32)] if member.encrypted else []
    records += [b"\5\5\0\1" + name[:1]] if member.link else []
    extra = b"".join(_number(len(record)) + record for record in records)
    data = _packed_5(member.content) if member.method else member.content
    return _block_5(2, body, flags=0x10 if member.split else 0, extra=extra, data=b"" if member.link else data)


def _bits(text: str) -> bytes:
    padded = text + "0" * (-len(text) % 8)
    return int(padded, 2).to_bytes(len(padded) // 8, "big")


def _table(lengths: dict[int, int]) -> str:
    return "".join(format(lengths.get(symbol, 0), "04b") for symbol in range(20))


def _zeros(count: int) -> str:
    return format(count - 11, "07b")


def _packed_5(content: bytes) -> bytes:
    """One block: 256 literals of eight bits each, nothing else; the code of a byte is the byte itself."""
    codes = _table({8: 1, 19: 1}) + "0" * 256 + "1" + _zeros(138) + "1" + _zeros(36)
    text = codes + "".join(format(byte, "08b") for byte in content)
    data = _bits(text)
    flags = 0x80 | 0x40 | 2 << 3 | (len(text) - 1) % 8
    size = struct.pack("<I", len(data))[:3]
    return bytes([flags, 0x5A ^ flags ^ size[0] ^ size[1] ^ size[2]]) + size + data


def _block_4(kind: int, flags: int, body: bytes, data: bytes = b"") -> bytes:
    fields = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(fields) & 0xFFFF) + fields + data


def _member_4(member: Member) -> bytes:
    name = member.name.encode("cp950")
    data = _packed_4(member.content) if member.method else member.content
    method, version = (0x33, 29) if member.method else (0x30, 20)
    fixed = struct.pack(
        "<IIBIIBBHI", len(data), member.size, 3, zlib.crc32(member.content), 0x5A000000, version, method, len(name),
        0o100644,
    )  # fmt: skip
    flags = 0x8000 | (4 if member.encrypted else 0) | (2 if member.split else 0)
    return _block_4(0x74, flags, fixed + name, data)


def _packed_4(content: bytes) -> bytes:
    """One block of bytes below 255, of eight bits each, and the sign that ends it."""
    codes = "00" + _table({8: 1, 9: 2, 19: 2}) + "0" * 255 + "10" * 2 + "11" + _zeros(136) + "11" + _zeros(11)
    return _bits(codes + "".join(format(byte, "08b") for byte in content) + "111111111" + "00") + bytes(16)
