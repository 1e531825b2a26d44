"""The office calendar as a workbook is the same year as the CSV it was saved from; its faults name sheet and line."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from campaigns.calendars import HEADER, CommandLine, csv_of, lines_of
from campaigns.paper_office import STAFF, PaperOffice
from inspection.calendar.official_csv import parse_official_csv
from inspection.campaigns.calendar_file import read_official_calendar
from inspection.documents.package import pack, read, write
from inspection.errors import BadSource, BadSources
from inspection.store import calendar_days
from inspection.store.session import session_scope
from inspection.tables.write import Column, Sheet, workbook


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line of this test."""
    return CommandLine(monkeypatch, capsys)


def saved(folder: Path, lines: list[str], *, numbers: bool = False) -> Path:
    """The lines as a workbook; `numbers`: days and marks as the numbers a spreadsheet makes of them."""
    head, *rows = csv.reader(io.StringIO("\n".join(lines)))
    data = workbook([Sheet("辦公日曆表", tuple(Column(name, 12) for name in head), rows)])
    if numbers:
        parts = read(data)
        text = parts["xl/worksheets/sheet1.xml"].decode()
        cell = re.compile(r'<c (r="[A-Z]+\d+") (s="\d+") t="inlineStr"><is><t[^>]*>(\d+)</t></is></c>')
        text, made = cell.subn(r"<c \1 \2><v>\3</v></c>", text)
        assert made > 700, "two numbers a day"
        parts["xl/worksheets/sheet1.xml"] = text.encode()
        data = write(pack(name, part) for name, part in parts.items())
    path = folder / "116年辦公日曆表.xlsx"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("numbers", [False, True], ids=["as_text", "as_numbers"])
def test_a_workbook_is_the_year_of_the_csv(tmp_path: Path, numbers: bool) -> None:
    year = read_official_calendar(saved(tmp_path, lines_of(2027), numbers=numbers))
    assert year.days == parse_official_csv(csv_of(2027), source="a").days


def test_its_faults_name_line_and_field(tmp_path: Path) -> None:
    lines = lines_of(2027)
    lines[3] = lines[3].replace(",2,", ",7,").replace(",0,", ",7,")
    with pytest.raises(BadSources) as told:
        read_official_calendar(saved(tmp_path, lines))
    assert "第 4 行，欄位 是否放假" in str(told.value)
    with pytest.raises(BadSource, match="缺少欄位 是否放假"):
        read_official_calendar(saved(tmp_path, [HEADER.replace("是否放假", "放假"), *lines_of(2027)[1:]]))


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "116.xlsx"
    path.write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(BadSource, match="無法讀取為活頁簿"):
        read_official_calendar(path)


def test_the_command_takes_it_shows_first_and_writes_when_told(
    office: PaperOffice, command: CommandLine, tmp_path: Path
) -> None:
    file = saved(tmp_path, lines_of(2027))
    assert command("calendar", "import", "--as", STAFF, str(file)).status == 1
    assert command("calendar", "import", "--as", STAFF, str(file), "--apply", "--number", "總處培字第1號").status == 0
    with session_scope() as session:
        assert calendar_days.edition(session, 2027) is not None
