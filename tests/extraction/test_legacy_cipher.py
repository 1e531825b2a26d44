"""Workbooks of Excel 97 to 2003 under Excel's default password are read; under any other they are encrypted."""

from __future__ import annotations

import hashlib
import os
import random
import struct
from collections.abc import Callable

import pytest

from crawling.papers import national_id
from extraction.locked import compound
from inspection.extraction.legacy_cipher import keystream
from inspection.extraction.read import read_file
from inspection.vocabulary import ReadReason, ReadStatus, Zone

CHANCE = random.Random(20)
DEFAULT = "VelvetSweatshop"
BOF, EOF, FILEPASS, SHEET, LABEL = 0x809, 0x0A, 0x2F, 0x85, 0x204
Key = Callable[[int], bytes]


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<2H", kind, len(body)) + body


def filed(stream: bytes) -> bytes:
    """The compound file it lies in; zeros behind the last record pad it to whole sectors."""
    return compound({"Workbook": stream.ljust(4096, b"\0")})


def label(row: int, text: str) -> bytes:
    return record(LABEL, struct.pack("<4HB", row, 0, 0, len(text), 1) + text.encode("utf-16-le"))


def workbook(described: bytes, texts: list[str]) -> bytes:
    """The stream of a workbook of one sheet, in clear."""
    start = record(BOF, struct.pack("<4H8x", 0x600, 5, 0, 0)) + record(FILEPASS, described)
    name = "名冊"
    sheet_bytes = 4 + 4 + 2 + 2 + 2 * len(name)
    place = len(start) + sheet_bytes + 4
    listed = record(SHEET, struct.pack("<IHBB", place, 0, len(name), 1) + name.encode("utf-16-le"))
    rows = b"".join(label(row, text) for row, text in enumerate(texts))
    return (
        start
        + listed
        + record(EOF, b"")
        + record(BOF, struct.pack("<4H8x", 0x600, 0x10, 0, 0))
        + rows
        + record(EOF, b"")
    )


def locked(stream: bytes, key_of: Key) -> bytes:
    """The stream with its records' bodies under RC4, byte by byte as the format describes it."""
    out, at, inside = bytearray(stream), 0, False
    while at < len(stream):
        kind, length = struct.unpack_from("<2H", stream, at)
        first = at + 4 + (4 if kind == SHEET else 0)
        for place in range(first, at + 4 + length) if inside and kind != BOF else ():
            out[place] ^= keystream(key_of(place // 1024), 1024)[place % 1024]
        inside |= kind == FILEPASS
        at += 4 + length
    return bytes(out)


def under(key: bytes, content: bytes) -> bytes:
    return bytes(one ^ pad for one, pad in zip(content, keystream(key, len(content)), strict=True))


def standard(password: str) -> tuple[bytes, Key]:
    """As Excel 97 locks, 40 bits."""
    salt, said = os.urandom(16), os.urandom(16)
    base = hashlib.md5((hashlib.md5(password.encode("utf-16-le")).digest()[:5] + salt) * 16).digest()[:5]

    def key_of(block: int) -> bytes:
        return hashlib.md5(base + struct.pack("<I", block)).digest()

    return struct.pack("<3H", 1, 1, 1) + salt + under(key_of(0), said + hashlib.md5(said).digest()), key_of


def by_provider(password: str, bits: int = 128) -> tuple[bytes, Key]:
    """As Excel 2003 locks by a provider of its own."""
    salt, said = os.urandom(16), os.urandom(16)
    base = hashlib.sha1(salt + password.encode("utf-16-le")).digest()

    def key_of(block: int) -> bytes:
        key = hashlib.sha1(base + struct.pack("<I", block)).digest()[: bits // 8]
        return key + bytes(11) if bits == 40 else key

    header = struct.pack("<8I", 4, 0, 0x6801, 0x8004, bits, 1, 0, 0) + "Provider\0".encode("utf-16-le")
    sealed = under(key_of(0), said + hashlib.sha1(said).digest())
    verifier = struct.pack("<I", 16) + salt + sealed[:16] + struct.pack("<I", 20) + sealed[16:]
    return struct.pack("<3H2I", 1, 3, 2, 4, len(header)) + header + verifier, key_of


WAYS: dict[str, Callable[[str], tuple[bytes, Key]]] = {
    "standard": standard,
    "by a provider, 128 bits": by_provider,
    "by a provider, 40 bits": lambda password: by_provider(password, 40),
}


def test_the_stream_of_a_key_is_that_of_the_published_vector() -> None:
    assert keystream(b"Key", 9) == bytes.fromhex("eb9f7781b734ca72a7")
    assert under(b"Wiki", b"pedia") == bytes.fromhex("1021bf0420")


@pytest.mark.parametrize("rows", [1, 40])
@pytest.mark.parametrize("way", WAYS)
def test_a_workbook_that_opens_without_asking_is_read(way: str, rows: int) -> None:
    numbers = [national_id(CHANCE) for _ in range(rows)]
    described, key_of = WAYS[way](DEFAULT)
    reading = read_file(filed(locked(workbook(described, numbers), key_of)), name="a.xls")
    assert (reading.status, reading.format) == (ReadStatus.SCANNED, "xls")
    assert [one.text for one in reading.passages if one.zone is Zone.SHEET] == numbers


@pytest.mark.parametrize("way", WAYS)
def test_under_another_password_it_is_encrypted(way: str) -> None:
    described, key_of = WAYS[way]("another")
    data = filed(locked(workbook(described, [national_id(CHANCE)]), key_of))
    assert read_file(data, name="a.xls").reason is ReadReason.ENCRYPTED


@pytest.mark.parametrize(
    "described", [b"", b"\0\0\x12\x34\x56\x78", struct.pack("<3H", 1, 1, 1), struct.pack("<3H", 1, 3, 2)]
)
def test_a_description_nobody_can_follow_is_encrypted_too(described: bytes) -> None:
    data = filed(workbook(described, [national_id(CHANCE)]))
    assert read_file(data, name="a.xls").reason is ReadReason.ENCRYPTED
