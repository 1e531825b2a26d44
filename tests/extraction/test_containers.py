"""Archives beside zip: packed streams, tar, 7z with every filter, self-extracting programs, Outlook's winmail.dat,
databases; packages of other kinds are told unsupported and read part by part."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import sqlite3
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from crawling.papers import docx, national_id, zipped
from extraction.rars import PACKED, Member, rar5
from inspection.extraction.archive import END_SIGNATURE
from inspection.extraction.passage import Embedded, Reading, ReadLimits
from inspection.extraction.read import read_file
from inspection.vocabulary import ReadReason, ReadStatus, Zone

CHANCE = random.Random(91)
MEMBERS = {"標案/底價.txt": "核定底價".encode() * 40, "b.docx": docx("一般公文")}


def files_of(reading: Reading) -> dict[str, bytes]:
    assert reading.status is ReadStatus.SCANNED, reading.reason
    return {one.name: one.data for one in reading.embedded}


def tarred(members: dict[str, bytes] = MEMBERS, form: int = tarfile.PAX_FORMAT) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=form) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return held.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lambda data: lzma.compress(data, lzma.FORMAT_XZ),
}


@pytest.mark.parametrize("end", PACKERS)
@pytest.mark.parametrize("named", [True, False], ids=["named", "renamed"])
def test_a_packed_file_is_read_under_its_own_name(end: str, named: bool) -> None:
    data = PACKERS[end]("身分證字號".encode() * 50)
    name = f"名冊.txt.{end}" if named else "backup"
    (inner,) = read_file(data, name=name).embedded
    assert (inner.name, inner.data) == ("名冊.txt" if named else "content", "身分證字號".encode() * 50)


@pytest.mark.parametrize("packer", [lambda data: data, *PACKERS.values()], ids=["tar", *PACKERS])
@pytest.mark.parametrize(
    "form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT], ids=["pax", "gnu", "ustar"]
)
def test_members_of_a_tar_archive_come_out_whole_and_links_are_left(
    packer: Callable[[bytes], bytes], form: int
) -> None:
    assert files_of(read_file(packer(tarred(form=form)), name="a.tgz")) == MEMBERS


@pytest.mark.parametrize("end", PACKERS)
def test_a_stream_that_is_cut_off_or_swells_says_so(end: str) -> None:
    data = PACKERS[end](CHANCE.randbytes(40_000))
    assert read_file(data[:-50], name=f"a.{end}").reason is ReadReason.CORRUPT
    swelling = PACKERS[end](bytes(60 << 20))
    assert read_file(swelling, name=f"a.{end}").reason is ReadReason.TOO_LARGE


def test_a_large_member_of_a_packed_tar_does_not_hide_the_others() -> None:
    data = gzip.compress(tarred({"film.bin": CHANCE.randbytes(30_000), "a.txt": b"x"}))
    reading = read_file(data, name="a.tar.gz", limits=ReadLimits(part_bytes=20_000))
    assert {one.name: (one.data, one.reason) for one in reading.embedded} == {
        "film.bin": (b"", ReadReason.TOO_LARGE), "a.txt": (b"x", None),
    }  # fmt: skip


def number(value: int) -> bytes:
    """A number as 7zFormat.txt writes it: the first byte says how many follow."""
    extra = 0
    while extra < 8 and value >= 1 << 7 * (extra + 1):
        extra += 1
    first = (0xFF00 >> extra & 0xFF) | value >> 8 * extra
    return bytes([first]) + (value & (1 << 8 * extra) - 1).to_bytes(extra, "little")


CODERS: dict[str, tuple[list[dict[str, int]], list[bytes]]] = {
    "lzma2": ([{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}], [b"\x21\x21\x01\x10"]),
    "lzma": ([{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 20}], [b"\x23\x03\x01\x01\x05\x5d\0\0\x10\0"]),
    "delta": (
        [{"id": lzma.FILTER_DELTA, "dist": 2}, {"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}],
        [b"\x21\x21\x01\x10", b"\x21\x03\x01\x01"],
    ),
    "bcj": (
        [{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}],
        [b"\x21\x21\x01\x10", b"\x04\x03\x03\x01\x03"],
    ),
}


def seven_zipped(members: dict[str, bytes], coders: str, *, method: bytes | None = None) -> bytes:
    """A 7z archive of one folder through a chain of coders, written after 7zFormat.txt."""
    filters, ids = CODERS[coders]
    content = b"".join(members.values())
    packed = lzma.compress(content, lzma.FORMAT_RAW, filters=filters)
    ids = [method] if method else ids
    bind = b"\x01\x00" if len(ids) == 2 else b""  # the filter reads what the first coder yields
    sizes = number(len(content)) * len(ids)
    each = b"".join(number(len(data)) for data in list(members.values())[:-1])
    crcs = b"".join(struct.pack("<I", zlib.crc32(data)) for data in members.values())
    streams = (
        b"\x06" + number(0) + number(1) + b"\x09" + number(len(packed)) + b"\x00"
        + b"\x07\x0b\x01\x00" + number(len(ids)) + b"".join(ids) + bind + b"\x0c" + sizes + b"\x00"
        + b"\x08\x0d" + number(len(members)) + b"\x09" + each + b"\x0a\x01" + crcs + b"\x00\x00"
    )  # fmt: skip
    names = b"\x00" + b"".join(f"{name}\0".encode("utf-16-le") for name in members)
    header = b"\x01\x04" + streams + b"\x05" + number(len(members)) + b"\x11" + number(len(names)) + names + b"\x00\x00"
    start = struct.pack("<2QI", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<I", zlib.crc32(start)) + start + packed + header


@pytest.mark.parametrize("coders", CODERS)
def test_seven_zip_members_come_out_whole_through_every_filter(coders: str) -> None:
    members = MEMBERS | {"c.exe": b"\xe8\x10\0\0\0" * 400}
    assert files_of(read_file(seven_zipped(members, coders), name="a.7z")) == members


def test_a_seven_zip_under_a_password_is_encrypted_and_an_unknown_method_unsupported() -> None:
    locked = seven_zipped(MEMBERS, "lzma2", method=b"\x24\x06\xf1\x07\x01\x02\x13\x07")
    assert read_file(locked, name="a.7z").reason is ReadReason.ENCRYPTED
    unknown = seven_zipped(MEMBERS, "lzma2", method=b"\x03\x7f\x7f\x7f")
    reading = read_file(unknown, name="a.7z")
    reasons = {one.reason for one in reading.embedded} | {reading.reason}
    assert ReadReason.UNSUPPORTED_FORMAT in reasons
    assert ReadReason.CORRUPT not in reasons


@pytest.mark.parametrize(
    "inner",
    [
        zipped(**{"a.txt": b"x"}),
        seven_zipped({"a.txt": b"x"}, "lzma2"),
        rar5(Member("a.txt", b"x", PACKED)),
    ],
    ids=["zip", "7z", "rar"],
)
def test_a_self_extracting_program_is_read_as_the_archive_it_carries(inner: bytes) -> None:
    program = b"MZ\x90\0" + CHANCE.randbytes(5_000).replace(b"7z\xbc", b"...") + inner
    assert files_of(read_file(program, name="setup.exe")) == {"a.txt": b"x"}


def test_a_program_that_carries_none_is_unsupported() -> None:
    for data in (b"MZ\x90\0" + bytes(900), b"MZ\x90\0" + bytes(99) + b"7z\xbc\xaf\x27\x1c knows the sign" + bytes(900)):
        assert read_file(data, name="setup.exe").reason is ReadReason.UNSUPPORTED_FORMAT


@pytest.mark.parametrize("behind", [b"", b"\0" * 700], ids=["to its end", "with bytes behind"])
@pytest.mark.parametrize(
    "comment",
    [
        END_SIGNATURE + bytes(18),
        b"x" * 60 + END_SIGNATURE + struct.pack("<4H2IH", 0, 0, 0, 0, 0, 0, 0) + b"y" * 5,
        END_SIGNATURE * 40,
        b"a plain remark",
    ],
)
def test_a_zip_is_read_whatever_its_comment_holds(comment: bytes, behind: bytes) -> None:
    held = io.BytesIO(zipped(**{"a.txt": b"x", "b.txt": b"y"}))
    with zipfile.ZipFile(held, "a") as archive:
        archive.comment = comment
    assert files_of(read_file(held.getvalue() + behind, name="a.zip")) == {"a.txt": b"x", "b.txt": b"y"}


def epub() -> bytes:
    return zipped(**{"mimetype": b"application/epub+zip", "OEBPS/c1.xhtml": "<html><p>章</p></html>".encode()})


def visio() -> bytes:
    return zipped(
        **{"[Content_Types].xml": b"<Types/>", "visio/document.xml": b"<V/>", "visio/pages/page1.xml": b"<P/>"}
    )


def xps() -> bytes:
    return zipped(**{"[Content_Types].xml": b"<Types/>", "Documents/1/Pages/1.fpage": b"<FixedPage/>"})


def base() -> bytes:
    return zipped(
        **{"mimetype": b"application/vnd.oasis.opendocument.base", "content.xml": b"<a/>", "database/script": b"x"}
    )


@pytest.mark.parametrize(
    ("data", "form", "inner"),
    [
        (epub(), "epub", "OEBPS/c1.xhtml"),
        (visio(), "vsdx", "visio/pages/page1.xml"),
        (xps(), "xps", "Documents/1/Pages/1.fpage"),
        (base(), "odb", "database/script"),
    ],
)
def test_packages_without_reader_are_told_unsupported_and_their_parts_read(data: bytes, form: str, inner: str) -> None:
    reading = read_file(data, name=f"a.{form}")
    assert (reading.status, reading.reason, reading.format) == (
        ReadStatus.UNREADABLE, ReadReason.UNSUPPORTED_FORMAT, form,
    )  # fmt: skip
    assert inner in {one.name for one in reading.embedded}


def winmail(attributes: list[tuple[int, int, bytes]]) -> bytes:
    """A TNEF stream of (level, number, value)."""
    out = struct.pack("<IH", 0x223E9F78, 1)
    for level, kind, value in attributes:
        out += struct.pack("<BHHI", level, kind, 6, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)
    return out


def mapi(*properties: tuple[int, int, bytes]) -> bytes:
    """A property list of (type, number, value)."""
    out = struct.pack("<I", len(properties))
    for kind, which, value in properties:
        out += struct.pack("<2HII", kind, which, 1, len(value)) + value + bytes(-len(value) % 4)
    return out


def test_winmail_yields_body_and_attachments_under_their_long_names() -> None:
    number = national_id(CHANCE)
    data = winmail([
        (1, 0x8004, "主旨\0".encode("cp950")),
        (1, 0x9003, mapi((0x1E, 0x1000, f"身分證字號：{number}\0".encode()))),
        (2, 0x9002, bytes(14)),
        (2, 0x8010, b"LIST~1.TXT\0"),
        (2, 0x800F, b"content"),
        (2, 0x9005, mapi((0x1F, 0x3707, "名冊.txt\0".encode("utf-16-le")))),
    ])  # fmt: skip
    reading = read_file(data, name="winmail.dat")
    assert [one.text for one in reading.passages] == ["主旨", f"身分證字號：{number}"]
    assert reading.embedded == (Embedded("名冊.txt", b"content"),)
    assert read_file(data[:-9], name="winmail.dat").reason is ReadReason.CORRUPT


@pytest.mark.parametrize("journal", ["delete", "wal"])
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16"])
def test_tables_of_a_database_are_rows_under_their_columns(journal: str, encoding: str, tmp_path: Path) -> None:
    number = national_id(CHANCE)
    file = tmp_path / "a.db"
    with closing(sqlite3.connect(file)) as made:
        made.execute(f"PRAGMA encoding='{encoding}'")
        made.execute(f"PRAGMA journal_mode={journal}")
        made.execute('CREATE TABLE "名 ""冊" (姓名, 身分證字號, 檔案)')
        made.execute('INSERT INTO "名 ""冊" VALUES (?, ?, ?)', ("王", number, docx("附件")))
        made.execute('CREATE VIEW v AS SELECT * FROM "名 ""冊"')
        made.commit()
        made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    reading = read_file(file.read_bytes(), name="a.db")
    rows = [one.cells for one in reading.passages if one.zone is Zone.SHEET]
    assert rows == [("姓名", "身分證字號", "檔案"), ("王", number, "")]
    assert [one.data for one in reading.embedded] == [docx("附件")]
    assert read_file(file.read_bytes()[:3000], name="a.db").reason is ReadReason.CORRUPT
