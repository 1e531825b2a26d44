"""Reads the yearly office calendar whichever way it comes: CSV as published, or saved as a workbook (XLSX, ODS)."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from inspection.calendar.official_csv import OfficialYear, parse_official_rows, read_official_csv
from inspection.errors import BadSource, system_fault
from inspection.language import speak
from inspection.tables.read import Table, read_tables

_WORKBOOKS = frozenset({".xlsx", ".ods"})
_NUMBER = re.compile(r"(\d+)\.0+")  # a day or a 0 that a spreadsheet took for a number


def read_official_calendar(path: Path) -> OfficialYear:
    """One year from a file; the first sheet that has rows counts. A workbook is opened in the sandbox.

    Raises BadSource or BadSources naming file, line and field, as `parse_official_csv` does.
    """
    if path.suffix.lower() not in _WORKBOOKS:
        return read_official_csv(path)
    table = read_tables(path)[0]
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BadSource(
            speak(f"無法讀取：{system_fault(error)}", f"cannot be read: {error.strerror}"), place=path
        ) from None
    return parse_official_rows(_rows(table), source=str(path), sha256=digest)


def _rows(table: Table) -> list[tuple[int, list[str]]]:
    rows = [(table.head, list(table.columns))]
    rows += [(line.number, [_cell(line.cells.get(name, "")) for name in table.columns]) for line in table.lines]
    return rows


def _cell(text: str) -> str:
    found = _NUMBER.fullmatch(text)
    return found[1] if found else text
