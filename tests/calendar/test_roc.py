"""Dates of the Republic as people read and write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.calendar import roc
from inspection.errors import BadSource

TAIPEI = ZoneInfo("Asia/Taipei")
DAY = date(2026, 11, 20)


def test_a_date_is_printed_in_the_office_forms() -> None:
    assert roc.plain(DAY) == "115年11月20日"
    assert roc.dotted(DAY) == "115.11.20"
    assert roc.dotted(date(2010, 3, 4)) == "99.03.04"
    assert roc.short(DAY) == "11/20"
    assert roc.with_weekday(DAY) == "115年11月20日（星期五）"


def test_an_exclusive_end_at_midnight_is_printed_as_24_hours_of_the_day_before() -> None:
    end = datetime(2027, 2, 12, 0, 0, tzinfo=TAIPEI)
    assert roc.end_moment(end) == "116年2月11日24時"
    assert roc.end_moment(end.astimezone(UTC)) == "116年2月11日24時"
    assert roc.end_moment(end + timedelta(hours=8, minutes=30)) == "116年2月12日8時30分"
    assert roc.moment(end) == "116年2月12日0時"


@pytest.mark.clause("S3-04")
def test_the_window_of_seed_003_reads_as_in_the_plan_of_103() -> None:
    start, end = datetime(2014, 1, 21, 22, tzinfo=TAIPEI), datetime(2014, 2, 15, tzinfo=TAIPEI)
    assert roc.window(start, end) == "103年1月21日（星期二）22時起至2月14日（星期五）24時止，為期25日"
    assert roc.window_days(start, end) == 25


def test_a_window_over_the_year_end_names_both_years() -> None:
    start, end = datetime(2026, 12, 30, 8, tzinfo=TAIPEI), datetime(2027, 1, 3, tzinfo=TAIPEI)
    assert roc.window(start, end) == "115年12月30日（星期三）8時起至116年1月2日（星期六）24時止，為期4日"


def test_a_window_that_ends_before_it_starts_is_refused() -> None:
    start = datetime(2026, 12, 30, 8, tzinfo=TAIPEI)
    with pytest.raises(BadSource, match="期間迄日早於起日"):
        roc.window(start, start)


@pytest.mark.parametrize(
    "text", ["中華民國115年11月20日", "115年11月20日", "115.11.20", "115/11/20", "1151120", " 115-11-20 "]
)
def test_people_may_write_a_date_in_any_of_the_forms(text: str) -> None:
    assert roc.parse(text) == DAY


@pytest.mark.parametrize("text", ["2026-11-20", "115.2.30", "115年13月1日", "", "十一月二十日", "20261120"])
def test_what_is_no_date_of_the_republic_is_refused(text: str) -> None:
    with pytest.raises(BadSource, match="不是民國日期"):
        roc.parse(text)


@given(st.dates(date(1921, 1, 1), date(2200, 12, 31)))
def test_what_is_printed_reads_back(day: date) -> None:
    assert roc.parse(f"中華民國{roc.plain(day)}") == roc.parse(roc.plain(day)) == roc.parse(roc.dotted(day)) == day


def test_a_day_before_the_republic_has_no_year() -> None:
    assert roc.roc_year(date(1912, 1, 1)) == 1
    with pytest.raises(BadSource, match="早於民國元年"):
        roc.plain(date(1911, 12, 31))
