"""The year's calendar for people: one A3 page for the wall, and an iCal file for their own calendars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar import roc
from inspection.calendar.ical import IcalEvent, write_ical
from inspection.campaigns.year_calendar import Entry, EntryKind, YearCalendar, year_calendar
from inspection.documents.kinds import year_calendar as sheet
from inspection.documents.printing import Paper, print_paper
from inspection.documents.storage import read_document
from inspection.model import Document
from inspection.rules.catalogue import Catalogue
from inspection.store import roster

COLUMNS = 31
MOST_DAYS_NAMED = 4
_MONTHS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_PERIODS = frozenset({EntryKind.INSPECTION, EntryKind.SPRING})


def year_ical(session: Session, year: int, *, catalogue: Catalogue, at: datetime) -> bytes:
    """All entries of a year as iCal; each keeps its UID from file to file."""
    agency = roster.agency(session)
    told = year_calendar(session, year, catalogue=catalogue, at=at)
    events = (
        IcalEvent(
            uid=f"{entry.key}@{agency.id}.inspection",
            summary=entry.words,
            category=entry.kind.value,
            start=entry.start_at or entry.first,
            end=entry.end_at or entry.last + timedelta(days=1),
            tentative=entry.tentative,
        )
        for entry in told.entries
    )
    return write_ical(events, name=_title(told, catalogue), stamp=at)


def print_year(session: Session, year: int, *, catalogue: Catalogue, at: datetime) -> tuple[Document, bytes]:
    """The A3 page, kept, and its bytes; the same facts on the same day are the same document."""
    told = year_calendar(session, year, catalogue=catalogue, at=at)
    context = year_context(told, catalogue, on=clock.local_date(at))
    midnight = datetime.combine(clock.local_date(at), datetime.min.time(), clock.zone())
    document = print_paper(session, Paper(sheet.KIND, str(year), context, created=midnight), catalogue=catalogue, at=at)
    return document, read_document(document)


def year_context(told: YearCalendar, catalogue: Catalogue, *, on: date) -> sheet.YearCalendar:
    """What the template is filled with."""
    return {
        "title": _title(told, catalogue),
        "date": roc.plain(on),
        "basis": _basis(told, catalogue),
        "months": [_month(told, month, catalogue) for month in range(1, 13)],
        "notes": catalogue.wording.say("year_notes"),
    }


def _title(told: YearCalendar, catalogue: Catalogue) -> str:
    return catalogue.wording.line("year_title", {"year": f"{roc.roc_year(date(told.year, 1, 1))}年"})


def _basis(told: YearCalendar, catalogue: Catalogue) -> str:
    if told.edition is None:
        return catalogue.wording.line("year_days_estimated")
    values = {"date": roc.plain(clock.local_date(told.edition.imported_at)), "number": told.edition.document_number}
    return catalogue.wording.line("year_days_official", values)


def _month(told: YearCalendar, month: int, catalogue: Catalogue) -> sheet.YearMonth:
    beginning = [one for one in told.entries if max(one.first, date(told.year, 1, 1)).month == month]
    lines: dict[str, list[Entry]] = {}
    for entry in beginning:
        lines.setdefault(entry.counted or entry.key, []).append(entry)
    return {
        "name": f"{_MONTHS[month - 1]}月",
        "days": list(_days(told, month)),
        "entries": [_line(together, catalogue) for together in lines.values()],
    }


def _line(together: list[Entry], catalogue: Catalogue) -> sheet.YearEntry:
    """One entry, or what is only counted by day in one line for the month: the page has to hold a busy one too.

    Where the days are many, the first and the last are named; the cells show each.
    """
    if len(together) == 1:
        return {"when": _when(together[0]), "what": together[0].words}
    words = catalogue.wording.line(together[0].counted, {"count": sum(one.count for one in together)})
    if len(together) <= MOST_DAYS_NAMED:
        return {"when": "、".join(map(_when, together)), "what": words}
    return {"when": f"{_when(together[0])}–{_when(together[-1])}", "what": words}


def _days(told: YearCalendar, month: int) -> Iterator[sheet.YearDay]:
    """Always 31, so that every row of the page has as many cells; days a month does not have stay empty."""
    first = date(told.year, month, 1)
    for offset in range(COLUMNS):
        day = first + timedelta(days=offset)
        if day.month != month:
            yield {"number": "", "weekday": "", "look": "none"}
            continue
        yield {"number": str(day.day), "weekday": roc.weekday(day)[-1], "look": _look(told, day)}


def _look(told: YearCalendar, day: date) -> sheet.DayLook:
    """Deadlines before periods before holidays: what must not be missed is seen."""
    covering = {entry.kind for entry in told.entries if entry.first <= day <= entry.last}
    is_open = told.calendar.is_working(day)
    if covering & {EntryKind.DEADLINE, EntryKind.REVIEW}:
        return "due"
    if covering & _PERIODS:
        return "period" if is_open else "period_closed"
    if is_open:
        return "makeup" if day.weekday() >= 5 else "plain"
    return "closed"


def _when(entry: Entry) -> str:
    if entry.first == entry.last:
        return roc.short(entry.first)
    return f"{roc.short(entry.first)}–{roc.short(entry.last)}"
