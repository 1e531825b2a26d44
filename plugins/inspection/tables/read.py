"""Reads a list people keep (CSV, XLSX, ODS): its rows by column heading, each with the line it stands on."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from inspection.errors import BadSource, Place, system_fault
from inspection.extraction.codec import Request, decode_reading, encode_request
from inspection.extraction.passage import Passage, ReadLimits
from inspection.language import legible, speak
from inspection.rules.messages import word
from inspection.rules.written import decode
from inspection.sandbox.pool import Pool, PoolLimits
from inspection.vocabulary import ReadStatus, Zone

LIMITS = PoolLimits(wall_seconds=20.0, memory_bytes=512 << 20)
LARGEST_BYTES = 16 << 20
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Line:
    """One row that is not blank; `number` counts from 1 as a spreadsheet shows it. Cells bear no outer blanks."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """One list: the headings of its first row (line `head`), and the rows under it. `sheet` is empty for a CSV file."""

    source: str
    sheet: str
    head: int
    columns: tuple[str, ...]
    lines: tuple[Line, ...]

    def place(self, line: int, column: str | None = None) -> Place:
        """Where a cell stands, for faults."""
        file = f"{self.source} [{self.sheet}]" if self.sheet else self.source
        return Place(file, line, column)


def read_tables(path: Path) -> tuple[Table, ...]:
    """All lists of a file in order; a workbook is opened in the sandbox. Sheets without rows are left out.

    Raises BadSource where the file cannot be read, is too large, or has two columns of one name.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadSource(
            speak(f"無法讀取：{system_fault(error)}", f"cannot be read: {error.strerror}"),
            place=path,
            remedy=speak("請檢查路徑及權限", "check path and permissions"),
        ) from None
    if len(data) > LARGEST_BYTES:
        raise BadSource(
            speak(f"檔案超過 {LARGEST_BYTES >> 20} MB", f"is larger than {LARGEST_BYTES >> 20} MB"),
            place=path,
            remedy=speak("請分成數檔", "divide it"),
        )
    is_text = path.suffix.lower() in {".csv", ".txt"}
    sheets = _text(data, str(path)) if is_text else _workbook(data, path)
    tables = [_table(str(path), name, rows) for name, rows in sheets.items()]
    tables = [one for one in tables if one.columns]
    if not tables:
        raise BadSource(
            speak("沒有資料列", "holds no rows"),
            place=path,
            remedy=speak("第一列為欄名，其餘各列為資料", "the first row names the columns, the others follow"),
        )
    return tuple(tables)


Rows = list[tuple[int, tuple[str, ...]]]


def _text(data: bytes, source: str) -> dict[str, Rows]:
    reader = csv.reader(io.StringIO(decode(data, source), newline=""))
    rows: Rows = []
    begins = 1
    try:
        for row in reader:
            rows.append((begins, tuple(row)))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise BadSource(
            speak("不是合法的 CSV 檔", f"is no CSV: {error}"),
            place=Place(source, reader.line_num),
            remedy=speak("請重新存檔", "save it anew"),
        ) from None
    return {"": rows}


def _workbook(data: bytes, path: Path) -> dict[str, Rows]:
    limits = ReadLimits(file_bytes=LARGEST_BYTES)
    with Pool("inspection.extraction.worker", 1, LIMITS) as pool:
        outcome = pool.one(encode_request(Request(path.name, (data,), limits, len(data))))
    reading = decode_reading(outcome.answer) if outcome.answer is not None else None
    if reading is None or reading.status is not ReadStatus.SCANNED or reading.reason is not None:
        reason = reading.reason if reading else outcome.reason
        told = f" ({reason.value})" if reason else ""
        said = f"（{word('read_reason', reason.value)}）" if reason else ""
        raise BadSource(
            speak(f"無法讀取為活頁簿{said}", f"is no workbook that can be read{told}"),
            place=path,
            remedy=speak("請另存為 .xlsx 或 .csv", "save it anew as .xlsx or .csv"),
        )
    sheets: dict[str, Rows] = {}
    for passage in reading.passages:
        if passage.zone in {Zone.SHEET, Zone.BODY, Zone.TABLE} and passage.cells:
            sheets.setdefault(passage.part, []).append(_row(passage))
    return sheets


def _row(passage: Passage) -> tuple[int, tuple[str, ...]]:
    return passage.ordinal + 1, passage.cells


def _table(source: str, sheet: str, rows: Rows) -> Table:
    filled = [
        (number, [legible(cell).strip() for cell in cells]) for number, cells in rows if any(map(str.strip, cells))
    ]
    if not filled:
        return Table(source, sheet, 1, (), ())
    (head, columns), *rest = filled
    doubled = [name for name, count in Counter(filter(None, columns)).items() if count > 1]
    table = Table(source, sheet, head, tuple(columns), ())
    if doubled:
        raise BadSource(
            speak("有兩欄同名", "two columns have one name"),
            place=table.place(head, doubled[0]),
            remedy=speak("請擇一保留", "keep one of them"),
        )
    if len(rest) > MOST_ROWS:
        raise BadSource(
            speak(f"超過 {MOST_ROWS} 列", f"holds more than {MOST_ROWS} rows"),
            place=table.place(head),
            remedy=speak("請分成數檔", "divide it"),
        )
    lines = []
    for number, cells in rest:
        if any(cells[len(columns) :]) or any(cell for cell, name in zip(cells, columns, strict=False) if not name):
            raise BadSource(
                speak("有儲存格沒有欄名", "a cell stands under no heading"),
                place=table.place(number),
                remedy=speak("請填該欄欄名", "name the column"),
            )
        padded = [*cells, *[""] * len(columns)]
        lines.append(Line(number, {name: cell for name, cell in zip(columns, padded, strict=False) if name}))
    return Table(source, sheet, head, tuple(filter(None, columns)), tuple(lines))
