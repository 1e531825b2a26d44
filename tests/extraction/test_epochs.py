"""A workbook that counts its days from 1904 shows the same days in every format workbooks come in."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date
from pathlib import Path

import pytest

from extraction.office import convert
from extraction.probe_packages import HEAD, SHEET_SPACES, content_types, relations, sheet_xml, workbook
from inspection.extraction.read import read_file
from inspection.vocabulary import Zone

SHOWN = date(2026, 11, 16)
ROOT = relations(("rId1", "officeDocument", "xl/workbook.bin"))


def serial(*, date1904: bool) -> int:
    """The number of the day in a workbook of that epoch."""
    return (SHOWN - (date(1904, 1, 1) if date1904 else date(1899, 12, 30))).days


def record(kind: int, body: bytes = b"") -> bytes:
    """A record of a binary workbook (MS-XLSB 2.1.4); bodies here are shorter than 128 bytes."""
    number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return number + bytes([len(body)]) + body


def wide(text: str) -> bytes:
    """A counted string of two bytes a character."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def binary_workbook(*, date1904: bool) -> bytes:
    """One sheet, one cell, shown as a date."""
    book = record(153, struct.pack("<II", date1904, 0)) + record(
        156, struct.pack("<II", 0, 1) + wide("rId1") + wide("表")
    )
    styles = record(617, struct.pack("<I", 1)) + record(47, struct.pack("<HH", 0xFFFF, 14) + bytes(12)) + record(618)
    number = struct.pack("<II", 0, 0) + struct.pack("<d", serial(date1904=date1904))
    sheet = record(0, struct.pack("<I", 0) + bytes(13)) + record(5, number)
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": content_types({}),
        "_rels/.rels": ROOT,
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": relations(
            ("rId1", "worksheet", "worksheets/sheet1.bin"), ("rId2", "styles", "styles.bin")
        ),
        "xl/styles.bin": styles,
        "xl/worksheets/sheet1.bin": sheet,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def days(data: bytes, name: str) -> list[str]:
    """What the cells of a workbook show."""
    reading = read_file(data, name=name)
    assert reading.format == name.rpartition(".")[2], (reading.status, reading.reason)
    return [one.text for one in reading.passages if one.zone is Zone.SHEET]


@pytest.mark.parametrize("date1904", [False, True])
def test_a_binary_workbook_says_from_when_its_days_count(date1904: bool) -> None:
    assert days(binary_workbook(date1904=date1904), "a.xlsb") == [SHOWN.isoformat()]


@pytest.mark.parametrize("date1904", [False, True])
def test_so_does_an_older_workbook(date1904: bool, tmp_path: Path) -> None:
    styles = (
        f'{HEAD}<styleSheet {SHEET_SPACES}><fonts count="1"><font><sz val="11"/></font></fonts><fills count="1"><fill/>'
        '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2">'
        '<xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
    )
    listed = (
        f'{HEAD}<workbook {SHEET_SPACES}><workbookPr date1904="{int(date1904)}"/><sheets>'
        '<sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    sheet = sheet_xml(f'<row r="1"><c r="A1" s="1"><v>{serial(date1904=date1904)}</v></c></row>')
    made = workbook({"表": sheet}, extra={"xl/styles.xml": styles, "xl/workbook.xml": listed})
    assert days(convert(made, "xlsx", "xls", tmp_path), "a.xls") == [SHOWN.isoformat()]
