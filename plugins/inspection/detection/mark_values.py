"""What stands behind a mark's label: level, condition, ticked box; in a line, below it, or in a letter's head."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from inspection.detection.normalise import Manuscript, compact
from inspection.rules.marking import MarkingBook

CHECKED = re.compile(r"[■☑☒✓✔]")
BOXES = re.compile(r"[□■☐☑☒✓✔]")
OPTION = "(?=絕對機密|極機密|機密|密|限閱|普通|無)"
TICK = re.compile(rf"[(\[][VvXx✓✔■☑][)\]]|[●◉]{OPTION}")
NO_TICK = re.compile(rf"[(\[]\s?[)\]]|[○◯]{OPTION}")
SPLIT_LABEL = re.compile(r"^密\s+等(?=及|:)")
"""A letterspaced label: in a PDF its first blank stays, or is taken for the edge of a column."""
LABEL_AFTER_FIELDS = re.compile(r"\s(?=(?:密\s?等|機密等級)[及解密條件或保期限]{0,10}\s?:)")
MOST_STRUCK = 3
FORM_CELLS = 2


@dataclass(frozen=True, slots=True)
class Parsed:
    """A level as read, what stands behind it (its condition), and the number of the copy."""

    level: str
    rest: str
    copy_number: str | None


def by_label(manuscript: Manuscript, index: int, book: MarkingBook) -> Parsed | None:
    """The level a line's label names: behind it, in the next passage, or in the cell below; None without a label."""
    line = manuscript.lines[index]
    if "密" not in line:
        return None
    text = compact(LABEL_AFTER_FIELDS.split(SPLIT_LABEL.sub("密等", line))[-1])
    if re.fullmatch(book.label_line.label_only, text.strip("\t")):
        following = _value_below(manuscript, index)
        return value_of(following, book, heading=not text.strip("\t").endswith(":")) if following else None
    match = re.search(r"(?:^|[\t、.)●○◎*-]|(?=密等及解密條件))" + book.label_line.regex, text)
    found = match and (value_of(match["value"].strip("\t"), book) or _below(manuscript, index, text, book))
    return found or _below_fields(manuscript, index, book)


def _value_below(manuscript: Manuscript, index: int) -> str:
    """The passage behind a label that stands alone; a struck value counts for nothing, what replaced it does."""
    zone = manuscript.passages[index].zone
    for following in range(index + 1, min(index + 1 + MOST_STRUCK, len(manuscript.lines))):
        if manuscript.passages[following].zone is not zone:
            return ""
        if not manuscript.passages[following].struck:
            return compact(manuscript.lines[following]).strip("\t")
    return ""


def _below(manuscript: Manuscript, index: int, text: str, book: MarkingBook) -> Parsed | None:
    """Level and condition below a heading of two cells: 密等｜解密條件. A register has more columns and is no mark."""
    heads = text.split("\t")
    if len(heads) != FORM_CELLS or not re.match(r"解密|保密期限|解除機密", heads[1]):
        return None
    if index + 1 >= len(manuscript.lines) or manuscript.passages[index + 1].struck:
        return None
    values = compact(manuscript.lines[index + 1]).split("\t")
    parsed = value_of(values[0], book)
    return replace(parsed, rest=parsed.rest + "".join(values[1:])) if parsed and len(values) <= FORM_CELLS else None


def _below_fields(manuscript: Manuscript, index: int, book: MarkingBook) -> Parsed | None:
    """The value below the label in the head of a letter drawn as a table: 速別｜密等…｜附件 above one row of values.

    A table with more rows, or with other headings (主旨), is a register and marks nothing.
    """
    heads = compact(manuscript.lines[index]).split("\t")
    passages = manuscript.passages
    labels = [column for column, head in enumerate(heads) if re.fullmatch(book.label_line.label_only, head)]
    others = {head.rstrip(":") for column, head in enumerate(heads) if head and column not in labels}
    if len(heads) < FORM_CELLS or len(labels) != 1 or not others <= set(book.label_line.beside):
        return None
    own = [row for row in range(index, min(index + FORM_CELLS + 1, len(passages))) if passages[row].cells]
    if [passages[row].part for row in own].count(passages[index].part) != FORM_CELLS or passages[index + 1].struck:
        return None
    values = compact(manuscript.lines[index + 1]).split("\t")
    return value_of(values[labels[0]], book) if labels[0] < len(values) else None


def value_of(value: str, book: MarkingBook, *, heading: bool = False) -> Parsed | None:
    """What stands behind the label; a row's first filled cell, a list of all levels is a template.

    Below a `heading` without colon, 「絕對機密：」 begins an explanation of the levels.
    """
    first, _, others = value.partition("\t")
    first = NO_TICK.sub("□", TICK.sub("■", first))
    if BOXES.search(first):
        parts = re.findall(r"([□■☐☑☒✓✔])([^□■☐☑☒✓✔]*)", first)
        ticked = [text for box, text in parts if CHECKED.match(box)]
        if len(ticked) != 1:
            return None
        first, others = ticked[0], others + parts[-1][1]
    if first in book.label_line.not_a_mark:
        return None
    match = level_pattern(book).match(first)
    if match is None:
        return None
    rest = first[match.end() :]
    if heading and rest.startswith(":"):
        return None
    if rest and not re.match(r"[(,;:。]|本件|於|至|解密條件|保密期限|附件|保存|第|編號|No|[】\])]", rest):
        return None
    if re.search(r"[、/,;(]" + level_pattern(book).pattern + r"(?:[、/,;)]|$)", rest):
        return None
    return Parsed(match["level"], rest + others, copy_of(rest, book))


def is_level(text: str, book: MarkingBook) -> bool:
    """Whether a compact text is one of the six levels and nothing else."""
    return level_pattern(book).fullmatch(text) is not None


def is_label(line: str, book: MarkingBook) -> bool:
    """Whether a line is a mark's label without a value (密等：)."""
    return "密" in line and re.fullmatch(book.label_line.label_only, compact(line).strip("\t")) is not None


def copy_of(text: str, book: MarkingBook) -> str | None:
    """The number of the copy in a compact text (第003號, No.2)."""
    match = re.search(book.copy_number, text)
    return match["copy"] if match else None


@lru_cache(maxsize=4)
def _level_words(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("(?P<level>" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")")


def level_pattern(book: MarkingBook) -> re.Pattern[str]:
    """Any of the six levels, the longest first, as group `level`."""
    return _level_words(tuple(level.text.value for level in book.levels))
