"""Reads when secrecy ends: declassification codes, dates of the Republic's era, periods and blanks left unfilled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from inspection.rules.marking import MarkingBook

LABEL_ALONE = re.compile(r"解密條件(?:或保密期限)?:[_○〇.…\s]*(?:[)\]】]|$)")
"""(解密條件：　　　): a label with nothing behind it is a form left unfilled, no condition."""

CONDITION_LABEL = re.compile(r"(?:解密條件(?:或保密期限)?|保密期限|解(?:密|除機密)(?:日期|時間|期限)):?")
DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Ending:
    """When secrecy ends: the code, the day if it can be computed, years of a period; `blank`: a form left unfilled."""

    code: str | None
    day: date | None = None
    years: int | None = None
    forever: bool = False
    blank: bool = False


def read_ending(text: str, book: MarkingBook) -> Ending | None:
    """The condition in a text without white space; None where it says nothing of the kind."""
    for condition in book.declassification:
        match = re.search(condition.regex, text)
        if match is None or not match[0]:
            continue
        groups = match.groupdict()
        if groups.get("year"):
            day = roc_or_common(groups["year"], groups["month"], groups["day"])
            return Ending(condition.id, day, blank=day is None)
        years = groups.get("years")
        return Ending(condition.id, years=_number(years) if years else None, forever=bool(groups.get("forever")))
    if re.search(book.unfilled_blank, text) or LABEL_ALONE.search(text):
        return Ending(None, blank=True)
    if "解密" in text or "解除機密" in text:
        return Ending("other")
    return None


def _number(written: str) -> int:
    """A small number in figures or in Chinese: 三, 十, 二十五."""
    if written.isdecimal():
        return int(written)
    tens, ten, units = written.rpartition("十")
    if not ten:
        return DIGITS.find(written[:1])
    return (DIGITS.find(tens[:1]) if tens else 1) * 10 + (DIGITS.find(units[:1]) if units else 0)


def is_condition_label(text: str) -> bool:
    """Whether a text without white space is a condition's label and nothing else: its value stands below."""
    return CONDITION_LABEL.fullmatch(text) is not None


def roc_or_common(year: str, month: str, day: str) -> date | None:
    """A day written in the Republic's (below 1000) or the common era; None where it does not exist."""
    number = int(year)
    try:
        return date(number + 1911 if number < 1000 else number, int(month), int(day))
    except ValueError:
        return None


def years_after(day: date, years: int) -> date:
    """The same day years later; 29 February becomes 28."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def issue_date(text: str, book: MarkingBook) -> date | None:
    """The day a letter was issued, from a text without white space."""
    match = re.search(book.issue_date, text)
    return roc_or_common(match["year"], match["month"], match["day"]) if match else None
