"""Reads a document's own mark: label line, level standing alone in a zone of marks, letter element, Microsoft label."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from inspection.detection.conditions import Ending, is_condition_label, issue_date, read_ending, years_after
from inspection.detection.mark_alone import (
    FLOW,
    SHORT_LINE,
    in_sheet_row,
    in_zone_line,
    listed_levels,
    may_bear,
    standing_alone,
)
from inspection.detection.mark_values import SPLIT_LABEL, Parsed, by_label, is_label, value_of
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
CONDITION_LINES = 15
LONGEST_CONDITION = 80
CONDITION = re.compile("解密|解除機密|保密期限")
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
        if is_label(name, book) and (parsed := value_of(compact(normalised(value)), book))
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


def _candidates(manuscript: Manuscript, book: MarkingBook) -> Iterator[tuple[Zone, Parsed, int]]:
    flow = 0
    lines = manuscript.lines
    listed = listed_levels(manuscript, book)
    for index, passage in enumerate(manuscript.passages):
        zone = passage.zone
        if zone in FLOW:
            flow += 1
        line = lines[index]
        if passage.struck or zone in NO_MARK_ZONES or not may_bear(line) or index in listed:
            continue
        line = SPLIT_LABEL.sub("密等", line)
        parsed = by_label(manuscript, index, book)
        if parsed is None and zone is Zone.LABEL_ELEMENT:
            parsed = value_of(compact(line).strip("\t"), book)
        if parsed is None and zone is Zone.SUBJECT:
            match = re.match(book.subject, compact(line), re.IGNORECASE)
            parsed = Parsed(match["level"], compact(line)[match.end() :], None) if match else None
        if parsed is None and zone in book.standalone.zones:
            parsed = in_zone_line(line, book)
        if parsed is None and zone in FLOW and flow <= book.standalone.first_paragraphs:
            vouched = passage.prominence or _has_condition_below(manuscript, index, book)
            parsed = standing_alone(line, book, prominent=vouched)
        if parsed is None and zone is Zone.SHEET and passage.ordinal < book.standalone.sheet_rows:
            parsed = in_sheet_row(line, passage.ordinal, book, vouched=_has_condition_below(manuscript, index, book))
        if parsed is not None:
            yield zone, parsed, index


def _has_condition_below(manuscript: Manuscript, index: int, book: MarkingBook) -> bool:
    """Whether the next passage says until when: a level in the line above it is a mark, however it looks."""
    if index + 1 >= len(manuscript.lines) or manuscript.passages[index + 1].struck:
        return False
    text = _ending_text(manuscript, index + 1)
    if len(text) > LONGEST_CONDITION or not CONDITION.search(text):
        return False
    ending = read_ending(text, book)
    return ending is not None and ending.code is not None


def _ending_text(manuscript: Manuscript, index: int) -> str:
    """A passage without white space; a condition's label alone with what stands below it."""
    text = compact(manuscript.lines[index])
    if is_condition_label(text) and index + 1 < len(manuscript.lines) and not manuscript.passages[index + 1].struck:
        return text + compact(manuscript.lines[index + 1])
    return text


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
        text = _ending_text(manuscript, index)
        if len(text) <= LONGEST_CONDITION and ("解密" in text or "保密期限" in text or "解除機密" in text):
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
        alone = len(line) <= SHORT_LINE and standing_alone(line, book, in_zone=True) is not None
        loose = passage.zone in book.standalone.zones and re.fullmatch(book.standalone.loose, compact(line))
        if ((alone and passage.zone in FLOW) or loose) and not passage.struck:
            return ("D03",)
    return ()
