"""Lines that are a level and nothing else, by the place they stand in; and lists of levels, which mark nothing."""

from __future__ import annotations

import re

from inspection.detection.conditions import read_ending
from inspection.detection.mark_values import BOXES, Parsed, copy_of, is_label, is_level, level_pattern, value_of
from inspection.detection.normalise import Manuscript, compact
from inspection.rules.marking import MarkingBook
from inspection.vocabulary import Zone

FLOW = {Zone.BODY, Zone.TABLE, Zone.SLIDE}
LISTS = FLOW | {Zone.SHEET}
PAGE_NUMBER = re.compile(r"第?\d+頁(?:[,/]?共\d+頁)?")
BARE_COPY = re.compile(r"(\d{1,4}(?:/\d{1,4})?)[號份]?")
ONE_BLANK_LEVELS = {"密", "限閱", "絕對機密", "極機密"}
ONE_BLANK_WORDS = 2
"""More words in a line are a row of a table: in a PDF the upper part of a page counts as header."""
SHORT_LINE = 12


def listed_levels(manuscript: Manuscript, book: MarkingBook) -> set[int]:
    """Passages of a list of levels, with the label above it: different levels below one another explain, none marks."""
    bare = {
        index: compact(line).strip("\t")
        for index, line in enumerate(manuscript.lines)
        if len(line) <= SHORT_LINE and may_bear(line) and manuscript.passages[index].zone in LISTS
    }
    bare = {index: text for index, text in bare.items() if is_level(text, book)}
    listed = {index for index, level in bare.items() if bare.get(index - 1, level) != level}
    listed |= {index - 1 for index in listed}
    return listed | {index - 1 for index in listed if index and is_label(manuscript.lines[index - 1], book)}


def may_bear(line: str) -> bool:
    """Whether a line holds a character of one of the six levels; most lines do not."""
    return "密" in line or "限" in line or "敏" in line


def standing_alone(line: str, book: MarkingBook, *, prominent: bool = False, in_zone: bool = False) -> Parsed | None:
    """A paragraph that is a level and nothing else but a copy number, a condition or a page number."""
    if not may_bear(line):
        return None
    text = _undecorated(compact(line).replace("\t", ""), book)
    opened = re.match(r"[【〔\[(「]", text)
    match = level_pattern(book).match(text, opened.end() if opened else 0)
    if match is None:
        return None
    level = match["level"]
    if level in book.standalone.prominent_only and not (prominent or in_zone):
        return None
    rest = text[match.end() :]
    if rest.startswith("等"):  # 密等: the label, not the level
        return None
    if opened:
        closed = re.match(r"[】〕\])」]", rest)
        if closed is None:
            return None
        rest = rest[closed.end() :]
    left = PAGE_NUMBER.sub("", rest)
    copy_number = copy_of(left, book)
    left = re.sub(book.copy_number, "", left, count=1)
    if BARE_COPY.fullmatch(left):
        copy_number, left = left, ""
    if left.strip("(),;:。-") and read_ending(left, book) is None:
        return None
    if left and read_ending(left, book) is not None and len(left) > 60:
        return None
    return Parsed(level, rest, copy_number)


def _undecorated(text: str, book: MarkingBook) -> str:
    """A text without what is drawn on both sides of its level (*密*, －機密－) and without its words in English."""
    bare = re.sub(book.standalone.english, "", text, flags=re.IGNORECASE)
    inner = bare.lstrip(book.standalone.decoration)
    level = level_pattern(book).match(inner)
    if level is None or len(inner) == len(bare):
        return bare
    behind = inner[level.end() :].lstrip(book.standalone.decoration)
    return level[0] + behind if len(behind) < len(inner) - level.end() else bare


def in_zone_line(line: str, book: MarkingBook) -> Parsed | None:
    """The level in a line of a zone of marks (header, watermark, text box …), other words parted from it."""
    if BOXES.search(line):
        return value_of(compact(line).replace("\t", ""), book)
    whole = standing_alone(line, book, in_zone=True) or _in_brackets(compact(line).replace("\t", ""), book)
    if whole is not None:
        return whole
    pieces = [piece for piece in re.split(r"[\t\r|│]| {2,}", line) if piece.strip()]
    found = [parsed for piece in pieces if (parsed := standing_alone(piece, book, in_zone=True)) is not None]
    if not found:
        # one blank parts words of prose too; these levels are no words of prose
        words = line.split()
        alone = [word for word in words if word in ONE_BLANK_LEVELS] if len(words) <= ONE_BLANK_WORDS else []
        found = [Parsed(word, "", copy_of(compact(line), book)) for word in alone]
    return found[0] if len({parsed.level for parsed in found}) == 1 else None


def _in_brackets(text: str, book: MarkingBook) -> Parsed | None:
    """A level in brackets at the head of a line, whatever stands behind it: 【密】編號：002/012 行政課 第1頁."""
    level = re.match(rf"[【〔\[]{level_pattern(book).pattern}[】〕\]]", text)
    return Parsed(level["level"], text[level.end() :], copy_of(text, book)) if level else None


def in_sheet_row(line: str, row: int, book: MarkingBook, *, vouched: bool = False) -> Parsed | None:
    """The level in one of the first rows of a sheet; `row` counts from 0, a row of several cells is a register's.

    `vouched`: the row below says until when.
    """
    cells = line.split("\t")
    filled = [cell for cell in cells if cell.strip()]
    first = cells[: book.standalone.sheet_columns]
    if len(filled) == 1:
        return standing_alone(filled[0], book, in_zone=True) if filled[0] in first else None
    if row > 0:
        return None
    found = [parsed for cell in first if (parsed := standing_alone(cell, book, prominent=vouched)) is not None]
    return found[0] if len(found) == 1 else None
