"""Reads a document's own mark: label line, level standing alone in a zone of marks, letter element, Microsoft label."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from inspection.detection.conditions import Ending, issue_date, read_ending, years_after
from inspection.detection.normalise import Manuscript, compact, normalised
from inspection.rules.marking import MarkingBook
from inspection.vocabulary import Level, Zone

NO_MARK_ZONES = {
    Zone.DELETED,
    Zone.HIDDEN,
    Zone.COMMENT,
    Zone.NOTE,
    Zone.SPEAKER_NOTE,
    Zone.PROPERTY,
    Zone.ALT_TEXT,
    Zone.ATTACHMENT,
    Zone.PATH,
}
FLOW = {Zone.BODY, Zone.TABLE, Zone.SLIDE}
LISTS = FLOW | {Zone.SHEET}
CHECKED = re.compile(r"[■☑☒✓✔]")
BOXES = re.compile(r"[□■☐☑☒✓✔]")
PAGE_NUMBER = re.compile(r"第?\d+頁(?:[,/]?共\d+頁)?")
BARE_COPY = re.compile(r"(\d{1,4}(?:/\d{1,4})?)[號份]?")
ONE_BLANK_LEVELS = {"密", "限閱", "絕對機密", "極機密"}
ONE_BLANK_WORDS = 2
"""More words in a line are a row of a table: in a PDF the upper part of a page counts as header."""
SPLIT_LABEL = re.compile(r"^密\s+等(?=及|:)")
"""A letterspaced label: in a PDF its first blank stays, or is taken for the edge of a column."""
LABEL_AFTER_FIELDS = re.compile(r"\s(?=(?:密\s?等|機密等級)[及解密條件或保期限]{0,10}\s?:)")
OPTION = "(?=絕對機密|極機密|機密|密|限閱|普通|無)"
TICK = re.compile(rf"[(\[][VvXx✓✔■☑][)\]]|[●◉]{OPTION}")
NO_TICK = re.compile(rf"[(\[]\s?[)\]]|[○◯]{OPTION}")
MOST_STRUCK = 3
FORM_CELLS = 2
CONDITION_LINES = 15
SHORT_LINE = 12
MICROSOFT = "Microsoft 敏感度標籤："
MICROSOFT_RANK = 5
LABEL_NAME_CHARS = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """A document's own mark. `level` is one of the six words or `Microsoft 敏感度標籤：` and the label's name."""

    level: str
    rank: int
    zone: Zone
    code: str | None = None
    ends_on: date | None = None
    defects: tuple[str, ...] = ()
    copy_number: str | None = None
    blank: bool = False

    @property
    def is_national_secret(self) -> bool:
        """機密 and above; a Microsoft label of that name is none."""
        return any(self.level == level.value and level.is_national_secret for level in Level)


@dataclass(frozen=True, slots=True)
class MarkReading:
    """The mark that counts, None where the document bears none, and hints beside it (D03)."""

    mark: Mark | None
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Parsed:
    level: str
    rest: str
    copy_number: str | None


def read_marks(
    manuscript: Manuscript, properties: dict[str, str], path: str, book: MarkingBook, *, today: date
) -> MarkReading:
    """The highest mark of a document with its condition and defects; struck and deleted marks count for nothing."""
    ranks = {level.text.value: level.rank for level in book.levels}
    candidates = [
        Mark(parsed.level, ranks[parsed.level], zone, copy_number=parsed.copy_number)
        for zone, parsed, _ in _candidates(manuscript, book)
    ]
    candidates += [
        Mark(parsed.level, ranks[parsed.level], Zone.PROPERTY)
        for name, value in properties.items()
        if _is_label(name, book) and (parsed := _value(compact(normalised(value)), book))
    ]
    if not candidates:
        label = _microsoft_label(properties, book)
        return MarkReading(label, () if label else _misplaced(manuscript, path, book))
    best = max(candidates, key=lambda mark: mark.rank)
    if best.copy_number is None:
        best = replace(best, copy_number=next((mark.copy_number for mark in candidates if mark.copy_number), None))
    if best.rank >= ranks[Level.CONFIDENTIAL.value]:
        best = _with_ending(best, manuscript, book, today)
    return MarkReading(best)


def _candidates(manuscript: Manuscript, book: MarkingBook) -> Iterator[tuple[Zone, _Parsed, int]]:
    flow = 0
    lines = manuscript.lines
    listed = _listed(manuscript, book)
    for index, passage in enumerate(manuscript.passages):
        zone = passage.zone
        if zone in FLOW:
            flow += 1
        line = SPLIT_LABEL.sub("密等", lines[index])
        if passage.struck or zone in NO_MARK_ZONES or not _may_bear(line) or index in listed:
            continue
        parsed = _by_label(manuscript, index, book)
        if parsed is None and zone is Zone.LABEL_ELEMENT:
            parsed = _value(compact(line).strip("\t"), book)
        if parsed is None and zone is Zone.SUBJECT:
            match = re.match(book.subject, compact(line), re.IGNORECASE)
            parsed = _Parsed(match["level"], compact(line)[match.end() :], None) if match else None
        if parsed is None and zone in book.standalone.zones:
            parsed = _in_zone(line, book)
        if parsed is None and zone in FLOW and flow <= book.standalone.first_paragraphs:
            parsed = _alone(line, book, prominent=passage.prominence)
        if parsed is None and zone is Zone.SHEET and passage.ordinal < book.standalone.sheet_rows:
            parsed = _in_sheet(line, passage.ordinal, book)
        if parsed is not None:
            yield zone, parsed, index


def _listed(manuscript: Manuscript, book: MarkingBook) -> set[int]:
    """Passages of a list of levels, with the label above it: different levels below one another explain, none marks."""
    bare = {
        index: compact(line).strip("\t")
        for index, line in enumerate(manuscript.lines)
        if len(line) <= SHORT_LINE and _may_bear(line) and manuscript.passages[index].zone in LISTS
    }
    bare = {index: text for index, text in bare.items() if _is_level(text, book)}
    listed = {index for index, level in bare.items() if bare.get(index - 1, level) != level}
    listed |= {index - 1 for index in listed}
    return listed | {index - 1 for index in listed if index and _is_label(manuscript.lines[index - 1], book)}


def _is_level(text: str, book: MarkingBook) -> bool:
    return _level_pattern(book).fullmatch(text) is not None


def _is_label(line: str, book: MarkingBook) -> bool:
    return "密" in line and re.fullmatch(book.label_line.label_only, compact(line).strip("\t")) is not None


def _by_label(manuscript: Manuscript, index: int, book: MarkingBook) -> _Parsed | None:
    line = manuscript.lines[index]
    if "密" not in line:
        return None
    text = compact(LABEL_AFTER_FIELDS.split(SPLIT_LABEL.sub("密等", line))[-1])
    if re.fullmatch(book.label_line.label_only, text.strip("\t")):
        following = _value_below(manuscript, index)
        return _value(following, book, heading=not text.strip("\t").endswith(":")) if following else None
    match = re.search(r"(?:^|[\t、.)●○◎*-]|(?=密等及解密條件))" + book.label_line.regex, text)
    found = match and (_value(match["value"].strip("\t"), book) or _below(manuscript, index, text, book))
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


def _below(manuscript: Manuscript, index: int, text: str, book: MarkingBook) -> _Parsed | None:
    """Level and condition below a heading of two cells: 密等｜解密條件. A register has more columns and is no mark."""
    heads = text.split("\t")
    if len(heads) != FORM_CELLS or not re.match(r"解密|保密期限|解除機密", heads[1]):
        return None
    if index + 1 >= len(manuscript.lines) or manuscript.passages[index + 1].struck:
        return None
    values = compact(manuscript.lines[index + 1]).split("\t")
    parsed = _value(values[0], book)
    return replace(parsed, rest=parsed.rest + "".join(values[1:])) if parsed and len(values) <= FORM_CELLS else None


def _below_fields(manuscript: Manuscript, index: int, book: MarkingBook) -> _Parsed | None:
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
    return _value(values[labels[0]], book) if labels[0] < len(values) else None


def _value(value: str, book: MarkingBook, *, heading: bool = False) -> _Parsed | None:
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
    match = _level_pattern(book).match(first)
    if match is None:
        return None
    rest = first[match.end() :]
    if heading and rest.startswith(":"):
        return None
    if rest and not re.match(r"[(,;:。]|本件|於|至|解密條件|保密期限|附件|保存|第|編號|No|[】\])]", rest):
        return None
    if re.search(r"[、/,;(]" + _level_pattern(book).pattern + r"(?:[、/,;)]|$)", rest):
        return None
    return _Parsed(match["level"], rest + others, _copy(rest, book))


def _may_bear(line: str) -> bool:
    """Whether a line holds a character of one of the six levels; most lines do not."""
    return "密" in line or "限" in line or "敏" in line


def _alone(line: str, book: MarkingBook, *, prominent: bool = False, in_zone: bool = False) -> _Parsed | None:
    """A paragraph that is a level and nothing else but a copy number, a condition or a page number."""
    if not _may_bear(line):
        return None
    text = _undecorated(compact(line).replace("\t", ""), book)
    opened = re.match(r"[【〔\[(「]", text)
    match = _level_pattern(book).match(text, opened.end() if opened else 0)
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
    copy_number = _copy(left, book)
    left = re.sub(book.copy_number, "", left, count=1)
    if BARE_COPY.fullmatch(left):
        copy_number, left = left, ""
    if left.strip("(),;:。-") and read_ending(left, book) is None:
        return None
    if left and read_ending(left, book) is not None and len(left) > 60:
        return None
    return _Parsed(level, rest, copy_number)


def _undecorated(text: str, book: MarkingBook) -> str:
    """A text without what is drawn on both sides of its level (*密*, －機密－) and without its words in English."""
    bare = re.sub(book.standalone.english, "", text, flags=re.IGNORECASE)
    inner = bare.lstrip(book.standalone.decoration)
    level = _level_pattern(book).match(inner)
    if level is None or len(inner) == len(bare):
        return bare
    behind = inner[level.end() :].lstrip(book.standalone.decoration)
    return level[0] + behind if len(behind) < len(inner) - level.end() else bare


def _in_zone(line: str, book: MarkingBook) -> _Parsed | None:
    if BOXES.search(line):
        return _value(compact(line).replace("\t", ""), book)
    whole = _alone(line, book, in_zone=True) or _in_brackets(compact(line).replace("\t", ""), book)
    if whole is not None:
        return whole
    pieces = [piece for piece in re.split(r"[\t\r|│]| {2,}", line) if piece.strip()]
    found = [parsed for piece in pieces if (parsed := _alone(piece, book, in_zone=True)) is not None]
    if not found:
        # one blank parts words of prose too; these levels are no words of prose
        words = line.split()
        alone = [word for word in words if word in ONE_BLANK_LEVELS] if len(words) <= ONE_BLANK_WORDS else []
        found = [_Parsed(word, "", _copy(compact(line), book)) for word in alone]
    return found[0] if len({parsed.level for parsed in found}) == 1 else None


def _in_brackets(text: str, book: MarkingBook) -> _Parsed | None:
    """A level in brackets at the head of a line, whatever stands behind it: 【密】編號：002/012 行政課 第1頁."""
    level = re.match(rf"[【〔\[]{_level_pattern(book).pattern}[】〕\]]", text)
    return _Parsed(level["level"], text[level.end() :], _copy(text, book)) if level else None


def _in_sheet(line: str, row: int, book: MarkingBook) -> _Parsed | None:
    cells = line.split("\t")
    filled = [cell for cell in cells if cell.strip()]
    first = cells[: book.standalone.sheet_columns]
    if len(filled) == 1:
        return _alone(filled[0], book, in_zone=True) if filled[0] in first else None
    if row > 0:
        return None
    found = [parsed for cell in first if (parsed := _alone(cell, book, prominent=False)) is not None]
    return found[0] if len(found) == 1 else None


def _copy(text: str, book: MarkingBook) -> str | None:
    match = re.search(book.copy_number, text)
    return match["copy"] if match else None


@lru_cache(maxsize=4)
def _level_words(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("(?P<level>" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")")


def _level_pattern(book: MarkingBook) -> re.Pattern[str]:
    return _level_words(tuple(level.text.value for level in book.levels))


def _with_ending(mark: Mark, manuscript: Manuscript, book: MarkingBook, today: date) -> Mark:
    head = [compact(line) for line in manuscript.lines[:CONDITION_LINES]]
    ending = _find_ending(manuscript, book)
    issued = next((day for line in head if (day := issue_date(line, book))), None)
    if ending is None or ending.code is None:
        blank = ending is not None and ending.blank
        return replace(mark, defects=("D02",), blank=blank)
    day = ending.day
    if day is None and ending.years and issued:
        day = years_after(issued, ending.years)
    if day is None and ending.code == "retention_expired" and issued:
        kept = next((m for line in head if (m := re.search(book.retention_years, line))), None)
        day = years_after(issued, int(kept["years"])) if kept else None
    defects = ["D02"] if ending.blank else []
    if day is not None and day < today:
        defects.append("D04")
    longest = next((level.max_years for level in book.levels if level.text.value == mark.level), None)
    if longest is not None and _too_long(ending, day, issued or today, longest):
        defects.append("D05")
    return replace(mark, code=ending.code, ends_on=day, defects=tuple(defects), blank=ending.blank)


def _too_long(ending: Ending, day: date | None, start: date, longest: int) -> bool:
    if ending.forever or (ending.years or 0) > longest:
        return True
    return day is not None and day > years_after(start, longest)


def _find_ending(manuscript: Manuscript, book: MarkingBook) -> Ending | None:
    """The condition beside a mark, else one in a zone of marks or among the first lines."""
    for _, parsed, _ in _candidates(manuscript, book):
        ending = read_ending(parsed.rest, book)
        if ending is not None:
            return ending
    flow = 0
    for index, passage in enumerate(manuscript.passages):
        flow += passage.zone in FLOW
        nearby = passage.zone in book.standalone.zones or passage.zone in {Zone.LABEL_ELEMENT, Zone.SHEET}
        if passage.struck or passage.zone in NO_MARK_ZONES or not (nearby or flow <= CONDITION_LINES):
            continue
        text = compact(manuscript.lines[index])
        if len(text) <= 80 and ("解密" in text or "保密期限" in text or "解除機密" in text):
            ending = read_ending(re.sub(r"密等及解密條件(?:或保密期限)?", "", text), book)
            alone = ending is not None and re.match(_condition(book, "other"), text) is not None
            if ending is not None and (ending.code != "other" or alone or text.startswith(("解密條件", "本件", "("))):
                return ending
    return None


def _condition(book: MarkingBook, code: str) -> str:
    return next(condition.regex for condition in book.declassification if condition.id == code)


def _microsoft_label(properties: dict[str, str], book: MarkingBook) -> Mark | None:
    names: dict[str, str] = {}
    disabled: set[str] = set()
    for key, value in properties.items():
        match = re.match(book.microsoft_label.property, key)
        if match and match["field"] == "Name":
            names[match["id"]] = value.strip()
        elif match and value.strip().lower() == "false":
            disabled.add(match["id"])
    for label, name in names.items():
        if label not in disabled and name and name.lower() not in book.microsoft_label.not_a_mark:
            return Mark(MICROSOFT + name[:LABEL_NAME_CHARS], MICROSOFT_RANK, Zone.PROPERTY)
    return None


def _misplaced(manuscript: Manuscript, path: str, book: MarkingBook) -> tuple[str, ...]:
    if re.search(book.filename, compact(path.rpartition("/")[2])):
        return ("D03",)
    for passage, line in zip(manuscript.passages, manuscript.lines, strict=False):
        alone = len(line) <= SHORT_LINE and _alone(line, book, in_zone=True) is not None
        loose = passage.zone in book.standalone.zones and re.fullmatch(book.standalone.loose, compact(line))
        if ((alone and passage.zone in FLOW) or loose) and not passage.struck:
            return ("D03",)
    return ()
