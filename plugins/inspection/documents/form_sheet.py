"""Lays out a checklist in Excel's format: the cells of its sheets, as Excel and LibreOffice write them.

A cell says no more than what was typed: a formula, what is hidden or merged over, and what stands beside the table is
told by its place, never computed or guessed (docs/decisions/0056).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from lxml import etree

from inspection.documents.form_cells import Cell, Grid, bare_code
from inspection.documents.returned import FileFault, FormProblem, NotTaken, Problem
from inspection.documents.safe_opening import parse_xml
from inspection.extraction.cell_places import column_letters, column_number
from inspection.extraction.cell_values import EPOCH, EPOCH_1904, as_text, date_formats, format_codes
from inspection.vocabulary import ITEM_CODE

MOST_CELLS, MOST_ROWS, MOST_SHEETS = 60_000, 20_000, 20
_COLUMNS = "ABCDE"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_RANGE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})(?::([A-Z]{1,3})([1-9][0-9]{0,6}))?")
_TRUE = frozenset({"1", "true", "on"})
_LEAST_HEIGHT = 3.0  # points, and characters of a column: less is not seen
_BUILT_IN = {"0": "general", "1": "0", "3": "#,##0", "49": "@"}
_AS_STORED, _WHOLE = frozenset({"general", "@", "standard"}), frozenset({"0", "#,##0"})


@dataclass(frozen=True, slots=True)
class _Book:
    """What all sheets share: strings, which looks (by index) show a date and which how many, what days count from."""

    strings: tuple[str, ...]
    dates: frozenset[int]
    codes: tuple[str, ...]
    epoch: date

    def number(self, cell: etree._Element, stored: str) -> str | None:
        """A number as it is seen; None where it is shown as something else than what is stored."""
        given = cell.get("s", "0")
        look = int(given) if re.fullmatch(r"[0-9]{1,5}", given) else 0
        if look in self.dates:
            return as_text(stored, is_date=True, epoch=self.epoch)
        seen = as_text(stored)
        code = self.codes[look] if look < len(self.codes) else "general"
        return seen if code in _AS_STORED or (code in _WHOLE and seen.lstrip("-").isdecimal()) else None


@dataclass(slots=True)
class _Sheet:
    """One sheet: its cells by row and column letters, which of them no hand has typed, and what is not seen of it."""

    is_hidden: bool
    cells: dict[int, dict[str, str]] = field(default_factory=dict)
    computed: list[tuple[int, str]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[str] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    count: int = 0

    def items(self) -> list[int]:
        """The rows of statements."""
        return [row for row, cells in self.cells.items() if ITEM_CODE.fullmatch(bare_code(cells.get("A", "")))]


def lay_out(workbook: etree._Element, parts: Mapping[str, bytes], main: str) -> Grid:
    """The sheets with statements, one below the other; raises NotTaken for what is no sound workbook."""
    related = _related(parts, main)
    book = _book(workbook, parts, related)
    sheets = [
        _read(parse_xml(parts[name], name), book, is_hidden=is_hidden)
        for name, is_hidden in _sheets(workbook, related, parts)
    ]
    asked = [one for one in sheets if one.items()]
    faults = [fault for one in asked for fault in _faults(one)]
    if any(one.is_hidden and any(any(row.values()) for row in one.cells.values()) for one in sheets):
        faults.append(Problem(FormProblem.SHEET_HIDDEN))
    rows = tuple(
        tuple(Cell.plain(row.get(column, "")) for column in _COLUMNS) for one in asked for row in one.cells.values()
    )
    is_tracked = any(name.lower().startswith("xl/revisions/") for name in parts)
    return Grid(rows, tracked=is_tracked, faults=tuple(faults))


# ---- the package -----------------------------------------------------------------------------------------------------


def _related(parts: Mapping[str, bytes], main: str) -> dict[str, tuple[str, str]]:
    """Kind and part of each relationship of the workbook, by its id."""
    folder, name = posixpath.split(main)
    listed = posixpath.join(folder, "_rels", f"{name}.rels")
    if listed not in parts:
        raise NotTaken(FileFault.BROKEN, "no relationships of the workbook")
    found = {}
    for one in parse_xml(parts[listed], listed):
        target = one.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[one.get("Id", "")] = (one.get("Type", "").rpartition("/")[2], path)
    return found


def _sheets(
    workbook: etree._Element, related: Mapping[str, tuple[str, str]], parts: Mapping[str, bytes]
) -> Iterator[tuple[str, bool]]:
    """The sheets in their order, and whether each is hidden."""
    listed = list(workbook.iter("{*}sheet"))
    if len(listed) > MOST_SHEETS:
        raise NotTaken(FileFault.TOO_LARGE, f"more than {MOST_SHEETS} sheets")
    for one in listed:
        wanted = next((str(text) for key, text in one.attrib.items() if str(key).endswith("}id")), "")
        kind, name = related.get(wanted, ("", ""))
        if name not in parts:
            raise NotTaken(FileFault.BROKEN, "a sheet of the workbook is missing")
        if kind == "worksheet":
            yield name, one.get("state", "visible") != "visible"


def _book(workbook: etree._Element, parts: Mapping[str, bytes], related: Mapping[str, tuple[str, str]]) -> _Book:
    of_kind = {kind: name for kind, name in related.values() if name in parts}
    strings: tuple[str, ...] = ()
    if name := of_kind.get("sharedStrings"):
        held = _at_most(parse_xml(parts[name], name).iter("{*}si"), MOST_CELLS, "texts")
        strings = tuple(map(_words, held))
    dates: set[int] = set()
    codes: list[str] = []
    if name := of_kind.get("styles"):
        looks = parse_xml(parts[name], name)
        written = etree.tostring(looks, encoding="unicode")
        shown, own = date_formats(written), format_codes(written)
        for at, one in enumerate(_at_most(next(looks.iter("{*}cellXfs"), ()), MOST_ROWS, "looks")):
            number = one.get("numFmtId", "0")
            codes.append(own.get(number, _BUILT_IN.get(number, "other")).lower())
            if number in shown:
                dates.add(at)
    look = next(workbook.iter("{*}workbookPr"), None)
    is_1904 = look is not None and look.get("date1904", "0").lower() in _TRUE
    return _Book(strings, frozenset(dates), tuple(codes), EPOCH_1904 if is_1904 else EPOCH)


def _at_most(found: Iterable[etree._Element], most: int, what: str) -> Iterator[etree._Element]:
    for number, one in enumerate(found, 1):
        if number > most:
            raise NotTaken(FileFault.TOO_LARGE, f"more than {most} {what}")
        yield one


# ---- one sheet -------------------------------------------------------------------------------------------------------


def _read(root: etree._Element, book: _Book, *, is_hidden: bool) -> _Sheet:
    found = _Sheet(is_hidden)
    for one in _at_most(root.iter("{*}col"), MOST_ROWS, "columns"):
        if _is_hidden(one, "width"):
            found.hidden_columns |= set(_COLUMNS[_number(one, "min") - 1 : _number(one, "max")])
    row = 0
    for line in _at_most(root.iter("{*}row"), MOST_ROWS, "rows"):
        row = _number(line, "r", row + 1)
        if row in found.cells:
            raise NotTaken(FileFault.BROKEN, "a row of the sheet stands twice")
        found.cells[row] = _cells(line, row, book, found)
        if _is_hidden(line, "ht"):
            found.hidden_rows.add(row)
    for one in _at_most(root.iter("{*}mergeCell"), MOST_ROWS, "merges"):
        place = _RANGE.fullmatch(one.get("ref", ""))
        if place is None:
            raise NotTaken(FileFault.BROKEN, "merged cells without a place")
        left, top, right, bottom = place.groups()
        found.merged.append((int(top), int(bottom or top), column_number(left), column_number(right or left)))
    return found


def _cells(line: etree._Element, row: int, book: _Book, sheet: _Sheet) -> dict[str, str]:
    """What was typed into the cells of a row; what was not is noted at the sheet."""
    cells: dict[str, str] = {}
    for cell, column in _placed(line, row):
        sheet.count += 1
        if sheet.count > MOST_CELLS:
            raise NotTaken(FileFault.TOO_LARGE, f"more than {MOST_CELLS} cells")
        if column in cells:
            raise NotTaken(FileFault.BROKEN, "a cell of the sheet stands twice")
        typed = None if cell.find("{*}f") is not None else _value(cell, book)
        cells[column] = typed or ""
        if typed is None:
            sheet.computed.append((row, column))
    return cells


def _placed(line: etree._Element, row: int) -> Iterator[tuple[etree._Element, str]]:
    """The cells of a row with their column's letters; raises NotTaken for one that says it stands elsewhere."""
    at = -1
    for cell in line.iterchildren("{*}c"):
        named = cell.get("r")
        if named is None:
            at += 1
        else:
            place = _PLACE.fullmatch(named)
            if place is None or int(place.group(2)) != row:
                raise NotTaken(FileFault.BROKEN, "a cell of the sheet names another place")
            at = column_number(place.group(1))
        yield cell, column_letters(at)


def _value(cell: etree._Element, book: _Book) -> str | None:
    """What is seen in a cell; None where that is an error or not what is stored."""
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(_words(one) for one in cell.iterchildren("{*}is"))
    held = cell.find("{*}v")
    text = "" if held is None else (held.text or "")
    if kind == "s":
        if not re.fullmatch(r"[0-9]{1,7}", text.strip()) or int(text) >= len(book.strings):
            raise NotTaken(FileFault.BROKEN, "a cell refers to a text that is not there")
        return book.strings[int(text)]
    if kind == "n":
        return book.number(cell, text.strip()) if text.strip() else ""
    return None if kind == "e" else _unescaped(text)


def _words(held: etree._Element) -> str:
    """The runs of a text, without how they are pronounced."""
    runs = (one.text or "" for one in held.iter("{*}t") if not str(_parent(one).tag).endswith("}rPh"))
    return _unescaped("".join(runs))


def _parent(one: etree._Element) -> etree._Element:
    found = one.getparent()
    return one if found is None else found


def _unescaped(text: str) -> str:
    """Without the escapes of a workbook (`_x000D_`), lines ended as everywhere."""
    plain = _ESCAPED.sub(_sign, text)
    return plain.replace("\r\n", "\n").replace("\r", "\n")


def _sign(escaped: re.Match[str]) -> str:
    """The character, where it is one that can be seen or ends a line; no half of a pair."""
    sign = chr(int(escaped.group(1), 16))
    return sign if sign.isprintable() or sign in "\t\r\n" else ""


# ---- what is told of it ----------------------------------------------------------------------------------------------


def _faults(sheet: _Sheet) -> Iterator[Problem]:
    """What would have to be guessed, each by its place as Excel names it."""
    asked = set(sheet.items())
    for row, column in sheet.computed:
        yield Problem(FormProblem.CELL_COMPUTED, f"{column}{row}")
    for row in sorted(asked & sheet.hidden_rows):
        yield Problem(FormProblem.ROW_HIDDEN, str(row))
    for column in sorted(sheet.hidden_columns):
        yield Problem(FormProblem.COLUMN_HIDDEN, column)
    for top, bottom, left, right in sheet.merged:
        over = [row for row in asked if top <= row <= bottom] if left < len(_COLUMNS) else []
        if over:
            yield Problem(FormProblem.CELL_MERGED, f"{column_letters(left)}{top}:{column_letters(right)}{bottom}")
    for row in asked:
        for column, words in sheet.cells[row].items():
            if column not in _COLUMNS and words.strip():
                yield Problem(FormProblem.CELL_BESIDE, f"{column}{row}")


def _is_hidden(one: etree._Element, size: str) -> bool:
    """Whether a row or column is hidden, or so low or narrow that nothing of it is seen."""
    given = one.get(size, "")
    is_small = bool(re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,20})?", given)) and float(given) < _LEAST_HEIGHT
    return one.get("hidden", "0").lower() in _TRUE or is_small


def _number(one: etree._Element, name: str, otherwise: int = 1) -> int:
    given = one.get(name)
    if given is None:
        return otherwise
    if not re.fullmatch(r"[1-9][0-9]{0,6}", given):
        raise NotTaken(FileFault.BROKEN, f"a place of the sheet cannot be read ({name})")
    return int(given)
