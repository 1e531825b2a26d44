"""Joins the lines of a PDF's page: prose broken by the margin, numbers cut by a narrow column; rows stay apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

LEAST_COLUMNS = 2
HAN = re.compile(r"[一-鿿]")
MAX_HEADING = 12  # characters of one column heading
LEAST_PROSE = 15  # characters without a blank: the table above has ended
NUMBER = re.compile(r"[0-9]{3}|^[0-9]+$")
CUT_NUMBER = re.compile(r" [0-9-]*[0-9-]{4}$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page; edges in points from the page's upper left as shown."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    turned: bool
    stands_out: bool
    struck: bool
    in_table: bool = False


def paragraphs(lines: list[Line], margin: float) -> Iterator[tuple[Line, str]]:
    """Joins lines that were broken by the right margin: full to the margin, and the next close below it.

    Rows of a table end at the right margin too and are no broken lines.
    """
    held: list[Line] = []
    for one in lines:
        if held:
            above = held[-1]
            height = max(above.bottom - above.top, 6.0)
            follows = (
                one.struck == above.struck
                and 0 <= one.top - above.top <= height * 2.5
                and (
                    (above.right >= margin * 0.92 and (not above.in_table or _ends_cell(held[0], one, height)))
                    or _ends_in_cell(above, one, height)
                )
            )
            if not follows or len(held) >= 40:
                yield held[0], _joined(held)
                held = []
        held.append(one)
    if held:
        yield held[0], _joined(held)


def rows_known(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines in reading order, those marked that stand in a table: from one that names columns to the next prose."""
    in_table = False
    for one in lines:
        in_table = _names_columns(one.text) or (in_table and (" " in one.text or len(one.text) < LEAST_PROSE))
        yield replace(one, in_table=True) if in_table else one


def _names_columns(text: str) -> bool:
    """Whether a line names columns: short words, mostly Chinese, no number; what stands below it is no end of it."""
    words = text.split()
    if len(words) < LEAST_COLUMNS or any(len(word) > MAX_HEADING or NUMBER.search(word) for word in words):
        return False
    return sum(1 for word in words if HAN.search(word)) * 2 > len(words)


def _ends_cell(row: Line, one: Line, height: float) -> bool:
    """Whether a line is the rest of a last cell: one word, right of the row's beginning."""
    return " " not in one.text and one.left > row.left + height


def _ends_in_cell(above: Line, one: Line, height: float) -> bool:
    """Whether a line is the rest of a number too wide for its column: digits alone, right of the row's beginning."""
    return one.text.isdecimal() and one.left > above.left + height and CUT_NUMBER.search(above.text) is not None


def _joined(lines: list[Line]) -> str:
    """Broken lines as one: without a blank between Han characters, with one between words."""
    text = lines[0].text
    for one in lines[1:]:
        latin = text[-1:].isascii() and one.text[:1].isascii() and not one.text.isdecimal()
        text += (" " if latin else "") + one.text
    return text
