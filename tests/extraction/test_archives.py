"""Archives: members as files of their own, limits kept, and only the wanted bytes of large packages fetched."""

from __future__ import annotations

import io
import lzma
import random
import struct
import zipfile
import zlib

import pytest

from extraction import probe_packages as probes
from inspection.extraction.passage import ReadLimits
from inspection.extraction.ranges import TAIL_BYTES, read_pieces, wanted_ranges
from inspection.extraction.read import read_file
from inspection.vocabulary import ReadReason, ReadStatus
from zips import zipped


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_come_out_whole_under_their_names(method: int) -> None:
    members = {"115標案/底價.txt": "核定底價".encode() * 50, "a.bin": b"", "b.docx": probes.probe_word()}
    reading = read_file(zipped(members, method), name="標案.zip")
    assert (reading.status, reading.format) == (ReadStatus.SCANNED, "zip")
    assert {one.name: one.data for one in reading.embedded} == members


def test_big5_names_are_read_as_such() -> None:
    data = bytearray(zipped({"AAAA.txt": b"x"}))
    raw = "底價".encode("cp950")
    assert len(raw) == 4
    assert [one.name for one in read_file(bytes(data.replace(b"AAAA", raw)), name="a.zip").embedded] == ["底價.txt"]


def test_data_before_the_archive_does_no_harm() -> None:
    data = b"#!/bin/sh\n" + zipped({"a.txt": b"x"})
    from_start = read_file(zipped({"a.txt": b"x"}), name="a.zip")
    assert [one.data for one in from_start.embedded] == [b"x"]
    assert read_file(b"PK\x03\x04" + data, name="a.zip").embedded == from_start.embedded


def encrypted_flag(data: bytes) -> bytes:
    """Sets the encryption flag of every member, in both headers."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(signature)
        while at >= 0:
            changed[at + offset] |= 1
            at = changed.find(signature, at + 4)
    return bytes(changed)


def test_encrypted_members_say_so_and_an_archive_of_them_does() -> None:
    reading = read_file(encrypted_flag(zipped({"a.txt": b"x"})), name="a.zip")
    assert (reading.status, reading.reason) == (ReadStatus.UNREADABLE, ReadReason.ENCRYPTED)
    assert [(one.name, one.reason) for one in reading.embedded] == [("a.txt", ReadReason.ENCRYPTED)]


def test_one_broken_member_does_not_take_the_others_along() -> None:
    data = bytearray(zipped({"a.txt": b"x" * 999, "b.txt": b"y"}, zipfile.ZIP_STORED))
    data[data.find(b"xxxx") + 50] ^= 1
    found = {one.name: (one.data, one.reason) for one in read_file(bytes(data), name="a.zip").embedded}
    assert found == {"a.txt": (b"", ReadReason.CORRUPT), "b.txt": (b"y", None)}


@pytest.mark.parametrize(
    ("limits", "members"),
    [
        (ReadLimits(part_bytes=1_000), {"word/document.xml": b" " * 2_000}),
        (ReadLimits(total_bytes=1_500), {"word/document.xml": b"<x/>" * 300, "word/footer1.xml": b"<x/>" * 300}),
        (ReadLimits(ratio=200), {"word/document.xml": b" " * (9 << 20)}),
        (ReadLimits(entries=3), {f"word/document{number}.xml": b"" for number in range(9)}),
        (ReadLimits(file_bytes=50), {"word/document.xml": b"<x/>"}),
        (ReadLimits(text_chars=10), {"word/document.xml": b"<w:p><w:r><w:t>" + b"x" * 99 + b"</w:t></w:r></w:p>"}),
    ],
    ids=["part", "total", "ratio", "entries", "file", "text"],
)
def test_every_limit_ends_a_file_as_too_large(limits: ReadLimits, members: dict[str, bytes]) -> None:
    reading = read_file(zipped(members), name="a.docx", limits=limits)
    assert (reading.status, reading.reason) == (ReadStatus.UNREADABLE, ReadReason.TOO_LARGE)


def test_a_part_that_lies_about_its_size_is_bounded_all_the_same() -> None:
    data = bytearray(zipped({"word/document.xml": b"<w:t>" + b"x" * 5_000_000}))
    at = data.find(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 100)
    reading = read_file(bytes(data), name="a.docx", limits=ReadLimits(part_bytes=1_000_000))
    assert reading.reason is ReadReason.TOO_LARGE


def seven_zipped(members: dict[str, bytes]) -> bytes:
    """A 7z archive with one LZMA2 folder, written after 7zFormat.txt."""
    content = b"".join(members.values())
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]
    packed = lzma.compress(content, lzma.FORMAT_RAW, filters=filters)

    def number(value: int) -> bytes:
        return bytes([value]) if value < 0x80 else bytes([0x80 | value >> 8, value & 255])

    sizes = b"".join(number(len(data)) for data in list(members.values())[:-1])
    crcs = b"".join(struct.pack("<I", zlib.crc32(data)) for data in members.values())
    streams = (
        b"\x06" + number(0) + number(1) + b"\x09" + number(len(packed)) + b"\x00"
        + b"\x07\x0b\x01\x00\x01\x21\x21\x01\x10\x0c" + number(len(content)) + b"\x00"
        + b"\x08\x0d" + number(len(members)) + b"\x09" + sizes + b"\x0a\x01" + crcs + b"\x00\x00"
    )  # fmt: skip
    names = b"\x00" + b"".join(f"{name}\0".encode("utf-16-le") for name in members)
    header = b"\x01\x04" + streams + b"\x05" + number(len(members)) + b"\x11" + number(len(names)) + names + b"\x00\x00"
    start = struct.pack("<2QI", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<I", zlib.crc32(start)) + start + packed + header


def test_seven_zip_members_come_out_whole() -> None:
    members = {"標案/底價.txt": "核定底價".encode() * 20, "b.docx": b"PK" * 30}
    reading = read_file(seven_zipped(members), name="a.7z")
    assert (reading.status, reading.format) == (ReadStatus.SCANNED, "7z")
    assert {one.name: one.data for one in reading.embedded} == members


def test_a_seven_zip_that_is_cut_off_or_asks_too_much_says_so() -> None:
    data = seven_zipped({"a.txt": b"x" * 100})
    assert read_file(data[:-3], name="a.7z").reason is ReadReason.CORRUPT
    assert read_file(data, name="a.7z", limits=ReadLimits(part_bytes=50)).reason is ReadReason.TOO_LARGE


def large_package(kind: str) -> bytes:
    """A probe with two megabytes of pictures that do not pack."""
    noise = random.Random(1)
    picture = noise.randbytes(1 << 20)
    folder = {"docx": "word", "xlsx": "xl", "pptx": "ppt"}[kind]
    build = {"docx": probes.probe_word, "xlsx": probes.probe_workbook, "pptx": probes.probe_presentation}[kind]
    held = io.BytesIO(build())
    with zipfile.ZipFile(held) as archive:
        parts: dict[str, str | bytes] = {}
        for index, name in enumerate(archive.namelist()):
            parts[name] = archive.read(name)
            if index in {1, 6}:
                parts[f"{folder}/media/image{index}.png"] = picture
    return probes.package(parts)


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx"])
@pytest.mark.parametrize("tail_bytes", [TAIL_BYTES, 8_192])
def test_ranges_of_a_large_package_read_as_the_whole_file_does(kind: str, tail_bytes: int) -> None:
    data = large_package(kind)
    tail = data[-tail_bytes:]
    ranges = wanted_ranges(tail, len(data))
    assert ranges is not None
    assert sum(length for _, length in ranges) < len(data) // 10
    pieces = [data[offset : offset + length] for offset, length in ranges]
    found = read_pieces(tail, ranges, pieces, size_bytes=len(data), name=f"a.{kind}")
    assert found == read_file(data, name=f"a.{kind}")
    assert found.status is ReadStatus.SCANNED


def test_small_or_unknown_files_are_wanted_whole() -> None:
    small, noise = probes.probe_word(), random.Random(2).randbytes(2 << 20)
    assert wanted_ranges(small, len(small)) is None
    assert wanted_ranges(noise[-TAIL_BYTES:], len(noise)) is None
    plain = zipped({"a.bin": noise}, zipfile.ZIP_STORED)
    assert wanted_ranges(plain[-TAIL_BYTES:], len(plain)) is None
    large = large_package("docx")
    assert wanted_ranges(large[-30:], len(large)) is None  # the directory is not in the tail


def test_a_file_that_changed_between_the_reads_is_corrupt_not_wrong() -> None:
    data = large_package("docx")
    ranges = wanted_ranges(data[-TAIL_BYTES:], len(data))
    assert ranges
    pieces = [bytes(length) for _, length in ranges]
    reading = read_pieces(data[-TAIL_BYTES:], ranges, pieces, size_bytes=len(data), name="a.docx")
    assert reading.reason is ReadReason.CORRUPT
