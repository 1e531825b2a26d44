"""Reads the yearly office calendar (行政院人事行政總處 辦公日曆表) as CSV, and compares two editions of a year."""

from __future__ import annotations

import calendar
import csv
import hashlib
import io
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from inspection.errors import BadSource, BadSources, Place, system_fault
from inspection.language import speak
from inspection.rules.written import decode

_DATE_FORMS = (
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"),
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})"),
)
_DATE_COLUMN = "西元日期"
_WEEKDAY_COLUMN = "星期"
_OFF_COLUMN = "是否放假"
_NOTE_COLUMN = "備註"
_WEEKDAYS = "一二三四五六日"
_WORKING = "0"
_OFF = "2"


@dataclass(frozen=True, slots=True)
class OfficialDay:
    """One day as printed in the office calendar."""

    day: date
    is_working: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class OfficialYear:
    """One year, each of its days once and in order; `sha256` names the file it came from."""

    year: int
    days: tuple[OfficialDay, ...]
    source: str
    sha256: str


@dataclass(frozen=True, slots=True)
class DayChange:
    """One day that differs between two editions; an unchanged standing with another note counts too."""

    day: date
    was_working: bool
    is_working: bool
    old_note: str
    new_note: str

    @property
    def moves_deadlines(self) -> bool:
        """Whether the office is now open where it was closed, or the reverse."""
        return self.was_working != self.is_working


def read_official_csv(path: Path) -> OfficialYear:
    """Reads a file; raises BadSource where it cannot be read, else as `parse_official_csv`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadSource(
            speak(f"無法讀取：{system_fault(error)}", f"cannot be read: {error.strerror}"), place=path
        ) from None
    return parse_official_csv(content, source=str(path))


def parse_official_csv(content: bytes, *, source: str) -> OfficialYear:
    """Parses the CSV bytes of one year: UTF-8 (with or without BOM) or Big5; one of three date forms; values 0 and 2.

    Raises BadSources naming each wrong line and field; BadSource where a day is missing, doubled or of another year.
    """
    rows = list(enumerate(csv.reader(io.StringIO(decode(content, source), newline="")), start=1))
    return parse_official_rows(rows, source=source, sha256=hashlib.sha256(content).hexdigest())


def parse_official_rows(rows: list[tuple[int, list[str]]], *, source: str, sha256: str) -> OfficialYear:
    """Parses the rows of one year, each with its line, headings first; errors as in `parse_official_csv`."""
    columns = _columns([row for _, row in rows], source)
    days: list[OfficialDay] = []
    lines: list[int] = []
    faults: list[BadSource] = []
    for number, row in rows[1:]:
        if not any(cell.strip() for cell in row):
            continue
        try:
            days.append(_parse_row(row, columns, source, number))
            lines.append(number)
        except BadSource as fault:
            faults.append(fault)
    if faults:
        raise BadSources(faults)
    return OfficialYear(_whole_year(days, lines, source), tuple(days), source, sha256)


def diff(old: OfficialYear, new: OfficialYear) -> tuple[DayChange, ...]:
    """The days on which two editions of one year differ, in order; raises BadSource for two different years."""
    if old.year != new.year:
        raise BadSource(
            speak(
                f"兩份辦公日曆表年份不同：{old.year} 及 {new.year}",
                f"calendars of different years: {old.year} and {new.year}",
            ),
            place=new.source,
        )
    return tuple(
        DayChange(after.day, before.is_working, after.is_working, before.note, after.note)
        for before, after in zip(old.days, new.days, strict=True)
        if (before.is_working, before.note) != (after.is_working, after.note)
    )


def _columns(rows: list[list[str]], source: str) -> dict[str, int]:
    header = [cell.strip() for cell in rows[0]] if rows else []
    missing = [name for name in (_DATE_COLUMN, _OFF_COLUMN) if name not in header]
    if missing:
        raise BadSource(
            speak(f"缺少欄位 {'、'.join(missing)}", f"missing column {'、'.join(missing)}"),
            place=Place(source, 1),
            remedy=speak(
                f"第一行須為 {_DATE_COLUMN},{_WEEKDAY_COLUMN},{_OFF_COLUMN},{_NOTE_COLUMN}",
                f"the first line must read {_DATE_COLUMN},{_WEEKDAY_COLUMN},{_OFF_COLUMN},{_NOTE_COLUMN}",
            ),
        )
    return {name: index for index, name in enumerate(header)}


def _parse_row(row: list[str], columns: dict[str, int], source: str, line: int) -> OfficialDay:
    def cell(name: str) -> str:
        index = columns.get(name)
        return row[index].strip() if index is not None and index < len(row) else ""

    day = _parse_date(cell(_DATE_COLUMN), Place(source, line, _DATE_COLUMN))
    weekday = cell(_WEEKDAY_COLUMN)
    if weekday and weekday.removeprefix("星期") != _WEEKDAYS[day.weekday()]:
        raise BadSource(
            speak(f"{day} 不是星期{weekday.removeprefix('星期')}", f"{day} is no {weekday!r}"),
            place=Place(source, line, _WEEKDAY_COLUMN),
        )
    off = cell(_OFF_COLUMN)
    if off not in {_WORKING, _OFF}:
        raise BadSource(
            speak(f"須為 {_WORKING} 或 {_OFF}，現為 {off!r}", f"must be {_WORKING} or {_OFF}, not {off!r}"),
            place=Place(source, line, _OFF_COLUMN),
        )
    return OfficialDay(day, off == _WORKING, cell(_NOTE_COLUMN))


def _parse_date(text: str, place: Place) -> date:
    for form in _DATE_FORMS:
        if match := form.fullmatch(text):
            try:
                return date(*map(int, match.groups()))
            except ValueError:
                break
    raise BadSource(
        speak(f"不是日期：{text!r}", f"no date: {text!r}"),
        place=place,
        remedy=speak("請寫成 20270101、2027-01-01 或 2027/1/1", "write 20270101, 2027-01-01 or 2027/1/1"),
    )


def _whole_year(days: list[OfficialDay], lines: list[int], source: str) -> int:
    if not days:
        raise BadSource(speak("沒有任何日期", "holds no day"), place=source)
    year = days[0].day.year
    expected = date(year, 1, 1)
    for entry, line in zip(days, lines, strict=True):
        if entry.day != expected:
            raise BadSource(
                speak(f"應為 {expected}，現為 {entry.day}", f"expected {expected}, found {entry.day}"),
                place=Place(source, line, _DATE_COLUMN),
            )
        expected += timedelta(days=1)
    length = 366 if calendar.isleap(year) else 365
    if len(days) != length:
        raise BadSource(
            speak(f"共 {len(days)} 日，{year} 年應有 {length} 日", f"{len(days)} days, {year} has {length}"),
            place=Place(source, lines[-1], _DATE_COLUMN),
        )
    return year
