"""Working days: golden dates of real years, and what must hold for every date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.calendar.official_csv import OfficialDay, OfficialYear
from inspection.calendar.working_days import DaySource, WorkingCalendar, build
from inspection.errors import BadSource

LIBRARY_ONLY = build()
days = st.dates(date(2013, 1, 1), date(2026, 6, 30))
counts = st.integers(-120, 120).filter(bool)


# Closed weekdays and open Saturdays of the office calendars as published (108, 109, 111-116; MMDD).
PUBLISHED = {
    2019: ("0101 0204 0205 0206 0207 0208 0228 0301 0404 0405 0607 0913 1010 1011", "0119 0223 1005"),
    2020: ("0101 0123 0124 0127 0128 0129 0228 0402 0403 0625 0626 1001 1002 1009", "0215 0620 0926"),
    2022: ("0131 0201 0202 0203 0204 0228 0404 0405 0603 0909 1010", "0122"),
    2023: (
        "0102 0120 0123 0124 0125 0126 0127 0227 0228 0403 0404 0405 0622 0623 0929 1009 1010",
        "0107 0204 0218 0325 0617 0923",
    ),
    2024: ("0101 0208 0209 0212 0213 0214 0228 0404 0405 0610 0917 1010", "0217"),
    2025: ("0101 0127 0128 0129 0130 0131 0228 0403 0404 0530 0929 1006 1010 1024 1225", "0208"),
    2026: ("0101 0216 0217 0218 0219 0220 0227 0403 0406 0501 0619 0925 0928 1009 1026 1225", ""),
    2027: ("0101 0204 0205 0208 0209 0210 0301 0405 0406 0430 0609 0915 0928 1011 1025 1224 1231", ""),
}


@pytest.mark.parametrize("year", PUBLISHED)
def test_the_estimate_equals_the_published_calendar_on_every_day(year: int) -> None:
    first = date(year, 1, 1)
    year_days = [first + timedelta(days=offset) for offset in range((date(year + 1, 1, 1) - first).days)]
    closed = " ".join(f"{day:%m%d}" for day in year_days if day.weekday() < 5 and not LIBRARY_ONLY.is_working(day))
    made_up = " ".join(f"{day:%m%d}" for day in year_days if day.weekday() >= 5 and LIBRARY_ONLY.is_working(day))
    assert (closed, made_up) == PUBLISHED[year]


def official_year(year: int, closed: set[date]) -> OfficialYear:
    first = date(year, 1, 1)
    length = (date(year + 1, 1, 1) - first).days
    year_days = (first + timedelta(days=offset) for offset in range(length))
    return OfficialYear(
        year, tuple(OfficialDay(day, day not in closed, "放假" * (day in closed)) for day in year_days), "test", "0"
    )


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        # make-up Saturdays count: 103.12.27, 112.2.4 and 112.2.18, 113.2.17
        (date(2014, 12, 26), 1, date(2014, 12, 27)),
        (date(2023, 2, 3), 1, date(2023, 2, 4)),
        (date(2023, 2, 17), 1, date(2023, 2, 18)),
        (date(2024, 2, 16), 1, date(2024, 2, 17)),
        # year ends
        (date(2014, 12, 31), 1, date(2015, 1, 5)),
        (date(2024, 12, 31), 1, date(2025, 1, 2)),
        (date(2025, 12, 30), 3, date(2026, 1, 5)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
        # the long holiday: 112.1.20-1.29 ten days, 115.2.14-2.22 nine days, 116.2.4-2.10 seven
        (date(2023, 1, 19), 1, date(2023, 1, 30)),
        (date(2026, 2, 13), 1, date(2026, 2, 23)),
        (date(2026, 2, 12), 3, date(2026, 2, 24)),
        (date(2027, 2, 3), 1, date(2027, 2, 11)),
        # days made free by the Act of 114.5.28
        (date(2025, 9, 26), 1, date(2025, 9, 30)),
        (date(2025, 10, 23), 1, date(2025, 10, 27)),
        (date(2025, 12, 24), 1, date(2025, 12, 26)),
        # labour day is for all since 115
        (date(2026, 4, 30), 1, date(2026, 5, 4)),
        # back from a due date
        (date(2026, 2, 24), -1, date(2026, 2, 23)),
        (date(2026, 2, 24), -3, date(2026, 2, 12)),
        (date(2024, 2, 19), -1, date(2024, 2, 17)),
        # a closed day itself
        (date(2026, 2, 17), 0, date(2026, 2, 23)),
        (date(2026, 2, 23), 0, date(2026, 2, 23)),
        (date(2026, 2, 17), 1, date(2026, 2, 23)),
    ],
)
def test_deadlines_of_real_years_fall_where_the_office_calendar_says(start: date, count: int, due: date) -> None:
    assert LIBRARY_ONLY.add_working_days(start, count) == due


@given(days, counts)
def test_a_deadline_is_a_working_day_and_counting_back_gives_the_count(day: date, count: int) -> None:
    due = LIBRARY_ONLY.add_working_days(day, count)
    assert LIBRARY_ONLY.is_working(due)
    assert (due > day) == (count > 0)
    assert LIBRARY_ONLY.working_days_between(day, due) == count


@given(days, st.integers(1, 60), st.integers(1, 60))
def test_two_steps_reach_as_far_as_one(day: date, first: int, second: int) -> None:
    stop = LIBRARY_ONLY.add_working_days(day, first)
    assert LIBRARY_ONLY.add_working_days(stop, second) == LIBRARY_ONLY.add_working_days(day, first + second)


@given(days, st.integers(1, 40), st.sets(st.integers(0, 60), max_size=10))
def test_closures_never_bring_a_deadline_forward(day: date, count: int, offsets: set[int]) -> None:
    closed = build(closures={day + timedelta(days=offset): "颱風" for offset in offsets})
    assert closed.add_working_days(day, count) >= LIBRARY_ONLY.add_working_days(day, count)


@given(days, st.integers(0, 40))
def test_being_late_is_counted_in_working_days_after_the_due_date(due: date, late: int) -> None:
    due = LIBRARY_ONLY.first_working_day(due)
    on = LIBRARY_ONLY.add_working_days(due, late) if late else due
    assert LIBRARY_ONLY.days_late(due, on) == late
    assert LIBRARY_ONLY.days_late(due, due - timedelta(days=late + 1)) == 0


def test_the_saturday_after_the_due_date_is_not_yet_late() -> None:
    friday = date(2026, 11, 20)
    assert LIBRARY_ONLY.days_late(friday, date(2026, 11, 22)) == 0
    assert LIBRARY_ONLY.days_late(friday, date(2026, 11, 23)) == 1


def test_the_official_calendar_outweighs_the_library_and_a_closure_outweighs_both() -> None:
    friday, saturday = date(2026, 11, 20), date(2026, 11, 21)
    assert LIBRARY_ONLY.standing(friday).source is DaySource.ESTIMATED
    sundays = {date(2026, 1, 1) + timedelta(days=offset) for offset in range(3, 365, 7)}
    calendar = build({2026: official_year(2026, sundays | {friday})}, {date(2026, 11, 23): "颱風停班"})
    assert not calendar.is_working(friday)
    assert calendar.standing(friday).source is DaySource.OFFICIAL
    assert calendar.is_working(saturday)
    assert calendar.standing(date(2026, 11, 23)).source is DaySource.LOCAL
    assert calendar.standing(date(2026, 11, 23)).name == "颱風停班"
    assert calendar.add_working_days(date(2026, 11, 19), 2) == date(2026, 11, 24)


def test_a_span_says_whether_any_of_its_days_is_an_estimate() -> None:
    calendar = build({2026: official_year(2026, set())})
    assert not calendar.rests_on_estimate(date(2026, 1, 1), date(2026, 12, 31))
    assert calendar.rests_on_estimate(date(2026, 12, 31), date(2027, 1, 1))
    assert calendar.is_estimated(date(2027, 1, 4))
    assert not calendar.is_estimated(date(2026, 1, 5))


def test_a_year_without_data_is_refused_and_the_remedy_named() -> None:
    with pytest.raises(BadSource, match=r"沒有 117 年（2028）之辦公日曆.*calendar import"):
        LIBRARY_ONLY.add_working_days(date(2027, 12, 30), 3)
    with pytest.raises(BadSource, match="2011"):
        LIBRARY_ONLY.is_working(date(2011, 5, 3))


def test_importing_the_missing_year_lifts_the_refusal() -> None:
    assert not LIBRARY_ONLY.knows(2028)
    calendar = build({2028: official_year(2028, {date(2028, 1, 1), date(2028, 1, 2)})})
    assert calendar.knows(2028)
    assert calendar.add_working_days(date(2027, 12, 31), 1) == date(2028, 1, 3)


def test_a_calendar_without_estimates_knows_only_what_was_imported() -> None:
    strict = WorkingCalendar(first_estimated_year=1, last_estimated_year=0)
    with pytest.raises(BadSource, match="2026"):
        strict.is_working(date(2026, 11, 20))
