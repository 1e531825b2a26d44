"""The Spring-Festival window: both patterns for the years the office knows, and their exclusive ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from inspection.calendar import roc, spring
from inspection.calendar.official_csv import OfficialDay, OfficialYear
from inspection.calendar.spring import SpringPattern
from inspection.calendar.working_days import build
from inspection.errors import BadSource

TAIPEI = ZoneInfo("Asia/Taipei")

# lunar new year; first and last day of the holiday; npa15 and classic25 as first and last day (22時 to 24時)
GOLDEN = {
    2011: "02-03 02-02 02-07 01-25 02-08 01-24 02-17",
    2014: "01-31 01-30 02-04 01-22 02-05 01-21 02-14",
    2022: "02-01 01-29 02-06 01-24 02-07 01-22 02-15",
    2023: "01-22 01-20 01-29 01-16 01-30 01-12 02-05",
    2024: "02-10 02-08 02-14 02-01 02-15 01-31 02-24",
    2025: "01-29 01-25 02-02 01-20 02-03 01-19 02-12",
    2026: "02-17 02-14 02-22 02-09 02-23 02-07 03-03",
    2027: "02-06 02-04 02-10 01-28 02-11 01-27 02-20",
    2028: "01-26 01-22 01-30 01-17 01-31 01-16 02-09",
    2029: "02-13 02-10 02-18 02-05 02-19 02-03 02-27",
    2030: "02-03 02-01 02-07 01-25 02-08 01-24 02-17",
    2031: "01-23 01-21 01-27 01-14 01-28 01-13 02-06",
    2032: "02-11 02-07 02-15 02-02 02-16 02-01 02-25",
    2033: "01-31 01-29 02-06 01-24 02-07 01-21 02-14",
    2034: "02-19 02-17 02-23 02-10 02-24 02-09 03-05",
    2035: "02-08 02-06 02-12 01-30 02-13 01-29 02-22",
}


@pytest.mark.parametrize("year", GOLDEN)
def test_both_patterns_give_the_windows_written_down(year: int) -> None:
    new_year, first, last, *bounds = (date.fromisoformat(f"{year}-{day}") for day in GOLDEN[year].split())
    npa15, classic25 = spring.proposals(year, build())
    assert (npa15.pattern, classic25.pattern) == (SpringPattern.NPA15, SpringPattern.CLASSIC25)
    for proposal, opens, closes in zip((npa15, classic25), bounds[::2], bounds[1::2], strict=True):
        assert (proposal.lunar_new_year, proposal.holiday_start, proposal.holiday_end) == (new_year, first, last)
        assert proposal.start == datetime(opens.year, opens.month, opens.day, 22, tzinfo=TAIPEI)
        assert proposal.end == datetime.combine(closes + timedelta(days=1), datetime.min.time(), TAIPEI)
        assert roc.last_day(proposal.end) == closes
    assert roc.window_days(npa15.start, npa15.end) == 15
    assert roc.window_days(classic25.start, classic25.end) == 25


def test_the_window_of_103_is_the_one_in_the_county_plan() -> None:
    classic25 = spring.proposals(2014, build())[1]
    assert (
        roc.window(classic25.start, classic25.end) == "103年1月21日（星期二）22時起至2月14日（星期五）24時止，為期25日"
    )
    assert classic25.end == datetime(2014, 2, 14, 16, tzinfo=UTC)


def test_an_imported_calendar_moves_the_proposal_and_ends_the_estimate() -> None:
    closed = {date(2028, 1, 22) + timedelta(days=offset) for offset in range(10)}
    days = (date(2028, 1, 1) + timedelta(days=offset) for offset in range(366))
    year = OfficialYear(
        2028, tuple(OfficialDay(day, day not in closed and day.weekday() < 5) for day in days), "117", "0"
    )
    npa15 = spring.proposals(2028, build({2028: year}))[0]
    assert not npa15.is_estimated
    assert npa15.holiday_end == date(2028, 1, 31)
    assert roc.last_day(npa15.end) == date(2028, 2, 1)
    assert spring.proposals(2028, build())[0].is_estimated


def test_a_year_beyond_the_lunar_table_is_refused() -> None:
    for year in (2010, 2100):
        with pytest.raises(BadSource, match=f"沒有 {year} 年之農曆資料"):
            spring.proposals(year, build())
