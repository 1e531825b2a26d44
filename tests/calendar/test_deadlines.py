"""Which deadlines a typhoon day or a new edition of the calendar would move."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.calendar.deadlines import Deadline, moved
from inspection.calendar.working_days import build
from inspection.errors import BadSource

OPEN = [
    Deadline("over the closed day", date(2026, 11, 20), 3, date(2026, 11, 25)),
    Deadline("due before it", date(2026, 11, 18), 2, date(2026, 11, 20)),
    Deadline("starts on it", date(2026, 11, 24), 1, date(2026, 11, 25)),
]


def test_a_typhoon_day_moves_only_the_deadlines_that_run_over_it() -> None:
    typhoon = build(closures={date(2026, 11, 24): "颱風停止上班"})
    assert [(one.deadline.key, one.becomes) for one in moved(OPEN, typhoon)] == [
        ("over the closed day", date(2026, 11, 26))
    ]


def test_an_unchanged_calendar_moves_nothing() -> None:
    assert moved(OPEN, build()) == ()


def test_a_deadline_into_an_unknown_year_is_refused_not_guessed() -> None:
    with pytest.raises(BadSource, match="2028"):
        moved([Deadline("late", date(2027, 12, 30), 5, date(2028, 1, 7))], build())


@given(
    start=st.dates(date(2025, 1, 1), date(2026, 9, 30)),
    count=st.integers(1, 40),
    closed=st.sets(st.integers(-20, 90), max_size=15),
)
def test_a_moved_deadline_keeps_its_number_of_working_days_and_moves_back(
    start: date, count: int, closed: set[int]
) -> None:
    before = build()
    after = build(closures={start + timedelta(days=offset): "停止上班" for offset in closed})
    asked = Deadline("one", start, count, before.add_working_days(start, count))
    becomes = next((one.becomes for one in moved([asked], after)), asked.due_on)
    assert becomes >= asked.due_on
    assert after.is_working(becomes)
    assert after.working_days_between(start, becomes) == count
    back = Deadline("one", start, after.working_days_between(start, becomes), becomes)
    assert [one.becomes for one in moved([back], before)] == ([asked.due_on] if becomes != asked.due_on else [])
