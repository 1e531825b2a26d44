"""Everything due in a year, as data: inspections, Spring-Festival window, deadlines, reviews."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar import roc
from inspection.calendar.half_year import Half, HalfYear, of_instant
from inspection.calendar.working_days import WorkingCalendar
from inspection.model import Campaign, SpringWindow
from inspection.model.lifecycle import CampaignState, SpringWindowState
from inspection.rules.catalogue import Catalogue
from inspection.rules.legal_bases import REVIEW_AFTER
from inspection.store import approvals, calendar_days, campaigns, findings, spring_windows
from inspection.store.unannounced import is_untold

NEXT_CALENDAR_FROM = 11


class EntryKind(StrEnum):
    """What an entry is, in the word printed and sent with it."""

    INSPECTION = "檢查"
    SPRING = "春安"
    DEADLINE = "期限"
    REVIEW = "檢視"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the year. `last` is its last day; `start_at` and `end_at` (exclusive) only where hours matter.

    `key` names the thing, so that its entry is the same from one file to the next. What is only counted by day
    has its passage of the wording in `counted` and the number in `count`, so that a month can be summed up.
    """

    key: str
    kind: EntryKind
    first: date
    last: date
    words: str
    tentative: bool = False
    start_at: datetime | None = None
    end_at: datetime | None = None
    counted: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class YearCalendar:
    """A year (AD) with its entries in order, and the calendar they were counted by."""

    year: int
    entries: tuple[Entry, ...]
    calendar: WorkingCalendar
    edition: calendar_days.Edition | None


def year_calendar(session: Session, year: int, *, catalogue: Catalogue, at: datetime) -> YearCalendar:
    """All that is due in a year, but for inspections not to be known yet: the page goes to everybody.

    Raises BadSource for a year without calendar. Writes nothing.
    """
    calendar = calendar_days.calendar(session)
    entries = [
        *_inspections(session, year, calendar, catalogue, at),
        *_spring(session, year, catalogue),
        *_deadlines(session, catalogue),
        *_reviews(year, calendar, catalogue),
    ]
    within = [one for one in entries if one.first.year <= year <= one.last.year]
    ordered = tuple(sorted(within, key=lambda one: (one.first, one.last, one.kind, one.key)))
    return YearCalendar(year, ordered, calendar, calendar_days.edition(session, year))


def _inspections(
    session: Session, year: int, calendar: WorkingCalendar, catalogue: Catalogue, at: datetime
) -> list[Entry]:
    """Campaigns as opened; for a half-year without a regular one the slot at which it ought to open."""
    kinds = catalogue.campaign_kinds
    shown = kinds.ids(lambda kind: kind.in_year_calendar)
    known = [
        one for one in campaigns.everything(session) if one.state is not CampaignState.CANCELLED and one.kind in shown
    ]
    entries = [entry for one in known if not is_untold(one, at=at) for entry in _campaign(one, catalogue)]
    opened = {of_instant(one.window_start) for one in known if one.kind == kinds.half_yearly.id}
    for half in (HalfYear(year, Half.FIRST), HalfYear(year, Half.SECOND)):
        if half not in opened:
            slot = half.slot(calendar)
            name = f"{half.name}{kinds.half_yearly.name}"
            words = catalogue.wording.line("year_slot", {"campaign": name})
            entries.append(Entry(f"slot-{half.code}", EntryKind.INSPECTION, slot, slot, words, tentative=True))
    return entries


def _campaign(one: Campaign, catalogue: Catalogue) -> list[Entry]:
    words = catalogue.wording.line("year_checklists", {"campaign": one.name})
    due = one.checklist_due_on
    first, last = clock.local_date(one.window_start), roc.last_day(one.window_end)
    return [
        Entry(f"campaign-{one.id}", EntryKind.INSPECTION, first, last, one.name),
        Entry(f"checklists-{one.id}", EntryKind.DEADLINE, due, due, words),
    ]


def _spring(session: Session, year: int, catalogue: Catalogue) -> list[Entry]:
    """The window in force; before that what is proposed, marked so."""
    in_force = spring_windows.confirmed(session, year)
    if in_force is not None:
        return [_window(in_force, catalogue)]
    proposed = [one for one in spring_windows.of_year(session, year) if one.state is SpringWindowState.PROPOSED]
    return [_window(one, catalogue) for one in proposed]


def _window(one: SpringWindow, catalogue: Catalogue) -> Entry:
    first, last = clock.local_date(one.start_at), roc.last_day(one.end_at)
    values = {
        "opens": roc.moment(one.start_at).removeprefix(roc.plain(first)),
        "closes": roc.end_moment(one.end_at).removeprefix(roc.plain(last)),
        "days": roc.window_days(one.start_at, one.end_at),
        "number": one.circular_number or "",
    }
    tentative = one.state is not SpringWindowState.CONFIRMED
    words = catalogue.wording.line("year_spring_proposed" if tentative else "year_spring", values)
    return Entry(one.id, EntryKind.SPRING, first, last, words, tentative, one.start_at, one.end_at)


def _deadlines(session: Session, catalogue: Catalogue) -> list[Entry]:
    """Open fixes and pending decisions, counted by day: whose they are stays in the office's own lists."""
    counted = (
        ("year_fixes", "fixes", Counter(one.due_on for one in findings.unfinished_fixes(session))),
        ("year_decisions", "decisions", Counter(one.due_on for one in approvals.pending(session))),
    )
    return [
        _counted(f"{key}-{day}", EntryKind.DEADLINE, day, phrase, count, catalogue)
        for phrase, key, days in counted
        for day, count in days.items()
    ]


def _reviews(year: int, calendar: WorkingCalendar, catalogue: Catalogue) -> list[Entry]:
    """Legal bases to be checked again (seed 000 art. 3), and next year's office calendar."""
    checked = Counter(
        basis.checked_on + REVIEW_AFTER
        for basis in catalogue.legal_bases.bases
        if basis.checked_on and basis.valid_to is None
    )
    entries = [
        _counted(f"bases-{day}", EntryKind.REVIEW, day, "year_bases", count, catalogue)
        for day, count in checked.items()
    ]
    begins = calendar.first_working_day(date(year, NEXT_CALENDAR_FROM, 1))
    following = f"{roc.roc_year(date(year, 1, 1)) + 1}年"
    words = catalogue.wording.line("year_next_calendar", {"year": following})
    return [*entries, Entry(f"next-calendar-{year}", EntryKind.REVIEW, begins, begins, words)]


def _counted(key: str, kind: EntryKind, day: date, phrase: str, count: int, catalogue: Catalogue) -> Entry:
    words = catalogue.wording.line(phrase, {"count": count})
    return Entry(key, kind, day, day, words, counted=phrase, count=count)
