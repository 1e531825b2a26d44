"""Rows of one sheet as cells arrive: gaps filled up to a bound, hidden and struck cells told apart."""

from __future__ import annotations

import re
from collections.abc import Iterable

from inspection.extraction.cell_places import cell_reference
from inspection.extraction.collect import Collector
from inspection.extraction.passage import Passage
from inspection.vocabulary import Zone

PADDED_COLUMNS = 256  # beyond, cells follow without gaps: one far cell must not make a row of 16,384
SECTION = re.compile("&[LCR]")
CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|K\d\d[+-]\d{3}|\d{1,3}|[PNDTFAZGBIUEXYSOH+-])')


def running_text(raw: str, zone: Zone, out: Collector, title: str) -> None:
    """Headers and footers: `&L`, `&C` and `&R` begin a section, other codes only set the look (ECMA-376 18.3.1.46)."""
    for section in SECTION.split(raw.replace("&&", "\0")):
        text = CODE.sub("", section).replace("\0", "&")
        place = "頁尾" if zone is Zone.FOOTER else "頁首"
        out.add(zone, text, f"{title}!{place}", struck="&S" in section, part=title)


class SheetRows:
    """Collects the cells of one sheet, row by row; `attached` is what belongs to a row: comments, boxes."""

    def __init__(
        self, title: str, hidden: bool, out: Collector, attached: dict[int, list[Passage]] | None = None
    ) -> None:
        self._attached = attached or {}
        self.title = title
        self._zone = Zone.HIDDEN if hidden else Zone.SHEET
        self._out = out
        self._row = 0
        self._row_hidden = False
        self._cells: list[str] = []
        self._first = ""

    def begin(self, row: int, *, hidden: bool = False) -> None:
        """Goes to a row, counted from 0; the one before is kept."""
        self.close()
        self._row = row
        self._row_hidden = hidden

    def put(self, row: int, column: int, value: str, *, struck: bool = False) -> None:
        """Adds a cell's text; a second text for the same cell is appended to the first."""
        if row != self._row:
            self.begin(row)
        if not value:
            return
        if struck:
            self._out.add(
                self._zone,
                value,
                f"{self.title}!{cell_reference(column, row)}",
                struck=True,
                part=self.title,
                ordinal=row,
            )
            return
        cells = self._cells
        if not cells:
            self._first = cell_reference(column, row)
        if len(cells) < column <= PADDED_COLUMNS:
            cells.extend([""] * (column - len(cells)))
        if len(cells) == column + 1:
            cells[column] += value
        else:
            cells.append(value)

    def close(self) -> None:
        """Keeps the row at hand."""
        if self._cells:
            zone = Zone.HIDDEN if self._row_hidden else self._zone
            self._out.add_row(zone, self._cells, f"{self.title}!{self._first}", part=self.title, ordinal=self._row)
            self._cells = []
            self._keep(self._attached.pop(self._row, ()))

    def end(self) -> None:
        """Keeps the last row, and what belongs to rows without cells."""
        self.close()
        for row in sorted(self._attached):
            self._keep(self._attached[row])
        self._attached = {}

    def _keep(self, passages: Iterable[Passage]) -> None:
        for one in passages:
            self._out.add(one.zone, one.text, one.locator)
