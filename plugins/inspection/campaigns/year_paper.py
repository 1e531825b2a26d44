"""The year's calendar for people: one A3 page for the wall, and an iCal file for their own calendars."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy.orm import Session

from inspection import clock, settings
from inspection.calendar import roc
from inspection.calendar.ical import IcalEvent, write_ical
from inspection.campaigns.year_calendar import Entry, EntryKind, YearCalendar, year_calendar
from inspection.documents.frame import frame
from inspection.documents.kinds import year_calendar as paper
from inspection.documents.render import Properties, fingerprint, render
from inspection.documents.shelf import Label, keep
from inspection.model import Agency, Document
from inspection.rules.catalogue import Catalogue
from inspection.store import roster

TEMPLATE = "calendar/year_calendar.docx"
KIND = "year_calendar"
COLUMNS = 31
MOST_DAYS_NAMED = 4
_MONTHS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_PERIODS = frozenset({EntryKind.INSPECTION, EntryKind.SPRING})


def year_ical(session: Session, year: int, *, catalogue: Catalogue, at: datetime) -> bytes:
    """All entries of a year as iCal; each keeps its UID from file to file."""
    agency = roster.agency(session)
    told = year_calendar(session, year, catalogue=catalogue)
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
    """The A3 page, kept on the shelf, and its bytes; the same facts on the same day are the same document."""
    agency = roster.agency(session)
    told = year_calendar(session, year, catalogue=catalogue)
    context = year_context(told, agency, catalogue, on=clock.local_date(at))
    template = settings.TEMPLATES / TEMPLATE
    midnight = datetime.combine(clock.local_date(at), datetime.min.time(), clock.zone())
    data = render(
        template,
        cast("dict[str, object]", context),
        properties=Properties(title=context["title"], author=context["office"], created=midnight),
    )
    label = Label(
        kind=KIND,
        subject_id=str(year),
        title=f"{context['agency']}{context['title']}",
        template=TEMPLATE,
        template_sha256=hashlib.sha256(template.read_bytes()).hexdigest(),
    )
    return keep(session, data, label, at=at), data


def year_context(told: YearCalendar, agency: Agency, catalogue: Catalogue, *, on: date) -> paper.YearCalendar:
    """What the template is filled with; the identifying code is bound to all of it but the day of printing."""
    months = [_month(told, month, catalogue) for month in range(1, 13)]
    content = {"year": told.year, "months": months, "basis": _basis(told, catalogue)}
    digest = fingerprint(content)
    return {
        "frame": frame(catalogue.office, KIND, agency=agency, content_hash=digest),
        "agency": agency.name,
        "office": "政風室",
        "title": _title(told, catalogue),
        "date": roc.plain(on),
        "basis": _basis(told, catalogue),
        "months": months,
        "notes": catalogue.wording.say("year_notes"),
    }


def _title(told: YearCalendar, catalogue: Catalogue) -> str:
    return catalogue.wording.line("year_title", {"year": f"{roc.roc_year(date(told.year, 1, 1))}年"})


def _basis(told: YearCalendar, catalogue: Catalogue) -> str:
    if told.edition is None:
        return catalogue.wording.line("year_days_estimated")
    values = {"date": roc.plain(clock.local_date(told.edition.imported_at)), "number": told.edition.document_number}
    return catalogue.wording.line("year_days_official", values)


def _month(told: YearCalendar, month: int, catalogue: Catalogue) -> paper.YearMonth:
    beginning = [one for one in told.entries if max(one.first, date(told.year, 1, 1)).month == month]
    lines: dict[str, list[Entry]] = {}
    for entry in beginning:
        lines.setdefault(entry.counted or entry.key, []).append(entry)
    return {
        "name": f"{_MONTHS[month - 1]}月",
        "days": list(_days(told, month)),
        "entries": [_line(together, catalogue) for together in lines.values()],
    }


def _line(together: list[Entry], catalogue: Catalogue) -> paper.YearEntry:
    """One entry, or what is only counted by day in one line for the month: the page has to hold a busy one too.

    Where the days are many, the first and the last are named; the cells show each.
    """
    if len(together) == 1:
        return {"when": _when(together[0]), "what": together[0].words}
    words = catalogue.wording.line(together[0].counted, {"count": sum(one.count for one in together)})
    if len(together) <= MOST_DAYS_NAMED:
        return {"when": "、".join(map(_when, together)), "what": words}
    return {"when": f"{_when(together[0])}–{_when(together[-1])}", "what": words}


def _days(told: YearCalendar, month: int) -> Iterator[paper.YearDay]:
    """Always 31, so that every row of the page has as many cells; days a month does not have stay empty."""
    first = date(told.year, month, 1)
    for offset in range(COLUMNS):
        day = first + timedelta(days=offset)
        if day.month != month:
            yield {"number": "", "weekday": "", "look": "none"}
            continue
        yield {"number": str(day.day), "weekday": roc.weekday(day)[-1], "look": _look(told, day)}


def _look(told: YearCalendar, day: date) -> paper.DayLook:
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
