"""Half-years: bounds, names, slots, and the fault of a half-year without an inspection."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.calendar import half_year
from inspection.calendar.half_year import Half, HalfYear
from inspection.calendar.working_days import build


def test_a_half_year_bears_the_office_name_and_code() -> None:
    assert HalfYear(2026, Half.SECOND).name == "115年下半年"
    assert HalfYear(2026, Half.FIRST).code == "115H1"


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_each_day_lies_in_exactly_its_half_year(day: date) -> None:
    half = half_year.of_day(day)
    assert half.start <= day < half.end
    assert half.next().previous() == half
    assert half.previous() < half < half.next()
    assert half_year.of_day(half.end) == half.next()
    assert half_year.of_day(half.start - timedelta(days=1)) == half.previous()


def test_an_instant_is_placed_by_the_office_date() -> None:
    last_evening = datetime(2026, 6, 30, 15, 59, tzinfo=UTC)
    assert half_year.of_instant(last_evening) == HalfYear(2026, Half.FIRST)
    assert half_year.of_instant(last_evening + timedelta(minutes=1)) == HalfYear(2026, Half.SECOND)


def test_the_slot_is_the_first_working_day_of_may_or_november() -> None:
    calendar = build()
    assert HalfYear(2026, Half.FIRST).slot(calendar) == date(2026, 5, 4)
    assert HalfYear(2026, Half.SECOND).slot(calendar) == date(2026, 11, 2)


@pytest.mark.clause("S0-07a")
def test_a_half_year_without_an_inspection_is_a_fault_once_it_has_ended() -> None:
    first, second = HalfYear(2026, Half.FIRST), HalfYear(2026, Half.SECOND)
    go_live = date(2025, 9, 1)
    assert half_year.without_inspection(set(), since=go_live, on=date(2026, 6, 30)) == ()
    assert half_year.without_inspection(set(), since=go_live, on=date(2026, 7, 1)) == (first,)
    assert half_year.without_inspection({first}, since=go_live, on=date(2027, 1, 1)) == (second,)
    assert half_year.without_inspection({first, second}, since=go_live, on=date(2027, 6, 30)) == ()


def test_the_half_year_of_go_live_counts_when_it_was_whole() -> None:
    whole = half_year.without_inspection(set(), since=date(2026, 1, 1), on=date(2026, 7, 1))
    assert whole == (HalfYear(2026, Half.FIRST),)
    assert half_year.without_inspection(set(), since=date(2026, 1, 2), on=date(2026, 7, 1)) == ()
