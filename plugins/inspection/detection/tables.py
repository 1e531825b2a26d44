"""Rows of tables and sheets: which heading a cell stands under, which label stands beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from inspection.detection.normalise import Manuscript
from inspection.vocabulary import Zone

HEADING_ROWS = 10
LEAD_LINES = 3
BETWEEN_ROWS = frozenset({Zone.COMMENT, Zone.NOTE, Zone.DELETED, Zone.TEXT_BOX})
MIN_COLUMNS = 2
MAX_DIGITS = 3
FOUND_ROW = "#"
"""In the part of rows that `columns.with_rows` found in a format without cells."""


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive rows of one table or sheet (passages `first` up to, not including, `end`)."""

    first: int
    end: int
    headings: tuple[str, ...] = field(repr=False)
    data_from: int


@dataclass(frozen=True, slots=True, repr=False)
class CellPlace:
    """What surrounds a cell: its column's heading, the cell above, the cell to the left, its own text up to a hit."""

    heading: str
    above: str
    left: str
    before: str
    run: Run

    @property
    def labels(self) -> tuple[str, str, str, str]:
        """All that may name the cell's content."""
        return self.heading, self.left, self.above, self.before


@dataclass(slots=True)
class Tables:
    """The tables of a manuscript, worked out on first use. `label_words` are the words headings consist of."""

    manuscript: Manuscript
    label_words: re.Pattern[str]
    title: str = field(default="", repr=False)
    office: dict[int, bool] = field(default_factory=dict)
    """By their first row, whether tables were found to be an office's own."""
    _runs: list[Run] | None = field(default=None)
    _run_of: dict[int, Run] = field(default_factory=dict)

    def runs(self) -> list[Run]:
        """All runs of rows."""
        if self._runs is None:
            self._runs = list(self._find())
            for run in self._runs:
                for index in range(run.first, run.end):
                    self._run_of[index] = run
        return self._runs

    def about(self, run: Run) -> str:
        """What stands above a table: the file's title, the name of its sheet, its own lines above the headings."""
        lead = self.manuscript.lines[max(0, run.first - LEAD_LINES) : run.data_from]
        return "\n".join((self.title, self.manuscript.passages[run.first].part, *lead))

    def cells(self, index: int) -> list[str]:
        """The cells of a row; a line of plain text with TABs counts as a row."""
        return self.manuscript.lines[index].split("\t")

    def is_row(self, index: int) -> bool:
        """Whether a passage is a row."""
        return "\t" in self.manuscript.lines[index]

    def place(self, index: int, offset: int) -> CellPlace | None:
        """Surroundings of the hit `offset` characters into a row; None outside tables."""
        if not self.is_row(index):
            return None
        self.runs()
        run = self._run_of[index]
        line = self.manuscript.lines[index]
        column = line.count("\t", 0, offset)
        cells = self.cells(index)
        heading = run.headings[column] if index >= run.data_from and column < len(run.headings) else ""
        above = self.cells(index - 1) if index > run.first else []
        return CellPlace(
            heading=heading,
            above="".join(above[column].split()) if column < len(above) else "",
            left="".join(cells[column - 1].split()) if column else "",
            run=run,
            before=line[line.rfind("\t", 0, offset) + 1 : offset],
        )

    def _find(self) -> list[Run]:
        runs: list[Run] = []
        named: dict[tuple[str, str], tuple[str, ...]] = {}
        index, count = 0, len(self.manuscript.lines)
        while index < count:
            if not self.is_row(index):
                index += 1
                continue
            first, key = index, self._key(index)
            while (following := self._next_row(index, key)) is not None:
                index = following + 1
            run = self._run(first, index)
            if FOUND_ROW in key[1]:
                # a cell broken over two lines parts the rows of one table
                named.setdefault(key, run.headings)
                if not run.headings and named[key]:
                    run = Run(first, index, named[key], first)
            runs.append(run)
        return runs

    def _next_row(self, index: int, key: tuple[str, str]) -> int | None:
        """The row that goes on with a table; notes and comments to the row before stand between and part nothing."""
        passages = self.manuscript.passages
        while index < len(passages) and not self.is_row(index) and passages[index].zone in BETWEEN_ROWS:
            index += 1
        return index if index < len(passages) and self.is_row(index) and self._key(index) == key else None

    def _key(self, index: int) -> tuple[str, str]:
        passage = self.manuscript.passages[index]
        if FOUND_ROW in passage.part:
            return "", passage.part  # the upper part of a PDF's page counts as header, its tables go on below
        return passage.zone.value, passage.part or passage.locator.partition("!")[0] if passage.cells else ""

    def _run(self, first: int, end: int) -> Run:
        for index in range(first, min(end, first + HEADING_ROWS)):
            cells = self.cells(index)
            if self._is_heading(cells, self.cells(index + 1) if index + 1 < end else []):
                return Run(first, end, tuple("".join(cell.split()) for cell in cells), index + 1)
        return Run(first, end, (), end)

    def _is_heading(self, cells: list[str], following: list[str]) -> bool:
        """Whether a row names columns: it bears label words, no values, and is no row of a form (label, value, …)."""
        filled = [cell for cell in cells if cell.strip()]
        if len(filled) < MIN_COLUMNS or any(sum(c.isdigit() for c in cell) > MAX_DIGITS for cell in filled):
            return False
        named = [column for column, cell in enumerate(cells) if self.label_words.search(cell)]
        if not named:
            return False
        is_form = all(column % 2 == 0 for column in named) and len(named) * 2 <= len(filled) + 1
        return not (is_form and following and self.label_words.search(following[0]))
