"""The iCal file: read back by an independent reader, folded by bytes, the same for the same facts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from inspection.calendar.ical import IcalEvent, write_ical

STAMP = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
DAY = IcalEvent("slot-116H1@A.inspection", "檢查；期限, 甲\\乙\n次行", "檢查", date(2027, 5, 3), date(2027, 5, 4))
WINDOW = IcalEvent(
    "spring-116-npa15@A.inspection",
    "春安工作期間",
    "春安",
    datetime.fromisoformat("2027-01-28T22:00:00+08:00"),
    datetime.fromisoformat("2027-02-12T00:00:00+08:00"),
    tentative=True,
)


def read(data: bytes) -> list[Any]:
    return list(icalendar.Calendar.from_ical(data).walk("VEVENT"))


def test_a_day_and_a_window_with_hours_are_read_as_they_were_written() -> None:
    day, window = read(write_ical([DAY, WINDOW], name="116年", stamp=STAMP))
    assert (day.decoded("DTSTART"), day.decoded("DTEND")) == (date(2027, 5, 3), date(2027, 5, 4))
    assert (str(day["SUMMARY"]), str(day["STATUS"]), str(day["UID"])) == (DAY.summary, "CONFIRMED", DAY.uid)
    assert (window.decoded("DTSTART"), window.decoded("DTEND")) == (WINDOW.start, WINDOW.end)
    assert (str(window["STATUS"]), str(window["TRANSP"])) == ("TENTATIVE", "TRANSPARENT")
    assert window.decoded("DTSTAMP") == STAMP


def test_the_file_says_what_it_is_and_equal_facts_give_equal_bytes() -> None:
    data = write_ical([DAY], name="116年公務機密維護年度行事曆", stamp=STAMP)
    assert data == write_ical([DAY], name="116年公務機密維護年度行事曆", stamp=STAMP)
    calendar = icalendar.Calendar.from_ical(data)
    assert (str(calendar["VERSION"]), str(calendar["X-WR-CALNAME"])) == ("2.0", "116年公務機密維護年度行事曆")
    assert data.endswith(b"END:VCALENDAR\r\n")


@given(words=st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n,;\\:\"'𠀋"), max_size=300))
def test_any_words_come_out_as_they_went_in_on_lines_of_75_bytes(words: str) -> None:
    data = write_ical([IcalEvent("a", words, "檢查", date(2027, 1, 1), date(2027, 1, 2))], name=words, stamp=STAMP)
    lines = data.split(b"\r\n")
    assert lines.pop() == b""
    for line in lines:
        assert len(line) <= 75
        line.decode()  # no character is cut in two
        assert b"\n" not in line
    (event,) = read(data)
    assert str(event["SUMMARY"]) == words


def test_control_characters_do_not_break_a_line() -> None:
    data = write_ical(
        [IcalEvent("a", "甲\x00\x0b\x1f\r乙", "檢查", date(2027, 1, 1), date(2027, 1, 2))], name="x", stamp=STAMP
    )
    assert str(read(data)[0]["SUMMARY"]) == "甲乙"
