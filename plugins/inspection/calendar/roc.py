"""Dates of the Republic as text, and back: 中華民國115年11月20日, 115.11.20, 11/20; exclusive ends as 24時."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from inspection import clock
from inspection.errors import BadSource
from inspection.language import speak

_OFFSET = 1911
_WEEKDAYS = "一二三四五六日"
_FORMS = (
    re.compile(r"(?:中華)?(?:民國)?\s*(\d{1,3})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"),
    re.compile(r"(\d{2,3})[./-](\d{1,2})[./-](\d{1,2})"),
    re.compile(r"(\d{3})(\d{2})(\d{2})"),
)


def roc_year(day: date) -> int:
    """The year of the Republic (115 for 2026); raises BadSource before 1912."""
    if day.year <= _OFFSET:
        raise BadSource(speak(f"{day} 早於民國元年", f"{day} lies before the first year of the Republic"))
    return day.year - _OFFSET


def year_ad(year: int) -> int:
    """2027 for the year 116 of the Republic."""
    return year + _OFFSET


def plain(day: date) -> str:
    """115年11月20日."""
    return f"{roc_year(day)}年{day.month}月{day.day}日"


def dotted(day: date) -> str:
    """115.11.20, for narrow table columns."""
    return f"{roc_year(day)}.{day.month:02}.{day.day:02}"


def short(day: date) -> str:
    """11/20, where the year is plain from the page."""
    return f"{day.month}/{day.day}"


def month_day(day: date) -> str:
    """11月20日, where the year is plain from the page."""
    return f"{day.month}月{day.day}日"


def weekday(day: date) -> str:
    """星期五."""
    return f"星期{_WEEKDAYS[day.weekday()]}"


def with_weekday(day: date) -> str:
    """115年11月20日（星期五）."""
    return f"{plain(day)}（{weekday(day)}）"


def moment(instant: datetime) -> str:
    """115年11月20日22時, or 115年11月20日8時30分, in the office's zone."""
    local = instant.astimezone(clock.zone())
    return f"{plain(local.date())}{_hour(local)}"


def end_moment(instant: datetime) -> str:
    """An exclusive end: midnight is printed as 24時 of the day before."""
    local = instant.astimezone(clock.zone())
    return f"{plain(last_day(instant))}{_end_hour(local)}"


def last_day(end: datetime) -> date:
    """The last day that still lies before an exclusive end, in the office's zone."""
    local = end.astimezone(clock.zone())
    return local.date() - timedelta(days=1) if local.time() == time.min else local.date()


def window_days(start: datetime, end: datetime) -> int:
    """Days touched by a window whose end is exclusive: 1/21 22時 to 2/14 24時 is 25 days (seed 003 四1)."""
    return (last_day(end) - clock.local_date(start)).days + 1


def window(start: datetime, end: datetime) -> str:
    """103年1月21日（星期二）22時起至2月14日（星期五）24時止，為期25日; the year is repeated where it changes."""
    if end <= start:
        raise BadSource(
            speak(
                f"期間迄日早於起日：{start.isoformat()} 至 {end.isoformat()}",
                f"a window ends before it starts: {start.isoformat()} to {end.isoformat()}",
            )
        )
    first, last = clock.local_date(start), last_day(end)
    close = f"{last.month}月{last.day}日" if first.year == last.year else plain(last)
    opening = f"{with_weekday(first)}{_hour(start.astimezone(clock.zone()))}起"
    closing = f"{close}（{weekday(last)}）{_end_hour(end.astimezone(clock.zone()))}止"
    return f"{opening}至{closing}，為期{window_days(start, end)}日"


def days(start: datetime, end: datetime) -> str:
    """Whole days as 115年11月2日（星期一）至11月20日（星期五）; with hours where a window has any (see `window`)."""
    first, last = start.astimezone(clock.zone()), end.astimezone(clock.zone())
    if first.time() != time() or last.time() != time():
        return window(start, end)
    begin, finish = first.date(), last_day(end)
    closing = with_weekday(finish)
    if begin.year == finish.year:
        closing = closing.removeprefix(f"{roc_year(finish)}年")
    return f"{with_weekday(begin)}至{closing}"


def parse(text: str) -> date:
    """Reads 115年11月20日, 中華民國115年11月20日, 115.11.20, 115/11/20, 115-11-20 or 1151120; BadSource otherwise."""
    for form in _FORMS:
        if match := form.fullmatch(text.strip()):
            year, month, day = map(int, match.groups())
            try:
                return date(year + _OFFSET, month, day)
            except ValueError:
                break
    raise BadSource(
        speak(f"不是民國日期：{text!r}", f"no date of the Republic: {text!r}"),
        remedy=speak("請寫成 115年11月20日或 115.11.20", "write 115.11.20"),
    )


def _hour(local: datetime) -> str:
    return f"{local.hour}時{local.minute}分" if local.minute else f"{local.hour}時"


def _end_hour(local: datetime) -> str:
    return "24時" if local.time() == time.min else _hour(local)
