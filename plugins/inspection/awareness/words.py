"""Reads what people write into cells: days and months of either reckoning, lists, counts."""

from __future__ import annotations

import re
from datetime import date

from inspection.calendar import roc
from inspection.errors import BadSource
from inspection.language import speak

WESTERN = re.compile(r"(\d{4})[./-](\d{1,2})[./-](\d{1,2})")
MONTH = re.compile(r"(?:民國)?\s*(\d{2,4})\s*[年./-]\s*(\d{1,2})\s*月?(?:份)?")
BETWEEN = re.compile(r"[、,，;；\n]+")
FIRST_WESTERN_YEAR = 1912


def day(value: object) -> object:
    """2026-07-15, 2026/7/15, 115/7/15, 115年7月15日 or 1150715 as a date; anything else than text as it is."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if match := WESTERN.fullmatch(text):
        try:
            return date(*map(int, match.groups()))
        except ValueError:
            raise ValueError(speak(f"{text} 不是日期", f"{text} is no day")) from None
    try:
        return roc.parse(text)
    except BadSource:
        raise ValueError(speak("請寫成 115/7/15 或 2026-07-15", "write 115/7/15 or 2026-07-15")) from None


def month(value: object) -> object:
    """115年7月, 115/7 or 2026-07 as the first day of that month; a date as the first of its month."""
    if isinstance(value, date):
        return value.replace(day=1)
    if not isinstance(value, str):
        return value
    match = MONTH.fullmatch(value.strip())
    if match is None:
        raise ValueError(speak("請寫成 115年7月或 2026-07", "write 2026-07"))
    year, number = int(match[1]), int(match[2])
    try:
        return date(year if year >= FIRST_WESTERN_YEAR else year + 1911, number, 1)
    except ValueError:
        raise ValueError(speak(f"{value} 不是月份", f"{value} is no month")) from None


def several(value: object) -> object:
    """A cell of several words, parted by 、 , ； or line breaks, as a list; a list as it is."""
    if not isinstance(value, str):
        return value
    return [word.strip() for word in BETWEEN.split(value) if word.strip()]


def with_day(value: object) -> object:
    """`函發各單位 115/7/5` as channel and day; a mapping as it is."""
    if not isinstance(value, str):
        return value
    channel, _, on = value.strip().rpartition(" ")
    if not channel:
        raise ValueError(
            speak(
                "管道與日期之間請空一格，例如：登載網頁 115/7/5",
                "write channel and day with a blank between (登載網頁 115/7/5)",
            )
        )
    return {"channel": channel.strip(), "on": on}
